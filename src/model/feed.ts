import { z } from 'zod'
import { Kind } from './event.ts'
import { Person } from './person.ts'

/** What a channel or person follows: filter → place. */
export const FeedFilter = z.object({
  kinds: z.array(Kind).optional(),
  /** Severities wanted, Azure's words; absent means all. */
  severities: z.array(z.string()).optional(),
  subscriptions: z.array(z.string()).optional(),
  /** All must occur in title, description, resource or alert type. */
  words: z.array(z.string()).optional(),
})
export type FeedFilter = z.infer<typeof FeedFilter>

export const Feed = z.object({
  id: z.string(),
  placeId: z.string(),
  filter: FeedFilter,
  /** `read` shows cards without buttons. */
  audience: z.enum(['act', 'read']),
  by: Person.optional(),
  createdAt: z.string(),
})
export type Feed = z.infer<typeof Feed>

/** Equal for feeds that carry the same findings to the same place for the same audience, in whatever order their words were said. */
export function feedKey({ placeId, audience, filter: { kinds, severities, subscriptions, words } }: Feed): string {
  const sets = [kinds, severities, subscriptions, words].map(
    some => some && [...new Set(some.map(word => word.toLowerCase()))].toSorted(),
  )
  return JSON.stringify([placeId, audience, ...sets])
}
