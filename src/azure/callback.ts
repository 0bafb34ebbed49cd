import { Problem } from '../errors.ts'
import type { Connection } from './connection.ts'
import { consumptionApp } from './consumption-app.ts'
import { signedAddress } from './signed.ts'

/** The signed address at which a trigger of a consumption logic app can be started: a secret, to be used at once and forgotten. */
export async function callbackUrl(connection: Connection, appId: string, trigger: string): Promise<string> {
  const { subscription, group, name } = consumptionApp(appId)
  const { workflowTriggers } = await connection.logic(subscription)
  const { value } = await workflowTriggers.listCallbackUrl(group, name, trigger)
  if (value === undefined || signedAddress(value, connection.cloud) === undefined)
    throw new Problem('AzureRefused', 'Azure gave an address for this logic app that can not be used safely.')
  return value
}
