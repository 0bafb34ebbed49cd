import type { Condition, When } from './condition.ts'
import type { Kind } from './event.ts'
import { anchorOf, type Bucket, type Candidate, type Entry, openScopes, placeAt, takeOut, visitLists } from './index-bucket.ts'
import { openReader, pass, readOnce } from './index-condition.ts'
import { scopeKey } from './rule-scope.ts'

/** Something that waits for events: a rule, a feed. */
export interface Waiting {
  id: string
  kind: Kind
  /** ARM ids; `/` for everywhere. */
  scopes: string[]
  when: When
}

export interface RuleIndex {
  /** Adds it, or replaces the one of that id. */
  put(waiting: Waiting): void
  remove(id: string): void
  /** Ids of those that fire, each once, in no order. `subject`: ARM id of what is affected, or of its subscription. */
  match(kind: Kind, subject: string, body: unknown): string[]
}

/**
 * Finds who waits for an event without asking everybody: by kind and scope, then, for each set of conditions, by the one of its equalities that the
 * fewest share, or where many share all of them by three letters of a text that must be contained. What is left is tested one by one, so that cost
 * grows with what is found, not with what there is.
 */
export function openRuleIndex(): RuleIndex {
  const scopes = { alert: openScopes(), recommendation: openScopes(), compliance: openScopes() }
  const entries = new Map<string, Entry>()
  const reader = openReader()
  let turn = 0

  function place(entry: Entry, bucket: Bucket, set: Condition[]): void {
    const tests = set.map(reader.test)
    const ready = tests.filter(test => test !== undefined)
    // A condition that can't be read never holds, and its set with it.
    if (ready.length < tests.length) return
    const anchor = anchorOf(bucket, ready)
    const left = anchor?.by === 'value' ? set.filter((_, index) => tests[index] !== anchor.test) : set
    placeAt(bucket, { entry, tests: reader.tests(left) }, anchor)
  }

  function clear(id: string): void {
    const entry = entries.get(id)
    if (entry !== undefined) takeOut(entry)
  }

  return {
    put({ id, kind, scopes: wanted, when }) {
      clear(id)
      const entry: Entry = { id, turn: 0, places: [] }
      entries.set(id, entry)
      const sets = when.length === 0 ? [[]] : when
      for (const scope of new Set(wanted.map(scopeKey))) for (const set of sets) place(entry, scopes[kind].at(scope), set)
    },
    remove(id) {
      clear(id)
      entries.delete(id)
    },
    match(kind, subject, body) {
      turn += 1
      const at = { body, turn }
      const fired: string[] = []
      const fire = (list: Candidate[]) => fireAll(list, at, fired)
      scopes[kind].around(subject, bucket => visitLists(bucket, field => readOnce(field, at), fire))
      return fired
    },
  }
}

function fireAll(list: Candidate[], at: { body: unknown; turn: number }, fired: string[]): void {
  for (const { entry, tests } of list) {
    if (entry.turn === at.turn || !pass(tests, at)) continue
    entry.turn = at.turn
    fired.push(entry.id)
  }
}
