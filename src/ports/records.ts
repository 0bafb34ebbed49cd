import type { Rejection } from '../model/event.ts'
import type { LedgerDraft, LedgerEntry } from '../model/ledger.ts'
import type { Account, Person } from '../model/person.ts'
import type { RuleVersion } from '../model/rule.ts'

/** Requests of people, kept under their id: JSON text in, JSON text out. The answer is empty once it is forgotten. */
export interface Requests {
  /** Durable. `fresh` when first seen; `answer` when it was answered before. With `settle` a `request` job follows 5 s later; without, nobody waits for its answer, and it is forgotten in its time. */
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
