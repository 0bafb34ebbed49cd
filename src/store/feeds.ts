import type { PoolClient } from 'pg'
import { Feed, feedKey } from '../model/feed.ts'
import type { Feeds } from '../ports.ts'
import { announce, type Message } from './announce.ts'
import { type Database, repeated } from './database.ts'
import type { Session } from './session.ts'

const lockKind = 4

interface Written<Result> {
  isChanged: boolean
  result: Result
}

/** Every change is announced: all processes keep the feeds in memory. This one hears of its own before the change returns. */
export function createFeeds({ db, pool, tenant }: Database, session: Session): Feeds {
  const message: Message = { tenant, changes: [{ type: 'feed' }], jobs: [] }

  async function change<Result>(write: (client: PoolClient) => Promise<Written<Result>>): Promise<Result> {
    const { isChanged, result } = await repeated(pool, async client => {
      const written = await write(client)
      if (written.isChanged) await announce(client, message)
      return written
    })
    if (isChanged) session.tell(message)
    return result
  }

  /** Who follows in a place takes turns, so that of two who say the same at once the second finds the first. */
  async function add(client: PoolClient, feed: Feed): Promise<Written<Feed>> {
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, $2))', [
      JSON.stringify([tenant, feed.placeId]),
      lockKind,
    ])
    const { rows } = await client.query<{ feed: string }>('select feed from feeds where tenant = $1 and place_id = $2', [
      tenant,
      feed.placeId,
    ])
    const same = rows.map(row => Feed.parse(JSON.parse(row.feed))).find(one => feedKey(one) === feedKey(feed))
    if (same !== undefined) return { isChanged: false, result: same }
    await client.query('insert into feeds (tenant, id, place_id, feed) values ($1, $2, $3, $4)', [
      tenant,
      feed.id,
      feed.placeId,
      JSON.stringify(feed),
    ])
    return { isChanged: true, result: feed }
  }

  session.onReturn(() => session.tell(message))

  return {
    async list() {
      const rows = await db.selectFrom('feeds').select('feed').where('tenant', '=', tenant).orderBy('id').execute()
      return rows.map(({ feed }) => Feed.parse(JSON.parse(feed)))
    },
    add: feed => change(client => add(client, feed)),
    delete: id =>
      change(async client => {
        const { rowCount } = await client.query('delete from feeds where tenant = $1 and id = $2', [tenant, id])
        return { isChanged: rowCount === 1, result: rowCount === 1 }
      }),
  }
}
