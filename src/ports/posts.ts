import type { Feed } from '../model/feed.ts'
import type { Notice } from '../model/notice.ts'
import type { Place } from '../model/place.ts'
import type { Post } from '../model/post.ts'

export interface WantedPost {
  placeId: string
  audience: 'act' | 'read'
  priority: number
}

export interface Posts {
  get(id: string): Promise<Post | undefined>
  /**
   * Posts of a place that show less than is wanted and are due, highest priority first, then oldest. `only`: in a storm, no finding that it has
   * not counted yet.
   */
  behind(placeId: string, now: Date, limit: number, only?: 'counted'): Promise<Post[]>
  /**
   * Posts of findings that wait for their first message and that no storm counts; at most `limit`, highest priority first, so that what is severe
   * is counted and shown whatever waits before it, then oldest.
   */
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
  /** Kept unless its place follows the same already. What then is there, which may be an older one. */
  add(feed: Feed): Promise<Feed>
  delete(id: string): Promise<boolean>
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
