import type { AskedBy } from './azure/asker.ts'
import { connectAzure } from './azure/connect.ts'
import type { Config } from './config.ts'
import type { Log } from './log.ts'
import type { Azure } from './ports.ts'

const userAgent = 'defender-chatops/0.1.0'

/** The Azure that the settings name, or the simulated one. */
export function openAzure(
  config: Config,
  log: Log,
  simulator?: { origin: string; tokens: { bot: string } },
  askedBy: AskedBy = 'bot',
): Azure {
  const token = config.AZURE_STATIC_TOKEN ?? simulator?.tokens.bot
  return connectAzure({
    armEndpoint: config.AZURE_ARM_ENDPOINT ?? simulator?.origin ?? '',
    log,
    userAgent,
    askedBy,
    ...(token !== undefined && { token }),
    ...(config.AZURE_TENANT_ID !== undefined && { tenantId: config.AZURE_TENANT_ID }),
    ...(config.AZURE_SUBSCRIPTION_IDS !== undefined && { subscriptionIds: config.AZURE_SUBSCRIPTION_IDS }),
    ...(config.AZURE_MANAGEMENT_GROUP !== undefined && { managementGroup: config.AZURE_MANAGEMENT_GROUP }),
  })
}
