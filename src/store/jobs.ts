import type { JobHandlers, JobName, Jobs } from '../ports.ts'
import { type Database, repeated, unavailable } from './database.ts'
import { type JobQueues, jobNames, openJobQueues, perName, type TakenJob } from './job-queues.ts'
import { type Look, watchOver } from './orphans.ts'
import type { Session } from './session.ts'
import { claimOf } from './waiting.ts'

/** How many keys of one queue are worked at once in a process: a place mostly waits for its chat. */
const atOnce: Record<JobName, number> = { chore: 32, deployment: 32, place: 128, request: 32, run: 32 }
const firstRetryMs = 500
const longestRetryMs = 60_000

export interface JobEngine extends Jobs, Pick<JobQueues, 'enqueue' | 'close'> {
  /** Something may be waiting: looks at once. */
  wake(name: JobName): void
}

type Handler = NonNullable<JobHandlers[JobName]>

/**
 * Works what waits in the queues. We fetch ourselves: with pg-boss' workers a slow key holds up its batch, here it holds one slot. What waits for
 * a handler, a delay or a dead process is found by regular looks; what was just sent, at once.
 */
export async function openJobs(database: Database, session: Session): Promise<JobEngine> {
  const { pool, log } = database
  const queues = await openJobQueues(database)
  const active = perName(() => new Set<string>())
  const pumping = new Set<JobName>()
  const again = new Set<JobName>()
  const underWay = new Set<Promise<void>>()
  const timers = new Set<NodeJS.Timeout>()
  let handlers: JobHandlers = {}
  let stopLooking: (() => void) | undefined

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
    const jobs = await queues.take(name, free)
    for (const { id } of jobs) active[name].add(id)
    if (jobs.length > 0) void session.claim(jobs.map(({ id }) => claimOf(id)))
    for (const job of jobs) begin(name, job, handle)
    if (jobs.length === free) again.add(name)
  }

  function begin(name: JobName, job: TakenJob, handle: Handler): void {
    const turn = work(name, job, handle).finally(() => {
      active[name].delete(job.id)
      underWay.delete(turn)
      void session.release([claimOf(job.id)])
      void pump(name)
    })
    underWay.add(turn)
  }

  async function work(name: JobName, job: TakenJob, handle: Handler): Promise<void> {
    const { key, tries } = job.data
    const next = await handle(key).then(
      delayMs => (delayMs === undefined ? undefined : { data: { key, tries: 0, pause: true }, delayMs: Math.max(0, delayMs) }),
      (error: unknown) => {
        log.warn({ error, name, key, tries }, 'a job failed and is tried again')
        return { data: { key, tries: tries + 1, pause: true }, delayMs: retryAfterMs(tries) }
      },
    )
    await queues
      .end({ name, job, ...(next && { again: next }) })
      .catch((error: unknown) => log.warn({ error, name, key }, 'a job could not be ended; it runs again'))
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
    for (const name of jobNames) {
      const queue = queues.names[name]
      const lost = orphans.filter(orphan => orphan.queue === queue && !active[name].has(orphan.id)).map(({ id }) => id)
      if (lost.length > 0)
        void queues.free(name, lost).then(
          () => pump(name),
          error => log.warn({ error }, 'jobs of a dead process could not be freed'),
        )
      if (due.has(queue)) void pump(name)
    }
  }

  session.onReturn(() => jobNames.forEach(name => void pump(name)))
  session.hear(({ jobs }) => jobs.forEach(name => void pump(name)))

  return {
    enqueue: queues.enqueue,
    wake: name => void pump(name),
    async send(name, key, delayMs) {
      await repeated(pool, client => queues.enqueue(client, [{ name, key, delayMs }])).catch(thrown =>
        Promise.reject(unavailable(thrown)),
      )
      if (handlers[name] !== undefined) wakeIn(name, delayMs)
    },
    async work(given) {
      handlers = given
      stopLooking = watchOver(database, Object.values(queues.names), seen)
      for (const name of jobNames) void pump(name)
    },
    async stop() {
      handlers = {}
      stopLooking?.()
      for (const timer of timers) clearTimeout(timer)
      await Promise.allSettled([...underWay])
    },
    close: queues.close,
  }
}

function retryAfterMs(tries: number): number {
  return Math.min(longestRetryMs, firstRetryMs * 2 ** tries) * (0.75 + Math.random() / 4)
}
