import type { Rule } from '../../model/rule.ts'
import type { World } from '../../ports.ts'

/** Rules that start a logic app: those the person may see, and how many more there are. */
export interface Users {
  rules: Rule[]
  hidden: Rule[]
}

export async function usersOf({ azure }: World, personId: string, appId: string): Promise<Users> {
  const id = appId.toLowerCase()
  const starts = ({ targets }: Rule) => targets.some(({ logicAppId }) => logicAppId?.toLowerCase() === id)
  const rules = (await azure.rules.list()).filter(starts)
  const rights = rules.map(rule => ({ action: 'Microsoft.Security/automations/read', scope: scopeOf(rule) }))
  const lacking = new Set((await azure.access.missing(personId, rights)).map(({ scope }) => scope))
  const isHidden = (rule: Rule) => lacking.has(scopeOf(rule))
  return { rules: rules.filter(rule => !isHidden(rule)), hidden: rules.filter(isHidden) }
}

function scopeOf({ id }: Rule): string {
  return id.replace(/^\//, '')
}
