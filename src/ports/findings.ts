import type { DefenderEvent, Kind } from '../model/event.ts'
import type { Finding, Status } from '../model/finding.ts'
import type { Run, RunState } from '../model/run.ts'
import type { WantedPost } from './posts.ts'

/** The event of a kept body, as it was read at `receivedAt`, when it came in. One that it throws for is `unread`: told from what is noted beside it. */
export type ReadBody = (body: string, receivedAt: Date) => DefenderEvent

export interface Arrival {
  /** What `ReadBody` makes of the body: only the body is kept. */
  event: DefenderEvent
  /** As received, to the letter. */
  body: string
  via: 'push' | 'poll' | 'replay'
  receivedAt: string
}

/** A decided change: the finding's next version, and where it should be shown besides where it already is. */
export interface Change {
  finding: Finding
  places: WantedPost[]
  /** Runs to follow in Azure from now on. */
  watch?: string[]
}

export interface Taken {
  findingId: string
  /** Nothing changed by it: the same event was here before. */
  duplicate: boolean
}

/** Kind → subscriptions whose findings of it count, and those without a subscription; a kind that is absent does not count at all. */
export type Readable = Partial<Record<Kind, string[]>>

export interface FindingFilter {
  kind?: Kind
  severities?: string[]
  status?: Status[]
  ownerId?: string
  unassigned?: boolean
  /** Any of these; findings without a subscription always count. */
  subscriptions?: string[]
  readable?: Readable
  /** ISO time: changed at or after. */
  since?: string
  /** All must occur (case ignored) in title, resource or alert type. */
  words?: string[]
  /** Counted by the storm of this notice. */
  storm?: string
}

/** `newest` first (without an order), by when it happened at the source, or the most `severe` first and of equals the newest. */
export type Order = 'newest' | 'severe'

export interface Page<Item> {
  items: Item[]
  total: number
  /** Opaque; present when there is more. */
  next?: string
}

export interface Findings {
  get(id: string): Promise<Finding | undefined>
  /** Those that are there, in no order. */
  some(ids: string[]): Promise<Finding[]>
  /** Pages go on in the order they began in. A cursor that is not ours is the Problem BadInput, field `cursor`. */
  list(filter: FindingFilter, limit: number, cursor?: string, order?: Order): Promise<Page<Finding>>
  /** The event's body as received. */
  body(id: string): Promise<string | undefined>
  /** Other findings on the same resource, newest first, at most `limit`. */
  related(finding: Finding, limit: number): Promise<Finding[]>
  /** Newest first; `readable` judges the finding that the run belongs to. */
  runs(filter: { startedBy?: string; states?: RunState[]; readable?: Readable }, limit: number): Promise<Run[]>
}

export interface PastEvent {
  findingId: string
  /** When it was taken. */
  at: string
  /** As received. */
  body: string
  event: DefenderEvent
}

export interface PastEvents {
  /** Taken at or after `since`, of one kind, in these subscriptions, in pages, oldest first unless said otherwise. */
  since(filter: { kind: Kind; since: string; subscriptions: string[]; newestFirst?: boolean }): AsyncIterable<PastEvent[]>
}
