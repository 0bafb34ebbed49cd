import { createHash } from 'node:crypto'
import { askFailing, keepFailing, readFailing } from '../actions/apps/failing.ts'
import { troublesFor } from '../actions/rules/facts.ts'
import { Problem } from '../errors.ts'
import type { Notice, RuleNews } from '../model/notice.ts'
import { logicAppIds, type Rule } from '../model/rule.ts'
import type { Trouble } from '../model/rule-health.ts'
import type { NoticeChange, WantedPost, World } from '../ports.ts'

const priority = 4

/**
 * Looks at every rule and tells once where it matters when one goes dead, and on the same card when it is well again. An Azure that is away ends
 * the look before anything is told: a rule's health is never guessed.
 */
export async function lookAtRules(world: World): Promise<undefined> {
  const rules = await world.azure.rules.list()
  const started = rules.filter(({ enabled }) => enabled).flatMap(logicAppIds)
  const failing = await askFailing(world, started, await readFailing(world))
  await keepFailing(world, failing)
  const troubles = await troublesFor(world, rules, failing)
  const told = (await world.store.notices.list('rule')).toSorted((a, b) => b.at.localeCompare(a.at))
  for (const rule of rules) await tell(world, rule, troubles.get(rule.id.toLowerCase()) ?? [], told)
  await tellDeleted(world, rules, told)
}

/** A disabled rule owes nobody anything. */
async function tell(world: World, rule: Rule, found: Trouble[], told: Notice[]): Promise<void> {
  const troubles = rule.enabled ? found : []
  const own = told.filter(notice => newsOf(notice)?.ruleId.toLowerCase() === rule.id.toLowerCase())
  const [last] = own
  const open = last !== undefined && (newsOf(last)?.troubles.length ?? 0) > 0
  if (!open && troubles.length === 0) return
  const id = open ? last.id : noticeId(rule, last)
  const places = open ? [] : await placesOf(world, rule)
  const ended = troubles.length > 0 ? {} : { ended: rule.enabled ? ('well' as const) : ('disabled' as const) }
  await change(world, id, { type: 'rule', ruleId: rule.id, ruleName: rule.name, troubles, ...ended }, places)
}

/** Each breaking has a card of its own, named after the one before: an old one is far up in the channel. */
function noticeId(rule: Rule, before: Notice | undefined): string {
  return `n-${createHash('sha256')
    .update(`${rule.id.toLowerCase()} ${before?.id ?? ''}`)
    .digest('hex')
    .slice(0, 16)}`
}

async function change({ store, clock }: World, id: string, content: RuleNews, places: WantedPost[]): Promise<void> {
  await store.notices.change(id, before => changed(before, id, content, places, clock.now().toISOString()))
}

function changed(
  before: Notice | undefined,
  id: string,
  content: RuleNews,
  places: WantedPost[],
  at: string,
): NoticeChange | undefined {
  const news = before && newsOf(before)
  if (news !== undefined && sameTroubles(news.troubles, content.troubles)) return undefined
  const notice = { id, version: (before?.version ?? 0) + 1, at: before?.at ?? at, changedAt: at, content }
  return { notice, places }
}

function sameTroubles(a: Trouble[], b: Trouble[]): boolean {
  const codes = (troubles: Trouble[]) =>
    troubles
      .map(({ code, level }) => `${code} ${level}`)
      .sort()
      .join()
  return codes(a) === codes(b)
}

function newsOf({ content }: Notice): RuleNews | undefined {
  return content.type === 'rule' ? content : undefined
}

/** Where it was last saved from; else everywhere that acts on findings of its subscription. */
async function placesOf({ store }: World, rule: Rule): Promise<WantedPost[]> {
  const versions = await store.ruleHistory.list(rule.id, 20)
  const home = versions.flatMap(({ placeId }) => placeId ?? [])[0]
  if (home !== undefined && (await store.places.get(home)) !== undefined) return [{ placeId: home, audience: 'act', priority }]
  const feeds = (await store.feeds.list()).filter(({ audience, filter: { subscriptions } }) => {
    const follows = subscriptions?.some(id => id.toLowerCase() === rule.subscription.toLowerCase()) ?? true
    return audience === 'act' && follows
  })
  return [...new Set(feeds.map(({ placeId }) => placeId))].map(placeId => ({ placeId, audience: 'act', priority }))
}

/** Gone from the list is not enough: a subscription may be out of reach for a while. */
async function tellDeleted(world: World, rules: Rule[], told: Notice[]): Promise<void> {
  const there = new Set(rules.map(({ id }) => id.toLowerCase()))
  for (const notice of told) {
    const news = newsOf(notice)
    if (news === undefined || news.troubles.length === 0 || there.has(news.ruleId.toLowerCase())) continue
    if (await isGone(world, news.ruleId)) await change(world, notice.id, { ...news, troubles: [], ended: 'deleted' }, [])
  }
}

async function isGone({ azure }: World, ruleId: string): Promise<boolean> {
  return azure.rules.get(ruleId).then(
    () => false,
    thrown => {
      if (thrown instanceof Problem && thrown.code === 'NotFound') return true
      throw thrown
    },
  )
}
