import { z } from 'zod'
import { type DefenderEvent, Kind } from './event.ts'
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

/** Whether a feed carries this event: every part of the filter that is set must hold. */
export function follows(filter: FeedFilter, event: DefenderEvent): boolean {
  return (
    holds(filter.kinds, kind => kind === event.kind) &&
    holds(filter.severities, severity => severity.toLowerCase() === event.severity.toLowerCase()) &&
    holds(filter.subscriptions, subscription => subscription.toLowerCase() === event.subscription.toLowerCase()) &&
    hasWords(filter.words ?? [], event)
  )
}

function holds<Item>(wanted: Item[] | undefined, test: (item: Item) => boolean): boolean {
  return wanted === undefined || wanted.some(test)
}

function hasWords(words: string[], event: DefenderEvent): boolean {
  if (words.length === 0) return true
  const type = event.kind === 'alert' ? event.alertType : ''
  const text = `${event.title}\n${event.description}\n${event.resource.id}\n${event.resource.name}\n${type}`.toLowerCase()
  return words.every(word => text.includes(word.toLowerCase()))
}
