import { Kysely, PostgresDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { Problem } from '../errors.ts'
import type { Log } from '../log.ts'
import { provider } from './migrations.ts'
import type { Tables } from './schema.ts'

export interface Database {
  db: Kysely<Tables>
  pool: pg.Pool
  tenant: string
}

pg.types.setTypeParser(pg.types.builtins.INT8, Number)

/** Opens the pool and brings the tables up to date. A lost connection is a warning here and a Problem where it was needed. */
export async function connect(url: string, tenant: string, log: Log, max = 12): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max, connectionTimeoutMillis: 10_000, application_name: 'defender-chatops' })
  pool.on('error', error => log.warn({ error }, 'a database connection was lost'))
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  const { error } = await new Migrator({ db, provider }).migrateToLatest()
  if (error !== undefined) {
    await db.destroy()
    throw unavailable(error)
  }
  return { db, pool, tenant }
}

/** Any failure of the database → StoreUnavailable; Problems of ours pass. */
export function unavailable(thrown: unknown): Problem {
  return thrown instanceof Problem ? thrown : new Problem('StoreUnavailable', undefined, { cause: thrown })
}

/** Wraps every function of a port's part, so that no caller ever sees a vendor's error. */
export function guarded<Part extends Record<string, (...args: never[]) => Promise<unknown>>>(part: Part): Part {
  const entries = Object.entries(part).map(([name, method]) => [
    name,
    (...args: never[]) => method(...args).catch((thrown: unknown) => Promise.reject(unavailable(thrown))),
  ])
  return Object.fromEntries(entries)
}

/** One transaction on one connection; rolled back when `work` throws. */
export async function transaction<Result>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect()
  let broken = false
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (thrown) {
    broken = await client.query('rollback').then(
      () => false,
      () => true,
    )
    throw thrown
  } finally {
    client.release(broken)
  }
}
