import type { Card } from '../../cards/card.ts'
import type { Action, Desk } from '../actions/action.ts'
import type { Person } from '../model/person.ts'
import type { Post } from '../model/post.ts'
import type { World } from '../ports.ts'

/** The seeded people a visitor may play. */
export const seats = ['analyst', 'admin', 'stakeholder', 'nobody'] as const
export type Seat = (typeof seats)[number]

/** What the console needs of the rest. */
export interface ConsoleDeps {
  world: World
  desk: Desk
  verbs: ReadonlyMap<string, Action>
  people: Readonly<Record<Seat, Person>>
  /** What a post shows now; undefined when what it is about is gone. */
  shows(post: Post): Promise<{ card: Card; version: number; at: string; findingId?: string; thread(): Card[] } | undefined>
  /** Feeds a dead letter in again and removes it once that is durable. Problems: NotFound, NothingAccepted. */
  replay(id: string): Promise<Replayed>
  /** Ends the open event streams, which would otherwise hold the server's stop. */
  stopping?: AbortSignal
}

/** The same shape as the answer of `POST /api/events`. */
export interface Replayed {
  accepted: { index: number; eventId: string; findingId: string; duplicate: boolean }[]
  rejected: { index: number; path: string; message: string }[]
}
