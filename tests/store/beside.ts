import pg from 'pg'
import { silent } from '../../src/log.ts'
import type { Store } from '../../src/ports.ts'
import { openStore } from '../../src/store/store.ts'
import { readArrival } from '../fakes/sample-findings.ts'
import { freshDatabase } from '../jest/database.ts'

export interface Beside {
  store: Store
  /** A connection of somebody else's to the same database. */
  other: pg.Client
  close(): Promise<void>
}

/** A store on a database of its own, and another connection beside it. */
export async function openBeside(): Promise<Beside> {
  const database = await freshDatabase()
  const store = await openStore({ url: database.url, tenant: 't', log: silent, read: readArrival })
  const other = new pg.Client({ connectionString: database.url })
  await other.connect()
  return {
    store,
    other,
    async close() {
      await other.end()
      await store.close()
      await database.drop()
    },
  }
}
