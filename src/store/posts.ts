import { Problem } from '../errors.ts'
import type { Posts } from '../ports.ts'
import { createBacklogs } from './backlogs.ts'
import { type Database, plain } from './database.ts'
import { createPostOutcomes } from './post-outcomes.ts'
import { postColumns, toPost } from './post-row.ts'

export function createPosts(database: Database): Posts {
  const { db, tenant } = database
  const note = createPostOutcomes(database)
  const backlog = createBacklogs(database)

  function select() {
    return db.selectFrom('posts').select(postColumns).where('tenant', '=', tenant)
  }

  async function positionOf(id: string, field: string): Promise<number> {
    const row = await select().where('id', '=', plain(id)).executeTakeFirst()
    if (row === undefined) throw new Problem('BadInput', 'There is no such post.', { field })
    return row.seq
  }

  return {
    ...backlog,

    async get(id) {
      const row = await select().where('id', '=', plain(id)).executeTakeFirst()
      return row && toPost(row)
    },

    async list(placeId, limit, after) {
      const from = after === undefined ? 0 : await positionOf(after, 'after')
      const rows = await select().where('place_id', '=', placeId).where('seq', '>', from).orderBy('seq').limit(limit).execute()
      return rows.map(toPost)
    },

    async latest(placeId, limit, before) {
      const until = before === undefined ? Number.MAX_SAFE_INTEGER : await positionOf(before, 'before')
      const rows = await select()
        .where('place_id', '=', placeId)
        .where('seq', '<', until)
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute()
      return rows.map(toPost).toReversed()
    },

    async of(about) {
      const id = plain(about)
      return (await select().where('id', '>', `${id}.`).where('id', '<', `${id}/`).orderBy('seq').execute()).map(toPost)
    },

    sending: (id, at) => note({ id, sentAt: at }),
    telling: (id, upTo) => note({ id, telling: upTo }),
    shown: (id, messageId, version, told) => note({ id, messageId, version, told }),
    failed: (id, error, dueAt) => note({ id, error, dueAt }),
  }
}
