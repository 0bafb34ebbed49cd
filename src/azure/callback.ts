import type { Connection } from './connection.ts'
import { consumptionApp } from './consumption-app.ts'

/** The signed address at which a trigger of a consumption logic app can be started: a secret, to be used at once and forgotten. */
export async function callbackUrl(connection: Connection, appId: string, trigger: string): Promise<string> {
  const { subscription, group, name } = consumptionApp(appId)
  const { workflowTriggers } = await connection.logic(subscription)
  const { value } = await workflowTriggers.listCallbackUrl(group, name, trigger)
  return value ?? ''
}
