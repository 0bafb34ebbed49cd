import { Problem } from '../errors.ts'
import { readArmId } from './arm-id.ts'

export interface App {
  subscription: string
  group: string
  name: string
}

/** Only these can be started, looked into, and switched on and off from here. */
export function consumptionApp(id: string): App {
  const { type, subscription, group, names } = readArmId(id)
  const [name] = names
  if (type !== 'microsoft.logic/workflows' || group === undefined || name === undefined)
    throw new Problem('NotOffered', 'That works with consumption logic apps only.')
  return { subscription, group, name }
}
