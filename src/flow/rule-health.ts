import { createHash } from 'node:crypto'
import { askFailing, keepFailing } from '../actions/apps/failing.ts'
import { troublesFor } from '../actions/rules/facts.ts'
import { toProblem } from '../errors.ts'
import type { Feed } from '../model/feed.ts'
import type { Notice, RuleNews } from '../model/notice.ts'
import { logicAppIds, type Rule } from '../model/rule.ts'
import type { Trouble } from '../model/rule-health.ts'
import type { NoticeChange, WantedPost, World } from '../ports.ts'

/** Whatever happens is shown before what is to be put right. */
const priority = 0

/**
 * Looks at every rule and tells once where it matters when one goes dead, and on the same card when it is well again. An Azure that is away ends
 * the look before anything is told: a rule's health is never guessed.
 */
export async function lookAtRules(world: World): Promise<undefined> {
  const rules = await world.azure.rules.list()
  const started = rules.filter(({ enabled }) => enabled).flatMap(logicAppIds)
  const failing = await askFailing(world, started)
  await keepFailing(world, failing)
  const troubles = await troublesFor(world, rules, failing)
  const now = new Map(rules.map(rule => [keyOf(rule.id), newsOf(rule, troubles.get(keyOf(rule.id)) ?? [])]))
  const told = (await world.store.notices.list('rule')).toSorted((a, b) => b.at.localeCompare(a.at))
  for (const notice of told) await tellChanges(world, notice, now)
  const known = new Set(told.flatMap(openIn).map(({ ruleId }) => keyOf(ruleId)))
  const fresh = rules.flatMap(rule => {
    const news = now.get(keyOf(rule.id))
    return news === undefined || news.troubles.length === 0 || known.has(keyOf(rule.id)) ? [] : [{ rule, news }]
  })
  if (fresh.length > 0) await tellNew(world, fresh, told)
}

type Health = ReadonlyMap<string, RuleNews>

function keyOf(ruleId: string): string {
  return ruleId.toLowerCase()
}

/** A disabled rule owes nobody anything. */
function newsOf({ id, name, enabled }: Rule, found: Trouble[]): RuleNews {
  const troubles = enabled ? found : []
  const ended = enabled ? 'well' : 'disabled'
  return { ruleId: id, ruleName: name, troubles, ...(troubles.length === 0 && { ended }) }
}

/** What a notice still follows: a rule that was well again has a card of its own when it breaks anew. */
function openIn({ content }: Notice): RuleNews[] {
  return content.type === 'rule' ? content.rules.filter(({ troubles }) => troubles.length > 0) : []
}

async function tellChanges(world: World, told: Notice, now: Health): Promise<void> {
  const current = new Map<string, RuleNews>()
  for (const news of openIn(told)) {
    const found = now.get(keyOf(news.ruleId)) ?? (await goneOr(world, news))
    current.set(keyOf(news.ruleId), found)
  }
  if (current.size === 0) return
  const at = world.clock.now().toISOString()
  await world.store.notices.change(told.id, before => before && changed(before, current, at))
}

function changed(before: Notice, current: Health, at: string): NoticeChange | undefined {
  if (before.content.type !== 'rule') return undefined
  const { rules: last } = before.content
  const rules = last.map(news => (news.troubles.length > 0 && current.get(keyOf(news.ruleId))) || news)
  if (rules.every((news, index) => sameTroubles(news, last[index]))) return undefined
  return { notice: { ...before, version: before.version + 1, changedAt: at, content: { type: 'rule', rules } }, places: [] }
}

/** Those that concern the same places are told on one card. */
async function tellNew(world: World, fresh: { rule: Rule; news: RuleNews }[], told: Notice[]): Promise<void> {
  const feeds = await world.store.feeds.list()
  const placed: { news: RuleNews; places: WantedPost[] }[] = []
  for (const { rule, news } of fresh) placed.push({ news, places: await placesOf(world, rule, feeds) })
  const at = world.clock.now().toISOString()
  for (const group of Map.groupBy(placed, ({ places }) => places.map(({ placeId }) => placeId).join()).values()) {
    const rules = group.map(({ news }) => news)
    const places = group[0]?.places ?? []
    const id = noticeId(rules, told)
    const notice: Notice = { id, version: 1, at, changedAt: at, content: { type: 'rule', rules } }
    await world.store.notices.change(id, before => (before === undefined ? { notice, places } : undefined))
  }
}

/** Each breaking has a card of its own, named after the ones before: an old one is far up in the channel. */
function noticeId(rules: RuleNews[], told: Notice[]): string {
  const names = rules.map(({ ruleId }) => `${keyOf(ruleId)} ${told.find(isAbout(ruleId))?.id ?? ''}`)
  return `n-${createHash('sha256').update(names.sort().join('\n')).digest('hex').slice(0, 16)}`
}

function isAbout(ruleId: string) {
  return ({ content }: Notice) => content.type === 'rule' && content.rules.some(news => keyOf(news.ruleId) === keyOf(ruleId))
}

function sameTroubles(a: RuleNews, b: RuleNews | undefined): boolean {
  const codes = (troubles: Trouble[]) =>
    troubles
      .map(({ code, level }) => `${code} ${level}`)
      .sort()
      .join()
  return b !== undefined && codes(a.troubles) === codes(b.troubles)
}

/** Where it was last saved from; else everywhere that acts on findings of its subscription. */
async function placesOf({ store }: World, rule: Rule, feeds: Feed[]): Promise<WantedPost[]> {
  const versions = await store.ruleHistory.list(rule.id, 20)
  const home = versions.flatMap(({ placeId }) => placeId ?? [])[0]
  if (home !== undefined && (await store.places.get(home)) !== undefined) return [{ placeId: home, audience: 'act', priority }]
  const carrying = feeds.filter(({ audience, filter: { subscriptions } }) => {
    const follows = subscriptions?.some(id => id.toLowerCase() === rule.subscription.toLowerCase()) ?? true
    return audience === 'act' && follows
  })
  return [...new Set(carrying.map(({ placeId }) => placeId))].map(placeId => ({ placeId, audience: 'act', priority }))
}

/**
 * Gone from the list is not enough: a subscription may be out of reach for a while. Then nothing new is known of its rules, and those of the others
 * are told all the same.
 */
async function goneOr({ azure, log }: World, news: RuleNews): Promise<RuleNews> {
  try {
    await azure.rules.get(news.ruleId)
    return news
  } catch (thrown) {
    const problem = toProblem(thrown)
    if (problem.code === 'NotFound') return { ...news, troubles: [], ended: 'deleted' }
    log.info({ rule: news.ruleId, error: problem }, 'whether a rule is gone could not be asked')
    return news
  }
}
