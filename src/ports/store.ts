import type { DefenderEvent, Kind, Rejection } from '../model/event.ts'
import type { Feed } from '../model/feed.ts'
import type { Finding, Status } from '../model/finding.ts'
import type { LedgerDraft, LedgerEntry } from '../model/ledger.ts'
import type { Notice } from '../model/notice.ts'
import type { Account, Person } from '../model/person.ts'
import type { Place } from '../model/place.ts'
import type { Post } from '../model/post.ts'
import type { RuleVersion } from '../model/rule.ts'
import type { Run, RunState } from '../model/run.ts'

/** Everything kept. Bound to one tenant. A failure of the database is the Problem StoreUnavailable; nothing is then half-done. */
export interface Store {
  /**
   * Takes events in one durable transaction (concurrent calls are grouped): for each, `plan` gets the finding as it stands (seen under lock)
   * and says what it becomes. Resolves only when everything is on disk. Order of results = order of arrivals.
   */
  accept(arrivals: Arrival[], plan: (arrival: Arrival, before: Finding | undefined) => Change | undefined): Promise<Taken[]>
  /** Changes one finding under lock, with its posts and jobs in the same transaction; undefined when there is none or the plan changes nothing. */
  change(findingId: string, plan: (finding: Finding) => Change | undefined): Promise<Finding | undefined>
  findings: Findings
  /** Events of the past, for back-tests. */
  events: PastEvents
  posts: Posts
  notices: Notices
  places: Places
  feeds: Feeds
  ruleHistory: RuleHistory
  texts: Texts
  requests: Requests
  ledger: Ledger
  deadLetters: DeadLetters
  people: People
  jobs: Jobs
  /**
   * Tells of every committed change, of all processes; returns the way to stop listening. After a break of the connection, during which changes
   * of others went unheard, a `feed` change is told: feeds must be asked for again.
   */
  onChange(listener: (change: Changed) => void): () => void
  status(): Promise<StoreStatus>
  /** Forgets what is over and old; how many of each. Nothing that was done can be done again by it. */
  forget(keeping: Keeping): Promise<Forgotten>
  /** Rejects while the database can't be used: not read, or, after something was refused, not written. */
  ready(): Promise<void>
  close(): Promise<void>
}

/** The event of a kept body, as it was read at `receivedAt`, when it came in. */
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

export interface WantedPost {
  placeId: string
  audience: 'act' | 'read'
  priority: number
}

export interface Taken {
  findingId: string
  /** Nothing changed by it: the same event was here before. */
  duplicate: boolean
}

/** What cards and pages show. */
export type Shown = { type: 'finding'; id: string } | { type: 'post'; placeId: string; id: string }
/** A feed's change carries no id: whoever keeps feeds asks for all of them again. */
export type Changed = Shown | { type: 'feed' }

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

/** `newest` first (without an order), or the most `severe` first and of equals the newest. */
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

/** What a notice becomes, and where it is wanted besides where it already is. */
export interface NoticeChange {
  notice: Notice
  places: WantedPost[]
  /** A `deployment` job follows it. */
  watch?: boolean
  /** Posts that a storm's card counts from now on. */
  counts?: CountedPost[]
}

export interface CountedPost {
  id: string
  /** The version that is shown by being counted; 0 for one that gets a message of its own as well. */
  version: number
}

export interface Notices {
  get(id: string): Promise<Notice | undefined>
  /** Makes or changes one under lock, with its posts and jobs in the same transaction; undefined when the plan changes nothing. */
  change(id: string, plan: (before: Notice | undefined) => NoticeChange | undefined): Promise<Notice | undefined>
  list(type: Notice['content']['type']): Promise<Notice[]>
}

/** What was done to rules from here. */
export interface RuleHistory {
  /** Keeps one; the same rule and request again keeps nothing. */
  append(version: RuleVersion): Promise<void>
  /** Newest first; rule ids without regard to case. */
  list(ruleId: string, limit: number): Promise<RuleVersion[]>
}

/** Small named texts that are no nouns of their own. */
export interface Texts {
  get(name: string): Promise<string | undefined>
  put(name: string, text: string): Promise<void>
  remove(name: string): Promise<void>
  /** Names that begin so, in order. */
  names(prefix: string): Promise<string[]>
}

export interface Posts {
  get(id: string): Promise<Post | undefined>
  /**
   * Posts of a place that show less than is wanted and are due, highest priority first, then oldest. `newFrom`: findings without a message get
   * their first one only from this priority on.
   */
  behind(placeId: string, now: Date, limit: number, newFrom?: number): Promise<Post[]>
  /** Posts of findings that wait for their first message and that no storm counts; at most `limit`, oldest first. */
  newcomers(placeId: string, limit: number): Promise<Post[]>
  /** How many of a place are behind, and when the first that is not yet due becomes so. */
  backlog(placeId: string): Promise<{ count: number; nextDueAt?: string }>
  list(placeId: string, limit: number, after?: string): Promise<Post[]>
  /** The last `limit` posts of a place (before a post), oldest first. */
  latest(placeId: string, limit: number, before?: string): Promise<Post[]>
  /** Of a finding or notice, over all places. */
  of(about: string): Promise<Post[]>
  /** Durable before the message leaves. */
  sending(id: string, at: string): Promise<void>
  /** Durable before an update leaves for the thread that tells the history up to there. */
  telling(id: string, upTo: number): Promise<void>
  /** Without a message of its own: another card shows it. `told`: how much of the history is told now. */
  shown(id: string, messageId: string | undefined, version: number, told?: number): Promise<void>
  failed(id: string, error: string, dueAt: string): Promise<void>
}

export interface Places {
  save(place: Place): Promise<void>
  get(id: string): Promise<Place | undefined>
  list(): Promise<Place[]>
  block(id: string, sentence: string): Promise<void>
}

export interface Feeds {
  list(): Promise<Feed[]>
  save(feed: Feed): Promise<void>
  delete(id: string): Promise<boolean>
}

/** What is kept, ISO times. */
export interface Keeping {
  /** All that is younger, and what is not over. */
  since: string
  /** Alerts that nobody closed, from here on. */
  openAlertsSince: string
}

export type Forgotten = Record<'findings' | 'events' | 'notices' | 'requests' | 'deadLetters', number>

/** Requests of people, kept under their id: JSON text in, JSON text out. The answer is empty once it is forgotten. */
export interface Requests {
  /** Durable. `fresh` when first seen; `answer` when it was answered before. With `settle` a `request` job follows 5 s later. */
  open(requestId: string, request: string, settle: boolean, at: string): Promise<{ fresh: boolean; answer?: string }>
  /**
   * Durable: an attempt is about to begin, here, under the hold. `before`: an earlier one may have begun and got anywhere. One with an `effect`
   * is known for ever.
   */
  begin(requestId: string, effect: boolean): Promise<{ before: boolean; answer?: string }>
  /** What was asked is not kept any longer: nobody needs it. */
  answer(requestId: string, answer: string): Promise<void>
  /**
   * Runs `work` while this process alone holds the request, over all processes; a holder's death frees it at once.
   * Undefined, without running it, when another holds it.
   */
  hold<Result>(requestId: string, work: () => Promise<Result>): Promise<Result | undefined>
  get(requestId: string): Promise<{ request: string; answer?: string } | undefined>
}

export interface LedgerFilter {
  /** A finding, or what else an entry is about. */
  on?: string
  /** Entra object id. */
  who?: string
  action?: string
  phases?: LedgerEntry['phase'][]
  /** ISO time: at or after. */
  since?: string
  /** Entries before the one of this number. */
  before?: number
  /** Entries after it, the oldest first. */
  after?: number
}

export interface Ledger {
  append(draft: LedgerDraft): Promise<LedgerEntry>
  /** Newest first, unless asked for what came after an entry. */
  list(filter: LedgerFilter, limit: number): Promise<LedgerEntry[]>
  /** Walks the chain; the first entry whose hash does not fit, if any. */
  verify(): Promise<{ entries: number; brokenAt?: number }>
}

export interface DeadLetter {
  id: string
  at: string
  via: string
  /** At most 1 MiB, as received. */
  body: string
  rejection: Rejection
}

export interface DeadLetters {
  /** The same text by the same way is one letter, from its first time: a look at Azure that died on the way is done again. */
  keep(letters: Omit<DeadLetter, 'id'>[]): Promise<void>
  list(limit: number, after?: string): Promise<DeadLetter[]>
  get(id: string): Promise<DeadLetter | undefined>
  remove(id: string): Promise<void>
}

/** Chat accounts linked to people. */
export interface People {
  link(account: Account, person: Person): Promise<void>
  of(account: Account): Promise<Person | undefined>
  unlink(account: Account): Promise<void>
  /** Whether an admin's map says who this is: then nothing else does. */
  isMapped?(account: Account): Promise<boolean>
  /** Everybody linked, each once. */
  list(): Promise<Person[]>
}

/**
 * `place`: something to show there. `run`, `deployment`: look how it goes. `request`: settle one that a crash may have left open. `chore`: what
 * is done from time to time, by its name.
 */
export type JobName = 'place' | 'run' | 'deployment' | 'request' | 'chore'

/** Jobs without a handler here wait for a process that has one. */
export type JobHandlers = Partial<Record<JobName, (key: string) => Promise<number | undefined>>>

export interface Jobs {
  /** One active per name and key over all processes; more sends of a waiting key coalesce. */
  send(name: JobName, key: string, delayMs: number): Promise<void>
  /** Handlers return after how many ms the same key is due again; undefined when it is done. A throw is retried with back-off. */
  work(handlers: JobHandlers): Promise<void>
  /** Lets running handlers end, takes no new ones. */
  stop(): Promise<void>
}

export interface StoreStatus {
  events: number
  findings: number
  runs: Record<RunState, number>
  /** Posts that show less than is wanted. */
  behind: number
  deadLetters: number
}
