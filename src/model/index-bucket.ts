import type { Scalar } from './condition.ts'
import type { Field, Test } from './index-condition.ts'
import { scopeKey } from './rule-scope.ts'

/** One set of conditions, placed where an event must look to find it. */
export interface Candidate {
  entry: Entry
  /** All must hold beside what led here. */
  tests: readonly Test[]
}

export interface Entry {
  id: string
  /** The last event that it fired on, so that it is told once. */
  turn: number
  places: Place[]
}

interface Place {
  candidate: Candidate
  list: Candidate[]
  /** Absent in the rest. */
  under?: { group: Group; key: Scalar }
}

/** Those that wait for one field to have a certain value, or a certain part in it. */
interface Group {
  field: Field
  by: 'value' | 'part'
  lists: Map<Scalar, Candidate[]>
}

/** All that waits in one scope for one kind. */
export interface Bucket {
  groups: Group[]
  /** Sets that nothing leads to: everybody is asked. */
  rest: Candidate[]
}

/** Buckets by scope. */
export function openScopes() {
  const buckets = new Map<string, Bucket>()
  /** How many segments scopes have that were ever asked for: an event looks at no others around it. */
  const depths = new Set<number>()

  return {
    /** `scope` as scopeKey writes it. */
    at(scope: string): Bucket {
      const bucket = buckets.get(scope) ?? { groups: [], rest: [] }
      buckets.set(scope, bucket)
      depths.add(scope === '' ? 0 : scope.split('/').length)
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

/** Where a set can wait. */
interface Anchor {
  test: Test
  by: Group['by']
  key: Scalar
}

/** A text is looked through only where more than so many would be asked otherwise. */
const fewEnough = 64

/** The place with the fewest; undefined for the rest. */
export function anchorOf(bucket: Bucket, tests: readonly Test[]): Anchor | undefined {
  const waiting = ({ test: { field }, by, key }: Anchor) => groupOf(bucket, field, by)?.lists.get(key)?.length ?? 0
  const byValue = fewest(tests.flatMap(asValue), waiting)
  const asked = byValue === undefined ? bucket.rest.length : waiting(byValue)
  if (asked < fewEnough) return byValue
  const byPart = fewest(tests.flatMap(asParts), waiting)
  return byPart !== undefined && waiting(byPart) < asked ? byPart : byValue
}

function fewest(anchors: Anchor[], waiting: (anchor: Anchor) => number): Anchor | undefined {
  return anchors.map(anchor => ({ anchor, count: waiting(anchor) })).sort((a, b) => a.count - b.count)[0]?.anchor
}

function asValue(test: Test): Anchor[] {
  return test.operator === 'Equals' ? [{ test, by: 'value', key: test.expected }] : []
}

function asParts(test: Test): Anchor[] {
  const { operator, expected } = test
  if (typeof expected !== 'string' || !/^(Contains|StartsWith|EndsWith)$/.test(operator)) return []
  return partsOf(expected).map(key => ({ test, by: 'part', key }))
}

function partsOf(text: string): number[] {
  return Array.from({ length: Math.max(0, text.length - 2) }, (_, from) => partAt(text, from))
}

/** Three letters as a small number, by which maps find fast; that two may have the same one costs a test, never a mistake. */
function partAt(text: string, from: number): number {
  return text.charCodeAt(from) * 961 + text.charCodeAt(from + 1) * 31 + text.charCodeAt(from + 2)
}

function groupOf(bucket: Bucket, field: Field, by: Group['by']): Group | undefined {
  return bucket.groups.find(group => group.field === field && group.by === by)
}

/** Puts a set where its anchor says. */
export function placeAt(bucket: Bucket, candidate: Candidate, anchor: Anchor | undefined): void {
  const found = anchor === undefined ? { list: bucket.rest } : listAt(bucket, anchor)
  found.list.push(candidate)
  candidate.entry.places.push({ candidate, ...found })
}

function listAt(bucket: Bucket, { test: { field }, by, key }: Anchor) {
  const known = groupOf(bucket, field, by)
  const group = known ?? { field, by, lists: new Map<Scalar, Candidate[]>() }
  if (known === undefined) bucket.groups.push(group)
  const list = group.lists.get(key) ?? []
  group.lists.set(key, list)
  return { list, under: { group, key } }
}

/** Takes an entry out of everywhere; the last of each list takes its place, so that nothing moves up. */
export function takeOut({ places }: Entry): void {
  for (const { candidate, list, under } of places) {
    const last = list.pop()
    if (last !== undefined && last !== candidate) list[list.indexOf(candidate)] = last
    if (under !== undefined && list.length === 0) under.group.lists.delete(under.key)
  }
}

/** The lists that an event leads to; `read` gives the value of a field. */
export function visitLists(
  { groups, rest }: Bucket,
  read: (field: Field) => Scalar | undefined,
  visit: (list: Candidate[]) => void,
): void {
  if (rest.length > 0) visit(rest)
  for (const { field, by, lists } of groups) {
    const value = lists.size === 0 ? undefined : read(field)
    if (value === undefined) continue
    if (by === 'value') visitOne(lists, value, visit)
    else if (typeof value === 'string')
      for (let from = 0; from < value.length - 2; from++) visitOne(lists, partAt(value, from), visit)
  }
}

function visitOne(lists: Group['lists'], key: Scalar, visit: (list: Candidate[]) => void): void {
  const list = lists.get(key)
  if (list !== undefined) visit(list)
}
