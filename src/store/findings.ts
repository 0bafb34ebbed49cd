import { type ExpressionBuilder, type ExpressionWrapper, type RawBuilder, type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { Problem } from '../errors.ts'
import { Kind } from '../model/event.ts'
import type { Finding } from '../model/finding.ts'
import { Run } from '../model/run.ts'
import { severityRank } from '../model/severity.ts'
import type { FindingFilter, Findings, Order, Page, Readable } from '../ports.ts'
import { type Database, plain } from './database.ts'
import { columnsOfFAndE, fromRow, joinE, lower, type StoredFinding } from './finding-row.ts'
import type { Tables } from './schema.ts'
import { together } from './together.ts'

/** Where a page ended: the rank of its last finding's severity, when it happened, and its id. */
const Cursor = z.tuple([z.number(), z.string().max(40), z.string().max(40)])

const orders: Record<Order, RawBuilder<unknown>> = {
  newest: sql`f.happened_at desc, f.id desc`,
  severe: sql`f.rank desc, f.happened_at desc, f.id desc`,
}

type Where = ExpressionBuilder<Tables & { f: Tables['findings'] }, 'f'>

export function createFindings({ db, tenant, read }: Database): Findings {
  const select = () => db.selectFrom('findings as f').selectAll().where('f.tenant', '=', tenant)

  /** Chosen first, then read: only what is shown costs its event. */
  async function rowsOf(chosen: ReturnType<typeof select>, order: Order): Promise<StoredFinding[]> {
    const { rows } = await sql<StoredFinding>`select ${sql.raw(columnsOfFAndE)} from (${chosen}) f
      ${sql.raw(joinE)} order by ${orders[order]}`.execute(db)
    return rows
  }

  async function shown(chosen: ReturnType<typeof select>, order: Order): Promise<Finding[]> {
    return (await rowsOf(chosen, order)).map(row => fromRow(row, read))
  }

  function some(ids: string[]): Promise<Finding[]> {
    return shown(select().where('f.id', '=', sql<string>`any(${ids})`), 'newest')
  }

  const get = together<string, Finding | undefined>(async ids => {
    const found = new Map((await some(ids)).map(finding => [finding.id, finding]))
    return ids.map(id => found.get(id))
  })

  async function list(filter: FindingFilter, limit: number, cursor?: string, order: Order = 'newest'): Promise<Page<Finding>> {
    const severe = order === 'severe'
    const after = cursor === undefined ? undefined : readCursor(cursor)
    const page = select()
      .where(where => matching(where, filter))
      .$if(after !== undefined, query => query.where(isAfter(after ?? [0, '', ''], severe)))
      .orderBy(orders[order])
      .limit(limit + 1)
    const count = db
      .selectFrom('findings as f')
      .select(sql<number>`count(*)`.as('total'))
      .where('f.tenant', '=', tenant)
      .where(where => matching(where, filter))
    const [found, total] = await Promise.all([rowsOf(page, order), count.executeTakeFirstOrThrow()])
    const rows = found.slice(0, limit)
    const last = found.length > limit ? rows.at(-1) : undefined
    return { items: rows.map(row => fromRow(row, read)), total: total.total, ...(last && { next: writeCursor(last) }) }
  }

  async function body(id: string): Promise<string | undefined> {
    const row = await db
      .selectFrom('findings as f')
      .innerJoin('events as e', join =>
        join.onRef('e.tenant', '=', 'f.tenant').onRef('e.finding_id', '=', 'f.id').onRef('e.version', '=', 'f.body_version'),
      )
      .select('e.body')
      .where('f.tenant', '=', tenant)
      .where('f.id', '=', id)
      .executeTakeFirst()
    return row?.body ?? undefined
  }

  const latestOn = together<{ resource: string; limit: number }, Finding[]>(questions =>
    Promise.all(
      questions.map(({ resource, limit }) =>
        shown(select().where('f.resource', '=', resource).orderBy(orders.newest).limit(limit), 'newest'),
      ),
    ),
  )

  async function related({ id, event }: Finding, limit: number): Promise<Finding[]> {
    const resource = lower(event.resource.id)
    if (resource === '') return []
    const latest = await latestOn({ resource, limit: limit + 1 })
    return latest.filter(finding => finding.id !== id).slice(0, limit)
  }

  async function listRuns({ startedBy, states, readable }: Parameters<Findings['runs']>[0], limit: number): Promise<Run[]> {
    const rows = await db
      .selectFrom('runs as r')
      .select('r.run')
      .where('r.tenant', '=', tenant)
      .$if(startedBy !== undefined, query => query.where('r.started_by', '=', startedBy ?? ''))
      .$if(states !== undefined, query => query.where('r.state', '=', sql<string>`any(${states})`))
      .$if(readable !== undefined, query =>
        query.where(({ exists, selectFrom }) =>
          exists(
            selectFrom('findings as f')
              .select('f.id')
              .whereRef('f.tenant', '=', 'r.tenant')
              .whereRef('f.id', '=', 'r.finding_id')
              .where(where => readableBy(where, readable ?? {})),
          ),
        ),
      )
      .orderBy('r.started_at', 'desc')
      .limit(limit)
      .execute()
    return rows.map(({ run }) => Run.parse(JSON.parse(run)))
  }

  return { get, some, list, body, related, runs: listRuns }
}

function matching(where: Where, filter: FindingFilter): ExpressionWrapper<Tables & { f: Tables['findings'] }, 'f', SqlBool> {
  const all = [
    ...(filter.kind === undefined ? [] : [where('kind', '=', filter.kind)]),
    ...(filter.severities === undefined ? [] : [isOneOf(where, 'severity', filter.severities.map(lower))]),
    ...(filter.status === undefined ? [] : [isOneOf(where, 'status', filter.status)]),
    ...(filter.ownerId === undefined ? [] : [where('owner_id', '=', filter.ownerId)]),
    ...(filter.unassigned === true ? [where('owner_id', 'is', null)] : []),
    ...(filter.subscriptions === undefined ? [] : [isOneOf(where, 'subscription', ['', ...filter.subscriptions.map(lower)])]),
    ...(filter.readable === undefined ? [] : [readableBy(where, filter.readable)]),
    ...(filter.since === undefined ? [] : [where('changed_at', '>=', moment(filter.since))]),
    ...(filter.storm === undefined ? [] : [countedBy(filter.storm)]),
    ...(filter.words ?? []).map(word => sql<SqlBool>`position(${lower(word)} in search) > 0`),
  ]
  return where.and(all)
}

function readableBy<Joined extends { f: Tables['findings'] }>(where: ExpressionBuilder<Joined, 'f'>, readable: Readable) {
  const kinds = Kind.options.flatMap(kind => {
    const subscriptions = readable[kind]
    return subscriptions === undefined
      ? []
      : [sql<SqlBool>`(f.kind = ${kind} and f.subscription = any(${['', ...subscriptions.map(lower)]}))`]
  })
  return where.or(kinds)
}

function countedBy(storm: string) {
  return sql<SqlBool>`exists (select 1 from posts p where p.tenant = f.tenant and p.storm = ${plain(storm)} and p.about = f.id)`
}

/** None wanted means none found. */
function isOneOf(where: Where, column: 'severity' | 'status' | 'subscription', wanted: string[]) {
  return where(column, '=', sql<string>`any(${wanted})`)
}

/** As times are kept, whatever zone it came in. */
function moment(text: string): string {
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) throw new Problem('BadInput', `"${text}" is not a time.`, { field: 'since' })
  return time.toISOString()
}

function isAfter([rank, happenedAt, id]: z.infer<typeof Cursor>, severe: boolean) {
  return severe
    ? sql<SqlBool>`(rank, happened_at, id) < (${rank}, ${happenedAt}, ${id})`
    : sql<SqlBool>`(happened_at, id) < (${happenedAt}, ${id})`
}

/** As the columns have it: what the event tells, read again, may be another time than it was put in order by. */
function writeCursor({ severity, happened_at: happenedAt, id }: StoredFinding): string {
  return Buffer.from(JSON.stringify([severityRank(severity), happenedAt, id])).toString('base64url')
}

function readCursor(cursor: string): z.infer<typeof Cursor> {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch {
    throw new Problem('BadInput', 'This page is no longer known; list again from the start.', { field: 'cursor' })
  }
}
