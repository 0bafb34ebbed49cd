/** A value's own place in a JSON text, so that it can be kept to the letter. */
export interface Part {
  /** Name of the member; undefined for an item of an array. */
  key: string | undefined
  text: string
}

/** NUL and half surrogate pairs are legal escapes in JSON but not in the database; they become U+FFFD, the kept text stays as it was. */
const unstorable = /\\(?:\\|u0000|u[dD][89abAB][\da-fA-F]{2}(\\u[dD][c-fC-F][\da-fA-F]{2})?|u[dD][c-fC-F][\da-fA-F]{2})/g

/** Hardly any text has such an escape; asking first is cheap. */
const suspect = /\\u(?:0000|[dD][89abcdefABCDEF])/

/** The value of a JSON text, with only storable text in it; undefined when it is not JSON. */
export function jsonValue(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(suspect.test(text) ? text.replace(unstorable, storable) : text) }
  } catch {
    return undefined
  }
}

function storable(sequence: string, lowHalf: string | undefined): string {
  return sequence === '\\\\' || lowHalf !== undefined ? sequence : '\\ufffd'
}

/** Members or items of the outermost object or array of a valid JSON text, each sliced out unchanged. Linear in the text. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = []
  let key: string | undefined
  let start = -1
  for (const mark of marks(text)) {
    if (mark.depth !== 1) continue
    if (mark.sign === ':') key = nameIn(text.slice(start, mark.at))
    else if (start >= 0 && text.slice(start, mark.at).trim() !== '') {
      parts.push({ key, text: text.slice(start, mark.at).trim() })
      key = undefined
    }
    start = mark.at + 1
  }
  return parts
}

function nameIn(quoted: string): string {
  const name: unknown = JSON.parse(quoted)
  return typeof name === 'string' ? name : ''
}

/** Whether objects and arrays stand inside one another deeper than so many levels. */
export function isDeeper(text: string, levels: number): boolean {
  if (brackets(text, levels + 1) <= levels) return false
  for (const mark of marks(text)) if (mark.depth > levels) return true
  return false
}

/** How many open, inside texts too; stops at `enough`. Most events have too few to be deep, which spares reading them mark by mark. */
function brackets(text: string, enough: number): number {
  let count = 0
  for (const sign of ['{', '['])
    for (let at = text.indexOf(sign); at >= 0 && count < enough; at = text.indexOf(sign, at + 1)) count += 1
  return count
}

interface Mark {
  sign: string
  at: number
  /** Of the container the sign belongs to; the outermost is 1. */
  depth: number
}

/** Brackets, commas and colons outside of strings. */
function* marks(text: string): Generator<Mark> {
  const signs = /["[\]{},:]/g
  let depth = 0
  for (let found = signs.exec(text); found !== null; found = signs.exec(text)) {
    const sign = found[0]
    if (sign === '"') {
      signs.lastIndex = afterString(text, found.index)
      continue
    }
    if (sign === '[' || sign === '{') depth += 1
    yield { sign, at: found.index, depth }
    if (sign === ']' || sign === '}') depth -= 1
  }
}

function afterString(text: string, opening: number): number {
  let quote = text.indexOf('"', opening + 1)
  while (quote >= 0 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1)
  return quote < 0 ? text.length : quote + 1
}

function isEscaped(text: string, quote: number): boolean {
  let before = quote - 1
  while (text.charCodeAt(before) === 92) before -= 1
  return (quote - before) % 2 === 0
}
