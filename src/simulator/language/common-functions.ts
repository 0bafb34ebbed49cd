import type { Functions } from './evaluate.ts'
import { LanguageError } from './parse.ts'

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function list(name: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  throw new LanguageError(`The template language function '${name}' expects its parameter to be an array.`)
}

function number(name: string, value: unknown): number {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof read === 'number' && Number.isFinite(read)) return read
  throw new LanguageError(`The template language function '${name}' expects its parameter to be a number.`)
}

/** As many as Azure makes of anything at once. Source: Microsoft Learn, range. */
const most = 10_000

function size(name: string, value: unknown): number {
  const read = number(name, value)
  if (Number.isInteger(read) && read >= 0 && read <= most) return read
  throw new LanguageError(`The template language function '${name}' expects a whole number from 0 to ${most}.`)
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0
}

function contains(within: unknown, what: unknown): boolean {
  if (typeof within === 'string') return within.includes(text(what))
  if (Array.isArray(within)) return within.some(one => same(one, what))
  return (
    typeof within === 'object' &&
    within !== null &&
    Object.keys(within).some(key => same(key.toLowerCase(), text(what).toLowerCase()))
  )
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function json(value: unknown): unknown {
  try {
    return JSON.parse(text(value))
  } catch {
    throw new LanguageError("The template language function 'json' expects its parameter to be JSON.")
  }
}

function part(values: unknown, from: number, until: number | undefined): unknown {
  return typeof values === 'string' ? values.slice(from, until) : list('take', values).slice(from, until)
}

/** `{0}` and the like, without widths and formats. */
function format(pattern: unknown, ...values: unknown[]): string {
  return text(pattern).replace(/\{(\d+)(?::[^}]*)?\}/g, (_whole, index: string) => text(values[Number(index)] ?? ''))
}

function concat(...parts: unknown[]): unknown {
  return parts.length > 0 && parts.every(Array.isArray) ? parts.flat() : parts.map(text).join('')
}

function object(...parts: unknown[]): object {
  const pairs = parts.flatMap((key, index) => (index % 2 === 0 ? [[text(key), parts[index + 1]]] : []))
  return Object.fromEntries(pairs)
}

function union(...parts: unknown[]): unknown {
  if (parts.every(Array.isArray)) return [...new Map(parts.flat().map(one => [JSON.stringify(one), one])).values()]
  return Object.assign({}, ...parts.map(part => (typeof part === 'object' ? part : {})))
}

/** Functions that need no surroundings; the same in templates and in workflow definitions. Source: Microsoft Learn, template functions. */
export const commonFunctions: Functions = {
  true: () => true,
  false: () => false,
  null: () => null,
  concat,
  format,
  string: text,
  int: value => Math.trunc(number('int', value)),
  bool: value => value === true || value === 1 || text(value).toLowerCase() === 'true',
  json,
  array: value => (Array.isArray(value) ? value : [value]),
  createarray: (...items) => items,
  createobject: object,
  union,
  length: lengthOf,
  empty: isEmpty,
  contains,
  equals: (a, b) => same(a, b),
  not: value => value !== true,
  and: (...values) => values.every(value => value === true),
  or: (...values) => values.some(value => value === true),
  greater: (a, b) => number('greater', a) > number('greater', b),
  greaterorequals: (a, b) => number('greaterOrEquals', a) >= number('greaterOrEquals', b),
  less: (a, b) => number('less', a) < number('less', b),
  lessorequals: (a, b) => number('lessOrEquals', a) <= number('lessOrEquals', b),
  add: (a, b) => number('add', a) + number('add', b),
  sub: (a, b) => number('sub', a) - number('sub', b),
  mul: (a, b) => number('mul', a) * number('mul', b),
  div: (a, b) => Math.trunc(number('div', a) / number('div', b)),
  mod: (a, b) => number('mod', a) % number('mod', b),
  min: (...values) => Math.min(...values.flat().map(value => number('min', value))),
  max: (...values) => Math.max(...values.flat().map(value => number('max', value))),
  range: (from, count) => Array.from({ length: size('range', count) }, (_, index) => number('range', from) + index),
  coalesce: (...values) => values.find(value => value !== null && value !== undefined) ?? null,
  tolower: value => text(value).toLowerCase(),
  toupper: value => text(value).toUpperCase(),
  trim: value => text(value).trim(),
  replace: (value, what, by) => text(value).replaceAll(text(what), text(by)),
  split: (value, by) => text(value).split(text(by)),
  join: (values, by) => list('join', values).map(text).join(text(by)),
  substring: (value, from, length) =>
    text(value).substring(
      number('substring', from),
      length === undefined ? undefined : number('substring', from) + number('substring', length),
    ),
  startswith: (value, with_) => text(value).toLowerCase().startsWith(text(with_).toLowerCase()),
  endswith: (value, with_) => text(value).toLowerCase().endsWith(text(with_).toLowerCase()),
  skip: (values, count) => part(values, number('skip', count), undefined),
  take: (values, count) => part(values, 0, number('take', count)),
  intersection: (of, ...others) => list('intersection', of).filter(one => others.every(other => contains(other, one))),
  indexof: (value, what) => text(value).toLowerCase().indexOf(text(what).toLowerCase()),
  padleft: (value, length, by) => text(value).padStart(size('padLeft', length), by === undefined ? ' ' : text(by)),
  base64: value => Buffer.from(text(value)).toString('base64'),
  first: value => (typeof value === 'string' ? value.slice(0, 1) : (list('first', value)[0] ?? null)),
  last: value => (typeof value === 'string' ? value.slice(-1) : (list('last', value).at(-1) ?? null)),
  uricomponent: value => encodeURIComponent(text(value)),
}
