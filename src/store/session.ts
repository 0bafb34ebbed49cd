import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { Problem } from '../errors.ts'
import type { Log } from '../log.ts'
import { channel, type Message, readMessage } from './announce.ts'
import { applicationName } from './database.ts'
import { grouped } from './grouped.ts'

const firstPauseMs = 50
const longestPauseMs = 1000
/** Our corner of the database's advisory locks: jobs under way, requests in progress. */
export const lockSpace = { jobs: 778_401, requests: 2 }

export interface Session {
  hear(listener: (message: Message) => void): () => void
  /** What this process changed itself it knows at once, before the database tells all. */
  tell(message: Message): void
  /** Called after a break, during which messages were missed. */
  onReturn(listener: () => void): void
  /** Runs `work` while this session alone holds the key; undefined, without running it, when another does. */
  hold<Result>(key: string, work: () => Promise<Result>): Promise<Result | undefined>
  /** Marks numbers as alive with this process, also over a break of the connection. */
  claim(numbers: number[]): Promise<void>
  release(numbers: number[]): Promise<void>
  close(): Promise<void>
}

/** One connection of its own for what belongs to a session: hearing others, and locks that die with the process. It comes back by itself. */
export async function openSession(url: string, tenant: string, log: Log): Promise<Session> {
  const listeners = new Set<(message: Message) => void>()
  const returns = new Set<() => void>()
  const claimed = new Set<number>()
  const closing = new AbortController()
  let client: pg.Client | undefined
  /** The driver takes one query at a time. */
  let turn: Promise<unknown> = Promise.resolve()

  async function open(): Promise<void> {
    const next = new pg.Client({
      connectionString: url,
      application_name: applicationName,
      keepAlive: true,
      connectionTimeoutMillis: 5000,
    })
    next.on('error', () => undefined)
    next.on('notification', ({ payload }) => hear(payload))
    await next.connect()
    await next.query(`listen ${channel}`)
    if (closing.signal.aborted) return next.end()
    next.on('end', () => void lost(next))
    client = next
    if (claimed.size > 0) await query(claimSql, [lockSpace.jobs, [...claimed]])
  }

  function hear(payload: string | undefined): void {
    const message = readMessage(payload)
    if (message?.tenant === tenant) tell(message)
  }

  function tell(message: Message): void {
    for (const listener of listeners)
      try {
        listener(message)
      } catch (error) {
        log.error({ error }, 'a listener failed')
      }
  }

  async function lost(gone: pg.Client): Promise<void> {
    if (closing.signal.aborted || client !== gone) return
    client = undefined
    log.warn({}, 'the listening connection was lost; reconnecting')
    for (let attempt = 0; client === undefined && !closing.signal.aborted; attempt++) {
      await pause(Math.min(firstPauseMs * 2 ** attempt, longestPauseMs), undefined, { signal: closing.signal, ref: false }).catch(
        () => undefined,
      )
      await open().catch(() => undefined)
    }
    for (const listener of returns) listener()
  }

  async function query(text: string, values: unknown[]): Promise<Record<string, unknown>[]> {
    const answer = turn.then(async () => {
      if (client === undefined) throw new Problem('StoreUnavailable')
      const { rows } = await client.query<Record<string, unknown>>(text, values)
      return rows
    })
    turn = answer.catch(() => undefined)
    return answer.catch((cause: unknown) => Promise.reject(new Problem('StoreUnavailable', undefined, { cause })))
  }

  async function hold<Result>(key: string, work: () => Promise<Result>): Promise<Result | undefined> {
    const lock = [JSON.stringify([tenant, key]), lockSpace.requests]
    const on = client
    const [row] = await query('select pg_try_advisory_lock(hashtextextended($1, $2)) as held', lock)
    if (row?.held !== true) return undefined
    try {
      return await work()
    } finally {
      if (client === on) await query('select pg_advisory_unlock(hashtextextended($1, $2))', lock).catch(() => undefined)
    }
  }

  const release = grouped<number[], undefined>(
    { weigh: () => 1, atMost: 500, lanes: 1, isFaultOfOne: () => false },
    async calls => {
      await query(releaseSql, [lockSpace.jobs, calls.flat()]).catch(() => undefined)
      return calls.map(() => ({ answer: undefined }))
    },
  )

  await open()
  return {
    hold,
    hear(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    tell,
    onReturn: listener => void returns.add(listener),
    async claim(numbers) {
      for (const number of numbers) claimed.add(number)
      await query(claimSql, [lockSpace.jobs, numbers]).catch(() => undefined)
    },
    async release(numbers) {
      for (const number of numbers) claimed.delete(number)
      await release(numbers)
    },
    async close() {
      closing.abort()
      await client?.end().catch(() => undefined)
    },
  }
}

/** Shared, so that two jobs with one number never wait for each other. */
const claimSql = 'select pg_advisory_lock_shared($1::int, n) from unnest($2::int[]) n'
const releaseSql = 'select pg_advisory_unlock_shared($1::int, n) from unnest($2::int[]) n'
