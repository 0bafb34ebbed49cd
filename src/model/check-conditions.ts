import type { KnownRecommendation } from './catalogue.ts'
import { type Condition, fitsType, readAs, type ValueType } from './condition.ts'
import { operatorWords } from './condition-line.ts'
import { mostSets } from './condition-text.ts'
import type { Kind } from './event.ts'
import { kindWords } from './kind-words.ts'
import { kindOf, type RuleDraft } from './rule.ts'
import { elsewhere, fieldAt, type RuleField, valuesOf } from './rule-fields.ts'
import { conditionWords } from './rule-words.ts'

export type DraftField = 'name' | 'description' | 'group' | 'kind' | 'conditions' | 'logicApp' | 'scope'

export interface Remark {
  field: DraftField
  /** A sentence for the person. */
  message: string
}

interface Remarks {
  errors: Remark[]
  warnings: Remark[]
}

type Say = (message: string) => void

interface Judging {
  kind: Kind
  recommendations: KnownRecommendation[]
  error: Say
  warn: Say
}

/** What is wrong or odd about conditions, each said once however many sets hold it. What a rule being replaced has already is only warned of. */
export function checkConditions(draft: RuleDraft, recommendations: KnownRecommendation[], replacing?: RuleDraft): Remarks {
  const errors = new Set<string>()
  const warnings = new Set<string>()
  const old = new Set(replacing?.sources.flatMap(({ when }) => when.flat().map(sameness)))
  for (const { source, when } of draft.sources) {
    const kind = kindOf(source)
    if (kind === undefined) continue
    if (when.length > mostSets)
      errors.add(
        `A rule can have ${mostSets.toLocaleString('en-US')} sets of conditions here; this one has ${when.length.toLocaleString('en-US')}.`,
      )
    const judging = {
      kind,
      recommendations,
      error: sayInto(errors),
      warn: sayInto(warnings),
    }
    for (const set of when) {
      checkTogether(set, judging)
      for (const condition of set)
        checkCondition(condition, old.has(sameness(condition)) ? { ...judging, error: judging.warn } : judging)
    }
  }
  return { errors: remarks(errors), warnings: remarks(warnings) }
}

function sayInto(messages: Set<string>): Say {
  return message => {
    messages.add(message)
  }
}

const toldAtMost = 10

function remarks(messages: Set<string>): Remark[] {
  const left = messages.size - toldAtMost
  const told = [...messages].slice(0, toldAtMost)
  return [...told, ...(left > 0 ? [`There are ${left} more remarks about the conditions.`] : [])].map(message => ({
    field: 'conditions',
    message,
  }))
}

function sameness({ path, type, operator, value }: Condition): string {
  return JSON.stringify([path, type, operator, value])
}

function checkCondition(condition: Condition, judging: Judging): void {
  const { kind, error, warn } = judging
  const fault = subAssessmentFault(condition) ?? pathFault(condition, kind) ?? typeFault(condition, kind)
  const field = fieldAt(kind, condition.path)
  if (fault !== undefined) {
    error(fault)
    return
  }
  if (field === undefined)
    warn(`No field ${condition.path} is known for ${kindWords[kind].many}; where an event has none it does not hold.`)
  else if (field.suggests === 'recommendation') checkKey(condition, judging)
  else checkValue(condition, field, judging)
  if (condition.type === 'String') checkText(condition, labelOf(kind, condition.path), warn)
}

/** Two different values that one thing should have at once. */
function checkTogether(set: Condition[], { kind, error }: Judging): void {
  const wanted = new Map<string, string>()
  for (const { path, value } of set.filter(({ operator }) => operator === 'Equals')) {
    const before = wanted.get(path.toLowerCase())
    if (before !== undefined && before.toLowerCase() !== value.toLowerCase())
      error(
        `${labelOf(kind, path)} can’t be ${before} and ${value} at once, and all lines of a set must hold. For either write both values in one line, or “or” alone on a line between the sets.`,
      )
    wanted.set(path.toLowerCase(), value)
  }
}

/** @public Why a condition on sub-assessments never starts a logic app. */
export function subAssessmentFault({ path, value }: Condition): string | undefined {
  if (!/sub-?assessment/i.test(path) && !/\/sub-?assessment/i.test(value)) return undefined
  return 'A sub-assessment starts no logic app: Azure tells of the recommendation, when its status for a resource changes. Ask about the recommendation instead; sub-assessments reach continuous export only.'
}

/** @public Why nothing ever stands at a path, for events of this kind. */
export function pathFault({ path }: Condition, kind: Kind): string | undefined {
  if (fieldAt(kind, path) !== undefined) return undefined
  const found = elsewhere(kind, path)
  if (found !== undefined) {
    const here = found.here === undefined ? '' : ` Here it is ${found.here.path}.`
    return `${capital(kindWords[kind].a)} has no ${path}; that is where ${kindWords[found.other].many} have it.${here}`
  }
  if (/^\$?\.?entity\./i.test(path))
    return `No event has ${path}: that path comes from an older kind of resource and never matches.`
  return undefined
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const typeWords: Record<ValueType, string> = {
  String: 'a text',
  Integer: 'a whole number',
  Number: 'a number',
  Boolean: 'true or false',
}

function typeFault({ path, type, operator, value }: Condition, kind: Kind): string | undefined {
  const label = labelOf(kind, path)
  const field = fieldAt(kind, path)
  const word = operatorWords[operator][0]
  if (!fitsType(operator, type))
    return `“${label} ${word} ${value}”: ${label} is ${typeWords[type]}, and “${word}” compares ${type === 'String' ? 'numbers' : 'texts'}.`
  if (field !== undefined && field.type === 'String' && type !== 'String') return `${label} is a text, not ${typeWords[type]}.`
  if (readAs(type, value) === undefined) return `“${value}” is not ${typeWords[type]}, as ${label} is.`
  return undefined
}

function checkValue(condition: Condition, field: RuleField, { kind, warn }: Judging): void {
  const { operator, value } = condition
  if (field.type !== condition.type)
    warn(`${field.label} is compared as ${typeWords[condition.type]}; it is ${typeWords[field.type]}.`)
  const known = valuesOf(kind, field)
  if (known.length === 0) return
  const met = known.filter(word => word.toLowerCase().includes(value.toLowerCase()))
  if (operator === 'Contains' && met.length > 1)
    warn(
      `“${conditionWords(kind, condition, noNames)}” holds for ${met.join(' and ')}: the text is part of each. To mean one write “${field.label} is ${met[0]}”.`,
    )
  if (operator === 'Equals' && !known.some(word => word.toLowerCase() === value.toLowerCase()))
    warn(`${field.label} is never “${value}” as far as is known: ${known.join(', ')}.`)
}

const noNames = { app: (id: string) => id, recommendation: () => undefined }

/** What people write for other languages than Azure's. */
const patternLike = /\.[*+]|\\[dwsb]|^\^|\*|\][*+]/

function checkText({ operator, value }: Condition, label: string, warn: Say): void {
  const isPart = operator === 'Contains' || operator === 'StartsWith' || operator === 'EndsWith'
  if (isPart && value === '') warn(`“${operatorWords[operator][0]} nothing” holds whenever there is a ${label}.`)
  if (value !== value.trim()) warn(`The value “${value}” of ${label} begins or ends with a space, and that counts.`)
  if (patternLike.test(value)) warn(`Azure takes “${value}” to the letter: it knows no patterns or wildcards.`)
}

/** Rules hold the key of a recommendation, not its name. */
function checkKey({ operator, value }: Condition, { recommendations, error, warn }: Judging): void {
  if (recommendations.length === 0 || operator === 'NotEquals') return
  const wanted = value.toLowerCase()
  const fits = (key: string) => (operator === 'Equals' ? key === wanted : key.includes(wanted))
  const found = recommendations.filter(({ key }) => fits(key.toLowerCase()))
  const named = recommendations.find(({ name }) => name.toLowerCase() === wanted)
  if (found.length === 0)
    error(
      named === undefined
        ? `There is no recommendation with the key ${value}.`
        : `Rules hold the key of a recommendation, not its name: write ${named.key} for “${named.name}”.`,
    )
  for (const { name, deprecatedFrom } of found.length > 3 ? [] : found)
    if (deprecatedFrom !== undefined)
      warn(`Azure plans to withdraw “${name}” in ${deprecatedFrom}; from then on the rule no longer fires for it.`)
}

function labelOf(kind: Kind, path: string): string {
  return fieldAt(kind, path)?.label ?? path
}
