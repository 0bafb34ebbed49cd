import type { Choice, ChoiceInput, Element, Form, Input, TextInput, ToggleInput } from '../../../cards/card.ts'
import { inline, plain, short } from '../../../cards/text.ts'
import { buttonData, fieldPrefix } from '../button.ts'
import { line, type Node, run, unmarked } from './node.ts'

/** More are found by typing: Teams then asks the bot. */
const maxChoices = 100
const maxLabel = 200

/** Teams sends nothing while a required field is empty: where a button sends the form half-filled, the bot alone asks for what is missing. */
export function unforced(body: Element[]): Element[] {
  const isSentHalfFilled = body.some(one => one.type === 'beside' && one.buttons.some(({ fields }) => fields === true))
  if (!isSentHalfFilled) return body
  return body.map(one => (one.type === 'input' && one.required ? { ...one, required: false, label: `${one.label} *` } : one))
}

/** The field with its hint and, after a refused submit, what was wrong. */
export function input(field: Input, form: Form | undefined): Node[] {
  return [
    { ...control(field, form), id: `${fieldPrefix}${field.id}` },
    ...note(field.error === undefined ? '' : `⚠ ${field.error}`, { color: 'attention', weight: 'bolder' }),
    ...note(field.hint ?? '', { isSubtle: true, size: 'small' }),
  ]
}

function note(text: string, look: Record<string, unknown>): Node[] {
  return text === '' ? [] : [line([run(inline(text), look)], { spacing: 'Small' })]
}

function control(field: Input, form: Form | undefined): Node {
  switch (field.as) {
    case 'choice':
      return choice(field, form)
    case 'text':
      return text(field)
    case 'toggle':
      return toggle(field)
  }
}

function common(field: Input, wanted: string): Record<string, unknown> {
  const label = short(inline(field.label), maxLabel)
  return { label, isRequired: field.required, ...(field.required ? { errorMessage: unmarked(wanted) } : {}) }
}

function choice(field: ChoiceInput, form: Form | undefined): Node {
  const shown = field.options.slice(0, maxChoices)
  const placeholder = field.placeholder ?? (field.search ? 'Type to search' : 'Choose')
  return {
    type: 'Input.ChoiceSet',
    ...common(field, 'Choose one.'),
    style: field.search ? 'filtered' : 'compact',
    choices: shown.map(option => ({ title: choiceTitle(option), value: option.value })),
    placeholder: short(inline(placeholder), maxLabel),
    ...(field.value === undefined ? {} : { value: field.value }),
    ...((field.search || field.options.length > maxChoices) && form !== undefined
      ? { 'choices.data': typeAhead(field, form) }
      : {}),
  }
}

function choiceTitle(option: Choice): string {
  return short(inline(option.note === undefined ? option.title : `${option.title} · ${option.note}`), maxLabel)
}

function typeAhead(field: ChoiceInput, form: Form): Node {
  return { type: 'Data.Query', dataset: JSON.stringify({ ...buttonData(form), field: field.id }) }
}

function text(field: TextInput): Node {
  return {
    type: 'Input.Text',
    ...common(field, 'Fill this in.'),
    isMultiline: field.multiline,
    maxLength: field.maxLength,
    ...(field.placeholder === undefined ? {} : { placeholder: short(inline(field.placeholder), maxLabel) }),
    ...(field.value === undefined ? {} : { value: plain(field.value).slice(0, field.maxLength) }),
  }
}

function toggle(field: ToggleInput): Node {
  return {
    type: 'Input.Toggle',
    title: unmarked(short(inline(field.label), maxLabel)),
    value: String(field.value),
    isRequired: field.required,
  }
}
