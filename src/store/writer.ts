import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import { z } from 'zod'
import type { Finding } from '../model/finding.ts'
import { findingId } from '../model/finding.ts'
import type { Arrival, Change, Changed, Taken } from '../ports.ts'
import { type Database, transaction, unavailable } from './database.ts'
import { fromRow, type StoredFinding, toRow } from './finding-row.ts'
import type { Enqueue, JobEngine } from './jobs.ts'
import type { FindingRow } from './schema.ts'

type Plan = (before: Finding | undefined) => Change | undefined

/** One wish to change one finding; answered when it is on disk. */
interface Wish {
  id: string
  plan: Plan
  done(outcome: Outcome): void
  failed(error: unknown): void
}

interface Outcome {
  /** The finding after the wish; as before when the plan changed nothing. */
  finding: Finding | undefined
  changed: boolean
}

/** What one transaction writes for one finding: its last state and all that lies between. */
interface Pending {
  before: Finding | undefined
  finding: Finding
  changes: Change[]
}

const wishesAtOnce = 500
const attempts = 5

export interface Writer {
  accept(arrivals: Arrival[], plan: (arrival: Arrival, before: Finding | undefined) => Change | undefined): Promise<Taken[]>
  change(id: string, plan: (finding: Finding) => Change | undefined): Promise<Finding | undefined>
}

/**
 * All writes of findings go through here: wishes that come while a transaction runs share the next one, in multi-row statements. Rows are
 * locked in order of their ids; a finding that another process wrote meanwhile makes the whole transaction begin anew.
 */
export function createWriter(
  database: Database,
  jobs: JobEngine,
  announce: (client: PoolClient, changes: Changed[]) => Promise<void>,
): Writer {
  const waiting: Wish[] = []
  let running = false

  function wish(id: string, plan: Plan): Promise<Outcome> {
    return new Promise((done, failed) => {
      waiting.push({ id, plan, done, failed })
      if (!running) void drain()
    })
  }

  async function drain(): Promise<void> {
    running = true
    await Promise.resolve()
    while (waiting.length > 0) await write(waiting.splice(0, wishesAtOnce))
    running = false
  }

  async function write(wishes: Wish[]): Promise<void> {
    try {
      const settle = await repeated(() => transaction(database.pool, client => commit(client, wishes)))
      settle()
      jobs.wake('place')
    } catch (thrown) {
      for (const { failed } of wishes) failed(unavailable(thrown))
    }
  }

  /** Returns how to answer the wishes, to be called once the transaction is on disk. */
  async function commit(client: PoolClient, wishes: Wish[]): Promise<() => void> {
    const known = await lock(client, database.tenant, [...new Set(wishes.map(({ id }) => id))].sort())
    const pending = new Map<string, Pending>()
    const answers = wishes.map(wish => decide(wish, known, pending))
    const written = [...pending.values()]
    if (written.length > 0) {
      await writeFindings(client, database.tenant, written)
      const places = await writePosts(client, database.tenant, written)
      await jobs.enqueue(client, jobsFor(places, written))
      await announce(client, [...written.map(({ finding }): Changed => ({ type: 'finding', id: finding.id }))])
    }
    return () => {
      for (const answer of answers) answer()
    }
  }

  return {
    async accept(arrivals, plan) {
      const outcomes = await Promise.all(arrivals.map(arrival => wish(findingId(arrival.event), before => plan(arrival, before))))
      return outcomes.map(({ changed }, index) => ({ findingId: idOf(arrivals[index]), duplicate: !changed }))
    },
    async change(id, plan) {
      const { finding, changed } = await wish(id, before => before && plan(before))
      return changed ? finding : undefined
    },
  }
}

function idOf(arrival: Arrival | undefined): string {
  return arrival === undefined ? '' : findingId(arrival.event)
}

/** A plan that throws fails its own wish only; nothing of it is written. */
function decide(wish: Wish, known: Map<string, Finding>, pending: Map<string, Pending>): () => void {
  const earlier = pending.get(wish.id)
  const before = earlier?.finding ?? known.get(wish.id)
  try {
    const change = wish.plan(before)
    if (change === undefined) return () => wish.done({ finding: before, changed: false })
    pending.set(wish.id, { before: known.get(wish.id), finding: change.finding, changes: [...(earlier?.changes ?? []), change] })
    return () => wish.done({ finding: change.finding, changed: true })
  } catch (thrown) {
    return () => wish.failed(thrown)
  }
}

/** Raised when another process wrote the same finding between our look and our write. */
class Overtaken extends Error {}
const retried = new Set(['40001', '40P01'])
const SqlError = z.object({ code: z.string() })

async function repeated<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (thrown) {
      const again = thrown instanceof Overtaken || retried.has(SqlError.safeParse(thrown).data?.code ?? '')
      if (!again || attempt >= attempts) throw thrown
    }
  }
}

async function lock(client: PoolClient, tenant: string, ids: string[]): Promise<Map<string, Finding>> {
  const { rows } = await client.query<StoredFinding & { runs: string[] }>({
    name: 'lock-findings',
    text: `select f.id, f.version, f.status, f.opened_at, f.changed_at, f.event, f.life,
      coalesce((select array_agg(r.run order by r.started_at, r.id) from runs r where r.tenant = f.tenant and r.finding_id = f.id), '{}') as runs
      from findings f where f.tenant = $1 and f.id = any($2) order by f.id for update of f`,
    values: [tenant, ids],
  })
  return new Map(rows.map(row => [row.id, fromRow(row, row.runs)]))
}

async function writeFindings(client: PoolClient, tenant: string, written: Pending[]): Promise<void> {
  await insertNew(
    client,
    tenant,
    written.filter(({ before }) => before === undefined),
  )
  await updateKnown(
    client,
    tenant,
    written.filter(({ before }) => before !== undefined),
  )
  await writeRuns(client, tenant, written)
  await writeEvents(client, tenant, written)
}

async function insertNew(client: PoolClient, tenant: string, written: Pending[]): Promise<void> {
  if (written.length === 0) return
  const column = columnsOf(tenant, written)
  const { rowCount } = await client.query({
    name: 'insert-findings',
    text: `insert into findings (tenant, id, version, kind, status, severity, owner_id, subscription, resource, search, opened_at, changed_at, event, life, body)
      select $1, * from unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[])
      on conflict do nothing`,
    values: [
      tenant,
      column('id'),
      column('version'),
      column('kind'),
      column('status'),
      column('severity'),
      column('owner_id'),
      column('subscription'),
      column('resource'),
      column('search'),
      column('opened_at'),
      column('changed_at'),
      column('event'),
      column('life'),
      column('body'),
    ],
  })
  if (rowCount !== written.length) throw new Overtaken()
}

/** Their rows are locked by us. An empty body keeps the one that is there. */
async function updateKnown(client: PoolClient, tenant: string, written: Pending[]): Promise<void> {
  if (written.length === 0) return
  const column = columnsOf(tenant, written)
  await client.query({
    name: 'update-findings',
    text: `update findings f set version = v.version, status = v.status, severity = v.severity, owner_id = v.owner_id, search = v.search,
        changed_at = v.changed_at, event = v.event, life = v.life, body = case when v.body = '' then f.body else v.body end
      from unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
        as v(id, version, status, severity, owner_id, search, changed_at, event, life, body)
      where f.tenant = $1 and f.id = v.id`,
    values: [
      tenant,
      column('id'),
      column('version'),
      column('status'),
      column('severity'),
      column('owner_id'),
      column('search'),
      column('changed_at'),
      column('event'),
      column('life'),
      column('body'),
    ],
  })
}

function columnsOf(tenant: string, written: Pending[]) {
  const rows = written.map(({ finding, changes }) =>
    toRow(tenant, finding, changes.findLast(({ body }) => body !== undefined)?.body ?? ''),
  )
  return (key: keyof FindingRow) => rows.map(row => row[key])
}

async function writeRuns(client: PoolClient, tenant: string, written: Pending[]): Promise<void> {
  const runs = written.flatMap(({ before, finding }) =>
    finding.runs.filter(run => !before?.runs.some(known => JSON.stringify(known) === JSON.stringify(run))),
  )
  if (runs.length === 0) return
  await client.query(
    `insert into runs (tenant, id, finding_id, state, started_by, started_at, run) select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
     on conflict (tenant, id) do update set state = excluded.state, run = excluded.run`,
    [
      tenant,
      runs.map(run => run.id),
      runs.map(run => run.findingId),
      runs.map(run => run.state),
      runs.map(run => run.startedBy.id),
      runs.map(run => run.startedAt),
      runs.map(run => JSON.stringify(run)),
    ],
  )
}

/** Every event that changed something is kept, for back-tests. */
async function writeEvents(client: PoolClient, tenant: string, written: Pending[]): Promise<void> {
  const events = written.flatMap(({ changes }) =>
    changes.flatMap(({ finding, body }) => (body === undefined ? [] : [{ finding, body }])),
  )
  if (events.length === 0) return
  await client.query({
    name: 'write-events',
    text: 'insert into events (tenant, finding_id, version, at, body) select $1, * from unnest($2::text[], $3::int[], $4::text[], $5::text[]) on conflict do nothing',
    values: [
      tenant,
      events.map(({ finding }) => finding.id),
      events.map(({ finding }) => finding.version),
      events.map(({ finding }) => finding.event.at),
      events.map(({ body }) => body.replaceAll('\u0000', '')),
    ],
  })
}

/** Posts that the findings have by now want the newest version; new places get theirs. Returns every place that has something to show. */
async function writePosts(client: PoolClient, tenant: string, written: Pending[]): Promise<string[]> {
  const places = new Set<string>()
  const known = written.filter(({ before }) => before !== undefined)
  if (known.length > 0) {
    const { rows } = await client.query<{ place_id: string }>(
      `update posts p set wanted = v.version, due_at = least(p.due_at, v.at) from unnest($2::text[], $3::int[], $4::text[]) as v(id, version, at)
       where p.tenant = $1 and p.finding_id = v.id returning p.place_id`,
      [
        tenant,
        known.map(({ finding }) => finding.id),
        known.map(({ finding }) => finding.version),
        known.map(({ finding }) => finding.changedAt),
      ],
    )
    for (const row of rows) places.add(row.place_id)
  }
  const wanted = written.flatMap(({ finding, changes }) =>
    changes.flatMap(change => change.places.map(place => ({ ...place, finding }))),
  )
  if (wanted.length === 0) return [...places]
  const single = [...new Map(wanted.map(post => [`${post.finding.id} ${post.placeId}`, post])).values()]
  await client.query({
    name: 'write-posts',
    text: `insert into posts (tenant, id, place_id, finding_id, audience, wanted, shown, priority, attempts, due_at)
      select $1, v.id, v.place, v.finding, v.audience, v.wanted, 0, v.priority, 0, v.due
      from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::int[], $8::text[]) as v(id, place, finding, audience, wanted, priority, due)
      on conflict (tenant, finding_id, place_id) do nothing`,
    values: [
      tenant,
      single.map(() => randomUUID()),
      single.map(post => post.placeId),
      single.map(post => post.finding.id),
      single.map(post => post.audience),
      single.map(post => post.finding.version),
      single.map(post => post.priority),
      single.map(post => post.finding.changedAt),
    ],
  })
  for (const { placeId } of single) places.add(placeId)
  return [...places]
}

function jobsFor(places: string[], written: Pending[]): Enqueue[] {
  const watched = written.flatMap(({ changes }) => changes.flatMap(({ watch }) => watch ?? []))
  return [
    ...places.map((key): Enqueue => ({ name: 'place', key, delayMs: 0 })),
    ...watched.map((key): Enqueue => ({ name: 'run', key, delayMs: 0 })),
  ]
}
