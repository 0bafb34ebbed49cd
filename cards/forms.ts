import type { Finding, Status } from '../src/model/finding.ts'
import type { LogicApp } from '../src/model/logic-app.ts'
import type { Person } from '../src/model/person.ts'
import { own } from '../src/table.ts'
import type { Card, Choice, Element, Input, Row } from './card.ts'
import { appChoice, offered } from './offered.ts'
import { parameterInput } from './parameters.ts'
import { count, inline, short } from './text.ts'
import { statusWord } from './words.ts'

export interface FieldError {
  field: string
  message: string
}

const reasonLength = 1000

export interface RunFormView {
  finding: Finding
  eligible: LogicApp[]
  others: { app: LogicApp; reason: string }[]
  errors: FieldError[]
}

/** Which logic app to run; those that can't be run are listed with the reason. */
export function runFormCard({ finding, eligible, others, errors }: RunFormView): Card {
  const [only] = eligible
  const folded = notOffered(others)
  if (only === undefined) return nothingToRun(folded)
  const input: Input = {
    type: 'input',
    as: 'choice',
    id: 'logicApp',
    label: 'Logic app',
    required: true,
    placeholder: 'Choose a logic app',
    ...offered(eligible.map(appChoice), '', 'It gets the event as Defender for Cloud sent it.'),
    ...(eligible.length === 1 ? { value: appChoice(only).value } : {}),
    ...errorAt(errors, 'logicApp'),
  }
  const submit = eligible.length === 1 ? `Run ${short(inline(only.name), 40)}` : 'Run logic app'
  const fallback = `Choose one of ${count(eligible.length, 'logic app')} to run.`
  const card = form(finding, 'Trigger logic app', 'run', submit, [input, ...folded], fallback)
  return card.form === undefined ? card : { ...card, form: { ...card.form, input: { step: 'app' } } }
}

export interface RunParametersView {
  finding: Finding
  app: LogicApp
  /** As typed, by parameter. */
  values: Record<string, string>
  /** At `parameters.<name>`. */
  errors: FieldError[]
}

/** What the chosen logic app wants to be told before it starts. */
export function runParametersCard({ finding, app, values, errors }: RunParametersView): Card {
  const name = short(inline(app.name), 40)
  const fields = app.parameters.map((parameter): Input => {
    const id = `parameters.${parameter.name}`
    const value = own(values, parameter.name)
    return parameterInput({ parameter, id, ...(value !== undefined && { value }), ...errorAt(errors, id) })
  })
  const unasked: Element[] =
    app.unreadParameters === undefined
      ? []
      : [{ type: 'line', tone: 'warn', icon: 'warn', text: short(inline(app.unreadParameters), 300) }]
  const card = form(
    finding,
    'Trigger logic app',
    'run',
    `Run ${name}`,
    [...unasked, ...fields],
    `Say what ${name} needs to know.`,
  )
  return card.form === undefined ? card : { ...card, form: { ...card.form, input: { logicApp: app.id, step: 'parameters' } } }
}

function notOffered(others: RunFormView['others']): Element[] {
  if (others.length === 0) return []
  const rows = others.map(({ app, reason }): Row => {
    return { badge: '', tone: 'neutral', text: short(inline(app.name), 80), subtle: short(inline(reason), 300) }
  })
  return [{ type: 'details', title: `Not offered (${others.length})`, body: [{ type: 'rows', rows }] }]
}

function nothingToRun(folded: Element[]): Card {
  const none = 'There is no logic app that you can run for this.'
  return {
    fallback: none,
    tone: 'warn',
    body: [{ type: 'line', tone: 'warn', icon: 'stop', text: none }, ...folded],
    buttons: [],
    more: [],
  }
}

/** The asker first. */
export function ownerChoices(people: Person[]): Choice[] {
  return people.map(({ id, name }, index) => ({
    value: id,
    title: index === 0 ? `${short(inline(name), 60)} (you)` : short(inline(name), 75),
  }))
}

export function assignFormCard({ finding, people, errors }: { finding: Finding; people: Person[]; errors: FieldError[] }): Card {
  const input: Input = {
    type: 'input',
    as: 'choice',
    id: 'to',
    label: 'Owner',
    required: true,
    placeholder: 'Choose a person',
    ...offered(ownerChoices(people)),
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

/** What is wrong with a field, as its input shows it. */
export function errorAt(errors: FieldError[], id: string): { error?: string } {
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
