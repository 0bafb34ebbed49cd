import type { Finding, Status } from '../src/model/finding.ts'
import type { LogicApp } from '../src/model/logic-app.ts'
import type { Person } from '../src/model/person.ts'
import type { Card, Choice, Element, Input } from './card.ts'
import { count, inline, short } from './text.ts'
import { statusWord } from './words.ts'

export interface FieldError {
  field: string
  message: string
}

/** Beyond this a choice is searched while typing. */
const choicesAtMost = 100
const reasonLength = 1000

export interface RunFormView {
  finding: Finding
  eligible: LogicApp[]
  others: { app: LogicApp; reason: string }[]
  errors: FieldError[]
}

/** Which logic app to run; those that can't be run are listed with the reason. */
export function runFormCard({ finding, eligible, others, errors }: RunFormView): Card {
  const options = eligible.map(
    (app): Choice => ({ value: app.id, title: short(inline(app.name), 75), note: short(inline(app.group), 75) }),
  )
  const input: Input = {
    type: 'input',
    as: 'choice',
    id: 'logicApp',
    label: 'Logic app',
    required: true,
    options: options.slice(0, choicesAtMost),
    search: options.length > choicesAtMost,
    placeholder: 'Choose a logic app',
    ...errorAt(errors, 'logicApp'),
  }
  const why = others.map(
    ({ app, reason }): Element => ({
      type: 'rows',
      rows: [{ badge: '', tone: 'neutral', text: short(inline(app.name), 80), subtle: short(inline(reason), 300) }],
    }),
  )
  const folded: Element[] = why.length === 0 ? [] : [{ type: 'details', title: `Not offered (${why.length})`, body: why }]
  if (options.length === 0) {
    const none = 'No logic app can be run for this by you.'
    return {
      fallback: none,
      tone: 'warn',
      body: [{ type: 'line', tone: 'warn', icon: 'stop', text: none }, ...folded],
      buttons: [],
      more: [],
    }
  }
  return form(
    finding,
    'Trigger logic app',
    'run',
    'Run',
    [input, ...folded],
    `Choose one of ${count(options.length, 'logic app')} to run.`,
  )
}

export function assignFormCard({ finding, people, errors }: { finding: Finding; people: Person[]; errors: FieldError[] }): Card {
  const options = people.map(
    ({ id, name }, index): Choice => ({
      value: id,
      title: index === 0 ? `${short(inline(name), 60)} (you)` : short(inline(name), 75),
    }),
  )
  const input: Input = {
    type: 'input',
    as: 'choice',
    id: 'to',
    label: 'Owner',
    required: true,
    options: options.slice(0, choicesAtMost),
    search: false,
    placeholder: 'Choose a person',
    ...errorAt(errors, 'to'),
  }
  return form(finding, 'Assign', 'assign', 'Assign', [input], 'Choose who owns this.')
}

export function statusFormCard({
  finding,
  to,
  errors,
}: {
  finding: Finding
  to: Status | undefined
  errors: FieldError[]
}): Card {
  const statuses: Status[] = ['in-progress', 'resolved', 'dismissed', 'active']
  const choice: Input = {
    type: 'input',
    as: 'choice',
    id: 'to',
    label: 'Status',
    required: true,
    options: statuses.map(value => ({ value, title: statusWord[value] })),
    search: false,
    ...(to !== undefined && { value: to }),
    ...errorAt(errors, 'to'),
  }
  const reason: Input = {
    type: 'input',
    as: 'text',
    id: 'reason',
    label: 'Reason',
    required: to === 'dismissed',
    multiline: true,
    maxLength: reasonLength,
    placeholder: 'Others read this on the card.',
    ...errorAt(errors, 'reason'),
  }
  const submit = to === 'dismissed' ? 'Dismiss' : 'Set status'
  return form(finding, submit, 'status', submit, [choice, reason], 'Say what it is now, and why.')
}

function errorAt(errors: FieldError[], id: string): { error?: string } {
  const error = errors.find(({ field }) => field === id)
  return error === undefined ? {} : { error: error.message }
}

function form(finding: Finding, title: string, action: string, submit: string, fields: Element[], fallback: string): Card {
  const what: Element = { type: 'text', text: short(inline(finding.event.title), 140), subtle: true }
  return {
    fallback,
    tone: 'neutral',
    body: [what, ...fields],
    buttons: [],
    more: [],
    form: { title, action, findingId: finding.id, submit },
  }
}
