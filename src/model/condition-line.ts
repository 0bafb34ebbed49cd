import { type Condition, type Operator, operators, type ValueType, valueTypes } from './condition.ts'
import type { Kind } from './event.ts'
import { kindWords } from './kind-words.ts'
import { nearest } from './nearest.ts'
import { elsewhere, fieldsOf, operatorsOf, type RuleField } from './rule-fields.ts'
import { inQuotes, openText, type TypedText } from './typed-text.ts'

/** How people write and read operators; the first of each is what is written, the others are understood too. */
export const operatorWords: Record<Operator, [written: string, ...understood: string[]]> = {
  Equals: ['is', 'is equal to', 'equals', '==', '='],
  NotEquals: ['is not', 'isn’t', "isn't", 'does not equal', 'NotEquals', '!=', '<>'],
  GreaterThan: ['is more than', 'is greater than', 'GreaterThan', '>'],
  GreaterThanOrEqualTo: ['is at least', 'GreaterThanOrEqualTo', '>='],
  LesserThan: ['is less than', 'is fewer than', 'LesserThan', '<'],
  LesserThanOrEqualTo: ['is at most', 'LesserThanOrEqualTo', '<='],
  Contains: ['contains', 'includes'],
  StartsWith: ['starts with', 'begins with', 'StartsWith'],
  EndsWith: ['ends with', 'EndsWith'],
}

/** Longest first, so that "is not" is not read as "is". */
const spellings = operators
  .flatMap(operator => operatorWords[operator].map(word => ({ operator, word })))
  .sort((a, b) => b.word.length - a.word.length)
  .map(({ operator, word }) => ({ operator, pattern: pattern(word) }))

/** Spaces of any width between the words; a word ends at a space, a quote or the line's end, a sign anywhere. */
function pattern(word: string): RegExp {
  const signs = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '[ \\t]+')
  return new RegExp(/\w$/.test(word) ? `${signs}(?=[\\s"“]|$)` : signs, 'iy')
}

type Fault = { message: string }
export type LineRead = { conditions: Condition[] } | Fault

/** One line → a condition for each of its values. Nothing of it is judged beyond the words: whether a value fits is for the check. */
export function readLine(kind: Kind, text: TypedText): LineRead {
  text.take(/and[ \t]+/iy)
  const field = readField(kind, text)
  if ('message' in field) return field
  const type = readType(text) ?? field.type
  text.take(/[ \t]+/y)
  const operator = spellings.find(spelling => text.take(spelling.pattern) !== undefined)?.operator
  if (operator === undefined) return noOperator(text.restOfLine(), field)
  text.take(/[ \t]+/y)
  const values = readValues(text, field)
  if ('message' in values) return values
  if (values.texts.length > 1 && !many.includes(operator)) return oneOnly(operator)
  return { conditions: values.texts.map(value => ({ path: field.path, type, operator, value })) }
}

/** Of these "is A or B" has one meaning. */
export const many: readonly Operator[] = ['Equals', 'Contains', 'StartsWith', 'EndsWith']

interface FieldRead {
  path: string
  type: ValueType
  /** As typed, for messages. */
  word: string
  /** Values are single words of an enumeration, so that "A or B" and "A, B" are two. */
  listed: boolean
}

function readField(kind: Kind, text: TypedText): FieldRead | Fault {
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

function isListed({ suggests }: RuleField): boolean {
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

function readType(text: TypedText): ValueType | undefined {
  const word = text.take(/[ \t]*\((string|integer|number|boolean)\)/iy)?.[1]?.toLowerCase()
  return valueTypes.find(type => type.toLowerCase() === word)
}

function readValues(text: TypedText, { listed }: FieldRead): { texts: string[] } | Fault {
  const first = text.quoted()
  if (first === 'open') return { message: 'The quoted text has no closing quote. A quote inside it is written twice: "".' }
  if (first !== undefined) return readQuoted(text, [first.text])
  const bare = text.restOfLine()
  if (bare === '') return { message: 'A value is missing at the end. The empty text is written "".' }
  return { texts: listed ? bare.split(between).filter(word => word !== '') : [bare] }
}

const between = /\s*,\s*(?:or\s+)?|\s+or\s+/i

function readQuoted(text: TypedText, texts: string[]): { texts: string[] } | Fault {
  while (text.take(/[ \t]*(?:,[ \t]*(?:or[ \t]+)?|or[ \t]+)(?=["“])/iy) !== undefined) {
    const next = text.quoted()
    if (next === 'open' || next === undefined) return { message: 'The last quoted text has no closing quote.' }
    texts.push(next.text)
  }
  const rest = text.restOfLine()
  if (rest === '') return { texts }
  return {
    message: `After the quoted text only “or” and another quoted text can follow, not “${brief(rest)}”. A quote inside it is written twice: "".`,
  }
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
    fields.flatMap(field => [field.label, field.path]),
  )
  return near === undefined ? ` Fields: ${fields.map(({ label }) => label).join(', ')}.` : ` Did you mean “${near}”?`
}

function exampleOf(kind: Kind): string {
  return kind === 'compliance' ? 'State is Failed' : 'Severity is High'
}

function noOperator(rest: string, { word, type }: FieldRead): Fault {
  const written = operatorsOf(type).map(operator => operatorWords[operator][0])
  const near = closest(rest.split(/\s/)[0] ?? '', written) ?? closest(rest.split(/\s/).slice(0, 2).join(' '), written)
  const hint = near === undefined ? '' : ` Did you mean “${near}”?`
  const instead = rest === '' ? 'nothing' : `“${brief(rest)}”`
  return { message: `After “${brief(word)}” comes ${instead}, where one of these is expected: ${written.join(', ')}.${hint}` }
}

function closest(word: string, known: string[]): string | undefined {
  if (word === '') return undefined
  const [near] = nearest(
    word.toLowerCase(),
    known.map(one => one.toLowerCase()),
  )
  return known.find(one => one.toLowerCase() === near)
}

function oneOnly(operator: Operator): Fault {
  const word = operatorWords[operator][0]
  return { message: `“${word}” takes one value. For several write a line for each, all of which must hold.` }
}

function brief(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39).toWellFormed()}…`
}

/** One condition as the line that reads as it. */
export function writeLine(kind: Kind, { path, type, operator, value }: Condition): string {
  const field = fieldsOf(kind).find(known => known.path === path)
  const name = field?.label ?? inQuotes(path)
  const typed = type === (field?.type ?? 'String') ? '' : ` (${type})`
  return `${name}${typed} ${operatorWords[operator][0]} ${writeValue(operator, value, field !== undefined && isListed(field))}`
}

/** Bare where the bare text reads as itself. */
function writeValue(operator: Operator, value: string, listed: boolean): string {
  const plain = value !== '' && value.trim() === value && !/^["“]|[\r\n]/.test(value) && !(listed && between.test(value))
  return plain && operatorOf(`${operatorWords[operator][0]} ${value}`) === operator ? value : inQuotes(value)
}

function operatorOf(written: string): Operator | undefined {
  const text = openText(written)
  return spellings.find(spelling => text.take(spelling.pattern) !== undefined)?.operator
}
