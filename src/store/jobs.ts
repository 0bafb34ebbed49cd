import type { Pool, PoolClient } from 'pg'
import { type Db, type Job, PgBoss } from 'pg-boss'
import type { Log } from '../log.ts'
import type { JobName, Jobs } from '../ports.ts'

/** How long a job may be active before it counts as its process' death, s; handlers stay well below. */
const expiry: Record<JobName, number> = { place: 10, run: 30, request: 60 }
const names: JobName[] = ['place', 'run', 'request']
/** How many keys of one queue are worked at once in a process. */
const atOnce = 32
const pollMs = 500
const forever = 1_000_000

export interface Enqueue {
  name: JobName
  key: string
  delayMs: number
}

export interface JobEngine extends Jobs {
  /** Adds jobs in the caller's transaction. */
  enqueue(client: PoolClient, jobs: Enqueue[]): Promise<void>
  /** Something may be waiting: looks at once. */
  wake(name: JobName): void
  close(): Promise<void>
}

type Handlers = Record<JobName, (key: string) => Promise<number | undefined>>

/**
 * pg-boss on our own pool. Policy `stately` with the key: one waiting and one active per key over all processes, so sends coalesce and a
 * send during work leads to one more turn. Keys run side by side: a slow one holds a slot, never the others.
 */
export async function openJobs(pool: Pool, log: Log): Promise<JobEngine> {
  const db: Db = { executeSql: (text, values) => pool.query(text, values) }
  const boss = new PgBoss({
    db,
    schedule: false,
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    maintenanceIntervalSeconds: 3600,
    monitorVacuum: false,
    reindex: false,
  })
  boss.on('error', error => log.warn({ error }, 'the job engine met an error'))
  await boss.start()
  for (const name of names)
    await boss.createQueue(name, {
      policy: 'stately',
      expireInSeconds: expiry[name],
      retryLimit: forever,
      retryDelay: 0,
      deleteAfterSeconds: 60,
      retentionSeconds: 14 * 86_400,
    })

  const active: Record<JobName, Set<string>> = { place: new Set(), run: new Set(), request: new Set() }
  const pumping: Record<JobName, boolean> = { place: false, run: false, request: false }
  const again: Record<JobName, boolean> = { place: false, run: false, request: false }
  let handlers: Handlers | undefined
  let timer: NodeJS.Timeout | undefined
  const underWay = new Set<Promise<void>>()

  async function insert(jobs: Enqueue[], on: Db): Promise<void> {
    for (const name of names) {
      const mine = jobs.filter(job => job.name === name)
      if (mine.length > 0)
        await boss.insert(
          name,
          mine.map(({ key, delayMs }) => ({
            name,
            singletonKey: key,
            data: { key },
            ...(delayMs > 0 && { startAfter: new Date(Date.now() + delayMs) }),
          })),
          { db: on },
        )
    }
  }

  async function pump(name: JobName): Promise<void> {
    if (handlers === undefined) return
    if (pumping[name]) {
      again[name] = true
      return
    }
    pumping[name] = true
    try {
      do {
        again[name] = false
        await fetchSome(name, handlers)
      } while (again[name] && active[name].size < atOnce)
    } catch (error) {
      log.warn({ error, name }, 'jobs could not be fetched')
    } finally {
      pumping[name] = false
    }
  }

  async function fetchSome(name: JobName, on: Handlers): Promise<void> {
    const free = atOnce - active[name].size
    if (free <= 0) return
    const jobs = await boss.fetch<{ key: string }>(name, { batchSize: free })
    for (const job of jobs) begin(name, job, on)
    if (jobs.length === free) again[name] = true
  }

  function begin(name: JobName, job: Job<{ key: string }>, on: Handlers): void {
    const turn = work(name, job, on).finally(() => {
      active[name].delete(job.id)
      underWay.delete(turn)
      void pump(name)
    })
    active[name].add(job.id)
    underWay.add(turn)
  }

  async function work(name: JobName, job: Job<{ key: string }>, on: Handlers): Promise<void> {
    const { key } = job.data
    const delayMs = await on[name](key).catch((error: unknown) => {
      log.warn({ error, name, key }, 'a job failed and is tried again')
      return 1000 + Math.random() * 1000
    })
    try {
      if (delayMs !== undefined) await insert([{ name, key, delayMs }], db)
      await boss.complete(name, job.id)
    } catch (error) {
      log.warn({ error, name, key }, 'a job could not be completed; it runs again after its expiry')
    }
  }

  return {
    enqueue: (client, jobs) => insert(jobs, { executeSql: (text, values) => client.query(text, values) }),
    wake: name => void pump(name),
    async send(name, key, delayMs) {
      await insert([{ name, key, delayMs }], db)
      void pump(name)
    },
    async work(given) {
      handlers = given
      timer = setInterval(() => names.forEach(name => void pump(name)), pollMs)
      for (const name of names) void pump(name)
    },
    async stop() {
      handlers = undefined
      clearInterval(timer)
      await Promise.allSettled([...underWay])
    },
    close: () => boss.stop({ graceful: false, close: false }),
  }
}
