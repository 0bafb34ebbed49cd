import { type Condition, type Operator, operators } from './condition.ts'
import { brief, closest, type Fault, type FieldRead, isListed, pattern, readField, readType } from './condition-field.ts'
import type { Kind } from './event.ts'
import { fieldsOf, operatorsOf } from './rule-fields.ts'
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
  const values = readValues(kind, text, field)
  if ('message' in values) return values
  if (values.texts.length > 1 && !many.includes(operator)) return oneOnly(operator)
  return { conditions: values.texts.map(value => ({ path: field.path, type, operator, value })) }
}

/** Of these "is A or B" has one meaning. */
export const many: readonly Operator[] = ['Equals', 'Contains', 'StartsWith', 'EndsWith']

function readValues(kind: Kind, text: TypedText, { listed }: FieldRead): { texts: string[] } | Fault {
  const first = text.quoted()
  if (first === 'open') return { message: 'The quoted text has no closing quote. A quote inside it is written twice: "".' }
  if (first !== undefined) return readQuoted(text, [first.text])
  const bare = text.restOfLine()
  if (bare === '') return { message: 'A value is missing at the end. The empty text is written "".' }
  const another = conditionIn(kind, bare)
  if (another !== undefined) return twoInOne(another)
  return { texts: listed ? bare.split(between).filter(word => word !== '') : [bare] }
}

/** Where a value goes on with what reads as the beginning of another condition. */
function conditionIn(kind: Kind, bare: string): { joint: string; rest: string } | undefined {
  for (const { 0: whole, 1: joint = '', index } of bare.matchAll(/[ \t](and|or)[ \t]+(?=\S)/gi)) {
    const rest = bare.slice(index + whole.length)
    if (beginsCondition(kind, openText(rest))) return { joint, rest }
  }
  return undefined
}

function beginsCondition(kind: Kind, text: TypedText): boolean {
  const field = readField(kind, text)
  if ('message' in field) return false
  readType(text)
  text.take(/[ \t]+/y)
  return spellings.some(spelling => text.take(spelling.pattern) !== undefined)
}

function twoInOne({ joint, rest }: { joint: string; rest: string }): Fault {
  const between = joint.toLowerCase() === 'or' ? ' below a line with only “or”' : ''
  return {
    message: `“${brief(rest)}” is another condition: write it on a line of its own${between}. If it belongs to the value, put the value in quotes.`,
  }
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

function noOperator(rest: string, { word, type }: FieldRead): Fault {
  const written = operatorsOf(type).map(operator => operatorWords[operator][0])
  const near = closest(rest.split(/\s/)[0] ?? '', written) ?? closest(rest.split(/\s/).slice(0, 2).join(' '), written)
  const hint = near === undefined ? '' : ` Did you mean “${near}”?`
  const instead = rest === '' ? 'nothing' : `“${brief(rest)}”`
  return { message: `After “${brief(word)}” comes ${instead}, where one of these is expected: ${written.join(', ')}.${hint}` }
}

function oneOnly(operator: Operator): Fault {
  const word = operatorWords[operator][0]
  return { message: `“${word}” takes one value. For several write a line for each, all of which must hold.` }
}

/** One condition as the line that reads as it. */
export function writeLine(kind: Kind, { path, type, operator, value }: Condition): string {
  const field = fieldsOf(kind).find(known => known.path === path)
  const name = field?.label ?? inQuotes(path)
  const typed = type === (field?.type ?? 'String') ? '' : ` (${type})`
  return `${name}${typed} ${operatorWords[operator][0]} ${writeValue(kind, operator, value, field !== undefined && isListed(field))}`
}

/** Bare where the bare text reads as itself. */
function writeValue(kind: Kind, operator: Operator, value: string, listed: boolean): string {
  const plain = value !== '' && value.trim() === value && !/^["“]|[\r\n]/.test(value) && !(listed && between.test(value))
  return plain && conditionIn(kind, value) === undefined && operatorOf(`${operatorWords[operator][0]} ${value}`) === operator
    ? value
    : inQuotes(value)
}

function operatorOf(written: string): Operator | undefined {
  const text = openText(written)
  return spellings.find(spelling => text.take(spelling.pattern) !== undefined)?.operator
}
