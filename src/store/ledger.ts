import { createHash } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { LedgerDraft, LedgerEntry } from '../model/ledger.ts'
import { Person } from '../model/person.ts'
import type { Ledger } from '../ports.ts'
import { type Database, transaction } from './database.ts'
import type { LedgerRow } from './schema.ts'

const genesis = '0'.repeat(64)
const pageSize = 1000

/** Append-only, one chain a tenant: appends wait for each other, each takes in the hash before it. */
export function createLedger({ db, pool, tenant }: Database): Ledger {
  async function append(draft: LedgerDraft): Promise<LedgerEntry> {
    return transaction(pool, async client => {
      await client.query('select pg_advisory_xact_lock(hashtextextended($1, 1))', [`ledger ${tenant}`])
      const { rows } = await client.query<{ seq: number; hash: string }>(
        'select seq, hash from ledger where tenant = $1 order by seq desc limit 1',
        [tenant],
      )
      const entry = chained(draft, rows[0]?.seq ?? 0, rows[0]?.hash ?? genesis)
      const { seq, at, who, action, on, input, phase, result, requestId, prev, hash } = entry
      await client.query(
        'insert into ledger (tenant, seq, at, who, action, on_what, input, phase, result, request_id, prev, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)',
        [
          tenant,
          seq,
          at,
          who === undefined ? null : JSON.stringify(who),
          action,
          on,
          input,
          phase,
          result,
          requestId,
          prev,
          hash,
        ],
      )
      return entry
    })
  }

  async function list(filter: { on?: string; who?: string }, limit: number): Promise<LedgerEntry[]> {
    const rows = await db
      .selectFrom('ledger')
      .selectAll()
      .where('tenant', '=', tenant)
      .$if(filter.on !== undefined, query => query.where('on_what', '=', filter.on ?? ''))
      .$if(filter.who !== undefined, query => query.where('who', 'like', `%"id":"${filter.who ?? ''}"%`))
      .orderBy('seq', 'desc')
      .limit(limit)
      .execute()
    return rows.map(toEntry)
  }

  async function verify(): Promise<{ entries: number; brokenAt?: number }> {
    let last = { seq: 0, hash: genesis }
    for (;;) {
      const rows = await db
        .selectFrom('ledger')
        .selectAll()
        .where('tenant', '=', tenant)
        .where('seq', '>', last.seq)
        .orderBy('seq')
        .limit(pageSize)
        .execute()
      for (const entry of rows.map(toEntry)) {
        const { seq, prev, hash, ...draft } = entry
        if (chained(draft, last.seq, last.hash).hash !== hash || prev !== last.hash || seq !== last.seq + 1)
          return { entries: last.seq, brokenAt: seq }
        last = { seq, hash }
      }
      if (rows.length < pageSize) return { entries: last.seq }
    }
  }

  return { append, list, verify }
}

/** The hash covers the fields in a fixed order and the hash before. */
function chained(draft: LedgerDraft, lastSeq: number, prev: string): LedgerEntry {
  const seq = lastSeq + 1
  const { at, who, action, on, input, phase, result, requestId } = draft
  const covered = [seq, at, who?.id ?? '', who?.name ?? '', action, on, input, phase, result, requestId, prev]
  const hash = createHash('sha256').update(JSON.stringify(covered)).digest('hex')
  return { ...draft, seq, prev, hash }
}

function toEntry(row: Selectable<LedgerRow>): LedgerEntry {
  const { seq, at, action, input, phase, result, prev, hash } = row
  const who = row.who === null ? {} : { who: Person.parse(JSON.parse(row.who)) }
  return { seq, at, ...who, action, on: row.on_what, input, phase, result, requestId: row.request_id, prev, hash }
}
