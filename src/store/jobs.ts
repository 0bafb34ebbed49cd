import type { PoolClient } from 'pg'
import { type Db, type Job, PgBoss } from 'pg-boss'
import type { JobHandlers, JobName, Jobs } from '../ports.ts'
import { type Database, repeated, unavailable } from './database.ts'
import { grouped, type Outcome } from './grouped.ts'
import { type Look, watchOver } from './orphans.ts'
import type { Session } from './session.ts'
import { bossSchema, claimOf, JobData, lockWaiting, moveWaiting } from './waiting.ts'

const names: JobName[] = ['chore', 'deployment', 'place', 'request', 'run']
/** How many keys of one queue are worked at once in a process: a place mostly waits for its chat. */
const atOnce: Record<JobName, number> = { chore: 32, deployment: 32, place: 128, request: 32, run: 32 }
const turnsAtMost = 20
const forever = 2_000_000_000
/** For a process that lives but hangs; a dead one's jobs move at once. */
const hangsAfterS = 900
const firstRetryMs = 500
const longestRetryMs = 60_000

export interface Enqueue {
  name: JobName
  key: string
  delayMs: number
}

export interface JobEngine extends Jobs {
  /** Adds jobs in the caller's transaction, as its last step: what waits already stays locked until it commits. */
  enqueue(client: PoolClient, jobs: Enqueue[]): Promise<void>
  /** Something may be waiting: looks at once. */
  wake(name: JobName): void
  close(): Promise<void>
}

type Handler = NonNullable<JobHandlers[JobName]>

interface Taken {
  id: string
  retryCount: number
  data: JobData
}

/** A job whose handler ended, and how long its key pauses, if it is due again. */
interface Ended {
  queue: string
  job: Taken
  again?: { data: JobData; delayMs: number }
}

/**
 * pg-boss on our own pool. Policy `stately` with the key: one waiting and one active per key over all processes, so sends coalesce and a
 * send during work leads to one more turn. We fetch ourselves: with pg-boss' workers a slow key holds up its batch, here it holds one slot.
 * Fetches and ends don't wait for the disk: one that the database forgets leaves a job that runs again, and finds nothing left to do.
 */
export async function openJobs(database: Database, session: Session): Promise<JobEngine> {
  const { pool, hasty, log } = database
  const queues = queueNames(database.tenant)
  const boss = await startBoss(database, Object.values(queues))
  const active = perName(() => new Set<string>())
  const pumping = new Set<JobName>()
  const again = new Set<JobName>()
  const underWay = new Set<Promise<void>>()
  const timers = new Set<NodeJS.Timeout>()
  const settle = grouped<Ended, undefined>({ weigh: () => 1, atMost: 200, lanes: 1, isFaultOfOne: () => false }, endAll)
  let handlers: JobHandlers = {}
  let stopLooking: (() => void) | undefined

  async function enqueue(client: PoolClient, jobs: Enqueue[]): Promise<void> {
    for (const name of names) {
      const soonest = new Map<string, number>()
      for (const job of jobs)
        if (job.name === name) soonest.set(job.key, Math.min(job.delayMs, soonest.get(job.key) ?? job.delayMs))
      if (soonest.size > 0) await add(client, queues[name], soonest)
    }
  }

  /** Every key waits afterwards. A row that another transaction adds meanwhile makes us look again. */
  async function add(client: PoolClient, queue: string, wanted: Map<string, number>): Promise<void> {
    const missing = new Map([...wanted].sort(([a], [b]) => (a < b ? -1 : 1)))
    for (let turn = 0; missing.size > 0 && turn < turnsAtMost; turn++) {
      const waiting = await lockWaiting(client, queue, [...missing.keys()], [...missing.values()])
      const late = waiting
        .filter(({ settled }) => !settled)
        .map(({ key }) => ({ data: fresh(key), delayMs: missing.get(key) ?? 0 }))
      if (late.length > 0) await moveWaiting(client, queue, late)
      for (const { key } of waiting) missing.delete(key)
      const rest = [...missing].map(([key, delayMs]) => ({ data: fresh(key), delayMs }))
      if ((await insert(client, queue, rest)) === rest.length) return
    }
  }

  /** How many could be added; the others wait already. */
  async function insert(client: PoolClient, queue: string, jobs: { data: JobData; delayMs: number }[]): Promise<number> {
    if (jobs.length === 0) return 0
    const rows = jobs.map(({ data, delayMs }) => ({
      singletonKey: data.key,
      data,
      ...(delayMs > 0 && { startAfter: `${delayMs} milliseconds` }),
    }))
    return (await boss.insert(queue, rows, { db: on(client), returnId: true }))?.length ?? 0
  }

  /** Done jobs leave; those due again wait, paused, in the same transaction. */
  async function endAll(ended: Ended[]): Promise<Outcome<undefined>[]> {
    await repeated(hasty, async client => {
      for (const queue of Object.values(queues).sort()) {
        const mine = ended.filter(end => end.queue === queue)
        if (mine.length === 0) continue
        await boss.complete(
          queue,
          mine.map(({ job: { id, retryCount } }) => ({ id, retryCount })),
          null,
          { db: on(client) },
        )
        await pauseAll(
          client,
          queue,
          mine.flatMap(({ again: next }) => next ?? []),
        )
      }
    })
    return ended.map(() => ({ answer: undefined }))
  }

  /** A send that came during the turn waits already: the pause holds for it too. */
  async function pauseAll(client: PoolClient, queue: string, pauses: { data: JobData; delayMs: number }[]): Promise<void> {
    let missing = pauses.toSorted((a, b) => (a.data.key < b.data.key ? -1 : 1))
    for (let turn = 0; missing.length > 0 && turn < turnsAtMost; turn++) {
      const waiting = await lockWaiting(
        client,
        queue,
        missing.map(({ data }) => data.key),
        missing.map(({ delayMs }) => delayMs),
      )
      const there = new Set(waiting.map(({ key }) => key))
      await moveWaiting(
        client,
        queue,
        missing.filter(({ data }) => there.has(data.key)),
      )
      missing = missing.filter(({ data }) => !there.has(data.key))
      if ((await insert(client, queue, missing)) === missing.length) return
    }
  }

  async function pump(name: JobName): Promise<void> {
    again.add(name)
    if (pumping.has(name)) return
    pumping.add(name)
    try {
      while (again.delete(name)) await fetchSome(name)
    } catch (error) {
      log.warn({ error, name }, 'jobs could not be fetched')
    } finally {
      pumping.delete(name)
    }
  }

  async function fetchSome(name: JobName): Promise<void> {
    const handle = handlers[name]
    const free = atOnce[name] - active[name].size
    if (handle === undefined || free <= 0) return
    const jobs = (await boss.fetch(queues[name], { batchSize: free })).map(taken)
    for (const { id } of jobs) active[name].add(id)
    if (jobs.length > 0) void session.claim(jobs.map(({ id }) => claimOf(id)))
    for (const job of jobs) begin(name, job, handle)
    if (jobs.length === free) again.add(name)
  }

  function begin(name: JobName, job: Taken, handle: Handler): void {
    const turn = work(name, job, handle).finally(() => {
      active[name].delete(job.id)
      underWay.delete(turn)
      void session.release([claimOf(job.id)])
      void pump(name)
    })
    underWay.add(turn)
  }

  async function work(name: JobName, job: Taken, handle: Handler): Promise<void> {
    const { key, tries } = job.data
    const next = await handle(key).then(
      delayMs => (delayMs === undefined ? undefined : { data: { key, tries: 0, pause: true }, delayMs: Math.max(0, delayMs) }),
      (error: unknown) => {
        log.warn({ error, name, key, tries }, 'a job failed and is tried again')
        return { data: { key, tries: tries + 1, pause: true }, delayMs: retryAfterMs(tries) }
      },
    )
    await settle({ queue: queues[name], job, ...(next && { again: next }) }).catch((error: unknown) =>
      log.warn({ error, name, key }, 'a job could not be ended; it runs again'),
    )
    if (next !== undefined) wakeIn(name, next.delayMs)
  }

  function wakeIn(name: JobName, delayMs: number): void {
    if (delayMs === 0) return void pump(name)
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        void pump(name)
      },
      Math.min(delayMs + 1, longestRetryMs),
    ).unref()
    timers.add(timer)
  }

  function seen({ due, orphans }: Look): void {
    for (const name of names) {
      const lost = orphans.filter(({ queue, id }) => queue === queues[name] && !active[name].has(id)).map(({ id }) => id)
      if (lost.length > 0)
        void boss.fail(queues[name], lost).then(
          () => pump(name),
          error => log.warn({ error }, 'jobs of a dead process could not be freed'),
        )
      if (due.has(queues[name])) void pump(name)
    }
  }

  session.onReturn(() => names.forEach(name => void pump(name)))
  session.hear(({ jobs }) => jobs.forEach(name => void pump(name)))

  return {
    enqueue,
    wake: name => void pump(name),
    async send(name, key, delayMs) {
      await repeated(pool, client => enqueue(client, [{ name, key, delayMs }])).catch(thrown =>
        Promise.reject(unavailable(thrown)),
      )
      if (handlers[name] !== undefined) wakeIn(name, delayMs)
    },
    async work(given) {
      handlers = given
      stopLooking = watchOver(database, Object.values(queues), seen)
      for (const name of names) void pump(name)
    },
    async stop() {
      handlers = {}
      stopLooking?.()
      for (const timer of timers) clearTimeout(timer)
      await Promise.allSettled([...underWay])
    },
    close: () => boss.stop({ graceful: false, close: false }),
  }
}

/** One queue per tenant and name: a process only ever takes its own tenant's jobs. */
function queueNames(tenant: string): Record<JobName, string> {
  const safe = /^(?!x-)[\w.-]+$/.test(tenant) ? tenant : `x-${Buffer.from(tenant).toString('hex')}`
  return perName(name => `${safe}/${name}`)
}

function perName<Value>(make: (name: JobName) => Value): Record<JobName, Value> {
  return {
    chore: make('chore'),
    deployment: make('deployment'),
    place: make('place'),
    request: make('request'),
    run: make('run'),
  }
}

async function startBoss({ hasty, log }: Database, queues: string[]): Promise<PgBoss> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => hasty.query(text, values) },
    schema: bossSchema,
    schedule: false,
    superviseIntervalSeconds: 30,
    monitorIntervalSeconds: 60,
    maintenanceIntervalSeconds: 60,
    queueCacheIntervalSeconds: 600,
    monitorVacuum: false,
    reindex: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
  })
  boss.on('error', error => log.warn({ error }, 'the job engine met an error'))
  await boss.start()
  const there = new Set((await boss.getQueues(queues)).map(({ name }) => name))
  for (const queue of queues)
    if (!there.has(queue))
      await boss.createQueue(queue, {
        policy: 'stately',
        expireInSeconds: hangsAfterS,
        retryLimit: forever,
        retryDelay: 0,
        deleteAfterSeconds: 10,
      })
  return boss
}

function on(client: PoolClient): Db {
  return { executeSql: (text, values) => client.query(text, values) }
}

function fresh(key: string): JobData {
  return { key, tries: 0, pause: false }
}

function taken({ id, retryCount, data }: Job<unknown> & { retryCount: number }): Taken {
  return { id, retryCount, data: JobData.parse(data) }
}

function retryAfterMs(tries: number): number {
  return Math.min(longestRetryMs, firstRetryMs * 2 ** tries) * (0.75 + Math.random() / 4)
}
