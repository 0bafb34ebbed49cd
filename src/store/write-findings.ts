import type { PoolClient } from 'pg'
import { inOneGo, isTaken, Overtaken, plain } from './database.ts'
import { type Draft, eventsOf, type KeptEvent, type Known } from './draft.ts'
import { columnsOfFAndE, fromRow, joinE, type StoredFinding, toRow } from './finding-row.ts'
import type { ReadStored } from './kept-event.ts'
import type { FindingRow } from './schema.ts'
import { textArray } from './text-array.ts'

/**
 * Findings as they stand, locked in order of their ids so that transactions wait for each other and never in a circle. They are read by a statement
 * of its own: one that had to wait for the lock sees events and runs as they were before it waited. Mostly none is known yet.
 */
export async function lockFindings(
  client: PoolClient,
  tenant: string,
  ids: string[],
  read: ReadStored,
): Promise<Map<string, Known>> {
  const values = [tenant, textArray(ids)]
  const locked = await client.query({
    name: 'lock-findings',
    text: 'select 1 from findings f where f.tenant = $1 and f.id = any($2::text[]) order by f.id for update',
    values,
  })
  if (locked.rowCount === 0) return new Map()
  const { rows } = await client.query<StoredFinding>({
    name: 'locked-findings',
    text: `select ${columnsOfFAndE} from findings f ${joinE} where f.tenant = $1 and f.id = any($2::text[])`,
    values,
  })
  return new Map(
    rows.map(row => [row.id, { finding: fromRow(row, read), versions: { event: row.event_version, body: row.body_version } }]),
  )
}

/** Findings, their events and runs. */
export async function writeFindings(client: PoolClient, tenant: string, drafts: Draft[]): Promise<void> {
  const kept = drafts
    .toSorted((a, b) => (a.finding.id < b.finding.id ? -1 : 1))
    .map(draft => {
      const { events, versions } = eventsOf(draft)
      const row = toRow(tenant, draft.finding, versions)
      return { isNew: draft.before === undefined, row, events: events.map(event => ({ ...event, id: row.id })) }
    })
  const rows = (wanted: boolean) => kept.flatMap(({ isNew, row }) => (isNew === wanted ? row : []))
  await inOneGo([
    insertNew(client, tenant, rows(true)),
    updateKnown(client, tenant, rows(false)),
    writeEvents(
      client,
      tenant,
      kept.flatMap(({ events }) => events),
    ),
    writeRuns(client, tenant, drafts),
  ])
}

/** Whoever wrote one of them meanwhile decided on less than we would: all begin anew. */
async function insertNew(client: PoolClient, tenant: string, rows: FindingRow[]): Promise<void> {
  if (rows.length === 0) return
  const inserted = client.query({
    name: 'insert-findings',
    text: `insert into findings (tenant, id, kind, status, severity, owner_id, subscription, resource, search, happened_at, opened_at,
        changed_at, life, version, event_version, body_version)
      select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
        $11::text[], $12::text[], $13::text[], $14::int[], $15::int[], $16::int[])`,
    values: [
      tenant,
      ...texts(rows, [
        'id',
        'kind',
        'status',
        'severity',
        'owner_id',
        'subscription',
        'resource',
        'search',
        'happened_at',
        'opened_at',
        'changed_at',
        'life',
      ]),
      ...numbers(rows),
    ],
  })
  await inserted.catch(thrown => Promise.reject(isTaken(thrown) ? new Overtaken() : thrown))
}

/** Their rows are locked by us. What tells who a finding is never changes. */
async function updateKnown(client: PoolClient, tenant: string, rows: FindingRow[]): Promise<void> {
  if (rows.length === 0) return
  await client.query({
    name: 'update-findings',
    text: `update findings f set status = v.status, severity = v.severity, owner_id = v.owner_id, search = v.search,
        happened_at = v.happened_at, changed_at = v.changed_at, life = v.life, version = v.version, event_version = v.event_version, body_version = v.body_version
      from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::int[], $11::int[],
        $12::int[]) as v(id, status, severity, owner_id, search, happened_at, changed_at, life, version, event_version, body_version)
      where f.tenant = $1 and f.id = v.id`,
    values: [
      tenant,
      ...texts(rows, ['id', 'status', 'severity', 'owner_id', 'search', 'happened_at', 'changed_at', 'life']),
      ...numbers(rows),
    ],
  })
}

type TextColumn =
  | 'id'
  | 'kind'
  | 'status'
  | 'severity'
  | 'owner_id'
  | 'subscription'
  | 'resource'
  | 'search'
  | 'happened_at'
  | 'opened_at'
  | 'changed_at'
  | 'life'

function texts(rows: FindingRow[], columns: TextColumn[]): Buffer[] {
  return columns.map(column => textArray(rows.map(row => row[column])))
}

function numbers(rows: FindingRow[]): number[][] {
  return [rows.map(row => row.version), rows.map(row => row.event_version), rows.map(row => row.body_version)]
}

async function writeEvents(client: PoolClient, tenant: string, events: (KeptEvent & { id: string })[]): Promise<void> {
  if (events.length === 0) return
  await client.query({
    name: 'write-events',
    text: `insert into events (tenant, finding_id, version, at, body, event)
      select $1, * from unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::text[])`,
    values: [
      tenant,
      textArray(events.map(({ id }) => id)),
      events.map(({ version }) => version),
      textArray(events.map(({ at }) => plain(at))),
      textArray(events.map(({ body }) => (body === null ? null : plain(body)))),
      textArray(events.map(({ event }) => event)),
    ],
  })
}

/** Runs that are new or went on. */
async function writeRuns(client: PoolClient, tenant: string, drafts: Draft[]): Promise<void> {
  const runs = drafts.flatMap(({ before, finding }) =>
    finding.runs.filter(run => !before?.finding.runs.some(known => JSON.stringify(known) === JSON.stringify(run))),
  )
  if (runs.length === 0) return
  await client.query(
    `insert into runs (tenant, id, finding_id, state, started_by, started_at, run)
     select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
     on conflict (tenant, id) do update set state = excluded.state, run = excluded.run`,
    [
      tenant,
      textArray(runs.map(run => plain(run.id))),
      textArray(runs.map(run => run.findingId)),
      textArray(runs.map(run => run.state)),
      textArray(runs.map(run => plain(run.startedBy.id))),
      textArray(runs.map(run => plain(run.startedAt))),
      textArray(runs.map(run => JSON.stringify(run))),
    ],
  )
}
