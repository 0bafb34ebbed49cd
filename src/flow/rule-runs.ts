import { z } from 'zod'
import { toProblem } from '../errors.ts'
import { valueAt } from '../model/condition.ts'
import { Kind } from '../model/event.ts'
import { changed, type Finding } from '../model/finding.ts'
import type { Rule } from '../model/rule.ts'
import { foreignRunId, hasEnded, isOurs, type Run } from '../model/run.ts'
import type { Change, PastEvent, RunOf, World } from '../ports.ts'
import { bringersKnown } from './bringers.ts'
import type { Receive } from './receive.ts'
import { matchesOf } from './rule-matches.ts'

/** Azure starts a rule's logic app within seconds, and its list of runs lags by some more. */
const waitAtMostMs = 2 * 60_000
const shortestPauseMs = 4000
const longestPauseMs = 10_000
/** The run may have begun before its event came here. */
const earlierMs = 5 * 60_000
const waitingAtMost = 500
/** In a storm the oldest are let go: their runs are in Azure all the same. */
const eventsAtMost = 2000

/** A rule fired on a finding, by its conditions; the run that it started is looked for. */
const Waiting = z.object({
  findingId: z.string(),
  /** The event as Azure names it, lower case. */
  event: z.string(),
  at: z.string(),
  rule: z.object({ id: z.string(), name: z.string() }),
  app: z.string(),
})
type Waiting = z.infer<typeof Waiting>

const Kept = z.object({ mark: z.string(), waiting: z.array(Waiting) })
const keptText = 'rule-runs'

/**
 * Shows the runs that rules started in Azure on the cards of what they fired on. What came since the last look is held against the rules; the
 * apps of those that fire are looked at again and again for a while, each once a turn.
 */
export async function findRuleRuns(world: World): Promise<number | undefined> {
  const now = world.clock.now()
  const { mark, waiting: before } = await readKept(world, now)
  const fresh = await freshOnes(world, mark)
  const all = [...before, ...fresh.waiting]
    .filter(({ at }) => now.getTime() - Date.parse(at) < waitAtMostMs)
    .slice(-waitingAtMost)
  const waiting = await lookAtAll(world, all)
  await world.store.texts.put(keptText, JSON.stringify({ mark: fresh.mark, waiting }))
  return waiting.length === 0 ? undefined : pauseMs(waiting, now)
}

async function readKept({ store }: World, now: Date): Promise<z.infer<typeof Kept>> {
  const text = await store.texts.get(keptText)
  const kept = text === undefined ? undefined : Kept.parse(JSON.parse(text))
  const earliest = new Date(now.getTime() - waitAtMostMs).toISOString()
  return { mark: kept === undefined || kept.mark < earliest ? earliest : kept.mark, waiting: kept?.waiting ?? [] }
}

/** Events taken at or after the mark, held against the rules that start logic apps. */
async function freshOnes(world: World, mark: string): Promise<{ mark: string; waiting: Waiting[] }> {
  const rules = await world.azure.rules.list()
  const bringers = await bringersKnown(world)
  const matches = matchesOf(rules)
  const subscriptions = [...new Set(rules.map(({ subscription }) => subscription))]
  const waiting: Waiting[] = []
  let next = mark
  for (const kind of Kind.options) {
    let seen = 0
    for await (const page of world.store.events.since({ kind, since: mark, subscriptions })) {
      for (const past of page) {
        if (past.at > next) next = past.at
        waiting.push(...matches(past).flatMap(rule => waitingFor(rule, past, bringers)))
      }
      seen += page.length
      if (seen >= eventsAtMost) break
    }
  }
  return { mark: next, waiting }
}

function waitingFor(rule: Rule, { findingId, at, event }: PastEvent, bringers: Set<string>): Waiting[] {
  // Its name, by which a run is known to be about it, can't be told any more.
  if (event.unread === true) return []
  const apps = rule.targets.flatMap(({ logicAppId }) => logicAppId ?? []).filter(id => !bringers.has(id.toLowerCase()))
  return apps.map(app => ({ findingId, event: event.id.toLowerCase(), at, rule: { id: rule.id, name: rule.name }, app }))
}

/** Those whose run was not found yet. An app that can't be looked at now is looked at the next time. */
async function lookAtAll(world: World, all: Waiting[]): Promise<Waiting[]> {
  const left: Waiting[] = []
  for (const app of new Set(all.map(one => one.app))) {
    const mine = all.filter(one => one.app === app)
    left.push(
      ...(await lookAt(world, app, mine).catch(error => {
        // Of an app that is gone the health of its rule tells.
        const level = toProblem(error).code === 'NotFound' ? 'debug' : 'info'
        world.log[level]({ app, error }, 'runs of rules could not be looked for')
        return mine
      })),
    )
  }
  return left
}

async function lookAt(world: World, app: string, waiting: Waiting[]): Promise<Waiting[]> {
  const since = new Date(Math.min(...waiting.map(({ at }) => Date.parse(at))) - earlierMs)
  const events = new Set(waiting.map(({ event }) => event))
  const runs = await world.azure.logicApps.runsOf(app, since, body => eventIn(body, events))
  let left = waiting
  for (const run of runs.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))) {
    const found = isOurs(run.trackingId) ? undefined : left.find(({ event }) => event === run.of)
    if (found === undefined) continue
    if (await record(world, found, run)) left = left.filter(one => one !== found)
  }
  return left
}

/** As both forms of an event name it. */
function eventIn(body: unknown, events: Set<string>): string | undefined {
  const names = ['SystemAlertId', 'properties.systemAlertId', 'id', 'name'].map(path => valueAt(body, path))
  return names.map(name => (typeof name === 'string' ? name.toLowerCase() : '')).find(name => events.has(name))
}

/** False when the run belongs to an earlier firing and is on the card already. */
async function record(world: World, { findingId, rule, app }: Waiting, found: RunOf<string>): Promise<boolean> {
  const run: Run = {
    id: foreignRunId(findingId, app, found.workflowRunId),
    findingId,
    logicAppId: app,
    logicAppName: app.split('/').at(-1) ?? app,
    trigger: found.trigger,
    state: found.state,
    startedBy: { as: 'rule', id: rule.id.toLowerCase(), name: rule.name },
    startedAt: found.startedAt,
    link: world.azure.portalLink(`${app}/runs/${found.workflowRunId}`),
    workflowRunId: found.workflowRunId,
    ...(found.endedAt !== undefined && { endedAt: found.endedAt }),
    ...(found.error !== undefined && { error: found.error }),
  }
  return (await world.store.change(findingId, finding => withRun(finding, run, world.clock.now()))) !== undefined
}

function withRun(finding: Finding, run: Run, now: Date): Change | undefined {
  if (finding.runs.some(({ id }) => id === run.id)) return undefined
  const entry = { at: now.toISOString(), what: `started ${run.logicAppName} by the rule ${run.startedBy.name}`, run: run.id }
  return { finding: changed(finding, { runs: [...finding.runs, run] }, entry), places: [], watch: hasEnded(run) ? [] : [run.id] }
}

/** Often at first, seldom later. */
function pauseMs(waiting: Waiting[], now: Date): number {
  const youngest = Math.max(...waiting.map(({ at }) => Date.parse(at)))
  return Math.min(longestPauseMs, Math.max(shortestPauseMs, (now.getTime() - youngest) / 4))
}

/** Rules in Azure fire on what comes in here; nobody waits for that to be seen. */
const lookAfterMs = 1500

/** Takes events in as before; when something new came, the runs of rules are looked for soon after. */
export function lookingForRuns({ store, log }: Pick<World, 'store' | 'log'>, receive: Receive): Receive {
  let last = Number.NEGATIVE_INFINITY
  return async arrivals => {
    const taken = await receive(arrivals)
    if (performance.now() - last < lookAfterMs || taken.every(({ duplicate }) => duplicate)) return taken
    last = performance.now()
    store.jobs
      .send('chore', 'rule-runs', lookAfterMs)
      .catch((error: unknown) => log.warn({ error }, 'runs of rules are looked for after the next event'))
    return taken
  }
}
