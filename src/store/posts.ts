import { sql } from 'kysely'
import { z } from 'zod'
import { Problem } from '../errors.ts'
import type { Post } from '../model/post.ts'
import type { Posts } from '../ports.ts'
import { type Database, plain } from './database.ts'
import { createPostOutcomes } from './post-outcomes.ts'
import type { PostRow, Tables } from './schema.ts'

const columns = [
  'id',
  'place_id',
  'about',
  'audience',
  'message_id',
  'wanted',
  'shown',
  'priority',
  'attempts',
  'due_at',
  'sent_at',
  'last_error',
  'storm',
  'seq',
] as const satisfies (keyof Tables['posts'])[]

export function createPosts(database: Database): Posts {
  const { db, tenant, clock } = database
  const note = createPostOutcomes(database)

  function select() {
    return db.selectFrom('posts').select(columns).where('tenant', '=', tenant)
  }

  async function positionOf(id: string, field: string): Promise<number> {
    const row = await select().where('id', '=', plain(id)).executeTakeFirst()
    if (row === undefined) throw new Problem('BadInput', 'There is no such post.', { field })
    return row.seq
  }

  return {
    async get(id) {
      const row = await select().where('id', '=', plain(id)).executeTakeFirst()
      return row && toPost(row)
    },

    async behind(placeId, now, limit, newFrom = 0) {
      const rows = await select()
        .where('place_id', '=', placeId)
        .whereRef('shown', '<', 'wanted')
        .where('due_at', '<=', now.toISOString())
        .$if(newFrom > 0, query => query.where(sql<boolean>`(priority >= ${newFrom} or not ${isNewcomer})`))
        .orderBy('priority', 'desc')
        .orderBy('seq')
        .limit(limit)
        .execute()
      return rows.map(toPost)
    },

    async newcomers(placeId, limit) {
      const rows = await select()
        .where('place_id', '=', placeId)
        .whereRef('shown', '<', 'wanted')
        .where(isNewcomer)
        .orderBy('seq')
        .limit(limit)
        .execute()
      return rows.map(toPost)
    },

    async backlog(placeId) {
      const now = clock.now().toISOString()
      const row = await db
        .selectFrom('posts')
        .select([sql<number>`count(*)`.as('count'), sql<string | null>`min(due_at) filter (where due_at > ${now})`.as('next')])
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

    async of(about) {
      const id = plain(about)
      return (await select().where('id', '>', `${id}.`).where('id', '<', `${id}/`).orderBy('seq').execute()).map(toPost)
    },

    sending: (id, at) => note({ id, sentAt: at }),
    shown: (id, messageId, version) => note({ id, messageId, version }),
    failed: (id, error, dueAt) => note({ id, error, dueAt }),
  }
}

/** A notice is no finding; what may be on its way already is not new. */
const isNewcomer = sql<boolean>`(message_id is null and storm is null and sent_at is null and about not like 'n-%')`

const Audience = z.enum(['act', 'read'])

function toPost(row: Omit<PostRow, 'tenant' | 'seq'>): Post {
  return {
    id: row.id,
    placeId: row.place_id,
    about: row.about,
    audience: Audience.parse(row.audience),
    wanted: row.wanted,
    shown: row.shown,
    priority: row.priority,
    attempts: row.attempts,
    dueAt: row.due_at,
    ...(row.message_id !== null && { messageId: row.message_id }),
    ...(row.sent_at !== null && { sentAt: row.sent_at }),
    ...(row.last_error !== null && { lastError: row.last_error }),
    ...(row.storm !== null && { storm: row.storm }),
  }
}
