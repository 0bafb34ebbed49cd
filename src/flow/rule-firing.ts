import { type Firing, firingDays, keepFiring, readFiring } from '../actions/rules/facts.ts'
import { Kind } from '../model/event.ts'
import { baseOf, logicAppIds, type Rule } from '../model/rule.ts'
import { whyRule } from '../model/rule-why.ts'
import { isOurs } from '../model/run.ts'
import type { World } from '../ports.ts'
import { matchesOf } from './rule-matches.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000
/** Azure starts a logic app within seconds and lists the run within some more; younger events prove nothing yet. */
const settledMs = 10 * 60_000

/** A rule as it stands since it was first seen so: nothing earlier can be held against it. */
interface Judged {
  rule: Rule
  since: Date
  /** Events that met it, by UTC hour: for an app that can't be looked at all the way back. */
  met: Map<string, number>
}

/** Counts what each rule should have fired on lately, and whether its logic app was started by such an event at all. */
export async function countFiring(world: World): Promise<undefined> {
  const now = world.clock.now()
  const rules = (await world.azure.rules.list()).filter(({ enabled }) => enabled)
  const judged = sinceWhen(rules, await readFiring(world), now)
  await meet(world, judged, new Date(now.getTime() - settledMs))
  const firing: Firing = {}
  for (const one of judged) firing[one.rule.id.toLowerCase()] = await firingOf(world, one, now)
  await keepFiring(world, firing)
  await world.store.jobs.send('chore', 'rule-health', 0)
}

/** A rule that changed, wherever it was changed, begins anew. */
function sinceWhen(rules: Rule[], before: Firing, now: Date): Judged[] {
  const earliest = new Date(now.getTime() - firingDays * dayMs)
  return rules.map(rule => {
    const known = before[rule.id.toLowerCase()]
    const first = known?.base === baseOf(rule) ? new Date(known.first) : now
    return { rule, since: first > earliest ? first : earliest, met: new Map() }
  })
}

async function meet(world: World, judged: Judged[], until: Date): Promise<void> {
  const byRule = new Map(judged.map(one => [one.rule, one]))
  const matches = matchesOf(judged.map(({ rule }) => rule))
  const since = new Date(Math.min(until.getTime(), ...judged.map(one => one.since.getTime()))).toISOString()
  const subscriptions = [...new Set(judged.map(({ rule }) => rule.subscription))]
  for (const kind of Kind.options)
    for await (const page of world.store.events.since({ kind, since, subscriptions }))
      for (const event of page.filter(({ at }) => at <= until.toISOString()))
        for (const rule of matches(event)) countMet(byRule.get(rule), event.at)
}

function countMet(judged: Judged | undefined, at: string): void {
  if (judged === undefined || at < judged.since.toISOString()) return
  const hour = hourOf(at)
  judged.met.set(hour, (judged.met.get(hour) ?? 0) + 1)
}

/** `2026-11-24T12` */
function hourOf(at: string): string {
  return at.slice(0, 13)
}

async function firingOf(world: World, judged: Judged, now: Date): Promise<Firing[string]> {
  const { rule, since, met } = judged
  const mark = { base: baseOf(rule), first: since.toISOString() }
  const { found, back } = met.size === 0 ? { found: false, back: mark.first } : await fired(world, rule, since)
  // The hour in which looking back ended was not looked at whole.
  const seen = [...met].filter(([hour]) => back === mark.first || hour > hourOf(back))
  const should = seen.reduce((sum, [, count]) => sum + count, 0)
  return { ...mark, should, fired: found ? 1 : 0, hours: Math.ceil((now.getTime() - Date.parse(back)) / hourMs) }
}

/** Runs recorded here; where there are none, those that the logic app's own history holds and nobody here started. */
async function fired({ store, azure }: World, rule: Rule, since: Date): Promise<{ found: boolean; back: string }> {
  const back = since.toISOString()
  const [last] = await store.findings.runs({ startedBy: rule.id.toLowerCase() }, 1)
  if (last !== undefined && last.startedAt >= back) return { found: true, back }
  const [app] = logicAppIds(rule)
  if (app === undefined) return { found: false, back }
  return azure.logicApps.anyRunOf(app, since, (body, { trackingId }) => !isOurs(trackingId) && firesOn(rule, body))
}

function firesOn(rule: Rule, body: unknown): boolean {
  return Kind.options.some(kind => whyRule(rule, { kind, subject: rule.scopes[0] ?? rule.id, body }).outcome === 'matched')
}
