import type { Condition, Operator } from './condition.ts'
import { operatorWords } from './condition-line.ts'
import type { Kind } from './event.ts'
import { kindWords } from './kind-words.ts'
import { type Clause, mergedSets } from './merged-sets.ts'
import { kindOf, type RuleDraft, type RuleSource } from './rule.ts'
import { fieldAt, type RuleField } from './rule-fields.ts'

/** What things are called whose ids rules hold. */
export interface Names {
  /** A logic app by its ARM id. */
  app(id: string): string
  /** A recommendation by its key; undefined when nobody knows it. */
  recommendation(key: string): string | undefined
}

const setsAtMost = 5
const valuesAtMost = 6
const valueLength = 80

/** A rule in plain language: "When an alert contains SQL in its name and severity is High or Medium, run Block-IP." */
export function ruleWords(rule: Pick<RuleDraft, 'sources' | 'targets'>, names: Names): string {
  const events = rule.sources.map(source => sourceWords(source, names))
  return `When ${events.length === 0 ? 'nothing in particular happens' : events.join(', or ')}, ${targetWords(rule.targets, names)}.`
}

/** One condition, without saying of what: "severity is High". */
export function conditionWords(kind: Kind, condition: Condition, names: Names): string {
  return phrase(kind, { ...condition, values: [condition.value] }, names).noun
}

/** What a rule waits for: "an alert’s severity is High". */
export function sourceWords({ source, when }: RuleSource, names: Names): string {
  const kind = kindOf(source)
  if (kind === undefined) return `an event of the source ${source} arrives`
  const sets = mergedSets(when).map(set => set.filter(clause => !alwaysHolds(kind, clause)))
  if (sets.length === 0 || sets.some(set => set.length === 0)) return `any ${kindWords[kind].one} arrives`
  const told = sets.slice(0, setsAtMost).map(set => setWords(kind, set, names))
  const left = sets.length - told.length
  return [...told, ...(left === 0 ? [] : [`one of ${left} more sets of conditions holds`])].join(', or ')
}

/** What Microsoft's policies write where nothing is narrowed. */
function alwaysHolds(kind: Kind, { path, operator, values }: Clause): boolean {
  if (operator !== 'Contains') return false
  if (kind === 'alert') return path === 'Version' && values.includes('3.')
  return (
    kind === 'recommendation' && path === 'type' && values.some(value => value.toLowerCase() === 'microsoft.security/assessments')
  )
}

/** What the thing does first ("contains SQL in its name"), then how its parts are ("severity is High"). */
function setWords(kind: Kind, set: Clause[], names: Names): string {
  const phrases = set.map(clause => phrase(kind, clause, names))
  const verbs = phrases.flatMap(({ verb }) => verb ?? [])
  const nouns = phrases.flatMap(({ noun, verb }) => (verb === undefined ? noun : []))
  return `${kindWords[kind].a}${verbs.length > 0 ? ' ' : '’s '}${[...verbs, ...nouns].join(' and ')}`
}

/** A clause as a property ("severity is High") and, where that reads better, as what the thing does. */
interface Phrase {
  noun: string
  verb?: string
}

function phrase(kind: Kind, clause: Clause, names: Names): Phrase {
  const field = fieldAt(kind, clause.path)
  if (field?.suggests === 'recommendation') return recommendationPhrase(clause, names)
  const values = valueWords(clause.values)
  const label = field?.label.toLowerCase() ?? clause.path
  if (field?.suggests === 'standard' && clause.operator === 'Contains')
    return { noun: `standard is ${values}`, verb: `belongs to ${values}` }
  if (field?.type === 'Boolean' && isTruth(clause)) return truthPhrase(label, clause)
  if (field?.type === 'Integer') return amountPhrase(label, clause.operator, values)
  const noun = `${label} ${operatorWords[clause.operator][0]} ${values}`
  return clause.operator === 'Contains' && isProse(field) ? { noun, verb: `contains ${values} in its ${label}` } : { noun }
}

function isProse(field: RuleField | undefined): boolean {
  return field !== undefined && field.suggests !== 'severity' && field.suggests !== 'state'
}

function recommendationPhrase({ operator, values }: Clause, names: Names): Phrase {
  const known = values.map(value => names.recommendation(value))
  const told = valueWords(values.map((value, index) => known[index] ?? value))
  if (operator === 'NotEquals') return { noun: `recommendation is not ${told}`, verb: `is not ${told}` }
  if (operator === 'Equals' || (operator === 'Contains' && !known.includes(undefined)))
    return { noun: `recommendation is ${told}`, verb: `is ${told}` }
  return { noun: `key ${operatorWords[operator][0]} ${told}` }
}

function isTruth({ operator, values: [value, ...more] }: Clause): boolean {
  return more.length === 0 && /^(true|false)$/i.test(value?.trim() ?? '') && (operator === 'Equals' || operator === 'NotEquals')
}

function truthPhrase(label: string, { operator, values: [value] }: Clause): Phrase {
  const isSo = (value?.trim().toLowerCase() === 'true') === (operator === 'Equals')
  const verb = `is ${isSo ? 'an' : 'no'} ${label}`
  return { noun: `it ${verb}`, verb }
}

const amounts: Partial<Record<Operator, string>> = {
  Equals: 'exactly',
  NotEquals: 'any number but',
  GreaterThan: 'more than',
  GreaterThanOrEqualTo: 'at least',
  LesserThan: 'fewer than',
  LesserThanOrEqualTo: 'at most',
}

function amountPhrase(label: string, operator: Operator, values: string): Phrase {
  const amount = amounts[operator]
  if (amount === undefined) return { noun: `number of ${label} ${operatorWords[operator][0]} ${values}` }
  const noun = `${amount} ${values} ${label}`
  return { noun, verb: `has ${noun}` }
}

function targetWords(targets: RuleDraft['targets'], names: Names): string {
  const run = targets.flatMap(({ logicAppId }) => (logicAppId === undefined ? [] : names.app(logicAppId)))
  const sent = targets.flatMap(({ type, logicAppId }) => (logicAppId === undefined ? type : []))
  const words = [
    ...(run.length === 0 ? [] : [`run ${list(run, 'and')}`]),
    ...(sent.length === 0 ? [] : [`send it to ${list(sent, 'and')}`]),
  ]
  return words.length === 0 ? 'do nothing: no logic app is chosen' : words.join(' and ')
}

function valueWords(values: string[]): string {
  const told = values.slice(0, values.length > valuesAtMost ? valuesAtMost - 1 : valuesAtMost).map(quoted)
  return list(values.length > told.length ? [...told, `${values.length - told.length} more`] : told, 'or')
}

/** Single words stand as they are, anything that could run into the sentence in quotes. */
function quoted(value: string): string {
  if (/^[\p{L}\p{N}][\p{L}\p{N}_.:/-]*$/u.test(value) && value.length <= valueLength) return value
  return `“${value.length <= valueLength ? value : `${value.slice(0, valueLength - 1).toWellFormed()}…`}”`
}

/** "a", "a and b", "a, b and c". */
function list(items: string[], word: 'and' | 'or'): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`
}
