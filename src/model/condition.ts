import { z } from 'zod'
import { tableOf } from '../table.ts'

/**
 * Azure's own language of conditions (Microsoft.Security/automations 2019-01-01-preview): one matcher for rules, feeds, mutes, back-test
 * and why. A set of conditions is an AND, the list of sets an OR, an empty list holds for everything.
 */
export const operators = [
  'Equals',
  'NotEquals',
  'GreaterThan',
  'GreaterThanOrEqualTo',
  'LesserThan',
  'LesserThanOrEqualTo',
  'Contains',
  'StartsWith',
  'EndsWith',
] as const
export type Operator = (typeof operators)[number]

export const valueTypes = ['String', 'Integer', 'Number', 'Boolean'] as const
export type ValueType = (typeof valueTypes)[number]

export const Condition = z.object({
  /** Dotted, with optional `$.` and `[n]`: `properties.status.code`. */
  path: z.string(),
  type: z.enum(valueTypes),
  operator: z.enum(operators),
  value: z.string(),
})
export type Condition = z.infer<typeof Condition>
export type When = Condition[][]

/** A condition that did not hold, and what stood there instead; `actual` is undefined when the path leads nowhere. */
interface Failed {
  condition: Condition
  actual: unknown
}

/** `failed` holds, for each set, the first of its conditions that did not hold. */
export type Verdict = { matched: true } | { matched: false; failed: Failed[] }

export function matches(when: When, body: unknown): boolean {
  return when.length === 0 || when.some(set => set.every(condition => holds(condition, body)))
}

export function explain(when: When, body: unknown): Verdict {
  if (matches(when, body)) return { matched: true }
  return { matched: false, failed: when.flatMap(set => firstFailed(set, body)) }
}

function firstFailed(set: Condition[], body: unknown): Failed[] {
  const condition = set.find(one => !holds(one, body))
  return condition === undefined ? [] : [{ condition, actual: valueAt(body, condition.path) }]
}

export type Scalar = string | number | boolean
const ordering: readonly Operator[] = ['GreaterThan', 'GreaterThanOrEqualTo', 'LesserThan', 'LesserThanOrEqualTo']
const textual: readonly Operator[] = ['Contains', 'StartsWith', 'EndsWith']

/** Ordering "applies only for decimal operands", parts of a text "only for non-decimal" ones. Source: the operators in the specification. */
export function fitsType(operator: Operator, type: ValueType): boolean {
  const isNumber = type === 'Integer' || type === 'Number'
  if (ordering.includes(operator)) return isNumber
  return textual.includes(operator) ? !isNumber : true
}

/** @public Whether one condition holds for a body. */
export function holds({ path, type, operator, value }: Condition, body: unknown): boolean {
  if (!fitsType(operator, type)) return false
  const actual = readAs(type, valueAt(body, path))
  const expected = readAs(type, value)
  return actual !== undefined && expected !== undefined && compares(operator, actual, expected)
}

/** Of two values read as the condition's type. */
export function compares(operator: Operator, actual: Scalar, expected: Scalar): boolean {
  switch (operator) {
    case 'Equals':
      return actual === expected
    case 'NotEquals':
      return actual !== expected
    case 'GreaterThan':
      return actual > expected
    case 'GreaterThanOrEqualTo':
      return actual >= expected
    case 'LesserThan':
      return actual < expected
    case 'LesserThanOrEqualTo':
      return actual <= expected
    case 'Contains':
      return String(actual).includes(String(expected))
    case 'StartsWith':
      return String(actual).startsWith(String(expected))
    case 'EndsWith':
      return String(actual).endsWith(String(expected))
  }
}

const truth = tableOf<boolean>({ true: true, false: false })
const decimal = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i

/** What cannot be read as the type is undefined and so never matches; objects and lists can't be read at all. Texts lose their case. */
export function readAs(type: ValueType, raw: unknown): Scalar | undefined {
  if (typeof raw !== 'string' && typeof raw !== 'number' && typeof raw !== 'boolean') return undefined
  const text = `${raw}`
  if (type === 'String') return text.toLowerCase()
  const bare = text.trim()
  if (type === 'Boolean') return typeof raw === 'number' ? undefined : truth.get(bare.toLowerCase())
  const number = decimal.test(bare) ? Number(bare) : Number.NaN
  if (!Number.isFinite(number)) return undefined
  return type === 'Number' || Number.isInteger(number) ? number : undefined
}

/** Follows a path, keys without regard to case; undefined when it leads nowhere. */
export function valueAt(body: unknown, path: string): unknown {
  return follow(stepsOf(path), body)
}

/** As valueAt, for a path taken apart once. */
export function follow(steps: readonly string[], body: unknown): unknown {
  let value: unknown = steps.length === 0 ? undefined : body
  for (const step of steps) value = child(value, step)
  return value
}

/** The keys and positions of a path, outermost first; none when the path says nothing. */
export function stepsOf(path: string): readonly string[] {
  const known = taken.get(path)
  if (known !== undefined) return known
  const steps = takeApart(path)
  if (taken.size >= pathsKept) taken.clear()
  taken.set(path, steps)
  return steps
}

/** Rules ask for the same few paths of every event. */
const taken = new Map<string, readonly string[]>()
const pathsKept = 1_000

function takeApart(path: string): string[] {
  const bare = path.trim().replace(/^\$(\.|(?=\[)|$)/, '')
  return [...bare.matchAll(/[^.[\]]+/g)].map(([step]) => step.replace(/^(['"])(.*)\1$/, '$2'))
}

function child(value: unknown, step: string): unknown {
  if (Array.isArray(value)) return /^\d+$/.test(step) ? value[Number(step)] : undefined
  if (!isFields(value)) return undefined
  if (Object.hasOwn(value, step)) return value[step]
  const key = keyOf(value, step.toLowerCase())
  return key === undefined ? undefined : value[key]
}

type Fields = Readonly<Record<string, unknown>>

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

/** The first key that differs in case only. */
function keyOf(value: Fields, lower: string): string | undefined {
  return Object.keys(value).find(key => key.length === lower.length && key.toLowerCase() === lower)
}
