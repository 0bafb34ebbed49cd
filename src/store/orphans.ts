import { z } from 'zod'
import type { Database } from './database.ts'
import { lockSpace } from './session.ts'
import { lookSql } from './waiting.ts'

const everyMs = 500
/** A process whose connection broke has this long to come back before its jobs go to others, ms. */
const graceMs = 1000

export interface Look {
  /** Queues in which something is due. */
  due: Set<string>
  /** Active jobs whose process is gone. */
  orphans: { queue: string; id: string }[]
}

const Row = z.object({ name: z.string(), id: z.string().nullable() })

/** Looks at the queues regularly, for what no notification tells: delays that ended elsewhere, processes that died. Returns how to stop. */
export function watchOver({ pool, log }: Database, queues: string[], tell: (look: Look) => void): () => void {
  const missedSince = new Map<string, number>()
  let looking = false

  async function look(): Promise<void> {
    const { rows } = await pool.query({ name: 'look', text: lookSql, values: [queues, lockSpace.jobs] })
    const found = rows.map(row => Row.parse(row))
    const lost = found.flatMap(({ name, id }) => (id === null ? [] : [{ queue: name, id }]))
    const now = performance.now()
    for (const id of missedSince.keys()) if (!lost.some(job => job.id === id)) missedSince.delete(id)
    for (const { id } of lost) missedSince.set(id, missedSince.get(id) ?? now)
    const orphans = lost.filter(({ id }) => now - (missedSince.get(id) ?? now) >= graceMs)
    tell({ due: new Set(found.filter(({ id }) => id === null).map(({ name }) => name)), orphans })
  }

  const timer = setInterval(() => {
    if (looking) return
    looking = true
    look()
      .catch(error => log.debug({ error }, 'the queues could not be looked at'))
      .finally(() => {
        looking = false
      })
  }, everyMs).unref()
  return () => clearInterval(timer)
}
