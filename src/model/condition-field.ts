import { type ValueType, valueTypes } from './condition.ts'
import type { Kind } from './event.ts'
import { kindWords } from './kind-words.ts'
import { nearest } from './nearest.ts'
import { elsewhere, fieldsOf, type RuleField } from './rule-fields.ts'
import type { TypedText } from './typed-text.ts'

/** What is wrong there and what was expected, a sentence. */
export type Fault = { message: string }

/** Spaces of any width between the words; a word ends at a space, a quote or the line's end, a sign anywhere. */
export function pattern(word: string): RegExp {
  const signs = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '[ \\t]+')
  return new RegExp(/\w$/.test(word) ? `${signs}(?=[\\s"“]|$)` : signs, 'iy')
}

/** The field that a line of conditions begins with. */
export interface FieldRead {
  path: string
  type: ValueType
  /** As typed, for messages. */
  word: string
  /** Values are single words of an enumeration, so that "A or B" and "A, B" are two. */
  listed: boolean
}

export function readField(kind: Kind, text: TypedText): FieldRead | Fault {
  const path = text.quoted()
  if (path === 'open') return { message: 'The quoted name of the field has no closing quote.' }
  if (path !== undefined) return asField(fieldsOf(kind).find(field => field.path === path.text) ?? path.text)
  for (const { field, pattern } of namesOf(kind)) if (text.take(pattern) !== undefined) return asField(field)
  return unknownField(kind, text.take(/[^\s"“]*/y)?.[0] ?? '')
}

function asField(field: RuleField | string): FieldRead {
  if (typeof field === 'string') return { path: field, type: 'String', word: field, listed: false }
  return { path: field.path, type: field.type, word: field.label, listed: isListed(field) }
}

export function isListed({ suggests }: RuleField): boolean {
  return suggests === 'severity' || suggests === 'state'
}

const names = new Map<Kind, { field: RuleField; pattern: RegExp }[]>()

/** Labels and paths with what finds them, the longest first. */
function namesOf(kind: Kind) {
  const known = names.get(kind)
  if (known !== undefined) return known
  const made = fieldsOf(kind)
    .flatMap(field => [field.label, field.path, field.also ?? field.label].map(word => ({ field, word })))
    .sort((a, b) => b.word.length - a.word.length)
    .map(({ field, word }) => ({
      field,
      pattern: new RegExp(`${pattern(word).source.replace(/\(\?=.*$/, '')}(?=[\\s(=!<>]|$)`, 'iy'),
    }))
  names.set(kind, made)
  return made
}

export function readType(text: TypedText): ValueType | undefined {
  const word = text.take(/[ \t]*\((string|integer|number|boolean)\)/iy)?.[1]?.toLowerCase()
  return valueTypes.find(type => type.toLowerCase() === word)
}

function unknownField(kind: Kind, word: string): Fault {
  if (word === '') return { message: `A line begins with a field, for example “${exampleOf(kind)}”.` }
  return {
    message: `“${brief(word)}” is no field of ${kindWords[kind].a}.${fieldHint(kind, word)} Any other path can stand in quotes.`,
  }
}

function fieldHint(kind: Kind, word: string): string {
  const fields = fieldsOf(kind)
  const here = elsewhere(kind, word)?.here
  if (here !== undefined) return ` There it is ${here.path}: write “${here.label}”.`
  const near = closest(
    word,
    fields.flatMap(({ label, path, also = [] }) => [label, path].concat(also)),
  )
  return near === undefined
    ? ` Fields: ${fields.map(({ label }) => label).join(', ')}.`
    : ` Did you mean “${fields.find(({ path }) => path === near)?.label ?? near}”?`
}

function exampleOf(kind: Kind): string {
  return kind === 'compliance' ? 'State is Failed' : 'Severity is High'
}

export function closest(word: string, known: string[]): string | undefined {
  if (word === '') return undefined
  const [near] = nearest(
    word.toLowerCase(),
    known.map(one => one.toLowerCase()),
  )
  return known.find(one => one.toLowerCase() === near)
}

export function brief(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39).toWellFormed()}…`
}
