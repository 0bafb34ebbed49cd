import type { PoolClient } from 'pg'
import { type Db, type Job, PgBoss } from 'pg-boss'
import type { JobName } from '../ports.ts'
import { type Database, repeated } from './database.ts'
import { grouped, type Outcome } from './grouped.ts'
import { bossSchema, JobData, lockWaiting, moveWaiting } from './waiting.ts'

/** Whoever writes to several queues does so in this order, so that nobody waits in a circle. */
export const jobNames: JobName[] = ['chore', 'deployment', 'place', 'request', 'run']
const turnsAtMost = 20
const forever = 2_000_000_000
/** For a process that lives but hangs; a dead one's jobs move at once. */
const hangsAfterS = 900

export interface Enqueue {
  name: JobName
  key: string
  delayMs: number
}

export interface TakenJob {
  id: string
  retryCount: number
  data: JobData
}

/** A job whose handler ended, and how long its key pauses, if it is due again. */
export interface EndedJob {
  name: JobName
  job: TakenJob
  again?: { data: JobData; delayMs: number }
}

/** The jobs that wait and those under way, as rows: one queue per tenant and name. */
export interface JobQueues {
  /** In the database. */
  names: Record<JobName, string>
  /** Adds jobs in the caller's transaction, as its last step: what waits already stays locked until it commits. */
  enqueue(client: PoolClient, jobs: Enqueue[]): Promise<void>
  take(name: JobName, atMost: number): Promise<TakenJob[]>
  end(ended: EndedJob): Promise<void>
  /** Jobs of a dead process wait again. */
  free(name: JobName, ids: string[]): Promise<void>
  close(): Promise<void>
}

/**
 * pg-boss on our own pool. Policy `stately` with the key: one waiting and one active per key over all processes, so sends coalesce and a
 * send during work leads to one more turn. Fetches and ends don't wait for the disk: one that the database forgets leaves a job that runs
 * again, and finds nothing left to do.
 */
export async function openJobQueues(database: Database): Promise<JobQueues> {
  const queues = queueNames(database.tenant)
  const boss = await startBoss(database, Object.values(queues))
  const settle = grouped<EndedJob, undefined>({ weigh: () => 1, atMost: 200, lanes: 1, isFaultOfOne: () => false }, endAll)

  async function enqueue(client: PoolClient, jobs: Enqueue[]): Promise<void> {
    for (const name of jobNames) {
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
  async function endAll(ended: EndedJob[]): Promise<Outcome<undefined>[]> {
    await repeated(database.hasty, async client => {
      for (const name of jobNames) {
        const mine = ended.filter(end => end.name === name)
        if (mine.length === 0) continue
        const done = mine.map(({ job: { id, retryCount } }) => ({ id, retryCount }))
        await boss.complete(queues[name], done, null, { db: on(client) })
        const next = mine.flatMap(({ again }) => again ?? [])
        await pauseAll(client, queues[name], next)
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

  return {
    names: queues,
    enqueue,
    take: async (name, atMost) => (await boss.fetch(queues[name], { batchSize: atMost })).map(taken),
    end: settle,
    async free(name, ids) {
      await boss.fail(queues[name], ids)
    },
    close: () => boss.stop({ graceful: false, close: false }),
  }
}

/** A process only ever takes its own tenant's jobs. */
function queueNames(tenant: string): Record<JobName, string> {
  const safe = /^(?!x-)[\w.-]+$/.test(tenant) ? tenant : `x-${Buffer.from(tenant).toString('hex')}`
  return perName(name => `${safe}/${name}`)
}

export function perName<Value>(make: (name: JobName) => Value): Record<JobName, Value> {
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

function taken({ id, retryCount, data }: Job<unknown> & { retryCount: number }): TakenJob {
  return { id, retryCount, data: JobData.parse(data) }
}
