import { Problem } from '../../errors.ts'
import type { KnownRecommendation } from '../../model/catalogue.ts'
import type { LogicApp } from '../../model/logic-app.ts'
import type { Right } from '../../model/person.ts'
import { logicAppIds, type Rule, type RuleDraft, ruleIdOf } from '../../model/rule.ts'
import type { Azure, ResourceGroup, Subscription } from '../../ports.ts'
import { readableOf, toDelete, toWrite } from '../rules/rights.ts'
import { rightKey } from '../scope.ts'
import type { Known } from './file.ts'
import type { Step } from './plan.ts'

/** What files of rules are read, planned and told against, asked of Azure at once. */
export interface Surroundings {
  /** Those that the person may read. */
  rules: Rule[]
  apps: LogicApp[]
  recommendations: KnownRecommendation[]
  subscriptions: Subscription[]
  groups: ResourceGroup[]
  /** One rule by its name and home, as Azure has it now: lists lag behind what was saved by minutes. */
  find(draft: RuleDraft): Promise<Rule | undefined>
}

/** Without a person: everything that the identity asking Azure may read. */
export async function surroundings(azure: Azure, personId?: string): Promise<Surroundings> {
  const { rules, logicApps, catalogue } = azure
  const [all, apps, recommendations, subscriptions, groups] = await Promise.all([
    rules.list(),
    logicApps.list(),
    catalogue.recommendations(),
    azure.subscriptions(),
    catalogue.groups(),
  ])
  const readable = async (some: Rule[]) => (personId === undefined ? some : readableOf({ azure }, personId, some))
  return {
    rules: await readable(all),
    apps,
    recommendations,
    subscriptions,
    groups,
    find: async draft => (await readable(await there(azure, draft)))[0],
  }
}

/** A name that is none is told elsewhere; an Azure that is away is told. */
async function there({ rules }: Azure, draft: RuleDraft): Promise<Rule[]> {
  try {
    return [await rules.get(ruleIdOf(draft))]
  } catch (thrown) {
    if (thrown instanceof Problem && !thrown.retry) return []
    throw thrown
  }
}

export function knownTo({ apps, subscriptions, groups }: Surroundings): Known {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
  return {
    apps,
    isSubscription: word => subscriptions.some(({ id }) => same(id, word)),
    locationOf: (subscription, name) =>
      groups.find(group => same(group.subscription, subscription) && same(group.name, name))?.location,
  }
}

/** What a person needs for these steps: on the group of each rule, and on each logic app that a rule is to start. */
export function rightsFor(steps: Step[]): Right[] {
  const all = steps.flatMap(step =>
    step.type === 'delete' ? toDelete(step.before) : toWrite(step.draft, logicAppIds(step.draft)),
  )
  return [...new Map(all.map(right => [rightKey(right).toLowerCase(), right])).values()]
}
