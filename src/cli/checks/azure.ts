import type { Config } from '../../config.ts'
import type { Log } from '../../log.ts'
import { openAzure } from '../../open-azure.ts'
import { type Line, lines, missing, ok } from './line.ts'
import { checkRights } from './rights.ts'

const signInHow =
  'The bot signs in as DefaultAzureCredential finds: a managed identity, AZURE_CLIENT_ID with AZURE_TENANT_ID and AZURE_CLIENT_SECRET, or az login.'
const seeHow = 'Give the bot\'s identity a role on each subscription (az role assignment create --role "Security Admin" …).'

export async function checkAzure(config: Config, log: Log): Promise<Line[]> {
  if (config.simulated) return [ok('simulated, since AZURE_ARM_ENDPOINT is not set')]
  return lines(async () => {
    const azure = openAzure(config, log)
    const subscriptions = await azure.subscriptions()
    const absent = absentOf(config, subscriptions)
    if (subscriptions.length === 0) return [missing('signed in, but no enabled subscription can be seen', seeHow)]
    const signedIn = ok(`signed in; looks after ${subscriptions.map(({ name }) => name).join(', ')}`)
    const rights = await Promise.all(subscriptions.map(one => lines(() => checkRights(azure, one), seeHow)))
    return [signedIn, ...absent, ...rights.flat()]
  }, signInHow)
}

function absentOf({ AZURE_SUBSCRIPTION_IDS: wanted = [] }: Config, found: { id: string }[]): Line[] {
  const ids = new Set(found.map(({ id }) => id.toLowerCase()))
  return wanted
    .filter(id => !ids.has(id.toLowerCase()))
    .map(id => missing(`${id} of AZURE_SUBSCRIPTION_IDS is disabled or out of reach`, seeHow))
}
