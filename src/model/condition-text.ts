import type { Condition, When } from './condition.ts'
import { readLine, writeLine } from './condition-line.ts'
import type { Kind } from './event.ts'
import { openText, type TypedText } from './typed-text.ts'

/** Ours: Azure publishes no limit. Nobody reads more, and a request to ARM may have 4 MB. */
export const mostSets = 1_000

export interface LineError {
  /** Counted from 1. */
  line: number
  /** What is wrong there and what was expected, a sentence. */
  message: string
}

/**
 * Conditions as people type them: one a line, all of which must hold; `or` alone on a line begins another set. Nothing typed: fires on everything.
 * Every line that is wrong is told.
 */
export function readConditions(kind: Kind, typed: string): { when: When } | { errors: LineError[] } {
  const { sets, errors } = readSets(kind, typed)
  const empty = sets.find(({ alternatives, open }) => alternatives.length === 0 && !open)
  if (empty !== undefined && sets.length > 1) errors.push({ line: empty.line, message: noSet })
  const when = empty === undefined ? sets.flatMap(({ alternatives }) => alternatives.reduce(product, [[]])) : []
  if (when.length > mostSets) errors.push({ line: sets.at(-1)?.line ?? 1, message: tooMany })
  return errors.length === 0 ? { when } : { errors: errors.toSorted((a, b) => a.line - b.line) }
}

const noSet = 'On one side of “or” nothing stands. Write a condition, or “anything” for every event.'
const tooMany = `A rule can have ${mostSets.toLocaleString('en-US')} sets of conditions here, and these are more. The limit is ours, Azure names none: split the rule into several.`

interface TypedSet {
  line: number
  /** For each line its conditions, one of which must hold. */
  alternatives: Condition[][]
  /** "anything" was said. */
  open: boolean
}

function readSets(kind: Kind, typed: string): { sets: TypedSet[]; errors: LineError[] } {
  const text = openText(typed)
  const sets = [emptySet(1)]
  const errors: LineError[] = []
  for (text.take(/\s+/y); !text.ended(); text.take(/\s+/y)) {
    const line = text.line()
    const set = sets.at(-1)
    if (text.take(/or[:,]?[ \t]*(?=[\r\n]|$)/iy) !== undefined) sets.push(emptySet(line))
    else if (set !== undefined) readInto(set, kind, text, errors)
  }
  return { sets, errors }
}

function emptySet(line: number): TypedSet {
  return { line, alternatives: [], open: false }
}

function readInto(set: TypedSet, kind: Kind, text: TypedText, errors: LineError[]): void {
  const line = text.line()
  if (text.take(/any(?:thing)?[ \t]*(?=[\r\n]|$)/iy) !== undefined) {
    set.open = true
    return
  }
  const read = readLine(kind, text)
  if ('conditions' in read) {
    set.alternatives.push(read.conditions)
    return
  }
  errors.push({ line, message: read.message })
  set.open = true
  if (text.line() === line) text.restOfLine()
}

/** Stops growing when there are too many. */
function product(sets: When, alternatives: Condition[]): When {
  return sets.flatMap(set => alternatives.map(one => [...set, one])).slice(0, mostSets + 1)
}

/** The same conditions as text; reading it gives exactly them. */
export function writeConditions(kind: Kind, when: When): string {
  return when
    .map(set => (set.length === 0 ? 'anything' : set.map(condition => writeLine(kind, condition)).join('\n')))
    .join('\nor\n')
}
