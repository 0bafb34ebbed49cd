import type { types } from '@slack/bolt'
import type { Block } from './blocks.ts'
import { fieldOf, named } from './inputs.ts'
import type { Entered, Field } from './payloads.ts'

/** Field → value, over all blocks. */
export function valuesOf(entered: Entered): Record<string, string> {
  const fields = Object.values(entered).flatMap(block =>
    Object.entries(block).map(([name, field]) => [name, fieldValue(field)] as const),
  )
  return Object.fromEntries(fields)
}

/** Slack shows an error at fields, but not at boxes to tick. */
export function canShowError(fields: Entered[string]): boolean {
  return Object.values(fields).every(({ type }) => type !== 'checkboxes')
}

/** Empty text when nothing was chosen or written. */
function fieldValue(field: Field): string {
  if (field.type === 'checkboxes') return String((field.selected_options ?? []).length > 0)
  return field.selected_option?.value ?? field.value ?? ''
}

/**
 * The blocks for a dialog in which something was entered: a field that shows just that keeps its id, so that what is typed meanwhile stays; one
 * that the bot fills with something else has an id that Slack doesn't know.
 */
export function over(entered: Entered, blocks: Block[]): Block[] {
  const before = new Map(Object.entries(entered).map(([block, fields]) => [fieldOf(block), { block, fields }]))
  return blocks.map(block => {
    const own = before.get(fieldOf(block.block_id ?? ''))
    const [typed] = Object.values(own?.fields ?? {})
    const filled = filledWith(block)
    if (own === undefined || typed === undefined || filled === undefined) return block
    if (fieldValue(typed) === filled) return { ...block, block_id: own.block }
    return block.block_id === own.block ? { ...block, block_id: named(fieldOf(own.block), `${own.block} ${filled}`) } : block
  })
}

/** What the bot put into a field; undefined when the block is none. */
function filledWith(block: Block): string | undefined {
  const shown = fieldIn(block)
  switch (shown?.type) {
    case 'plain_text_input':
      return shown.initial_value ?? ''
    case 'static_select':
    case 'external_select':
      return shown.initial_option?.value ?? ''
    case 'checkboxes':
      return String((shown.initial_options ?? []).length > 0)
    default:
      return undefined
  }
}

function fieldIn(block: Block): types.InputBlock['element'] | types.ActionsBlock['elements'][number] | undefined {
  if (block.type === 'input') return block.element
  return block.type === 'actions' ? block.elements[0] : undefined
}
