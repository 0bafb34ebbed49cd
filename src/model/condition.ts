import { z } from 'zod'

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

export const Condition = z.object({
  /** Dotted, with optional `$.` and `[n]`: `properties.status.code`. */
  path: z.string(),
  type: z.enum(['String', 'Integer', 'Number', 'Boolean']),
  operator: z.enum(operators),
  value: z.string(),
})
export type Condition = z.infer<typeof Condition>
export type When = Condition[][]

/** A condition that did not hold, and what stood there instead; `actual` is undefined when the path leads nowhere. */
export interface Failed {
  condition: Condition
  actual: unknown
}

export type Verdict = { matched: true } | { matched: false; failed: Failed[] }

export function matches(when: When, body: unknown): boolean {
  return when.length === 0 || when.some(set => set.every(condition => holds(condition, body)))
}

/** The same with the first condition that failed in each set. */
export function explain(when: When, body: unknown): Verdict {
  if (matches(when, body)) return { matched: true }
  return { matched: false, failed: when.map(set => firstFailed(set, body)).filter(failed => failed !== undefined) }
}

function firstFailed(set: Condition[], body: unknown): Failed | undefined {
  const condition = set.find(one => !holds(one, body))
  return condition && { condition, actual: valueAt(body, condition.path) }
}

function holds(condition: Condition, body: unknown): boolean {
  const actual = valueAt(body, condition.path)
  if (actual === undefined || actual === null) return false
  return condition.type === 'String' ? textHolds(condition, textOf(actual)) : scalarHolds(condition, actual)
}

function textOf(actual: unknown): string {
  return typeof actual === 'string' ? actual : typeof actual === 'object' ? JSON.stringify(actual) : String(actual)
}

/** Strings compare without case. */
function textHolds({ operator, value }: Condition, text: string): boolean {
  const actual = text.toLowerCase()
  const expected = value.toLowerCase()
  switch (operator) {
    case 'Equals':
      return actual === expected
    case 'NotEquals':
      return actual !== expected
    case 'Contains':
      return actual.includes(expected)
    case 'StartsWith':
      return actual.startsWith(expected)
    case 'EndsWith':
      return actual.endsWith(expected)
    default:
      return false
  }
}

function scalarHolds({ type, operator, value }: Condition, raw: unknown): boolean {
  const actual = scalar(type, raw)
  const expected = scalar(type, value)
  if (actual === undefined || expected === undefined) return false
  switch (operator) {
    case 'Equals':
      return actual === expected
    case 'NotEquals':
      return actual !== expected
    case 'GreaterThan':
      return type !== 'Boolean' && actual > expected
    case 'GreaterThanOrEqualTo':
      return type !== 'Boolean' && actual >= expected
    case 'LesserThan':
      return type !== 'Boolean' && actual < expected
    case 'LesserThanOrEqualTo':
      return type !== 'Boolean' && actual <= expected
    default:
      return false
  }
}

/** What cannot be read as the type never matches. */
function scalar(type: Condition['type'], raw: unknown): number | boolean | undefined {
  if (type === 'Boolean')
    return typeof raw === 'boolean'
      ? raw
      : typeof raw === 'string'
        ? { true: true, false: false }[raw.trim().toLowerCase()]
        : undefined
  if (typeof raw !== 'number' && (typeof raw !== 'string' || raw.trim() === '')) return undefined
  const number = Number(raw)
  if (!Number.isFinite(number)) return undefined
  return type === 'Integer' && !Number.isInteger(number) ? undefined : number
}

/** Follows a path, keys without case; undefined when it leads nowhere. */
export function valueAt(body: unknown, path: string): unknown {
  let value = body
  for (const step of stepsOf(path)) {
    if (typeof value !== 'object' || value === null) return undefined
    value = child(value, step)
  }
  return value
}

function stepsOf(path: string): string[] {
  const bare = path.trim().replace(/^\$\.?/, '')
  return [...bare.matchAll(/[^.[\]]+/g)].map(([step]) => step.replace(/^['"]|['"]$/g, ''))
}

function child(value: object, step: string): unknown {
  if (Array.isArray(value)) return value[Number(step)]
  const entries = Object.entries(value)
  const exact = entries.find(([key]) => key === step) ?? entries.find(([key]) => key.toLowerCase() === step.toLowerCase())
  return exact?.[1]
}
