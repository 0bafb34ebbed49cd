import { createHash } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { PoolClient } from 'pg'
import type { LedgerDraft, LedgerEntry } from '../model/ledger.ts'
import type { Ledger, LedgerFilter } from '../ports.ts'
import { type Database, isBadData, plain, repeated } from './database.ts'
import { grouped } from './grouped.ts'
import type { LedgerRow } from './schema.ts'
import { textArray } from './text-array.ts'

const genesis = '0'.repeat(64)
const pageSize = 1000
const atOnce = 200
const lockKind = 1

interface End {
  seq: number
  hash: string
}

/** Append-only, one chain a tenant: appends of all processes wait for each other, each takes in the hash before it. */
export function createLedger({ db, pool, tenant }: Database): Ledger {
  const append = grouped<LedgerDraft, LedgerEntry>(
    { weigh: () => 1, atMost: atOnce, lanes: 1, isFaultOfOne: isBadData },
    async drafts => {
      const entries = await repeated(pool, async client => {
        const chain = chainOn(await lockEnd(client, tenant), drafts)
        await insert(client, tenant, chain)
        return chain
      })
      return entries.map(answer => ({ answer }))
    },
  )

  async function list(filter: LedgerFilter, limit: number): Promise<LedgerEntry[]> {
    const rows = await db
      .selectFrom('ledger')
      .selectAll()
      .where('tenant', '=', tenant)
      .$if(filter.on !== undefined, query => query.where('on_what', '=', filter.on ?? ''))
      .$if(filter.who !== undefined, query => query.where('who_id', '=', filter.who ?? ''))
      .$if(filter.action !== undefined, query => query.where('action', '=', filter.action ?? ''))
      .$if(filter.phases !== undefined, query => query.where('phase', '=', sql<LedgerRow['phase']>`any(${filter.phases})`))
      .$if(filter.since !== undefined, query => query.where('at', '>=', filter.since ?? ''))
      .$if(filter.before !== undefined, query => query.where('seq', '<', filter.before ?? 0))
      .$if(filter.after !== undefined, query => query.where('seq', '>', filter.after ?? 0))
      .orderBy('seq', filter.after === undefined ? 'desc' : 'asc')
      .limit(limit)
      .execute()
    return rows.map(toEntry)
  }

  async function verify(): Promise<{ entries: number; brokenAt?: number }> {
    let end: End = { seq: 0, hash: genesis }
    for (;;) {
      const rows = await db
        .selectFrom('ledger')
        .selectAll()
        .where('tenant', '=', tenant)
        .where('seq', '>', end.seq)
        .orderBy('seq')
        .limit(pageSize)
        .execute()
      for (const entry of rows.map(toEntry)) {
        if (!fits(entry, end)) return { entries: end.seq, brokenAt: entry.seq }
        end = entry
      }
      if (rows.length < pageSize) return { entries: end.seq }
    }
  }

  return { append, list, verify }
}

async function lockEnd(client: PoolClient, tenant: string): Promise<End> {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, $2))', [tenant, lockKind])
  const { rows } = await client.query<End>('select seq, hash from ledger where tenant = $1 order by seq desc limit 1', [tenant])
  return rows[0] ?? { seq: 0, hash: genesis }
}

function chainOn(end: End, drafts: LedgerDraft[]): LedgerEntry[] {
  const entries: LedgerEntry[] = []
  for (const draft of drafts) entries.push(chained(asKept(draft), entries.at(-1) ?? end))
  return entries
}

/** The hash must cover what the database can give back. */
function asKept({ who, ...draft }: LedgerDraft): LedgerDraft {
  return {
    at: plain(draft.at),
    action: plain(draft.action),
    on: plain(draft.on),
    input: plain(draft.input),
    phase: draft.phase,
    result: plain(draft.result),
    requestId: plain(draft.requestId),
    ...(who && { who: { id: plain(who.id), name: plain(who.name) } }),
  }
}

/** The hash covers the fields in a fixed order and the hash before. */
function chained(draft: LedgerDraft, { seq: lastSeq, hash: prev }: End): LedgerEntry {
  const seq = lastSeq + 1
  const { at, who, action, on, input, phase, result, requestId } = draft
  const covered = [seq, at, who?.id ?? null, who?.name ?? null, action, on, input, phase, result, requestId, prev]
  const hash = createHash('sha256').update(JSON.stringify(covered)).digest('hex')
  return { ...draft, seq, prev, hash }
}

function fits({ seq, prev, hash, ...draft }: LedgerEntry, end: End): boolean {
  return seq === end.seq + 1 && prev === end.hash && chained(draft, end).hash === hash
}

async function insert(client: PoolClient, tenant: string, entries: LedgerEntry[]): Promise<void> {
  const texts = (column: (entry: LedgerEntry) => string | undefined) => textArray(entries.map(entry => column(entry) ?? null))
  await client.query({
    name: 'append-ledger',
    text: `insert into ledger (tenant, seq, at, who_id, who_name, action, on_what, input, phase, result, request_id, prev, hash)
      select $1, * from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
        $11::text[], $12::text[], $13::text[])`,
    values: [
      tenant,
      entries.map(({ seq }) => seq),
      texts(({ at }) => at),
      texts(({ who }) => who?.id),
      texts(({ who }) => who?.name),
      texts(({ action }) => action),
      texts(({ on }) => on),
      texts(({ input }) => input),
      texts(({ phase }) => phase),
      texts(({ result }) => result),
      texts(({ requestId }) => requestId),
      texts(({ prev }) => prev),
      texts(({ hash }) => hash),
    ],
  })
}

function toEntry(row: Selectable<LedgerRow>): LedgerEntry {
  const { seq, at, action, input, phase, result, prev, hash } = row
  const who = row.who_id === null ? {} : { who: { id: row.who_id, name: row.who_name ?? '' } }
  return { seq, at, ...who, action, on: row.on_what, input, phase, result, requestId: row.request_id, prev, hash }
}
