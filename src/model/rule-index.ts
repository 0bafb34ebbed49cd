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
  steps: readonly string[]
  /** Which event it was read from. */
  turn: number
  value: Scalar | undefined
}

interface Test {
  field: Field
  operator: Operator
  expected: Scalar
}

/** One set of conditions, placed where an event must look to find it. */
interface Candidate {
  entry: Entry
  /** All must hold beside what led here. */
  tests: readonly Test[]
}

interface Entry {
  id: string
  /** The last event that it fired on, so that it is told once. */
  turn: number
  places: Place[]
}

interface Place {
  candidate: Candidate
  list: Candidate[]
  /** Absent in the rest. */
  under?: { group: Group; value: Scalar }
}

/** Those that wait for one field to have a certain value. */
interface Group {
  field: Field
  lists: Map<Scalar, Candidate[]>
}

/** All that waits in one scope for one kind. */
interface Bucket {
  groups: Group[]
  /** Sets without an equality: everybody is asked. */
  rest: Candidate[]
}

/**
 * Finds who waits for an event without asking everybody: by kind and scope, then, for each set of conditions, by that one of its equalities that
 * the fewest share. What is left is tested one by one, so that cost grows with what is found, not with what there is.
 */
export function openRuleIndex(): RuleIndex {
  const scopes = { alert: openScopes(), recommendation: openScopes(), compliance: openScopes() }
  const entries = new Map<string, Entry>()
  const read = openReader()
  let turn = 0

  function place(entry: Entry, bucket: Bucket, set: Condition[]): void {
    const tests = set.map(read.test)
    // A condition that can't be read never holds, and its set with it.
    if (tests.includes(undefined)) return
    const anchor = rarest(
      bucket,
      tests.filter(test => test !== undefined),
    )
    const candidate = { entry, tests: read.tests(set.filter((_, index) => tests[index] !== anchor)) }
    const found = anchor === undefined ? { list: bucket.rest } : listAt(bucket, anchor)
    found.list.push(candidate)
    entry.places.push({ candidate, ...found })
  }

  function clear(id: string): void {
    for (const place of entries.get(id)?.places ?? []) takeOut(place)
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
      const fired: string[] = []
      scopes[kind].around(subject, bucket => fireAll(bucket, { body, turn, fired }))
      return fired
    },
  }
}

/** The event at hand. */
interface Turn {
  body: unknown
  turn: number
  fired: string[]
}

function fireAll({ groups, rest }: Bucket, at: Turn): void {
  if (rest.length > 0) fire(rest, at)
  for (const { field, lists } of groups) {
    const value = readOnce(field, at)
    const list = value === undefined ? undefined : lists.get(value)
    if (list !== undefined) fire(list, at)
  }
}

function fire(list: Candidate[], at: Turn): void {
  for (const { entry, tests } of list) {
    if (entry.turn === at.turn || !pass(tests, at)) continue
    entry.turn = at.turn
    at.fired.push(entry.id)
  }
}

function pass(tests: readonly Test[], at: Turn): boolean {
  for (const { field, operator, expected } of tests) {
    const actual = readOnce(field, at)
    if (actual === undefined || !compares(operator, actual, expected)) return false
  }
  return true
}

function readOnce(field: Field, { body, turn }: Turn): Scalar | undefined {
  if (field.turn === turn) return field.value
  field.turn = turn
  field.value = readAs(field.type, follow(field.steps, body))
  return field.value
}

/**
 * Conditions made ready. Equal ones are one object, so that what many rules ask is near at hand in memory; forgetting them costs nothing but that.
 */
function openReader() {
  const fields = new Map<string, Field>()
  const known = new Map<string, Test | undefined>()
  const lists = new Map<string, readonly Test[]>()

  function fieldOf({ type, path }: Condition): Field {
    return keep(fields, `${type} ${path}`, () => ({ type, steps: stepsOf(path), turn: 0, value: undefined }))
  }

  function test(condition: Condition): Test | undefined {
    const { type, operator, value } = condition
    return keep(known, keyOf(condition), () => {
      const expected = fitsType(operator, type) ? readAs(type, value) : undefined
      return expected === undefined ? undefined : { field: fieldOf(condition), operator, expected }
    })
  }

  return {
    /** Undefined for a condition that never holds. */
    test,
    tests: (set: Condition[]) => keep(lists, set.map(keyOf).join(), () => set.map(test).filter(one => one !== undefined)),
  }
}

function keyOf({ path, type, operator, value }: Condition): string {
  return JSON.stringify([path, type, operator, value])
}

const keptAtMost = 20_000

function keep<Value>(kept: Map<string, Value>, key: string, make: () => Value): Value {
  const known = kept.get(key)
  if (known !== undefined) return known
  if (kept.size >= keptAtMost) kept.clear()
  const made = make()
  kept.set(key, made)
  return made
}

/** Buckets by scope. */
function openScopes() {
  const buckets = new Map<string, Bucket>()
  /** How many segments scopes have that were ever asked for: an event looks at no others around it. */
  const depths = new Set<number>()

  return {
    at(scope: string): Bucket {
      const bucket = buckets.get(scope) ?? { groups: [], rest: [] }
      buckets.set(scope, bucket)
      depths.add(depthOf(scope))
      return bucket
    },
    /** The buckets of a thing's own scope and of those around it. */
    around(subject: string, visit: (bucket: Bucket) => void): void {
      const key = scopeKey(subject)
      for (const depth of depths) {
        const scope = outer(key, depth)
        const bucket = scope === undefined ? undefined : buckets.get(scope)
        if (bucket !== undefined) visit(bucket)
      }
    },
  }
}

function depthOf(scope: string): number {
  return scope === '' ? 0 : scope.split('/').length
}

/** The first segments of a scope; undefined when it has fewer. */
function outer(scope: string, depth: number): string | undefined {
  if (depth === 0 || scope === '') return depth === 0 ? '' : undefined
  let end = -1
  for (let count = 0; count < depth; count++) {
    if (end === scope.length) return undefined
    const next = scope.indexOf('/', end + 1)
    end = next < 0 ? scope.length : next
  }
  return scope.slice(0, end)
}

function rarest(bucket: Bucket, tests: Test[]): Test | undefined {
  const waiting = ({ field, expected }: Test) => groupOf(bucket, field)?.lists.get(expected)?.length ?? 0
  return tests.filter(({ operator }) => operator === 'Equals').sort((a, b) => waiting(a) - waiting(b))[0]
}

function groupOf(bucket: Bucket, field: Field): Group | undefined {
  return bucket.groups.find(group => group.field === field)
}

function listAt(bucket: Bucket, { field, expected: value }: Test) {
  const known = groupOf(bucket, field)
  const group = known ?? { field, lists: new Map<Scalar, Candidate[]>() }
  if (known === undefined) bucket.groups.push(group)
  const list = group.lists.get(value) ?? []
  group.lists.set(value, list)
  return { list, under: { group, value } }
}

/** Its place in the list is taken by the last: nothing moves up. */
function takeOut({ candidate, list, under }: Place): void {
  const last = list.pop()
  if (last !== undefined && last !== candidate) list[list.indexOf(candidate)] = last
  if (under !== undefined && list.length === 0) under.group.lists.delete(under.value)
}
