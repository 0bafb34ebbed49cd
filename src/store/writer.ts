import type { PoolClient } from 'pg'
import type { Finding } from '../model/finding.ts'
import { findingId } from '../model/finding.ts'
import type { Changed, JobName, Store } from '../ports.ts'
import { announce } from './announce.ts'
import { closedBefore } from './closed-alerts.ts'
import { type Database, type End, inOneGo, isBadData, repeated } from './database.ts'
import { type Draft, type Granted, grant, type Wish } from './draft.ts'
import { grouped, type Outcome } from './grouped.ts'
import type { Enqueue } from './job-queues.ts'
import type { JobEngine } from './jobs.ts'
import { lockFindings, writeFindings } from './write-findings.ts'
import { type Touched, writePosts } from './write-posts.ts'

const wishesAtOnce = 500
/** While one transaction waits for the disk, the next is made. */
const lanes = 2

/** All writes of findings go through here: calls that come while a transaction runs share the next one, in multi-row statements. */
export function createWriter(database: Database, jobs: JobEngine): Pick<Store, 'accept' | 'change'> {
  const { pool, tenant, clock, read } = database
  const ask = grouped<Wish[], Granted[]>(
    { weigh: wishes => wishes.length, atMost: wishesAtOnce, lanes, isFaultOfOne: isBadData },
    calls => repeated(pool, (client, end) => commit(client, calls, end)),
  )

  async function commit(client: PoolClient, calls: Wish[][], end: End): Promise<Outcome<Granted[]>[]> {
    const known = await lockFindings(client, tenant, [...new Set(calls.flat().map(({ id }) => id))].sort(), read)
    const closed = await closedBefore(client, tenant, calls.flat(), known)
    const drafts = new Map<string, Draft>()
    const outcomes = calls.map(call => outcomeOf(call, { known, closed }, drafts))
    const written = [...drafts.values()]
    if (written.length > 0) await inOneGo([writeFindings(client, tenant, written), show(client, written, end)])
    return outcomes
  }

  /** Where no place shows it, all of it and the commit leave at once. */
  async function show(client: PoolClient, drafts: Draft[], end: End): Promise<void> {
    const posts = await writePosts(client, tenant, drafts, clock.now().toISOString())
    const wanted = jobsFor(posts, drafts)
    const message = { tenant, changes: changesOf(drafts, posts), jobs: namesOf(wanted) }
    await inOneGo([announce(client, message), jobs.enqueue(client, wanted).then(end)])
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
      jobs.wake('place')
      return granted.map(({ id, changed }) => ({ findingId: id, duplicate: !changed }))
    },
    async change(id, plan) {
      const granted = await ask([{ id, plan: before => before && plan(before) }])
      jobs.wake('place')
      jobs.wake('run')
      return granted.find(({ changed }) => changed)?.finding
    },
  }
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

function namesOf(jobs: Enqueue[]): JobName[] {
  return [...new Set(jobs.map(({ name }) => name))]
}
