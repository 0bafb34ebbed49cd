import {
  type Condition,
  compares,
  fitsType,
  follow,
  type Operator,
  readAs,
  type Scalar,
  stepsOf,
  type ValueType,
  type When,
} from './condition.ts'
import type { Kind } from './event.ts'
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

/** One value of an event, read once for all who ask. */
interface Field {
  type: ValueType
  steps: string[]
  /** Which event it was read from. */
  turn: number
  value: Scalar | undefined
}

interface Test {
  field: Field
  operator: Operator
  expected: Scalar
}

/** One set of an entry, placed where an event must look to find it. */
interface Candidate {
  entry: Entry
  /** All must hold beside what led here. */
  tests: Test[]
}

interface Entry {
  id: string
  /** The last event that it fired on, so that it is told once. */
  turn: number
  places: { list: Candidate[]; candidate: Candidate }[]
}

/** All that waits in one scope for one kind: by one value that must be equal, the rest in a list. */
interface Bucket {
  by: Map<Field, Map<Scalar, Candidate[]>>
  rest: Candidate[]
}

/**
 * Finds who waits for an event without asking everybody: by kind and scope, then, for each set of conditions, by that one of its equalities that
 * the fewest share. What is left is tested one by one.
 */
export function openRuleIndex(): RuleIndex {
  const buckets: Record<Kind, Map<string, Bucket>> = { alert: new Map(), recommendation: new Map(), compliance: new Map() }
  const entries = new Map<string, Entry>()
  const fields = new Map<string, Field>()
  let turn = 0

  function fieldOf({ type, path }: Condition): Field {
    const key = `${type} ${path}`
    const known = fields.get(key)
    if (known !== undefined) return known
    const made = { type, steps: stepsOf(path), turn: 0, value: undefined }
    fields.set(key, made)
    return made
  }

  function testOf(condition: Condition): Test | undefined {
    const { type, operator, value } = condition
    const expected = fitsType(operator, type) ? readAs(type, value) : undefined
    return expected === undefined ? undefined : { field: fieldOf(condition), operator, expected }
  }

  function place(entry: Entry, bucket: Bucket, set: Condition[]): void {
    const tests = set.map(testOf).filter(test => test !== undefined)
    // A condition that can't be read never holds, and its set with it.
    if (tests.length < set.length) return
    const anchor = rarest(bucket, tests)
    const list = anchor === undefined ? bucket.rest : listAt(bucket, anchor)
    const candidate = { entry, tests: tests.filter(test => test !== anchor) }
    list.push(candidate)
    entry.places.push({ list, candidate })
  }

  function remove(id: string): void {
    for (const { list, candidate } of entries.get(id)?.places ?? []) takeOut(list, candidate)
    entries.delete(id)
  }

  return {
    put({ id, kind, scopes, when }) {
      remove(id)
      const entry: Entry = { id, turn: 0, places: [] }
      entries.set(id, entry)
      for (const scope of new Set(scopes.map(scopeKey)))
        for (const set of when.length === 0 ? [[]] : when) place(entry, bucketAt(buckets[kind], scope), set)
    },
    remove,
    match(kind, subject, body) {
      turn += 1
      const fired: string[] = []
      const read = (field: Field) => readOnce(field, body, turn)
      for (const scope of scopesAround(subject)) {
        const bucket = buckets[kind].get(scope)
        if (bucket === undefined) continue
        fire(bucket.rest, read, turn, fired)
        for (const [field, byValue] of bucket.by) {
          const value = read(field)
          const list = value === undefined ? undefined : byValue.get(value)
          if (list !== undefined) fire(list, read, turn, fired)
        }
      }
      return fired
    },
  }
}

function fire(list: Candidate[], read: (field: Field) => Scalar | undefined, turn: number, fired: string[]): void {
  for (const { entry, tests } of list) {
    if (entry.turn === turn || !tests.every(test => passes(test, read(test.field)))) continue
    entry.turn = turn
    fired.push(entry.id)
  }
}

function passes({ operator, expected }: Test, actual: Scalar | undefined): boolean {
  return actual !== undefined && compares(operator, actual, expected)
}

function readOnce(field: Field, body: unknown, turn: number): Scalar | undefined {
  if (field.turn === turn) return field.value
  field.turn = turn
  field.value = readAs(field.type, follow(field.steps, body))
  return field.value
}

/** The scope itself and all above it, down from everywhere. */
function scopesAround(subject: string): string[] {
  const key = scopeKey(subject)
  const scopes = ['']
  for (let end = key.indexOf('/'); end >= 0; end = key.indexOf('/', end + 1)) scopes.push(key.slice(0, end))
  if (key !== '') scopes.push(key)
  return scopes
}

function bucketAt(buckets: Map<string, Bucket>, scope: string): Bucket {
  const known = buckets.get(scope)
  if (known !== undefined) return known
  const made: Bucket = { by: new Map(), rest: [] }
  buckets.set(scope, made)
  return made
}

function rarest(bucket: Bucket, tests: Test[]): Test | undefined {
  const waiting = (test: Test) => bucket.by.get(test.field)?.get(test.expected)?.length ?? 0
  return tests.filter(({ operator }) => operator === 'Equals').sort((a, b) => waiting(a) - waiting(b))[0]
}

function listAt(bucket: Bucket, { field, expected }: Test): Candidate[] {
  const byValue = bucket.by.get(field) ?? new Map<Scalar, Candidate[]>()
  bucket.by.set(field, byValue)
  const list = byValue.get(expected) ?? []
  byValue.set(expected, list)
  return list
}

/** Its place is taken by the last: nothing moves up. */
function takeOut(list: Candidate[], candidate: Candidate): void {
  const last = list.pop()
  if (last !== undefined && last !== candidate) list[list.indexOf(candidate)] = last
}
