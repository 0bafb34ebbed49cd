import type { Finding } from '../model/finding.ts'
import type { RunState } from '../model/run.ts'
import type { Arrival, Change, Findings, PastEvents, Taken } from './findings.ts'
import type { Jobs } from './jobs.ts'
import type { Feeds, Notices, Places, Posts } from './posts.ts'
import type { DeadLetters, Ledger, People, Requests, RuleHistory, Texts } from './records.ts'

/** Everything kept. Bound to one tenant. A failure of the database is the Problem StoreUnavailable; nothing is then half-done. */
export interface Store {
  /**
   * Takes events in one durable transaction (concurrent calls are grouped): for each, `plan` gets the finding as it stands (seen under lock)
   * and says what it becomes; `closedAt` when it was an alert that was closed and then forgotten. Resolves only when everything is on disk. Order of
   * results = order of arrivals.
   */
  accept(
    arrivals: Arrival[],
    plan: (arrival: Arrival, before: Finding | undefined, closedAt: string | undefined) => Change | undefined,
  ): Promise<Taken[]>
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
  /** Forgets what is over and old, so much of it as takes some seconds; how many of each. Nothing that was done can be done again by it. */
  forget(keeping: Keeping): Promise<Forgotten>
  /** Rejects while the database can't be used: not read, or, after something was refused, not written. */
  ready(): Promise<void>
  close(): Promise<void>
}

/** What cards and pages show. */
export type Shown = { type: 'finding'; id: string } | { type: 'post'; placeId: string; id: string }

/** A feed's change carries no id: whoever keeps feeds asks for all of them again. */
export type Changed = Shown | { type: 'feed' }

/** What is kept, ISO times. */
export interface Keeping {
  /** All that is younger, and what is not over. */
  since: string
  /** Alerts that nobody closed, from here on; of those that somebody closed, when. */
  openAlertsSince: string
}

export interface Forgotten extends Record<'findings' | 'events' | 'notices' | 'requests' | 'deadLetters', number> {
  /** Not all of it is forgotten yet. */
  more: boolean
}

export interface StoreStatus {
  events: number
  findings: number
  runs: Record<RunState, number>
  /** Posts that show less than is wanted. */
  behind: number
  deadLetters: number
}
