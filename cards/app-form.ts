import type { Parameter } from '../src/model/parameter.ts'
import type { Card, Choice, Do, Element, Input } from './card.ts'
import { errorAt, type FieldError } from './forms.ts'
import { offered } from './offered.ts'
import { parameterInput } from './parameters.ts'
import { inline, short } from './text.ts'

const title = 'New logic app'
const nameLength = 64

/** First step: what it is made of, what it is called, where it goes. */
export interface NewAppView {
  templates: Choice[]
  groups: Choice[]
  /** What stands in the fields. */
  values: { template?: string; name?: string; group?: string }
  errors: FieldError[]
  /** Goes along unseen. */
  hidden: Record<string, string>
}

export function newAppCard({ templates, groups, values, errors, hidden }: NewAppView): Card {
  const fields: Input[] = [
    choice(
      'template',
      'Template',
      templates,
      values.template,
      'What the logic app is to do. The next step says more, before anything is made.',
    ),
    {
      type: 'input',
      as: 'text',
      id: 'name',
      label: 'Name',
      required: true,
      multiline: false,
      maxLength: nameLength,
      placeholder: 'Notify-SOC',
      hint: 'Letters, digits, hyphens, dots and underscores.',
      ...(values.name !== undefined && { value: values.name }),
    },
    choice('group', 'Resource group', groups, values.group, 'Its location is that of the group.'),
  ]
  return {
    fallback: 'Choose what the new logic app does, its name and where it goes.',
    tone: 'neutral',
    body: fields.map(field => ({ ...field, ...errorAt(errors, field.id) })),
    buttons: [],
    more: [],
    form: { title, action: 'app new', input: { ...hidden, step: 'where' }, submit: 'Next' },
  }
}

function choice(id: string, label: string, options: Choice[], value: string | undefined, hint: string): Input {
  const known = value !== undefined && options.some(option => option.value === value) ? { value } : {}
  return {
    type: 'input',
    as: 'choice',
    id,
    label,
    required: true,
    ...offered(options, value, hint),
    ...known,
  }
}

/** Second step: what the template wants to know. */
export interface NewAppDetailsView {
  templateTitle: string
  help: string
  powers?: string
  name: string
  /** `rg-soc in Production` */
  where: string
  parameters: { parameter: Parameter; value?: string }[]
  errors: FieldError[]
  hidden: Record<string, string>
}

export function newAppDetailsCard(view: NewAppDetailsView): Card {
  const { templateTitle, help, powers, name, where, parameters, errors, hidden } = view
  const appName = short(inline(name), nameLength)
  const about: Element[] = [
    { type: 'text', text: `${templateTitle}: ${appName}, ${short(inline(where), 160)}`, strong: true },
    { type: 'text', text: help, subtle: true },
    ...(powers === undefined ? [] : [{ type: 'text' as const, text: powers, subtle: true }]),
  ]
  const fields = parameters.map(({ parameter, value }) =>
    parameterInput({ parameter, id: parameter.name, ...(value !== undefined && { value }), ...errorAt(errors, parameter.name) }),
  )
  return {
    fallback: `Fill in what ${appName} needs.`,
    tone: 'neutral',
    body: [...about, ...fields],
    buttons: [],
    more: [],
    form: { title, action: 'app new', input: { ...hidden, step: 'details' }, submit: `Create ${short(appName, 16)}` },
  }
}

/** From the forms of a logic app to the rule for which it is made, as it was typed. */
export function backToRule(draft: string): Do {
  return { type: 'do', label: 'Back to the rule', action: 'rule new', input: { draft, step: 'open' } }
}
