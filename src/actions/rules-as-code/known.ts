import type { KnownRecommendation } from '../../model/catalogue.ts'
import type { LogicApp } from '../../model/logic-app.ts'
import type { Right } from '../../model/person.ts'
import type { Rule, RuleDraft } from '../../model/rule.ts'
import type { Names } from '../../model/rule-words.ts'
import type { Access, Azure, ResourceGroup } from '../../ports.ts'
import type { Known } from './file.ts'
import type { Step } from './plan.ts'

/** What files of rules are read, planned and told against, asked of Azure at once. */
export interface Surroundings {
  /** Those that the person may read. */
  rules: Rule[]
  apps: LogicApp[]
  recommendations: KnownRecommendation[]
  groups: ResourceGroup[]
}

/** Without a person: everything that the identity asking Azure may read. */
export async function surroundings(azure: Azure, personId?: string): Promise<Surroundings> {
  const { rules, logicApps, catalogue } = azure
  const [all, apps, recommendations, groups] = await Promise.all([
    rules.list(),
    logicApps.list(),
    catalogue.recommendations(),
    catalogue.groups(),
  ])
  return { rules: personId === undefined ? all : await readable(azure.access, personId, all), apps, recommendations, groups }
}

async function readable(access: Access, personId: string, rules: Rule[]): Promise<Rule[]> {
  const groups = [...new Map(rules.map(rule => [groupScope(rule).toLowerCase(), groupScope(rule)])).values()]
  const lacking = await Promise.all(
    groups.map(scope => access.missing(personId, [{ action: 'Microsoft.Security/automations/read', scope }])),
  )
  const may = new Set(groups.filter((_, index) => lacking[index]?.length === 0).map(scope => scope.toLowerCase()))
  return rules.filter(rule => may.has(groupScope(rule).toLowerCase()))
}

export function knownTo({ apps, groups }: Surroundings): Known {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
  return {
    apps,
    locationOf: (subscription, name) =>
      groups.find(group => same(group.subscription, subscription) && same(group.name, name))?.location,
  }
}

export function namesIn({ apps, recommendations }: Surroundings): Names {
  return {
    app: id => apps.find(app => app.id.toLowerCase() === id.toLowerCase())?.name ?? id.split('/').at(-1) ?? id,
    recommendation: key => recommendations.find(one => one.key.toLowerCase() === key.toLowerCase())?.name,
  }
}

/** What a person needs for these steps: on the group of each rule, and on each logic app that a rule is to start. */
export function rightsFor(steps: Step[]): Right[] {
  const all = steps.flatMap(step => {
    if (step.type === 'delete') return [{ action: 'Microsoft.Security/automations/delete', scope: groupScope(step.before) }]
    return [{ action: 'Microsoft.Security/automations/write', scope: groupScope(step.draft) }, ...toStart(step.draft)]
  })
  return [...new Map(all.map(right => [`${right.action} ${right.scope}`.toLowerCase(), right])).values()]
}

/** A rule fetches its logic app's callback address: its author must be allowed to. */
function toStart({ targets }: RuleDraft): Right[] {
  const action = 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action'
  return targets.flatMap(({ logicAppId }) => (logicAppId === undefined ? [] : [{ action, scope: logicAppId.replace(/^\//, '') }]))
}

function groupScope({ subscription, group }: Pick<RuleDraft, 'subscription' | 'group'>): string {
  return `subscriptions/${subscription}/resourceGroups/${group}`
}
