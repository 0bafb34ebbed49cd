import type { types } from '@slack/bolt'
import type { Button, Do } from '../../../cards/card.ts'
import { inline, isHttps, short } from '../../../cards/text.ts'
import { buttonData, packed } from '../button.ts'
import { type Block, blockLimits, plainText } from './blocks.ts'

/** The shown buttons, then one overflow menu per five others; nothing when there are none. */
export function actionsBlocks(buttons: Button[], more: Button[]): Block[] {
  const fitting = more.filter(fitsMenu)
  // A menu of one would be a button after the menu: the first stands before it instead.
  const alone = fitting.length % blockLimits.overflow === 1 ? 1 : 0
  const apart = [...more.filter(one => !fitsMenu(one)), ...fitting.slice(0, alone)].map(quiet)
  const shown = [...buttons, ...apart].flatMap((one, index) => button(one, index))
  const menus = slices(fitting.slice(alone), blockLimits.overflow).flatMap((some, index) => overflow(some, index))
  return slices([...shown, ...menus], blockLimits.actions).map(some => ({ type: 'actions', elements: some }))
}

/** What belongs in the menu and doesn't fit there is not to be the loudest button of the card. */
function quiet(one: Button): Button {
  if (one.type === 'open') return one
  const { style: _style, ...rest } = one
  return rest
}

/** Buttons that open folds: one row, the least wanted in a menu when it would break. */
export function foldRow(buttons: Do[]): Block[] {
  return buttons.length <= foldsShown
    ? actionsBlocks(buttons, [])
    : actionsBlocks(buttons.slice(0, foldsShown - 1), buttons.slice(foldsShown - 1))
}
const foldsShown = 4

/** Nothing for a link that is not https. */
export function button(one: Button, index: number): types.Button[] {
  const text = { ...plainText(inline(one.label), blockLimits.buttonText), text: label(one) }
  if (one.type === 'open') return isHttps(one.url) ? [{ type: 'button', action_id: `open:${index}`, text, url: one.url }] : []
  const style = one.style === undefined ? {} : { style: one.style }
  return [{ type: 'button', action_id: `do:${index}`, text, value: packed(one, blockLimits.buttonValue), ...style }]
}

function overflow(some: Button[], index: number): types.Overflow[] {
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
