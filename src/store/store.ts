import { sql } from 'kysely'
import type { Log } from '../log.ts'
import { RunState } from '../model/run.ts'
import type { Clock, PastEvents, ReadBody, Store, StoreStatus } from '../ports.ts'
import { connect, type Database, disconnect, guarding, unavailable } from './database.ts'
import { createFeeds } from './feeds.ts'
import { createFindings } from './findings.ts'
import { createForget } from './forget.ts'
import { openJobs } from './jobs.ts'
import { createLedger } from './ledger.ts'
import { createNotices } from './notices.ts'
import { createPastEvents } from './past-events.ts'
import { createPosts } from './posts.ts'
import { openReadiness } from './readiness.ts'
import { createDeadLetters, createPeople, createPlaces, createRequests } from './records.ts'
import { createRuleHistory } from './rule-history.ts'
import { openSession } from './session.ts'
import { createTexts } from './texts.ts'
import { createWriter } from './writer.ts'

export interface StoreOptions {
  /** `postgres://…`; any number of processes may share it. */
  url: string
  tenant: string
  log: Log
  read: ReadBody
  /** Whether the database's disk has room, where that can be told without the database. */
  hasRoom?: () => Promise<boolean>
  /** The machine's own when not given. */
  clock?: Clock
  /** Connections to the database, beside one that listens. */
  poolSize?: number
}

const connections = 10

/** Everything kept, in PostgreSQL. Brings the tables up to date first. */
export async function openStore({ url, tenant, log, read, hasRoom, clock, poolSize }: StoreOptions): Promise<Store> {
  const database = await connect({
    url,
    tenant,
    log,
    read,
    clock: clock ?? { now: () => new Date() },
    poolSize: poolSize ?? connections,
  })
  const session = await openSession(url, tenant, log).catch(thrown => fail(database, thrown))
  const jobs = await openJobs(database, session).catch(thrown => session.close().then(() => fail(database, thrown)))
  const writer = createWriter(database, jobs)
  const readiness = openReadiness(database)
  const guard = guarding(readiness.noticed, hasRoom)
  const held = new Set<string>()

  return {
    ...guard({ ...writer }),
    findings: guard({ ...createFindings(database) }),
    events: guardedEvents(createPastEvents(database)),
    posts: guard({ ...createPosts(database) }),
    notices: guard({ ...createNotices(database, jobs) }),
    places: guard({ ...createPlaces(database, jobs) }),
    feeds: guard({ ...createFeeds(database, session) }),
    ruleHistory: guard({ ...createRuleHistory(database) }),
    texts: guard({ ...createTexts(database) }),
    requests: {
      ...guard({ ...createRequests(database, jobs) }),
      hold: (id, work) => holdOnce(held, id, () => session.hold(id, work)),
    },
    ledger: guard({ ...createLedger(database) }),
    deadLetters: guard({ ...createDeadLetters(database) }),
    people: guard({ ...createPeople(database) }),
    jobs,
    onChange: listener => session.hear(({ changes }) => changes.forEach(listener)),
    ...guard({ ready: readiness.ready, status: () => statusOf(database), forget: createForget(database) }),
    async close() {
      await jobs.stop()
      await jobs.close()
      await session.close()
      await disconnect(database)
    },
  }
}

/** Pages fail on the way: each is guarded. */
function guardedEvents({ since }: PastEvents): PastEvents {
  return {
    async *since(filter) {
      try {
        yield* since(filter)
      } catch (thrown) {
        throw unavailable(thrown)
      }
    },
  }
}

async function fail(database: Database, thrown: unknown): Promise<never> {
  await disconnect(database)
  throw unavailable(thrown)
}

/** A session's lock can be taken again by the same session; within the process the set says no. */
async function holdOnce<Result>(
  held: Set<string>,
  id: string,
  work: () => Promise<Result | undefined>,
): Promise<Result | undefined> {
  if (held.has(id)) return undefined
  held.add(id)
  try {
    return await work()
  } finally {
    held.delete(id)
  }
}

async function statusOf({ db, tenant }: Database): Promise<StoreStatus> {
  const count = (table: 'events' | 'findings' | 'dead_letters') =>
    db.selectFrom(table).select(sql<number>`count(*)`.as('n')).where('tenant', '=', tenant).executeTakeFirstOrThrow()
  const [events, findings, deadLetters, behind, runs] = await Promise.all([
    count('events'),
    count('findings'),
    count('dead_letters'),
    db
      .selectFrom('posts')
      .select(sql<number>`count(*)`.as('n'))
      .where('tenant', '=', tenant)
      .whereRef('shown', '<', 'wanted')
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('runs')
      .select(['state', sql<number>`count(*)`.as('n')])
      .where('tenant', '=', tenant)
      .groupBy('state')
      .execute(),
  ])
  const states: StoreStatus['runs'] = { queued: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0, refused: 0 }
  for (const { state, n } of runs) states[RunState.parse(state)] = n
  return { events: events.n, findings: findings.n, deadLetters: deadLetters.n, behind: behind.n, runs: states }
}
