import type { PoolClient } from 'pg'
import { Feed } from '../model/feed.ts'
import type { Feeds } from '../ports.ts'
import { announce, type Message } from './announce.ts'
import { type Database, repeated } from './database.ts'
import type { Session } from './session.ts'

/** Every change is announced: all processes keep the feeds in memory. This one hears of its own before the change returns. */
export function createFeeds({ db, pool, tenant }: Database, session: Session): Feeds {
  const message: Message = { tenant, changes: [{ type: 'feed' }], jobs: [] }

  async function change(write: (client: PoolClient) => Promise<boolean>): Promise<boolean> {
    const isChanged = await repeated(pool, async client => {
      const isWritten = await write(client)
      if (isWritten) await announce(client, message)
      return isWritten
    })
    if (isChanged) session.tell(message)
    return isChanged
  }

  session.onReturn(() => session.tell(message))

  return {
    async list() {
      const rows = await db.selectFrom('feeds').select('feed').where('tenant', '=', tenant).orderBy('id').execute()
      return rows.map(({ feed }) => Feed.parse(JSON.parse(feed)))
    },
    async save(feed) {
      await change(async client => {
        await client.query(
          `insert into feeds (tenant, id, place_id, feed) values ($1, $2, $3, $4)
           on conflict (tenant, id) do update set place_id = excluded.place_id, feed = excluded.feed`,
          [tenant, feed.id, feed.placeId, JSON.stringify(feed)],
        )
        return true
      })
    },
    delete: id =>
      change(async client => {
        const { rowCount } = await client.query('delete from feeds where tenant = $1 and id = $2', [tenant, id])
        return rowCount === 1
      }),
  }
}
