import type { Card } from '../cards/card.ts'
import type { Log } from './log.ts'
import type { ChatName, Place } from './model/place.ts'
import type { Prices } from './model/run-cost.ts'
import type { Azure } from './ports/azure.ts'
import type { Store } from './ports/store.ts'

export type * from './ports/azure.ts'
export type * from './ports/findings.ts'
export type * from './ports/jobs.ts'
export type * from './ports/posts.ts'
export type * from './ports/records.ts'
export type * from './ports/store.ts'

/** All that the core asks of outside. */
export interface World {
  store: Store
  azure: Azure
  /** One per configured platform; the console always. */
  chats: ReadonlyMap<ChatName, Chat>
  clock: Clock
  log: Log
  /** What runs of logic apps cost. */
  prices: Prices
}

export interface Clock {
  now(): Date
}

// ── Chat ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A chat platform as a place for cards. Failures are Problems: RateLimited, ChatUnavailable, ChatUncertain, PlaceGone, CardRefused. */
export interface Chat {
  readonly name: ChatName
  /** Pause between two messages to one place, ms; what the platform allows. */
  readonly paceMs: number
  /** Returns the platform's message id. `key` is the post's id, by which an uncertain post can be found again. */
  post(place: Place, card: Card, key: string): Promise<string>
  /** False when the message is no longer there: somebody deleted it, and nothing about it is left to tell. */
  update(place: Place, messageId: string, card: Card): Promise<boolean>
  /** After an uncertain post: the message that carries `key`, when there is one. */
  find?(place: Place, key: string): Promise<string | undefined>
  /** Messages have threads: writes into the one under a message. Where the place has none it does nothing. */
  reply?(place: Place, messageId: string, card: Card, key: string): Promise<void>
  /** After an uncertain reply: whether the thread holds the one that carries `key`. */
  hasReply?(place: Place, messageId: string, key: string): Promise<boolean>
}
