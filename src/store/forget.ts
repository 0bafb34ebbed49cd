import type { PoolClient } from 'pg'
import { isPast, Notice } from '../model/notice.ts'
import type { Forgotten, Keeping } from '../ports.ts'
import { type Database, repeated } from './database.ts'

const atOnce = 500

/**
 * Forgets what is over and old, so that a year's running takes no more room than what is kept of it. What stays on purpose: the ledger, the
 * history of rules, and findings that still ask for something.
 *
 * No click can have its effect twice by this. A request that had one keeps its id for ever, without its answer, and whoever sends it again is
 * told that it is done. Only looks are forgotten whole. A button that is pressed for the first time on an old card is a new click; its finding is
 * gone and it is told so, for a run needs the finding's body, which goes with it.
 */
export function createForget(database: Database): (keeping: Keeping) => Promise<Forgotten> {
  return async keeping => ({
    findings: await untilNoneIsLeft(() => repeated(database.pool, client => forgetFindings(client, database.tenant, keeping))),
    events: await forgetEvents(database, keeping),
    notices: await forgetNotices(database, keeping),
    requests: await forgetRequests(database, keeping),
    deadLetters: await forgetLetters(database, keeping),
  })
}

async function untilNoneIsLeft(some: () => Promise<number>): Promise<number> {
  let all = 0
  for (;;) {
    const count = await some()
    all += count
    if (count < atOnce) return all
  }
}

/** With their events, runs and posts. One that somebody is changing now is not old; one whose run is under way is not over. */
async function forgetFindings(client: PoolClient, tenant: string, { since, openAlertsSince }: Keeping): Promise<number> {
  const { rows } = await client.query<{ id: string }>(
    `select id from findings f where tenant = $1 and opened_at < $2 and changed_at < $2
        and (status in ('resolved', 'dismissed') or (kind = 'alert' and changed_at < $3))
        and not exists (select from runs r where r.tenant = f.tenant and r.finding_id = f.id and r.state in ('queued', 'running'))
      order by opened_at limit ${atOnce} for update skip locked`,
    [tenant, since, openAlertsSince],
  )
  const ids = rows.map(({ id }) => id)
  await forgetPosts(client, tenant, ids)
  for (const table of ['events', 'runs'])
    await client.query(`delete from ${table} where tenant = $1 and finding_id = any($2)`, [tenant, ids])
  await client.query('delete from findings where tenant = $1 and id = any($2)', [tenant, ids])
  return ids.length
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

/** Those that their findings no longer show. */
async function forgetEvents({ pool, tenant }: Database, { since }: Keeping): Promise<number> {
  const { rowCount } = await pool.query(
    `delete from events e where tenant = $1 and at < $2 and not exists (
        select from findings f where f.tenant = e.tenant and f.id = e.finding_id and e.version in (f.event_version, f.body_version))`,
    [tenant, since],
  )
  return rowCount ?? 0
}

async function forgetNotices({ pool, tenant }: Database, { since }: Keeping): Promise<number> {
  return repeated(pool, async client => {
    const { rows } = await client.query<{ notice: string }>('select notice from notices where tenant = $1 for update', [tenant])
    const old = rows.map(({ notice }) => Notice.parse(JSON.parse(notice))).filter(notice => isPast(notice, since))
    const ids = old.map(({ id }) => id)
    await forgetPosts(client, tenant, ids)
    await client.query('delete from notices where tenant = $1 and id = any($2)', [tenant, ids])
    return ids.length
  })
}

/** One that is not answered yet is under way, however old. */
async function forgetRequests({ pool, tenant }: Database, { since }: Keeping): Promise<number> {
  const [looks, effects] = await Promise.all([
    pool.query('delete from requests where tenant = $1 and at < $2 and answer is not null and not begun', [tenant, since]),
    pool.query(`update requests set request = '', answer = '' where tenant = $1 and at < $2 and begun and answer <> ''`, [
      tenant,
      since,
    ]),
  ])
  return (looks.rowCount ?? 0) + (effects.rowCount ?? 0)
}

async function forgetLetters({ pool, tenant }: Database, { since }: Keeping): Promise<number> {
  const { rowCount } = await pool.query('delete from dead_letters where tenant = $1 and at < $2', [tenant, since])
  return rowCount ?? 0
}
