import { hostname } from 'node:os'
import { Kysely, PostgresDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { z } from 'zod'
import { Problem } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Clock, ReadBody } from '../ports.ts'
import { type ReadStored, storedReader } from './kept-event.ts'
import { provider } from './migrations.ts'
import type { Tables } from './schema.ts'

export interface Database {
  db: Kysely<Tables>
  pool: pg.Pool
  /** Its commits don't wait for the disk: for what may be forgotten when the database dies, because it is then done again. */
  hasty: pg.Pool
  tenant: string
  clock: Clock
  log: Log
  read: ReadStored
}

export interface DatabaseOptions {
  url: string
  tenant: string
  clock: Clock
  log: Log
  read: ReadBody
  poolSize: number
}

/** Our schema in a database that may be shared with others. */
export const schema = 'defender'
/** Tells this process's connections from those of others. */
export const applicationName = `defender-chatops ${hostname()} ${process.pid}`.slice(0, 63)
const hastyConnections = 2
const connectWithinMs = 10_000
const statementWithinMs = 60_000

/** 64-bit counts and numbers come as text otherwise. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

export function openPool({ url, log }: Pick<DatabaseOptions, 'url' | 'log'>, max: number, session: string[]): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: connectWithinMs,
    application_name: applicationName,
    statement_timeout: statementWithinMs,
    keepAlive: true,
    pipeline: true,
    onConnect: client => client.query(session.join(';')),
  })
  pool.on('error', error => log.warn({ error }, 'a database connection was lost'))
  // A connection that breaks while it is lent out tells only itself; unheard, that would end the process.
  pool.on('connect', client => void client.on('error', () => undefined))
  return pool
}

/** Opens the pool and brings the tables up to date. A lost connection is a warning here and a Problem where it was needed. */
export async function connect({ url, tenant, clock, log, read, poolSize }: DatabaseOptions): Promise<Database> {
  const inOurSchema = `set search_path to ${schema}`
  const pool = openPool({ url, log }, poolSize, [inOurSchema])
  const hasty = openPool({ url, log }, hastyConnections, [inOurSchema, 'set synchronous_commit to off'])
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  const error = await broughtUpToDate({ url, log }, inOurSchema)
  const database = { db, pool, hasty, tenant, clock, log, read: storedReader(read, log) }
  if (error === undefined) return database
  await disconnect(database)
  throw unavailable(error)
}

/** As long as it takes: of a million findings each statement is minutes, and another process waits as long for it. What it failed of, if it did. */
async function broughtUpToDate(options: Pick<DatabaseOptions, 'url' | 'log'>, inOurSchema: string): Promise<unknown> {
  const pool = openPool(options, 2, [inOurSchema, 'set statement_timeout to 0'])
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  const { error } = await new Migrator({ db, provider, migrationTableSchema: schema }).migrateToLatest()
  await db.destroy()
  return error
}

export async function disconnect({ db, hasty }: Database): Promise<void> {
  await Promise.all([db.destroy(), hasty.end()])
}

/** Any failure of the database → StoreUnavailable; a value it can't hold → BadInput; Problems of ours pass. */
export function unavailable(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  if (isBadData(thrown))
    return new Problem('BadInput', "A text in the request is too long or holds characters that can't be kept.", { cause: thrown })
  return new Problem('StoreUnavailable', isFullDisk(thrown) ? diskFull : undefined, { cause: thrown })
}
const diskFull = 'The disk of the database is full; nothing was accepted.'

type Guard = <Part extends Record<string, (...args: never[]) => Promise<unknown>>>(part: Part) => Part

/**
 * Wraps every function of a port's part, so that no caller ever sees a vendor's error; `noticed` hears of each failure. A database that is gone does not
 * say that its disk is full: `hasRoom` does.
 */
export function guarding(noticed: (problem: Problem) => void, hasRoom: () => Promise<boolean> = async () => true): Guard {
  async function refuse(thrown: unknown): Promise<never> {
    const problem = unavailable(thrown)
    noticed(problem)
    if (problem.code !== 'StoreUnavailable' || (await hasRoom())) throw problem
    throw new Problem('StoreUnavailable', diskFull, { cause: problem })
  }
  return part => {
    const entries = Object.entries(part).map(([name, method]) => [name, (...args: never[]) => method(...args).catch(refuse)])
    return Object.fromEntries(entries)
  }
}

/**
 * Statements that were sent to one connection without waiting for each other, or work that began by sending one: awaits all, and tells what the
 * first in order failed of. In a transaction the others failed because of it.
 */
export async function inOneGo<Sent extends readonly Promise<unknown>[] | []>(
  sent: Sent,
): Promise<{ -readonly [Index in keyof Sent]: Awaited<Sent[Index]> }> {
  const failed = (await Promise.allSettled(sent)).find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
  return Promise.all(sent)
}

/** Commits along with the statements sent before it: of one that fails the database makes a rollback. */
export type End = () => Promise<void>

/** One transaction on one connection; rolled back when `work` throws. Work that looks at no answer of its last statements may end it with them. */
export async function transaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, end: End) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  let ended: Promise<unknown> | undefined
  let broken = false
  async function end(): Promise<void> {
    ended ??= client.query('commit')
    await ended
  }
  try {
    const [, result] = await inOneGo([client.query('begin'), work(client, end)])
    await end()
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

/** Raised when another process wrote the same rows between our look and our write. */
export class Overtaken extends Error {}

const SqlError = z.object({ code: z.string() })
/** Serialization failure, deadlock. */
const passing = new Set(['40001', '40P01'])
const tries = 8

/** A value the database does not take: too long for a key, of a wrong form. */
export function isBadData(thrown: unknown): boolean {
  return /^(22|54)/.test(SqlError.safeParse(thrown).data?.code ?? '')
}

/** A row with this key is there. */
export function isTaken(thrown: unknown): boolean {
  return SqlError.safeParse(thrown).data?.code === '23505'
}

function isFullDisk(thrown: unknown): boolean {
  return SqlError.safeParse(thrown).data?.code === '53100'
}

/** The transaction again, as long as it only lost against others. `work` is told which attempt it is, from 1. */
export async function repeated<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, end: End, attempt: number) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction(pool, (client, end) => work(client, end, attempt))
    } catch (thrown) {
      const again = thrown instanceof Overtaken || passing.has(SqlError.safeParse(thrown).data?.code ?? '')
      if (!again || attempt >= tries) throw thrown
    }
  }
}

/** PostgreSQL's text holds every character but NUL. */
export function plain(text: string): string {
  return text.includes('\u0000') ? text.replaceAll('\u0000', '\uFFFD') : text
}
