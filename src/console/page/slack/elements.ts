import { combobox, type Option as Suggestion } from '../combobox.ts'
import { freshId, h, sign } from '../dom.ts'
import { openMenu } from '../menu.ts'
import { type Press, pressOf } from '../shapes.ts'
import { texted } from './mrkdwn.ts'
import type { Element, Option } from './shapes.ts'

type Values = Map<string, () => string>

/** What drawing an element needs of the message or modal around it. */
export interface Surroundings {
  press(press: Press, from: HTMLElement): void
  /** Values of a modal's fields by name; absent in a message. */
  values?: Values
  /** Asks the bot for the choices of a field. */
  search?(field: string, typed: string): Promise<Suggestion[]>
  name: string
  labelledBy?: string
  required?: boolean
}

export function element(block: Element, around: Surroundings): Node {
  switch (block.type) {
    case 'button':
      return button(block, around)
    case 'overflow':
      return overflow(block.options, around)
    case 'static_select':
    case 'external_select':
      return select(block, around)
    case 'plain_text_input':
      return textInput(block, around)
    case 'checkboxes':
    case 'radio_buttons':
      return boxes(block, around)
    case 'mrkdwn':
    case 'plain_text':
      return h('span', {}, ...texted(block))
  }
}

type Of<T extends Element['type']> = Extract<Element, { type: T }>

function button({ text, value, url, style }: Of<'button'>, { press, values }: Surroundings): Node {
  const look = `slack-button ${style ?? ''}`
  if (url !== undefined) return h('a', { class: look, href: url, target: '_blank', rel: 'noopener noreferrer' }, ...texted(text))
  const drawn = h('button', { type: 'button', class: look }, ...texted(text))
  drawn.addEventListener('click', () => pressed(value, drawn, press, values))
  return drawn
}

function overflow(options: Option[], { press }: Surroundings): Node {
  const drawn = h(
    'button',
    {
      type: 'button',
      class: 'slack-button icon-only',
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      'aria-label': 'More actions',
    },
    sign('more'),
  )
  const items = options.map(({ text, value, url }) => ({
    title: text.text,
    choose: () => (url === undefined ? pressed(value, drawn, press) : void window.open(url, '_blank', 'noopener,noreferrer')),
  }))
  drawn.addEventListener('click', () => openMenu(drawn, 'More actions', items, 'slack'))
  return drawn
}

function pressed(value: string | undefined, from: HTMLElement, press: Surroundings['press'], values?: Values): void {
  const data = json(value)
  const wanted = takesFields(data) && values !== undefined ? filled(data, values) : pressOf(data)
  if (wanted !== undefined) press(wanted, from)
}

function takesFields(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'fields' in data && data.fields === true
}

/** What a button or form asks for, with what stands in the fields. */
export function filled(own: unknown, values: Values): Press | undefined {
  if (typeof own !== 'object' || own === null) return undefined
  return pressOf({
    ...own,
    ...Object.fromEntries([...values].map(([name, value]) => [name.startsWith('field_') ? name : `field_${name}`, value()])),
  })
}

export function json(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}

function select(block: Of<'static_select' | 'external_select'>, around: Surroundings): Node {
  const given = [...(block.options ?? []), ...(block.option_groups ?? []).flatMap(group => group.options)].map(suggestion)
  let chosen = block.initial_option === undefined ? undefined : suggestion(block.initial_option)
  const input = h('input', {
    type: 'text',
    class: 'slack-input',
    placeholder: block.placeholder?.text ?? 'Select an option',
    value: chosen?.title,
    id: freshId('field'),
    'aria-labelledby': around.labelledBy,
    'aria-required': around.required === true ? 'true' : undefined,
  })
  if (around.labelledBy === undefined) input.setAttribute('aria-label', block.placeholder?.text ?? 'Select an option')

  async function options(typed: string): Promise<Suggestion[]> {
    const wanted = typed === chosen?.title ? '' : typed.trim().toLowerCase()
    if (block.type === 'external_select' && around.search !== undefined) return around.search(around.name, wanted).catch(() => [])
    return given.filter(({ title }) => title.toLowerCase().includes(wanted))
  }

  function choose(option: Suggestion): void {
    chosen = option
    input.value = around.values === undefined ? '' : option.title
    if (around.values === undefined) pressed(option.value, input, around.press)
  }

  const { list, refresh } = combobox({ input, options, choose, tab: false, eager: true })
  input.addEventListener('click', () => void refresh())
  input.addEventListener('input', () => {
    chosen = given.find(({ title }) => title === input.value)
  })
  around.values?.set(around.name, () => chosen?.value ?? '')
  return h('div', { class: 'choice slack-choice' }, input, sign('down'), list)
}

function suggestion({ text, value, description }: Option): Suggestion {
  return { value: value ?? '', title: text.text, ...(description && { note: description.text }) }
}

function textInput(
  { multiline, initial_value, placeholder, max_length }: Of<'plain_text_input'>,
  { values, name, labelledBy, required }: Surroundings,
): Node {
  const common = {
    class: 'slack-input',
    placeholder: placeholder?.text,
    maxlength: max_length,
    'aria-labelledby': labelledBy,
    'aria-required': required === true ? 'true' : undefined,
  }
  const field = multiline === true ? h('textarea', { ...common, rows: 4 }) : h('input', { ...common, type: 'text' })
  field.value = initial_value ?? ''
  values?.set(name, () => field.value)
  return field
}

function boxes(block: Of<'checkboxes' | 'radio_buttons'>, { values, name, labelledBy }: Surroundings): Node {
  const group = freshId('group')
  const initial = new Set(
    [...(block.initial_options ?? []), ...(block.initial_option === undefined ? [] : [block.initial_option])].map(
      ({ value }) => value,
    ),
  )
  const inputs = block.options.map(({ value }) =>
    h('input', { type: block.type === 'checkboxes' ? 'checkbox' : 'radio', name: group, value, checked: initial.has(value) }),
  )
  values?.set(name, () =>
    inputs
      .filter(input => input.checked)
      .map(input => input.value)
      .join(','),
  )
  return h(
    'div',
    { class: 'slack-boxes', role: 'group', 'aria-labelledby': labelledBy },
    ...inputs.map((input, index) =>
      h('label', {}, input, h('span', {}, ...texted(block.options[index]?.text ?? { type: 'plain_text', text: '' }))),
    ),
  )
}
