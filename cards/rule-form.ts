import type { Kind } from '../src/model/event.ts'
import type { Beside, Card, Choice, ChoiceInput, Element, Form, Input, TextInput } from './card.ts'
import type { FieldError } from './forms.ts'
import { offered } from './offered.ts'
import { discardDraft } from './rule-kind.ts'
import { conflict, mayBeSaved, type RuleReview, reviewed, type Theirs } from './rule-review.ts'
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
  /** A condition that is chosen and not yet among them. */
  add: string
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
  /** What the button that asks Azure anew carries, to tell what is new. */
  known: string
  /** What is new since it was asked before. */
  news?: string
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

const conditionsLength = 3000

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
    buttons: [],
    more: [],
    form,
  }
}

function formOf({ editing, review, theirs, hidden }: RuleFormView): Form {
  const title = editing === undefined ? 'New rule' : 'Edit rule'
  if (review === undefined || !mayBeSaved(review))
    return { title, action: editing === undefined ? 'rule new' : 'rule edit', input: hidden, submit: 'Check' }
  return { title, action: 'rule save', input: hidden, submit: theirs === undefined ? 'Save rule' : 'Save mine over it' }
}

const kindWords: Record<Kind, string> = {
  alert: 'security alerts',
  recommendation: 'recommendations',
  compliance: 'regulatory compliance changes',
}

function top({ kind, editing, review, theirs, kept, hidden, now }: RuleFormView): Element[] {
  const what = editing === undefined ? 'For' : `${short(inline(editing.name), 100)} in ${short(inline(editing.home), 100)}, for`
  return [
    { type: 'text', text: `${what} ${kindWords[kind]}`, subtle: true },
    ...(theirs === undefined ? [] : conflict(theirs)),
    ...(review === undefined ? [] : reviewed(review, now)),
    ...(hidden.draft === undefined ? [] : begun(hidden.draft)),
    ...kept.map((text): Element => ({ type: 'line', tone: 'info', icon: 'info', text: clip(inline(text), 300) })),
  ]
}

/** It was left for a logic app that was to be made, and is kept until it is saved. */
function begun(draft: string): Element[] {
  return [
    { type: 'line', tone: 'info', icon: 'info', text: 'What you began is kept for a week, or until it is saved.' },
    { type: 'beside', buttons: [discardDraft(draft)] },
  ]
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
    ...(review?.confirm === undefined ? [] : [confirmation(errors)]),
  ]
}

function fixed(sentence: string): Element[] {
  return [{ type: 'line', tone: 'info', icon: 'info', text: clip(inline(sentence), 500) }]
}

function app(view: RuleFormView): Element[] {
  if (view.fixedApp !== undefined) return fixed(view.fixedApp)
  const hint = 'Those that take this event and that you may run.'
  return [
    { ...choice(view, 'logicApp', 'Logic app', view.apps, { placeholder: 'Type to search', hint }), search: true },
    ...(view.theirs === undefined ? [beside(view)] : []),
    ...(view.news === undefined
      ? []
      : [{ type: 'line' as const, tone: 'info' as const, icon: 'info' as const, text: clip(view.news, 500) }]),
  ]
}

/** Both keep what stands in the form. */
function beside({ editing, known, hidden }: RuleFormView): Beside {
  const action = editing === undefined ? 'rule new' : 'rule edit'
  return {
    type: 'beside',
    buttons: [
      { type: 'do', label: 'Refresh', action, input: { ...hidden, step: 'refresh', known }, fields: true },
      { type: 'do', label: 'Create a logic app', action, input: { ...hidden, step: 'app' }, fields: true, dialog: true },
    ],
  }
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
      options: view.values.add === '' ? [] : [{ value: view.values.add, title: view.values.add }],
      ...(view.values.add === '' ? {} : { value: view.values.add }),
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
  return {
    type: 'input',
    as: 'choice',
    id,
    label,
    required: true,
    ...(value === '' ? {} : { value }),
    ...look,
    ...offered(all, value, look.hint),
    ...errorAt(view.errors, id),
  }
}

function confirmation(errors: FieldError[]): Input {
  return {
    type: 'input',
    as: 'toggle',
    id: 'confirmed',
    label: 'Save it all the same',
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
  const alike = [...Map.groupBy(others, ({ reason }) => reason)].map(([reason, some]) => ({
    reason,
    names: some.map(({ name }) => name),
  }))
  const rows = alike.map(({ reason, names }) => ({
    badge: '',
    tone: 'neutral' as const,
    text: clip(names.map(name => short(inline(name), 80)).join(', '), 500),
    subtle: short(inline(reason), 300),
  }))
  return [{ type: 'details', title: `${count(others.length, 'logic app')} not offered`, body: [{ type: 'rows', rows }] }]
}
