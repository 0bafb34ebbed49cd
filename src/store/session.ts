import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { z } from 'zod'
import type { Log } from '../log.ts'
import type { Changed } from '../ports.ts'

const channel = 'defender_changes'
const reconnectMs = 500
/** Below the 8,000 bytes of a notification. */
const changesPerMessage = 60

const Message = z.object({
  tenant: z.string(),
  changes: z.array(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('finding'), id: z.string() }),
      z.object({ type: z.literal('post'), placeId: z.string(), id: z.string() }),
    ]),
  ),
})

interface Asked {
  query(text: string, values: unknown[]): Promise<unknown>
}

/** Tells all processes, with the caller's transaction. */
export async function announce(on: Asked, tenant: string, changes: Changed[]): Promise<void> {
  for (let from = 0; from < changes.length; from += changesPerMessage)
    await on.query('select pg_notify($1, $2)', [
      channel,
      JSON.stringify({ tenant, changes: changes.slice(from, from + changesPerMessage) }),
    ])
}

export interface Session {
  onChange(listener: (change: Changed) => void): () => void
  hold<Result>(key: string, work: () => Promise<Result>): Promise<Result | undefined>
  close(): Promise<void>
}

/**
 * One connection of its own for what belongs to a session: hearing of changes, and locks that die with the process. It comes back by
 * itself; locks held over a break are taken again when they are next asked for.
 */
export async function openSession(url: string, tenant: string, log: Log): Promise<Session> {
  const listeners = new Set<(change: Changed) => void>()
  let client: pg.Client | undefined
  let closed = false

  function hear(payload: string | undefined): void {
    const message = Message.safeParse(JSON.parse(payload ?? 'null'))
    if (!message.success || message.data.tenant !== tenant) return
    for (const change of message.data.changes) for (const listener of listeners) listener(change)
  }

  async function open(): Promise<void> {
    const next = new pg.Client({ connectionString: url, application_name: 'defender-chatops-session', keepAlive: true })
    next.on('error', () => undefined)
    next.on('end', () => void lost(next))
    next.on('notification', ({ payload }) => hear(payload))
    await next.connect()
    await next.query(`listen ${channel}`)
    client = next
  }

  async function lost(gone: pg.Client): Promise<void> {
    if (closed || client !== gone) return
    client = undefined
    log.warn({}, 'the listening connection was lost; reconnecting')
    while (!closed && client === undefined) {
      await pause(reconnectMs)
      await open().catch(() => undefined)
    }
  }

  async function hold<Result>(key: string, work: () => Promise<Result>): Promise<Result | undefined> {
    const on = client
    if (on === undefined) throw new Error('the session is reconnecting')
    const lock = [`${tenant} ${key}`]
    const { rows } = await on.query<{ held: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 2)) as held', lock)
    if (rows[0]?.held !== true) return undefined
    try {
      return await work()
    } finally {
      await on.query('select pg_advisory_unlock(hashtextextended($1, 2))', lock).catch(() => undefined)
    }
  }

  await open()
  return {
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    hold,
    async close() {
      closed = true
      await client?.end().catch(() => undefined)
    },
  }
}
