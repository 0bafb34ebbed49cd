import type { Problem } from '../errors.ts'
import { type Database, transaction } from './database.ts'

export interface Readiness {
  /** What some call of the store ended in. */
  noticed(problem: Problem): void
  /** Rejects while the database can't be read, or refuses what it refused before. */
  ready(): Promise<void>
}

/** Ends a transaction that was only tried. */
class TakenBack extends Error {}

/**
 * A full disk answers questions and even takes what fits between the rows there are. So once something failed, as much as an event takes is written
 * and taken back, until that works again; before, asking is enough.
 */
export function openReadiness({ pool, tenant }: Database): Readiness {
  let doubtful = false

  async function writeAndTakeBack(): Promise<void> {
    await transaction(pool, async client => {
      await client.query(
        `insert into events (tenant, finding_id, version, at, event) values ($1, '', 0, '', repeat('x', 8000))`,
        [tenant],
      )
      throw new TakenBack()
    }).catch(thrown => (thrown instanceof TakenBack ? undefined : Promise.reject(thrown)))
  }

  return {
    noticed({ code }) {
      doubtful ||= code === 'StoreUnavailable'
    },
    async ready() {
      if (!doubtful) return void (await pool.query('select 1'))
      await writeAndTakeBack()
      doubtful = false
    },
  }
}
