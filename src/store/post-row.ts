import { z } from 'zod'
import type { Post } from '../model/post.ts'
import type { PostRow, Tables } from './schema.ts'

export const postColumns = [
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
  'told',
  'telling',
  'seq',
] as const satisfies (keyof Tables['posts'])[]

const Audience = z.enum(['act', 'read'])

export function toPost(row: Omit<PostRow, 'tenant' | 'seq'>): Post {
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
    ...(row.told !== null && { told: row.told }),
    ...(row.telling !== null && { telling: row.telling }),
  }
}
