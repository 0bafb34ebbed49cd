import type { types } from '@slack/bolt'
import type { Button, Do } from '../../../cards/card.ts'
import { inline, isHttps, short } from '../../../cards/text.ts'
import { buttonData, packed } from '../button.ts'
import { type Block, blockLimits, plainText } from './blocks.ts'

/** The shown buttons, then one overflow menu per five others; nothing when there are none. */
export function actionsBlocks(buttons: Button[], more: Button[]): Block[] {
  const shown = buttons.flatMap((one, index) => button(one, index))
  const [menu, apart] = [more.filter(fitsMenu), more.filter(one => !fitsMenu(one))]
  const menus = slices(menu, blockLimits.overflow).flatMap((some, index) => overflow(some, index))
  const elements = [...shown, ...apart.flatMap((one, index) => button(one, buttons.length + index)), ...menus]
  return slices(elements, blockLimits.actions).map(some => ({ type: 'actions', elements: some }))
}

/** Buttons that open folds, a row of them. */
export function buttonRow(buttons: Do[]): Block[] {
  return actionsBlocks(buttons, [])
}

/** Nothing for a link that is not https. */
export function button(one: Button, index: number): types.Button[] {
  const text = { ...plainText(inline(one.label), blockLimits.buttonText), text: label(one) }
  if (one.type === 'open') return isHttps(one.url) ? [{ type: 'button', action_id: `open:${index}`, text, url: one.url }] : []
  const style = one.style === undefined ? {} : { style: one.style }
  return [{ type: 'button', action_id: `do:${index}`, text, value: packed(one, blockLimits.buttonValue), ...style }]
}

/** A menu of one is a button. */
function overflow(some: Button[], index: number): (types.Button | types.Overflow)[] {
  const [only] = some
  if (some.length === 1 && only !== undefined) return button(only, index + blockLimits.actions)
  const options = some.map(one => ({ text: plainText(label(one), blockLimits.optionText), ...target(one) }))
  return [{ type: 'overflow', action_id: `more:${index}`, options }]
}

function target(one: Button): { value: string; url?: string } {
  return one.type === 'do' ? { value: packed(one, blockLimits.optionValue) } : { value: 'open', url: one.url }
}

function fitsMenu(one: Button): boolean {
  return one.type === 'open' ? isHttps(one.url) : JSON.stringify(buttonData(one)).length <= blockLimits.optionValue
}

function label(one: Button): string {
  return short(inline(one.label), blockLimits.buttonText) || '…'
}

export function slices<Thing>(things: Thing[], size: number): Thing[][] {
  return Array.from({ length: Math.ceil(things.length / size) }, (_, index) => things.slice(index * size, (index + 1) * size))
}
