import { isObject } from './fold.ts'
import { jsonIn, label, short } from './plain.ts'

const deepest = 6
const enough = 4_000

/** Any JSON value as a person reads it: JSON inside a text is opened, names become labels, `{displayValue, kind: Link, value}` a link. */
export function readable(value: unknown): string {
  return short(worded(value, 0), enough)
}

function worded(value: unknown, depth: number): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return fromText(value, depth)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (depth >= deepest) return '…'
  if (Array.isArray(value)) return joined(value, item => worded(item, depth + 1), ', ')
  return isObject(value) ? fromObject(value, depth) : ''
}

function fromText(value: string, depth: number): string {
  const opened = depth < deepest ? jsonIn(value) : undefined
  return opened === undefined ? value : worded(opened, depth + 1)
}

function fromObject(value: Readonly<Record<string, unknown>>, depth: number): string {
  const { displayValue, value: target } = value
  if (typeof displayValue === 'string' && typeof target === 'string') return `${displayValue} ${target}`
  return joined(
    Object.entries(value).filter(([key]) => !/^(?:kind|\$id|\$type)$/i.test(key)),
    ([key, item]) =>
      key === 'DisplayValueToUrlDictionary' ? worded(item, depth + 1) : `${label(key)}: ${worded(item, depth + 1)}`,
    '; ',
  )
}

/** Stops when there is enough to read, so that a wide value costs no more than its first part. */
function joined<Item>(items: readonly Item[], word: (item: Item) => string, separator: string): string {
  const words: string[] = []
  let length = 0
  for (const item of items) {
    const next = word(item)
    if (next === '') continue
    words.push(next)
    length += next.length
    if (length > enough) break
  }
  return words.join(separator)
}
