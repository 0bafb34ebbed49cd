import type { PoolClient } from 'pg'
import { isPast, Notice } from '../model/notice.ts'
import type { Forgotten, Keeping } from '../ports.ts'
import { keepClosed } from './closed-alerts.ts'
import { type Database, repeated } from './database.ts'

/** Of one kind in one transaction: none of them takes long, however much there is. */
const atOnce = 500
/** Of one kind in one turn: whoever waits for the turn's end waits for some seconds. What only was looked at costs little. */
const goneAtMost = 20_000

interface Portion<Mark> {
  gone: number
  /** Where the next one goes on, behind all that was looked at; absent at the end. */
  next?: Mark | undefined
}

interface Gone {
  gone: number
  more: boolean
}

/**
 * Forgets what is over and old, so that a year's running takes no more room than what is kept of it. What stays on purpose: the ledger, the
 * history of rules, and findings that still ask for something.
 *
 * No click can have its effect twice by this. A request that had one keeps its id for ever, without its answer, and whoever sends it again is
 * told that it is done. Only what had none is forgotten whole. A button that is pressed for the first time on an old card is a new click; its
 * finding is gone and it is told so, for a run needs the finding's body, which goes with it.
 */
export function createForget(database: Database): (keeping: Keeping) => Promise<Forgotten> {
  const { pool, tenant } = database

  async function inPortions<Mark>(
    first: Mark,
    portion: (client: PoolClient, tenant: string, keeping: Keeping, from: Mark) => Promise<Portion<Mark>>,
    keeping: Keeping,
  ): Promise<Gone> {
    let from: Mark | undefined = first
    let gone = 0
    while (from !== undefined && gone < goneAtMost) {
      const mark: Mark = from
      const done = await repeated(pool, client => portion(client, tenant, keeping, mark))
      gone += done.gone
      from = done.next
    }
    return { gone, more: from !== undefined }
  }

  return async keeping => {
    const findings = await inPortions(['', ''], forgetFindings, keeping)
    const events = await inPortions(['', '', 0], forgetEvents, keeping)
    const notices = await inPortions('', forgetNotices, keeping)
    const looks = await inPortions(true, forgetLooks, keeping)
    const effects = await inPortions(true, emptyEffects, keeping)
    const deadLetters = await inPortions(true, forgetLetters, keeping)
    const closed = await inPortions(true, forgetClosed, keeping)
    return {
      findings: findings.gone,
      events: events.gone,
      notices: notices.gone,
      requests: looks.gone + effects.gone,
      deadLetters: deadLetters.gone,
      more: [findings, events, notices, looks, effects, deadLetters, closed].some(({ more }) => more),
    }
  }
}

/** With their events, runs and posts. One that somebody is changing now is not old; one whose run is under way is not over. */
async function forgetFindings(
  client: PoolClient,
  tenant: string,
  { since, openAlertsSince }: Keeping,
  [happenedAt, id]: [string, string],
): Promise<Portion<[string, string]>> {
  const { rows } = await client.query<{ id: string; happened_at: string }>(
    `select id, happened_at from findings f where tenant = $1 and happened_at < $2 and changed_at < $2 and (happened_at, id) > ($4, $5)
        and (status in ('resolved', 'dismissed') or (kind = 'alert' and changed_at < $3))
        and not exists (select from runs r where r.tenant = f.tenant and r.finding_id = f.id and r.state in ('queued', 'running'))
      order by happened_at, id limit ${atOnce} for update skip locked`,
    [tenant, since, openAlertsSince, happenedAt, id],
  )
  const ids = rows.map(row => row.id)
  await keepClosed(client, tenant, ids, openAlertsSince)
  await forgetPosts(client, tenant, ids)
  for (const table of ['events', 'runs'])
    await client.query(`delete from ${table} where tenant = $1 and finding_id = any($2)`, [tenant, ids])
  await client.query('delete from findings where tenant = $1 and id = any($2)', [tenant, ids])
  const last = rows.length < atOnce ? undefined : rows.at(-1)
  return { gone: ids.length, next: last && [last.happened_at, last.id] }
}

/** Locked in order of their ids, as everybody does who writes several. */
async function forgetPosts(client: PoolClient, tenant: string, about: string[]): Promise<void> {
  await client.query(
    `with old as (
        select p.id from posts p join unnest($2::text[]) as v(id) on p.id > v.id || '.' and p.id < v.id || '/'
        where p.tenant = $1 order by p.id for update of p)
      delete from posts p using old where p.tenant = $1 and p.id = old.id`,
    [tenant, about],
  )
}

type EventMark = [at: string, finding: string, version: number]

/** Those that their findings no longer show. */
async function forgetEvents(
  client: PoolClient,
  tenant: string,
  { since }: Keeping,
  from: EventMark,
): Promise<Portion<EventMark>> {
  const { rows } = await client.query<{ at: string; finding_id: string; version: number }>(
    `select at, finding_id, version from events e
      where tenant = $1 and at < $2 and (at, finding_id, version) > ($3, $4, $5::int) and not exists (
        select from findings f where f.tenant = e.tenant and f.id = e.finding_id and e.version in (f.event_version, f.body_version))
      order by at, finding_id, version limit ${atOnce}`,
    [tenant, since, ...from],
  )
  await client.query(
    `delete from events e using unnest($2::text[], $3::int[]) as v(finding_id, version)
      where e.tenant = $1 and e.finding_id = v.finding_id and e.version = v.version`,
    [tenant, rows.map(row => row.finding_id), rows.map(row => row.version)],
  )
  const last = rows.length < atOnce ? undefined : rows.at(-1)
  return { gone: rows.length, next: last && [last.at, last.finding_id, last.version] }
}

async function forgetNotices(client: PoolClient, tenant: string, { since }: Keeping, from: string): Promise<Portion<string>> {
  const { rows } = await client.query<{ id: string; notice: string }>(
    `select id, notice from notices where tenant = $1 and id > $2 order by id limit ${atOnce} for update`,
    [tenant, from],
  )
  const ids = rows.flatMap(({ id, notice }) => (isPast(Notice.parse(JSON.parse(notice)), since) ? [id] : []))
  await forgetPosts(client, tenant, ids)
  await client.query('delete from notices where tenant = $1 and id = any($2)', [tenant, ids])
  return { gone: ids.length, next: rows.length < atOnce ? undefined : rows.at(-1)?.id }
}

/** What had no effect: answered, or with nobody who will ever answer it. One that is settled until it is answered is under way, however old. */
function forgetLooks(client: PoolClient, tenant: string, { since }: Keeping): Promise<Portion<true>> {
  const old = "at < $2 and answer is distinct from '' and not begun and (answer is not null or not settled)"
  return oldest(client, [tenant, since], { change: 'delete from requests', of: 'requests', old, order: 'at' })
}

function emptyEffects(client: PoolClient, tenant: string, { since }: Keeping): Promise<Portion<true>> {
  const old = "at < $2 and answer is distinct from '' and answer is not null and begun"
  const change = "update requests set request = '', answer = ''"
  return oldest(client, [tenant, since], { change, of: 'requests', old, order: 'at' })
}

function forgetLetters(client: PoolClient, tenant: string, { since }: Keeping): Promise<Portion<true>> {
  return oldest(client, [tenant, since], { change: 'delete from dead_letters', of: 'dead_letters', old: 'at < $2', order: 'id' })
}

/** Azure lists them no more: nobody sends them again. */
function forgetClosed(client: PoolClient, tenant: string, { openAlertsSince }: Keeping): Promise<Portion<true>> {
  const [change, old] = ['delete from closed_alerts', 'closed_at < $2']
  return oldest(client, [tenant, openAlertsSince], { change, of: 'closed_alerts', old, order: 'closed_at' })
}

interface Change {
  /** A statement that lacks its `where`. */
  change: string
  of: string
  /** What is old, of the tenant `$1`; a row that was changed is so no more. */
  old: string
  order: string
}

/** One portion of what is old, after which the same finds the rest. */
async function oldest(client: PoolClient, values: [string, string], { change, of, old, order }: Change): Promise<Portion<true>> {
  const { rowCount } = await client.query(
    `${change} where tenant = $1 and id = any(array(
      select id from ${of} where tenant = $1 and ${old} order by ${order} limit ${atOnce}))`,
    values,
  )
  const gone = rowCount ?? 0
  return { gone, next: gone < atOnce ? undefined : true }
}
