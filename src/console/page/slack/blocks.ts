import * as z from 'zod/mini'
import { freshId, h } from '../dom.ts'
import { element, type Surroundings } from './elements.ts'
import { mrkdwn, texted } from './mrkdwn.ts'
import { rich } from './rich.ts'
import { Block, type Element, Message } from './shapes.ts'

type Around = Omit<Surroundings, 'name'>

/** A Slack message's blocks in Slack's look. */
export function slackMessage(json: object, press: Around['press']): HTMLElement {
  const message = z.safeParse(Message, json)
  if (!message.success) return h('div', { class: 'slack-body' }, 'This message has no Slack rendering.')
  const { blocks: own = [], attachments = [], text } = message.data
  const boxes = attachments.map(({ color, blocks: inner = [] }) => {
    const box = h('div', { class: 'slack-attachment' }, ...blocks(inner, { press }))
    if (color !== undefined && /^#[0-9a-f]{3,8}$/i.test(color)) box.style.setProperty('--bar', color)
    return box
  })
  const isBare = own.length === 0 && boxes.length === 0
  return h('div', { class: 'slack-body' }, ...blocks(own, { press }), ...boxes, ...(isBare ? mrkdwn(text ?? '') : []))
}

export function blocks(raw: unknown[], around: Around): Node[] {
  return raw.map(one => {
    const read = z.safeParse(Block, one)
    return read.success
      ? block(read.data, around)
      : h('div', { class: 'slack-context' }, 'A part that this preview does not know.')
  })
}

function block(one: Block, around: Around): Node {
  const name = one.block_id ?? ''
  switch (one.type) {
    case 'header':
      return h('div', { class: 'slack-header', role: 'heading', 'aria-level': 3 }, ...texted(one.text))
    case 'section':
      return section(one, around)
    case 'context':
      return h('div', { class: 'slack-context' }, ...one.elements.map(inner => element(inner, { ...around, name })))
    case 'actions':
      return h(
        'div',
        { class: 'slack-actions' },
        ...one.elements.map(inner => element(inner, { ...around, name: actionOf(inner) ?? name })),
      )
    case 'divider':
      return h('hr', { class: 'slack-divider' })
    case 'input':
      return field(one, around)
    case 'rich_text':
      return h('div', { class: 'slack-rich' }, ...rich(one.elements))
    case 'markdown':
      return h('div', { class: 'slack-text' }, ...mrkdwn(one.text))
    case 'alert':
      return h('div', { class: 'slack-alert' }, ...texted(one.text))
  }
}

type Of<T extends Block['type']> = Extract<Block, { type: T }>

function section({ text, fields = [], accessory, block_id }: Of<'section'>, around: Around): Node {
  const words = text === undefined ? undefined : h('div', { class: 'slack-text' }, ...texted(text))
  const cells =
    fields.length === 0
      ? undefined
      : h('div', { class: 'slack-fields' }, ...fields.map(one => h('div', { class: 'slack-text' }, ...texted(one))))
  const side =
    accessory === undefined
      ? undefined
      : h('div', { class: 'slack-accessory' }, element(accessory, { ...around, name: block_id ?? '' }))
  return h('div', { class: 'slack-section' }, h('div', { class: 'slack-words' }, words, cells), side)
}

function actionOf(inner: Element): string | undefined {
  return 'action_id' in inner ? inner.action_id : undefined
}

function field({ block_id, label, element: inner, hint, optional }: Of<'input'>, around: Around): Node {
  const id = freshId('label')
  const name = actionOf(inner) ?? block_id ?? ''
  const words = h(
    'span',
    { class: 'slack-label', id },
    ...texted(label),
    optional === true ? h('span', { class: 'subtle' }, ' (optional)') : undefined,
  )
  const below = hint === undefined ? undefined : h('span', { class: 'slack-hint' }, ...texted(hint))
  return h(
    'div',
    { class: 'slack-field' },
    words,
    element(inner, { ...around, name, labelledBy: id, required: optional !== true }),
    below,
  )
}
