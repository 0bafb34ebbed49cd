import type { PoolClient } from 'pg'
import type { Finding } from '../model/finding.ts'
import { findingId } from '../model/finding.ts'
import type { Changed, JobName, Store } from '../ports.ts'
import { announce } from './announce.ts'
import { closedBefore, mayBeForgotten } from './closed-alerts.ts'
import { type Database, type End, inOneGo, isBadData, repeated } from './database.ts'
import { type Draft, type Granted, grant, type Known, type Wish } from './draft.ts'
import { grouped, type Outcome } from './grouped.ts'
import type { Enqueue } from './job-queues.ts'
import type { JobEngine } from './jobs.ts'
import { lockFindings, writeFindings } from './write-findings.ts'
import { type Touched, writePosts } from './write-posts.ts'

const wishesAtOnce = 500
/** One transaction at a time: what comes meanwhile makes the next one larger, which measured faster than two smaller ones side by side. */
const lanes = 1

/** All writes of findings go through here: calls that come while a transaction runs share the next one, in multi-row statements. */
export function createWriter(database: Database, jobs: JobEngine): Pick<Store, 'accept' | 'change'> {
  const { pool, tenant, clock, read } = database
  const ask = grouped<Wish[], Granted[]>(
    { weigh: wishes => wishes.length, atMost: wishesAtOnce, lanes, isFaultOfOne: isBadData },
    async calls => {
      const { outcomes, wanted } = await repeated(pool, (client, end, attempt) => commit(client, calls, end, attempt))
      for (const name of wanted) jobs.wake(name)
      return outcomes
    },
  )
  let wereNew = true

  async function commit(client: PoolClient, calls: Wish[][], end: End, attempt: number) {
    const guessed = wereNew && attempt === 1 ? guess(calls) : undefined
    const { outcomes, drafts } = guessed ?? (await decided(client, calls))
    const written = [...drafts.values()]
    if (written.length === 0) return { outcomes, wanted: [] }
    const [, wanted] = await inOneGo([writeFindings(client, tenant, written), show(client, written, end)])
    return { outcomes, wanted }
  }

  async function decided(client: PoolClient, calls: Wish[][]): Promise<Decision> {
    const ids = [...new Set(calls.flat().map(({ id }) => id))].sort()
    const known = await lockFindings(client, tenant, ids, read)
    wereNew = known.size === 0
    return decide(calls, known, await closedBefore(client, tenant, calls.flat(), known))
  }

  /** Where no place shows it, all of it and the commit leave at once. Which jobs have something to do then. */
  async function show(client: PoolClient, drafts: Draft[], end: End): Promise<JobName[]> {
    const posts = await writePosts(client, tenant, drafts, clock.now().toISOString())
    const wanted = jobsFor(posts, drafts)
    const names = [...new Set(wanted.map(({ name }) => name))]
    await inOneGo([
      announce(client, { tenant, changes: changesOf(drafts, posts), jobs: names }),
      jobs.enqueue(client, wanted).then(end),
    ])
    return names
  }

  return {
    async accept(arrivals, plan) {
      if (arrivals.length === 0) return []
      const wishes = arrivals.map(arrival => ({
        id: findingId(arrival.event),
        arrival,
        plan: (before: Finding | undefined, closedAt: string | undefined) => plan(arrival, before, closedAt),
      }))
      const granted = await ask(wishes)
      return granted.map(({ id, changed }) => ({ findingId: id, duplicate: !changed }))
    },
    async change(id, plan) {
      const granted = await ask([{ id, plan: before => before && plan(before) }])
      return granted.find(({ changed }) => changed)?.finding
    },
  }
}

interface Decision {
  outcomes: Outcome<Granted[]>[]
  drafts: Map<string, Draft>
}

function decide(calls: Wish[][], known: ReadonlyMap<string, Known>, closed: ReadonlyMap<string, string>): Decision {
  const drafts = new Map<string, Draft>()
  return { outcomes: calls.map(call => outcomeOf(call, { known, closed }, drafts)), drafts }
}

/**
 * In a flood all is new, and to look for it first takes a third of the time. Where everything that comes would be written as new, it is: what is
 * there all the same refuses its row, and all begin anew with a look. Undefined where something needs the look.
 */
function guess(calls: Wish[][]): Decision | undefined {
  if (!calls.every(call => call.every(({ arrival }) => arrival !== undefined && !mayBeForgotten(arrival)))) return undefined
  const decision = decide(calls, new Map(), new Map())
  const isNew = (outcome: Outcome<Granted[]>) => 'answer' in outcome && outcome.answer.every(({ changed }) => changed)
  return decision.outcomes.every(isNew) ? decision : undefined
}

function outcomeOf(call: Wish[], seen: Parameters<typeof grant>[1], drafts: Map<string, Draft>): Outcome<Granted[]> {
  try {
    return { answer: grant(call, seen, drafts) }
  } catch (failed) {
    return { failed }
  }
}

function changesOf(drafts: Draft[], posts: Touched[]): Changed[] {
  return [
    ...drafts.map(({ finding }): Changed => ({ type: 'finding', id: finding.id })),
    ...posts.map(({ id, placeId }): Changed => ({ type: 'post', placeId, id })),
  ]
}

function jobsFor(posts: Touched[], drafts: Draft[]): Enqueue[] {
  const watched = drafts.flatMap(({ steps }) => steps.flatMap(({ change }) => change.watch ?? []))
  return [
    ...[...new Set(posts.map(({ placeId }) => placeId))].map((key): Enqueue => ({ name: 'place', key, delayMs: 0 })),
    ...watched.map((key): Enqueue => ({ name: 'run', key, delayMs: 0 })),
  ]
}
