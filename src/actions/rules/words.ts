import type { KnownRecommendation } from '../../model/catalogue.ts'
import type { RuleDraft } from '../../model/rule.ts'
import { type Names, ruleWords } from '../../model/rule-words.ts'
import type { Subscription, World } from '../../ports.ts'

/** What rules are told with: names of what they hold ids of. */
export interface Wording {
  names: Names
  subscriptions: Subscription[]
  recommendations: KnownRecommendation[]
}

/** A rule is told with its ids where Azure does not give the names now. */
export async function wording({ azure }: World): Promise<Wording> {
  const [subscriptions, recommendations] = await Promise.all([
    azure.subscriptions().catch(() => []),
    azure.catalogue.recommendations().catch(() => []),
  ])
  return { names: namesOf(recommendations), subscriptions, recommendations }
}

export function namesOf(recommendations: KnownRecommendation[]): Names {
  const byKey = new Map(recommendations.map(({ key, name }) => [key.toLowerCase(), name]))
  return { app: lastSegment, recommendation: key => byKey.get(key.toLowerCase()) }
}

export function wordsOf(rule: Pick<RuleDraft, 'sources' | 'targets'>, { names }: Wording): string {
  return ruleWords(rule, names)
}

export function lastSegment(id: string): string {
  return (
    id
      .split('/')
      .filter(part => part !== '')
      .at(-1) ?? id
  )
}

/** `rg-soc · Production` */
export function homeWords({ subscription, group }: Pick<RuleDraft, 'subscription' | 'group'>, wording: Wording): string {
  return `${group} · ${subscriptionName(subscription, wording)}`
}

/** "all of Production", "rg-a and rg-b of Production" */
export function scopeWords({ scopes, subscription }: Pick<RuleDraft, 'scopes' | 'subscription'>, wording: Wording): string {
  const groups = scopes.flatMap(scope => /resourceGroups\/([^/]+)/i.exec(scope)?.[1] ?? [])
  const where = subscriptionName(subscription, wording)
  if (groups.length < scopes.length || groups.length === 0) return `all of ${where}`
  return `${groups.join(', ')} of ${where}`
}

export function subscriptionName(id: string, { subscriptions }: Pick<Wording, 'subscriptions'>): string {
  return subscriptions.find(subscription => subscription.id.toLowerCase() === id.toLowerCase())?.name ?? id
}
