import { sql } from 'kysely'
import { z } from 'zod'
import { Problem } from '../errors.ts'
import type { Post } from '../model/post.ts'
import type { Posts } from '../ports.ts'
import type { Database } from './database.ts'
import type { PostRow, Tables } from './schema.ts'

const columns = [
  'id',
  'place_id',
  'finding_id',
  'audience',
  'message_id',
  'wanted',
  'shown',
  'priority',
  'attempts',
  'due_at',
  'sent_at',
  'last_error',
  'seq',
] as const satisfies (keyof Tables['posts'])[]

/** A late duplicate of an outcome never takes a post back. */
export function createPosts({ db, tenant }: Database, told: (placeId: string, id: string) => Promise<void>): Posts {
  function select() {
    return db.selectFrom('posts').select(columns).where('tenant', '=', tenant)
  }

  return {
    async get(id) {
      const row = await select().where('id', '=', id).executeTakeFirst()
      return row && toPost(row)
    },

    async behind(placeId, now, limit) {
      const due = now.toISOString()
      const rows = await select()
        .where('place_id', '=', placeId)
        .whereRef('shown', '<', 'wanted')
        .where('due_at', '<=', due)
        .orderBy('priority', 'desc')
        .orderBy('seq')
        .limit(limit)
        .execute()
      return rows.map(toPost)
    },

    async backlog(placeId) {
      const row = await db
        .selectFrom('posts')
        .select([sql<number>`count(*)`.as('count'), sql<string | null>`min(due_at)`.as('next')])
        .where('tenant', '=', tenant)
        .where('place_id', '=', placeId)
        .whereRef('shown', '<', 'wanted')
        .executeTakeFirstOrThrow()
      return { count: row.count, ...(row.next !== null && { nextDueAt: row.next }) }
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

    async ofFinding(findingId) {
      return (await select().where('finding_id', '=', findingId).orderBy('seq').execute()).map(toPost)
    },

    async sending(id, at) {
      await db.updateTable('posts').set({ sent_at: at }).where('tenant', '=', tenant).where('id', '=', id).execute()
    },

    async shown(id, messageId, version) {
      const row = await db
        .updateTable('posts')
        .set({ message_id: messageId, shown: sql`greatest(shown, ${version}::int)`, attempts: 0, last_error: null })
        .where('tenant', '=', tenant)
        .where('id', '=', id)
        .returning('place_id')
        .executeTakeFirst()
      if (row !== undefined) await told(row.place_id, id)
    },

    async failed(id, error, dueAt) {
      await db
        .updateTable('posts')
        .set({ last_error: error, due_at: dueAt, attempts: sql`attempts + 1` })
        .where('tenant', '=', tenant)
        .where('id', '=', id)
        .execute()
    },
  }

  async function positionOf(id: string, field: string): Promise<number> {
    const row = await select().where('id', '=', id).executeTakeFirst()
    if (row === undefined) throw new Problem('BadInput', 'There is no such post.', { field })
    return row.seq
  }
}

const Audience = z.enum(['act', 'read'])

function toPost(row: Omit<PostRow, 'tenant' | 'seq'>): Post {
  return {
    id: row.id,
    placeId: row.place_id,
    findingId: row.finding_id,
    audience: Audience.parse(row.audience),
    wanted: row.wanted,
    shown: row.shown,
    priority: row.priority,
    attempts: row.attempts,
    dueAt: row.due_at,
    ...(row.message_id !== null && { messageId: row.message_id }),
    ...(row.sent_at !== null && { sentAt: row.sent_at }),
    ...(row.last_error !== null && { lastError: row.last_error }),
  }
}
