import { z } from 'zod'

const many = Number.POSITIVE_INFINITY

interface Function {
  /** The fewest and the most arguments. */
  takes: [number, number]
  /** Absent for those that read what only a run has. */
  of?(...given: unknown[]): unknown
}

/** Those that our templates may use. Source: reference guide to workflow expression functions (Microsoft Learn, 2024). A null where a text or a list is due fails the run. */
export const functions: Record<string, Function> = {
  body: { takes: [1, 1] },
  item: { takes: [0, 0] },
  listCallbackUrl: { takes: [0, 0] },
  outputs: { takes: [1, 1] },
  parameters: { takes: [1, 1] },
  triggerBody: { takes: [0, 0] },
  workflow: { takes: [0, 0] },
  and: { takes: [2, many], of: (...given) => given.every(one => one === true) },
  coalesce: { takes: [1, many], of: (...given) => given.find(one => one !== null) ?? null },
  concat: { takes: [1, many], of: (...given) => given.map(asText).join('') },
  contains: { takes: [2, 2], of: (all, one) => (Array.isArray(all) ? all.includes(one) : text(all).includes(text(one))) },
  createArray: { takes: [1, many], of: (...given) => given },
  empty: { takes: [1, 1], of: it => it === null || sizeOf(it) === 0 },
  encodeURIComponent: { takes: [1, 1], of: it => encodeURIComponent(text(it)) },
  endsWith: { takes: [2, 2], of: (it, end) => text(it).toLowerCase().endsWith(text(end).toLowerCase()) },
  equals: { takes: [2, 2], of: (one, other) => one === other },
  greater: { takes: [2, 2], of: (one, other) => Number(one) > Number(other) },
  if: { takes: [3, 3], of: (yes, one, other) => (yes === true ? one : other) },
  join: { takes: [2, 2], of: (all, between) => list(all).map(asText).join(text(between)) },
  json: { takes: [1, 1], of: it => JSON.parse(text(it)) },
  last: { takes: [1, 1], of: all => list(all).at(-1) ?? null },
  length: { takes: [1, 1], of: sizeOf },
  not: { takes: [1, 1], of: it => it !== true },
  replace: { takes: [3, 3], of: (it, old, other) => text(it).replaceAll(text(old), text(other)) },
  setProperty: { takes: [3, 3], of: (it, name, value) => ({ ...z.looseObject({}).parse(it), [text(name)]: value }) },
  skip: { takes: [2, 2], of: (all, count) => list(all).slice(Number(count)) },
  split: { takes: [2, 2], of: (it, by) => text(it).split(text(by)) },
  startsWith: { takes: [2, 2], of: (it, start) => text(it).toLowerCase().startsWith(text(start).toLowerCase()) },
  string: { takes: [1, 1], of: asText },
  toLower: { takes: [1, 1], of: it => text(it).toLowerCase() },
  union: { takes: [2, many], of: (...all) => [...new Set(all.flatMap(list))] },
  utcNow: { takes: [0, 1], of: () => '2026-11-03T12:08:00Z' },
}

function text(value: unknown): string {
  return z.string().parse(value)
}

function list(value: unknown): unknown[] {
  return z.array(z.unknown()).parse(value)
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  return Object.keys(z.looseObject({}).parse(value)).length
}

/** As a value stands in a text. */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
