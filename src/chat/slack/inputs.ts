import { createHash } from 'node:crypto'
import type { types } from '@slack/bolt'
import type { Choice, ChoiceInput, Input, TextInput, ToggleInput } from '../../../cards/card.ts'
import { count, inline, plain, short } from '../../../cards/text.ts'
import { type Block, blockLimits, context, plainText, rich, section, words } from './blocks.ts'

/** The field; its value comes back under the action id, which is the field's id. What was wrong stands above it. */
export function input(field: Input): Block[] {
  const error = field.error === undefined ? [] : [rich(words(`⚠ ${inline(field.error)}`, { bold: true }))]
  if (field.as === 'choice' && !searches(field) && usable(field.options).length === 0)
    return [...error, context(`${field.label}: there is nothing to choose from.`)]
  if (field.as === 'toggle') return [...error, ...box(field)]
  const block: Block = {
    type: 'input',
    block_id: blockId(field),
    label: plainText(inline(field.label), blockLimits.label),
    optional: !field.required,
    element: field.as === 'choice' ? choice(field) : text(field),
    ...(field.hint === undefined ? {} : { hint: plainText(inline(field.hint), blockLimits.label) }),
  }
  return [...error, block, ...tooLong(field)]
}

/** Slack keeps what a person entered under a block id it knows (slackapi/bolt-js issue 290): the id of a field tells what the bot put in. */
function blockId({ id, value }: Input): string {
  return named(id.slice(0, blockLimits.id - 20), String(value ?? ''))
}

export function named(field: string, filledWith: string): string {
  return `${field}${separator}${digest(filledWith)}`
}
const separator = '|'

/** Which field a block of a form is. */
export function fieldOf(blockId: string): string {
  return blockId.slice(0, Math.max(0, blockId.lastIndexOf(separator)))
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 8)
}

function searches(field: ChoiceInput): boolean {
  return field.search || field.options.length > blockLimits.options
}

function choice(field: ChoiceInput): types.ExternalSelect | types.StaticSelect {
  const options = usable(field.options).map(option)
  const chosen = options.find(({ value }) => value === field.value)
  const common = {
    action_id: field.id.slice(0, blockLimits.id),
    placeholder: plainText(inline(field.placeholder ?? (searches(field) ? 'Type to search' : 'Choose')), blockLimits.placeholder),
    ...(chosen === undefined ? {} : { initial_option: chosen }),
  }
  return searches(field)
    ? { type: 'external_select', min_query_length: 0, ...common }
    : { type: 'static_select', options, ...common }
}

export function option({ title, note, value }: Choice): types.PlainTextOption {
  const description =
    note === undefined
      ? {}
      : { description: plainText(short(inline(note), blockLimits.optionDescription), blockLimits.optionDescription) }
  return { text: plainText(short(inline(title), blockLimits.optionText), blockLimits.optionText), value, ...description }
}

function usable(options: Choice[]): Choice[] {
  return options.filter(({ value }) => value !== '' && value.length <= blockLimits.optionValue)
}

/** Slack takes no longer values; what can't be chosen here can be typed. */
function tooLong(field: Input): Block[] {
  if (field.as !== 'choice') return []
  const left = field.options.length - usable(field.options).length
  return left === 0 ? [] : [context(`${count(left, 'choice')} with a longer name than Slack takes: type the command instead.`)]
}

function text(field: TextInput): types.PlainTextInput {
  const max = Math.min(field.maxLength, blockLimits.inputLength)
  return {
    type: 'plain_text_input',
    action_id: field.id.slice(0, blockLimits.id),
    multiline: field.multiline,
    max_length: max,
    ...(field.placeholder === undefined ? {} : { placeholder: plainText(inline(field.placeholder), blockLimits.placeholder) }),
    ...(field.value === undefined ? {} : { initial_value: plain(field.value).slice(0, max) }),
  }
}

/** A box with its words beside it. As an input block it would be called optional, or have to be ticked. */
function box(field: ToggleInput): Block[] {
  const label = inline(field.label)
  const isLong = label.length > blockLimits.optionText
  const words: types.PlainTextOption = { text: plainText(isLong ? 'Yes' : label, blockLimits.optionText), value: 'true' }
  const ticks: types.Checkboxes = {
    type: 'checkboxes',
    action_id: field.id.slice(0, blockLimits.id),
    options: [words],
    ...(field.value ? { initial_options: [words] } : {}),
  }
  return [
    ...(isLong ? [section(label)] : []),
    { type: 'actions', block_id: blockId(field), elements: [ticks] },
    ...(field.hint === undefined ? [] : [context(inline(field.hint))]),
  ]
}
