import type { BackTest } from '../src/model/back-test.ts'
import type { Kind } from '../src/model/event.ts'
import { backTestInForm } from './back-test.ts'
import type { Card, Choice, ChoiceInput, Element, Form, Input, TextInput } from './card.ts'
import type { FieldError } from './forms.ts'
import { clip, count, inline, short } from './text.ts'

/** What stands in the fields. */
export interface RuleFormValues {
  name: string
  description: string
  /** `{subscription}/{group}` */
  home: string
  /** `subscription`, or the resource group that is heard alone. */
  scope: string
  logicApp: string
  conditions: string
  enabled: boolean
  why: string
}

export interface RuleFormView {
  kind: Kind
  /** Present when a rule is changed: its name and home stay. */
  editing?: { name: string; home: string }
  values: RuleFormValues
  homes: Choice[]
  scopes: Choice[]
  apps: Choice[]
  unfit: { name: string; reason: string }[]
  errors: FieldError[]
  /** Parts of the rule that this form does not show and that stay as they are, each as a sentence. */
  kept: string[]
  /** Conditions too long or too new for the form stay as they are. */
  fixedConditions?: string
  /** What it starts can't be changed here, and why. */
  fixedApp?: string
  review?: RuleReview
  theirs?: Theirs
  /** Goes along unseen: the rule, what it was when the form opened, what was reviewed. */
  hidden: Record<string, string>
  now: Date
}

/** What is known of a draft before it is saved. */
export interface RuleReview {
  words: string
  warnings: string[]
  /** Azure's own check: `ok`, its reason, or that it could not be asked. */
  verdict: { ok: true } | { refused: string } | { unasked: string }
  test?: BackTest
  /** A sentence that the person must accept. */
  confirm?: string
}

/** Someone else saved while the form was open: the rule as it is now. */
export interface Theirs {
  rule: string
  words: string
}

const conditionsLength = 3000
const choicesAtMost = 100

/** One dialog from the first field to the save: the same form comes back with errors at their fields, then with what the rule would do. */
export function ruleFormCard(view: RuleFormView): Card {
  const form = formOf(view)
  return {
    fallback:
      view.review === undefined
        ? 'Say what starts the rule and what it starts.'
        : `To save: ${short(inline(view.review.words), 300)}`,
    tone: 'neutral',
    body: [...top(view), ...elsewhere(view), ...fields(view), ...(view.fixedApp === undefined ? unfit(view) : [])],
    buttons:
      view.theirs === undefined
        ? []
        : [{ type: 'do', label: 'Keep theirs', action: 'rule show', input: { rule: view.theirs.rule } }],
    more: [{ type: 'do', label: 'Create a logic app', action: 'app new', input: { kind: view.kind }, dialog: true }],
    form,
  }
}

function formOf({ editing, review, theirs, hidden }: RuleFormView): Form {
  const title = editing === undefined ? 'New rule' : 'Edit rule'
  if (review === undefined || !mayBeSaved(review))
    return { title, action: editing === undefined ? 'rule new' : 'rule edit', input: hidden, submit: 'Check' }
  return { title, action: 'rule save', input: hidden, submit: theirs === undefined ? 'Save rule' : 'Save mine over it' }
}

function mayBeSaved({ verdict }: RuleReview): boolean {
  return !('refused' in verdict)
}

const kindWords: Record<Kind, string> = {
  alert: 'security alerts',
  recommendation: 'recommendations',
  compliance: 'regulatory compliance changes',
}

function top({ kind, editing, review, theirs, kept, now }: RuleFormView): Element[] {
  const what = editing === undefined ? 'For' : `${short(inline(editing.name), 100)} in ${short(inline(editing.home), 100)}, for`
  return [
    { type: 'text', text: `${what} ${kindWords[kind]}`, subtle: true },
    ...(theirs === undefined ? [] : conflict(theirs)),
    ...(review === undefined ? [] : reviewed(review, now)),
    ...kept.map((text): Element => ({ type: 'line', tone: 'info', icon: 'info', text: clip(inline(text), 300) })),
  ]
}

function conflict({ words }: Theirs): Element[] {
  return [
    { type: 'line', tone: 'warn', icon: 'warn', text: 'Someone else saved this rule meanwhile.' },
    { type: 'text', text: `Theirs: ${clip(inline(words), 700)}` },
  ]
}

function reviewed({ words, warnings, verdict, test }: RuleReview, now: Date): Element[] {
  return [
    { type: 'text', text: clip(inline(words), 1000), strong: true },
    ...warnings.map((text): Element => ({ type: 'line', tone: 'warn', icon: 'warn', text: clip(inline(text), 400) })),
    verdictLine(verdict),
    ...(test === undefined ? [] : backTestInForm(test, now)),
    { type: 'divider' },
  ]
}

function verdictLine(verdict: RuleReview['verdict']): Element {
  if ('refused' in verdict)
    return { type: 'line', tone: 'bad', icon: 'fail', text: `Azure would refuse it: ${clip(inline(verdict.refused), 500)}` }
  if ('unasked' in verdict)
    return {
      type: 'line',
      tone: 'warn',
      icon: 'warn',
      text: `Azure could not be asked about it: ${clip(inline(verdict.unasked), 300)}`,
    }
  return { type: 'line', tone: 'good', icon: 'ok', text: 'Azure would take it.' }
}

/** What is wrong with a part that has no field here. */
function elsewhere(view: RuleFormView): Element[] {
  const shown = fields(view).flatMap(field => (field.type === 'input' ? [field.id] : []))
  const apart = view.errors.filter(({ field }) => !shown.includes(field))
  return apart.map(({ message }): Element => ({ type: 'line', tone: 'bad', icon: 'fail', text: clip(inline(message), 400) }))
}

function fields(view: RuleFormView): Element[] {
  const { values, editing, review, errors } = view
  const isNew = editing === undefined
  return [
    ...(isNew ? [text(view, 'name', 'Name', { required: true, maxLength: 260, placeholder: 'Block-attackers' })] : []),
    text(view, 'description', 'Description', { maxLength: 1000 }),
    ...(isNew ? [choice(view, 'home', 'Lives in', view.homes, { placeholder: 'Choose a resource group' })] : []),
    choice(view, 'scope', 'Hears events of', view.scopes, {}),
    ...conditions(view),
    ...app(view),
    {
      type: 'input',
      as: 'toggle',
      id: 'enabled',
      label: 'Enabled',
      required: false,
      value: values.enabled,
      ...errorAt(errors, 'enabled'),
    },
    ...(isNew ? [] : [text(view, 'why', 'Why', { maxLength: 500, placeholder: 'Kept in the rule’s history' })]),
    ...(review?.confirm === undefined ? [] : [confirmation(review.confirm, errors)]),
  ]
}

function fixed(sentence: string): Element[] {
  return [{ type: 'line', tone: 'info', icon: 'info', text: clip(inline(sentence), 500) }]
}

function app(view: RuleFormView): Element[] {
  if (view.fixedApp !== undefined) return fixed(view.fixedApp)
  const hint = 'Those that take this event and that you may run, read anew as you type.'
  return [{ ...choice(view, 'logicApp', 'Logic app', view.apps, { placeholder: 'Type to search', hint }), search: true }]
}

function conditions(view: RuleFormView): Element[] {
  if (view.fixedConditions !== undefined) return fixed(view.fixedConditions)
  return [
    text(view, 'conditions', 'Conditions', {
      multiline: true,
      maxLength: conditionsLength,
      placeholder: 'Severity is High',
      hint: 'One a line, all must hold. "or" alone on a line begins another set. Empty: every event.',
    }),
    {
      type: 'input',
      as: 'choice',
      id: 'add',
      label: 'Add a condition',
      required: false,
      options: [],
      search: true,
      placeholder: 'Type a field or a value: severity, sql …',
      ...errorAt(view.errors, 'add'),
    },
  ]
}

function text(view: RuleFormView, id: keyof RuleFormValues, label: string, look: Partial<TextInput>): TextInput {
  const value = String(view.values[id])
  return {
    type: 'input',
    as: 'text',
    id,
    label,
    required: false,
    multiline: false,
    maxLength: 260,
    ...(value === '' ? {} : { value }),
    ...look,
    ...errorAt(view.errors, id),
  }
}

function choice(
  view: RuleFormView,
  id: keyof RuleFormValues,
  label: string,
  all: Choice[],
  look: Partial<ChoiceInput>,
): ChoiceInput {
  const value = String(view.values[id])
  const chosen = all.filter(option => option.value === value)
  const options =
    all.length <= choicesAtMost ? all : [...chosen, ...all.filter(option => option.value !== value)].slice(0, choicesAtMost)
  return {
    type: 'input',
    as: 'choice',
    id,
    label,
    required: true,
    options,
    search: all.length > choicesAtMost,
    ...(value === '' ? {} : { value }),
    ...look,
    ...errorAt(view.errors, id),
  }
}

function confirmation(sentence: string, errors: FieldError[]): Input {
  return {
    type: 'input',
    as: 'toggle',
    id: 'confirmed',
    label: short(inline(sentence), 75),
    required: false,
    value: false,
    ...errorAt(errors, 'confirmed'),
  }
}

function errorAt(errors: FieldError[], id: string): { error?: string } {
  const messages = errors.filter(({ field }) => field === id).map(({ message }) => message)
  return messages.length === 0 ? {} : { error: messages.join(' ') }
}

function unfit({ unfit: others }: RuleFormView): Element[] {
  if (others.length === 0) return []
  const rows = others.map(({ name, reason }) => ({
    badge: '',
    tone: 'neutral' as const,
    text: short(inline(name), 80),
    subtle: short(inline(reason), 300),
  }))
  return [{ type: 'details', title: `${count(others.length, 'logic app')} not offered`, body: [{ type: 'rows', rows }] }]
}

/** Asked first, because fields, suggestions and logic apps follow from it. */
export function ruleKindCard(): Card {
  const options = (['alert', 'recommendation', 'compliance'] as const).map(value => ({ value, title: kindTitles[value] }))
  return {
    fallback: 'Say what starts the rule.',
    tone: 'neutral',
    body: [
      {
        type: 'input',
        as: 'choice',
        id: 'kind',
        label: 'What starts it',
        required: true,
        options,
        value: 'alert',
        search: false,
      },
    ],
    buttons: [],
    more: [],
    form: { title: 'New rule', action: 'rule new', submit: 'Next' },
  }
}

const kindTitles: Record<Kind, string> = {
  alert: 'A security alert',
  recommendation: 'A recommendation that changes',
  compliance: 'A regulatory compliance change',
}
