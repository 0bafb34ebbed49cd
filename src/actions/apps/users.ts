import type { Rule } from '../../model/rule.ts'
import type { World } from '../../ports.ts'
import { readableOf } from '../rules/rights.ts'

/** Rules that start a logic app: those the person may see, and how many more there are. */
export interface Users {
  rules: Rule[]
  hidden: Rule[]
}

export async function usersOf({ azure }: World, personId: string, appId: string): Promise<Users> {
  const id = appId.toLowerCase()
  const starts = ({ targets }: Rule) => targets.some(({ logicAppId }) => logicAppId?.toLowerCase() === id)
  const rules = (await azure.rules.list()).filter(starts)
  const readable = new Set(await readableOf({ azure }, personId, rules))
  return { rules: rules.filter(rule => readable.has(rule)), hidden: rules.filter(rule => !readable.has(rule)) }
}
