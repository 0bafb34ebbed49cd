import { Problem } from '../errors.ts'
import { readArmId } from './arm-id.ts'
import type { Connection } from './connection.ts'

/** The signed address at which a trigger of a consumption logic app can be started: a secret, to be used at once and forgotten. */
export async function callbackUrl(connection: Connection, appId: string, trigger: string): Promise<string> {
  const { type, subscription, group, names } = readArmId(appId)
  const [name] = names
  if (type !== 'microsoft.logic/workflows' || group === undefined || name === undefined)
    throw new Problem('NotOffered', 'Only consumption logic apps can be started.')
  const { workflowTriggers } = await connection.logic(subscription)
  const { value } = await workflowTriggers.listCallbackUrl(group, name, trigger)
  return value ?? ''
}
