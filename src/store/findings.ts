import { type ExpressionBuilder, type ExpressionWrapper, type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { Problem } from '../errors.ts'
import type { Finding } from '../model/finding.ts'
import { Run } from '../model/run.ts'
import type { FindingFilter, Findings, Page } from '../ports.ts'
import type { Database } from './database.ts'
import { fromRow } from './finding-row.ts'
import type { Tables } from './schema.ts'

const columns = ['id', 'version', 'status', 'opened_at', 'changed_at', 'event', 'life'] as const
const Cursor = z.tuple([z.string(), z.string()])

type Where = ExpressionBuilder<Tables, 'findings'>

export function createFindings({ db, tenant }: Database): Findings {
  const runsOf = sql<
    string[]
  >`coalesce((select array_agg(r.run order by r.started_at, r.id) from runs r where r.tenant = findings.tenant and r.finding_id = findings.id), '{}')`.as(
    'runs',
  )

  function select() {
    return db.selectFrom('findings').select(columns).select(runsOf).where('tenant', '=', tenant)
  }

  async function get(id: string): Promise<Finding | undefined> {
    const row = await select().where('id', '=', id).executeTakeFirst()
    return row && fromRow(row, row.runs)
  }

  async function list(filter: FindingFilter, limit: number, cursor?: string): Promise<Page<Finding>> {
    const after = cursor === undefined ? undefined : readCursor(cursor)
    const page = select()
      .where(where => matching(where, filter))
      .$if(after !== undefined, query => query.where(sql<SqlBool>`(changed_at, id) < (${after?.[0] ?? ''}, ${after?.[1] ?? ''})`))
      .orderBy('changed_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
    const count = db
      .selectFrom('findings')
      .select(sql<number>`count(*)`.as('total'))
      .where('tenant', '=', tenant)
      .where(where => matching(where, filter))
    const [rows, total] = await Promise.all([page.execute(), count.executeTakeFirstOrThrow()])
    const items = rows.slice(0, limit).map(row => fromRow(row, row.runs))
    const last = rows.length > limit ? items.at(-1) : undefined
    return { items, total: total.total, ...(last && { next: writeCursor(last) }) }
  }

  async function body(id: string): Promise<string | undefined> {
    return (await db.selectFrom('findings').select('body').where('tenant', '=', tenant).where('id', '=', id).executeTakeFirst())
      ?.body
  }

  async function related(finding: Finding, limit: number): Promise<Finding[]> {
    const resource = finding.event.resource.id.toLowerCase()
    if (resource === '') return []
    const rows = await select()
      .where('resource', '=', resource)
      .where('id', '<>', finding.id)
      .orderBy('changed_at', 'desc')
      .limit(limit)
      .execute()
    return rows.map(row => fromRow(row, row.runs))
  }

  async function runs(filter: { startedBy?: string; states?: string[] }, limit: number): Promise<Run[]> {
    const rows = await db
      .selectFrom('runs')
      .select('run')
      .where('tenant', '=', tenant)
      .$if(filter.startedBy !== undefined, query => query.where('started_by', '=', filter.startedBy ?? ''))
      .$if(filter.states !== undefined, query => query.where('state', 'in', filter.states ?? []))
      .orderBy('started_at', 'desc')
      .limit(limit)
      .execute()
    return rows.map(({ run }) => Run.parse(JSON.parse(run)))
  }

  return { get, list, body, related, runs }
}

function matching(where: Where, filter: FindingFilter): ExpressionWrapper<Tables, 'findings', SqlBool> {
  const all = [
    ...(filter.kind === undefined ? [] : [where('kind', '=', filter.kind)]),
    ...(filter.severities === undefined ? [] : [where('severity', 'in', lower(filter.severities))]),
    ...(filter.status === undefined ? [] : [where('status', 'in', filter.status)]),
    ...(filter.ownerId === undefined ? [] : [where('owner_id', '=', filter.ownerId)]),
    ...(filter.unassigned === true ? [where('owner_id', 'is', null)] : []),
    ...(filter.subscriptions === undefined ? [] : [where('subscription', 'in', ['', ...lower(filter.subscriptions)])]),
    ...(filter.since === undefined ? [] : [where('changed_at', '>=', filter.since)]),
    ...(filter.words ?? []).map(word => sql<SqlBool>`position(${word.toLowerCase()} in search) > 0`),
  ]
  return where.and(all)
}

function lower(words: string[]): string[] {
  return words.length === 0 ? [''] : words.map(word => word.toLowerCase())
}

function writeCursor(finding: Finding): string {
  return Buffer.from(JSON.stringify([finding.changedAt, finding.id])).toString('base64url')
}

function readCursor(cursor: string): z.infer<typeof Cursor> {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch {
    throw new Problem('BadInput', 'This page is no longer known; list again from the start.', { field: 'cursor' })
  }
}
