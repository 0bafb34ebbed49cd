import type { Card, Element, Line, Tone } from './card.ts'
import { errorAt, type FieldError } from './forms.ts'
import { clip, count, inline, plain, short } from './text.ts'

/** Rules as files: what was written, what would change, what was done. */

const shownAtMost = 30
/** What Teams takes of a card, in characters of JSON, with something to spare: code goes twice, once as lines of text. Slack takes more. */
const chatTakes = 33_000
const perLine = 100

export interface ExportView {
  count: number
  files: { name: string; text: string }[]
}

export function exportCard({ count: rules, files }: ExportView): Card {
  return {
    fallback: `${count(rules, 'rule')} in ${files.map(({ name }) => name).join(', ')}.`,
    tone: 'neutral',
    body: [
      { type: 'title', text: count(rules, 'rule') },
      ...files.flatMap(({ name, text }): Element[] => [
        { type: 'text', text: short(inline(name), 80), strong: true },
        isTooLong(text) ? tooLong(text) : { type: 'code', text: plain(text) },
      ]),
    ],
    buttons: [],
    more: [],
  }
}

function isTooLong(text: string): boolean {
  return text.length * 2 + text.split('\n').length * perLine > chatTakes
}

/** A file that is cut would lose what it no longer says when it comes back: it is shown whole or not at all. */
function tooLong(text: string): Line {
  const said = `Its ${text.length.toLocaleString('en-US')} characters are more than a chat takes. Name fewer rules, “rules export yaml Block-SQL”, or where the bot runs: npm run -s rules -- export > rules.yaml`
  return { type: 'line', tone: 'info', icon: 'info', text: said }
}

/** Where to paste a file. */
export function planFormCard({ text, errors }: { text: string; errors: FieldError[] }): Card {
  return {
    fallback: 'Paste the rules as YAML.',
    tone: 'neutral',
    body: [
      {
        type: 'input',
        as: 'text',
        id: 'text',
        label: 'Rules as YAML',
        required: true,
        multiline: true,
        maxLength: 3000,
        hint: 'As "rules export" writes them. Longer files: "npm run -s rules -- plan FILE", where the bot runs.',
        ...(text !== '' && text.length <= 3000 && { value: text }),
        ...errorAt(errors, 'text'),
      },
      {
        type: 'input',
        as: 'toggle',
        id: 'prune',
        label: 'Delete rules of these groups that the file does not name',
        required: false,
        value: false,
      },
    ],
    buttons: [],
    more: [],
    form: { title: 'Plan rules', action: 'rules plan', submit: 'Show what would change' },
  }
}

export interface FileErrorView {
  line?: number
  path: string
  message: string
  rule?: string
}

/** Everything that is wrong, with its line. */
export function fileErrorsCard(errors: FileErrorView[]): Card {
  const said = errors
    .slice(0, shownAtMost)
    .map((error): Element => ({ type: 'line', tone: 'bad', icon: 'fail', text: errorText(error) }))
  const more: Element[] =
    errors.length > shownAtMost ? [{ type: 'text', text: `And ${errors.length - shownAtMost} more.`, subtle: true }] : []
  const [first] = errors
  const example = first === undefined ? '' : ` ${errorText(first)}`
  return {
    fallback: `The file can't be used: ${count(errors.length, 'error')}.${example}`,
    tone: 'bad',
    body: [{ type: 'title', text: `The file can't be used: ${count(errors.length, 'error')}` }, ...said, ...more],
    buttons: [],
    more: [],
  }
}

function errorText({ line, path, message, rule }: FileErrorView): string {
  const where = [line === undefined ? '' : `line ${line}`, rule === undefined ? '' : inline(rule), path].filter(
    part => part !== '',
  )
  return clip(`${where.join(', ')}: ${inline(message)}`.replace(/^: /, ''), 500)
}

export interface StepView {
  type: 'create' | 'change' | 'delete'
  name: string
  group: string
  /** The rule in words. */
  before?: string
  after?: string
  differences: readonly string[]
}

const stepWord = { create: 'New', change: 'Change', delete: 'Delete' } as const
const stepTone: Record<StepView['type'], Tone> = { create: 'good', change: 'info', delete: 'warn' }

export interface PlanView {
  id: string
  prune: boolean
  steps: StepView[]
  /** Rules that are as the file says. */
  same: number
  warnings: string[]
}

export function planCard({ id, prune, steps, same, warnings }: PlanView): Card {
  const asIs = same === 0 ? '' : ` ${count(same, 'rule is', 'rules are')} already as the file says.`
  const summary = steps.length === 0 ? 'Nothing would change.' : `${count(steps.length, 'change')}: ${tally(steps)}.`
  return {
    fallback: `${summary}${asIs}`,
    tone: steps.some(({ type }) => type === 'delete') ? 'warn' : 'info',
    body: [
      { type: 'title', text: summary },
      ...(asIs === '' ? [] : [{ type: 'text', text: asIs.trim(), subtle: true } as const]),
      ...warnings.map((text): Element => ({ type: 'line', tone: 'warn', icon: 'warn', text: clip(inline(text), 500) })),
      ...limited(steps, planned),
    ],
    buttons:
      steps.length === 0
        ? []
        : [{ type: 'do', label: 'Apply', action: 'rules apply', input: { plan: id, prune: String(prune) }, style: 'primary' }],
    more: [],
  }
}

function tally(steps: StepView[]): string {
  const types: StepView['type'][] = ['create', 'change', 'delete']
  const words = { create: 'new', change: 'changed', delete: 'deleted' }
  return types
    .map(type => ({ type, n: steps.filter(step => step.type === type).length }))
    .filter(({ n }) => n > 0)
    .map(({ type, n }) => `${n} ${words[type]}`)
    .join(', ')
}

function limited(steps: StepView[], draw: (step: StepView) => Element[]): Element[] {
  const more = steps.length - shownAtMost
  return [
    ...steps.slice(0, shownAtMost).flatMap(draw),
    ...(more > 0 ? [{ type: 'text', text: `And ${more} more.`, subtle: true } as const] : []),
  ]
}

function planned(step: StepView): Element[] {
  const { type, before, after, differences } = step
  const worded =
    type === 'change' && before !== after ? [`Before: ${before ?? ''}`, `After: ${after ?? ''}`] : [after ?? before ?? '']
  return [
    { type: 'rows', rows: [{ badge: stepWord[type], tone: stepTone[type], text: nameOf(step), subtle: differs(differences) }] },
    ...worded.map((text): Element => ({ type: 'text', text: clip(inline(text), 600), subtle: true })),
  ]
}

function nameOf({ name, group }: StepView): string {
  return `${short(inline(name), 100)} in ${short(inline(group), 80)}`
}

function differs(differences: readonly string[]): string {
  return differences.length === 0 ? '' : `Differs: ${differences.join(', ')}`
}

export interface AppliedView {
  done: StepView[]
  stopped?: { step: StepView; why: string }
  left: StepView[]
  same: number
}

export function appliedCard({ done, stopped, left, same }: AppliedView): Card {
  const nothing = stopped === undefined && done.length === 0
  const summary = nothing
    ? 'Nothing had to change.'
    : stopped === undefined
      ? `Done: ${tally(done)}.`
      : stoppedText(stopped.step, done, left)
  return {
    fallback: stopped === undefined ? summary : `${summary} ${short(inline(stopped.why), 300)}`,
    tone: stopped === undefined ? 'good' : 'bad',
    body: [
      { type: 'title', text: summary },
      ...limited(done, step => [line('good', 'ok', `${stepWord[step.type]}: ${nameOf(step)}`)]),
      ...(stopped === undefined ? [] : [line('bad', 'fail', `${nameOf(stopped.step)}: ${clip(inline(stopped.why), 600)}`)]),
      ...limited(left, step => [line('neutral', 'wait', `Not done: ${stepWord[step.type].toLowerCase()} ${nameOf(step)}`)]),
      ...(same === 0
        ? []
        : [{ type: 'text', text: `${count(same, 'rule was', 'rules were')} as the file says.`, subtle: true } as const]),
    ],
    buttons: [],
    more: [],
  }
}

function stoppedText(step: StepView, done: StepView[], left: StepView[]): string {
  return `Stopped at ${short(inline(step.name), 60)}: ${done.length} done, ${left.length + 1} not done.`
}

function line(tone: Tone, icon: Line['icon'], text: string): Element {
  return { type: 'line', tone, icon, text }
}
