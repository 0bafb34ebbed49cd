import type { PoolClient } from 'pg'
import { Notice } from '../model/notice.ts'
import type { Changed, CountedPost, NoticeChange, Notices } from '../ports.ts'
import { announce } from './announce.ts'
import { type Database, plain, repeated } from './database.ts'
import type { Enqueue } from './job-queues.ts'
import type { JobEngine } from './jobs.ts'
import { postId, touchPosts } from './write-posts.ts'

export function createNotices({ db, pool, tenant, clock }: Database, jobs: JobEngine): Notices {
  const select = () => db.selectFrom('notices').select('notice').where('tenant', '=', tenant)

  async function change(id: string, plan: (before: Notice | undefined) => NoticeChange | undefined): Promise<Notice | undefined> {
    const changed = await repeated(pool, async client => {
      const before = await locked(client, tenant, id)
      const next = plan(before)
      if (next === undefined) return undefined
      await write(client, next, before !== undefined)
      return next.notice
    })
    if (changed !== undefined) for (const name of ['place', 'deployment'] as const) jobs.wake(name)
    return changed
  }

  async function write(client: PoolClient, { notice, places, watch, counts = [] }: NoticeChange, known: boolean): Promise<void> {
    const { id, version, content } = notice
    await client.query(
      `insert into notices (tenant, id, version, type, notice) values ($1, $2, $3, $4, $5)
        on conflict (tenant, id) do update set version = excluded.version, type = excluded.type, notice = excluded.notice`,
      [tenant, id, version, content.type, plain(JSON.stringify(notice))],
    )
    await count(client, id, counts)
    const wanted = places.map(place => ({ ...place, id: postId(id, place.placeId), about: id, version }))
    const posts = await touchPosts(client, tenant, known ? [{ id, version }] : [], wanted, clock.now().toISOString())
    const due: Enqueue[] = [...new Set(posts.map(({ placeId }) => placeId))].map(key => ({ name: 'place', key, delayMs: 0 }))
    if (watch === true) due.push({ name: 'deployment', key: id, delayMs: 0 })
    const changes = posts.map((post): Changed => ({ type: 'post', placeId: post.placeId, id: post.id }))
    await announce(client, { tenant, changes, jobs: [...new Set(due.map(({ name }) => name))] })
    await jobs.enqueue(client, due)
  }

  /** By their ids in order, as everybody locks several. What got its message in between has that too. */
  async function count(client: PoolClient, storm: string, posts: CountedPost[]): Promise<void> {
    if (posts.length === 0) return
    const ids = posts.map(({ id }) => id)
    await client.query('select 1 from posts where tenant = $1 and id = any($2) order by id for update', [tenant, ids])
    await client.query(
      `update posts p set storm = $2, shown = greatest(p.shown, v.version) from unnest($3::text[], $4::int[]) as v(id, version)
        where p.tenant = $1 and p.id = v.id`,
      [tenant, storm, ids, posts.map(({ version }) => version)],
    )
  }

  return {
    change,
    async get(id) {
      const row = await select().where('id', '=', plain(id)).executeTakeFirst()
      return row && parsed(row)
    },
    list: async type => (await select().where('type', '=', type).orderBy('id').execute()).map(parsed),
  }
}

/** Makers of the same notice wait for each other, also while it is not there yet. */
async function locked(client: PoolClient, tenant: string, id: string): Promise<Notice | undefined> {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 3))', [JSON.stringify([tenant, id])])
  const { rows } = await client.query<{ notice: string }>('select notice from notices where tenant = $1 and id = $2', [
    tenant,
    id,
  ])
  return rows[0] && parsed(rows[0])
}

function parsed({ notice }: { notice: string }): Notice {
  return Notice.parse(JSON.parse(notice))
}
