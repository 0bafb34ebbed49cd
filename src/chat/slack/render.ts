import type { Button, Card, Choice, Do, Element, Input, Line, Row, Tone } from '../../../cards/card.ts'
import { chunks, inline, plain, short } from '../../../cards/text.ts'
import { buttonData } from '../button.ts'
import { fitted, isFolding } from '../fit.ts'

/** Limits of Block Kit. Source: docs.slack.dev/reference/block-kit and the comments of @slack/types 3.2. */
const limit = {
  messageBlocks: 50,
  modalBlocks: 100,
  section: 3000,
  header: 150,
  context: 10,
  actions: 25,
  foldsInRow: 5,
  buttonText: 75,
  value: 2000,
  overflow: 5,
  option: 75,
  options: 100,
  modalTitle: 24,
  label: 2000,
  hint: 2000,
  placeholder: 150,
  metadata: 3000,
  fallback: 3000,
  url: 3000,
} as const

/** One object of Block Kit. */
export interface Block {
  type: string
  [property: string]: unknown
}

export interface SlackMessage {
  /** For notifications and readers; the whole in one line. */
  text: string
  blocks: Block[]
}

export interface SlackModal extends Block {
  type: 'modal'
  blocks: Block[]
}

export function renderSlackMessage(card: Card): SlackMessage {
  const shown = fitted(card, tried => fits(draw(tried), limit.messageBlocks))
  return { text: safe(short(inline(card.fallback), limit.fallback)), blocks: draw(shown) }
}

export function renderSlackModal(card: Card): SlackModal {
  const shown = fitted(card, tried => fits(draw(tried), limit.modalBlocks))
  const { form } = card
  return {
    type: 'modal',
    title: plainText(form?.title ?? 'Defender', limit.modalTitle),
    close: plainText('Close', limit.modalTitle),
    ...(form !== undefined && {
      submit: plainText(form.submit, limit.modalTitle),
      callback_id: 'form',
      private_metadata: JSON.stringify(buttonData(form)).slice(0, limit.metadata),
    }),
    blocks: draw(shown),
  }
}

function fits(blocks: Block[], most: number): boolean {
  return blocks.length <= most && JSON.stringify(blocks).length <= 40_000
}

function draw(card: Card): Block[] {
  const body = card.body.flatMap((element, index) => draws(element, `e${index}`))
  return [...joined(body), ...bar(card.buttons, card.more)]
}

/** Folds stand side by side in one row of buttons, as far as a row goes. */
function joined(blocks: Block[]): Block[] {
  const rows: Block[] = []
  for (const block of blocks) {
    const last = rows.at(-1)
    const before = last?.type === 'actions' && Array.isArray(last.elements) ? last.elements : undefined
    const own = block.type === 'actions' && Array.isArray(block.elements) ? block.elements : undefined
    if (before !== undefined && own !== undefined && before.length + own.length <= limit.foldsInRow)
      rows[rows.length - 1] = { type: 'actions', elements: [...before, ...own] }
    else rows.push(block)
  }
  return rows
}

function draws(element: Element, id: string): Block[] {
  switch (element.type) {
    case 'heading':
      return [
        context([
          `${mark[element.tone]} *${safe(inline(element.badge))}*${element.left === '' ? '' : ` · ${safe(inline(element.left))}`}`,
          safe(inline(element.right)),
        ]),
      ]
    case 'title':
      return [{ type: 'header', text: plainText(element.text, limit.header) }]
    case 'text':
      return text(element)
    case 'facts':
      return element.facts.map(({ label, value }) =>
        rich([
          [
            { type: 'text', text: `${inline(label)}  `, style: { bold: true } },
            { type: 'text', text: plain(value) || ' ' },
          ],
        ]),
      )
    case 'details':
      return element.unfold === undefined
        ? [...subtle(element.title), ...element.body.flatMap((child, index) => draws(child, `${id}-${index}`))]
        : [folds([{ ...element.unfold, label: element.title }], id)]
    case 'steps':
      return element.items.flatMap((item, index) => paragraphs(`${index + (element.first ?? 1)}. ${plain(item)}`))
    case 'rows':
      return element.rows.map((row, index) => listRow(row, `${id}-${index}`))
    case 'line':
      return [stateLine(element)]
    case 'code':
      return chunks(plain(element.text), limit.section).map(piece => ({
        type: 'rich_text',
        elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: piece }] }],
      }))
    case 'divider':
      return [{ type: 'divider' }]
    case 'input':
      return input(element)
  }
}

const mark: Record<Tone, string> = {
  bad: ':red_circle:',
  warn: ':large_orange_circle:',
  info: ':large_blue_circle:',
  good: ':large_green_circle:',
  neutral: ':white_circle:',
}
const icons: Record<Line['icon'], string> = { ok: '✓', fail: '✕', wait: '◷', stop: '⊘', warn: '⚠', info: 'ℹ' }

function text(element: Extract<Element, { type: 'text' }>): Block[] {
  if (element.subtle === true) return subtle(element.text)
  if (element.strong === true)
    return [rich([[{ type: 'text', text: short(inline(element.text), limit.section), style: { bold: true } }]])]
  if (!isFolding(element)) return paragraphs(plain(element.text))
  const start = paragraphs(short(plain(element.text), element.foldAt ?? limit.section))
  return element.unfold === undefined ? paragraphs(plain(element.text)) : [...start, folds([element.unfold], 'more')]
}

/** Untrusted text goes where Slack reads no markup. */
function paragraphs(words: string): Block[] {
  return chunks(words.trim() === '' ? ' ' : words, limit.section).map(piece => rich([[{ type: 'text', text: piece }]]))
}

function rich(lines: object[][]): Block {
  return { type: 'rich_text', elements: lines.map(elements => ({ type: 'rich_text_section', elements })) }
}

function subtle(words: string): Block[] {
  return chunks(plain(words).trim() || ' ', 1900).map(piece => ({
    type: 'context',
    elements: [{ type: 'plain_text', text: piece, emoji: false }],
  }))
}

function context(lines: string[]): Block {
  const elements = lines
    .filter(line => line !== '')
    .map(line => ({ type: 'mrkdwn', text: short(line, limit.section), verbatim: true }))
  return { type: 'context', elements: elements.slice(0, limit.context) }
}

function folds(buttons: Do[], id: string): Block {
  return {
    type: 'actions',
    elements: buttons.map((button, index) => pressable({ ...button, label: `▸ ${button.label}` }, `${id}-${index}`)),
  }
}

function listRow(row: Row, id: string): Block {
  const badge = row.badge === '' ? '' : `${mark[row.tone]} *${safe(inline(row.badge))}*  `
  const under = row.subtle === '' ? '' : `\n_${safe(inline(row.subtle)).replaceAll('_', '\u2005')}_`
  const words = `${badge}${literal(row.text)}${under}`
  const accessory = row.button?.type === 'do' ? { accessory: pressable(row.button, id) } : {}
  return { type: 'section', text: { type: 'mrkdwn', text: short(words, limit.section) || ' ', verbatim: true }, ...accessory }
}

/** In the few places that read markup, its signs are made harmless: entities for what Slack parses, look-alikes for what it formats. */
function literal(words: string): string {
  return safe(inline(words)).replace(/[*_~`]/g, sign => `\u200b${sign}\u200b`)
}

function safe(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function stateLine({ icon, text: words, link }: Line): Block {
  const elements: object[] = [
    { type: 'text', text: `${icons[icon]} `, style: { bold: true } },
    { type: 'text', text: short(inline(words), limit.section) },
  ]
  if (link !== undefined && isHttps(link.url))
    elements.push({ type: 'text', text: '  ' }, { type: 'link', url: link.url, text: inline(link.label) })
  return rich([elements])
}

function isHttps(url: string): boolean {
  return /^https:\/\/[^\s"<>|]+$/.test(url) && url.length <= limit.url && URL.canParse(url)
}

function bar(buttons: Button[], more: Button[]): Block[] {
  const first = buttons.flatMap((button, index) =>
    button.type === 'open' ? opening(button.url, button.label, index) : [pressable(button, `b${index}`)],
  )
  const rest = more.filter(button => button.type === 'do')
  const menus = Array.from({ length: Math.ceil(rest.length / limit.overflow) }, (_, index) =>
    overflow(rest.slice(index * limit.overflow, (index + 1) * limit.overflow), index),
  )
  const all = [...first, ...menus]
  return all.length === 0 ? [] : [{ type: 'actions', elements: all.slice(0, limit.actions) }]
}

function opening(url: string, label: string, index: number): object[] {
  return isHttps(url) ? [{ type: 'button', text: plainText(label, limit.buttonText), url, action_id: `open:${index}` }] : []
}

function pressable(button: Do, id: string): object {
  const style = button.style === undefined ? {} : { style: button.style }
  return {
    type: 'button',
    text: plainText(button.label, limit.buttonText),
    action_id: `do:${id}`,
    value: dataOf(button),
    ...style,
  }
}

function overflow(buttons: Do[], index: number): object {
  const options = buttons.map(button => ({
    text: plainText(button.label, limit.option),
    value: dataOf(button).slice(0, limit.value),
  }))
  return { type: 'overflow', action_id: `more:${index}`, options }
}

/** What a button carries is short by design; one that is not loses its words rather than the whole message. */
function dataOf(button: Do): string {
  const value = JSON.stringify(buttonData(button))
  return value.length <= limit.value ? value : JSON.stringify({ ...buttonData(button), input: {} })
}

function input(element: Input): Block[] {
  const hint = element.error ?? element.hint
  const common = {
    type: 'input',
    block_id: element.id,
    label: plainText(element.label, limit.label),
    optional: !element.required,
    ...(hint !== undefined && { hint: plainText(hint, limit.hint) }),
  }
  return [{ ...common, element: field(element) }]
}

function field(element: Input): object {
  const action_id = element.id
  switch (element.as) {
    case 'choice':
      return choice(element, action_id)
    case 'text':
      return {
        type: 'plain_text_input',
        action_id,
        multiline: element.multiline,
        max_length: Math.min(3000, element.maxLength),
        ...(element.value !== undefined && { initial_value: element.value }),
        ...placeholder(element.placeholder),
      }
    case 'toggle': {
      const option = { text: plainText(element.label, limit.option), value: 'yes' }
      return { type: 'checkboxes', action_id, options: [option], ...(element.value && { initial_options: [option] }) }
    }
  }
}

function choice(element: Extract<Input, { as: 'choice' }>, action_id: string): object {
  if (element.search || element.options.length > limit.options)
    return { type: 'external_select', action_id: `search:${action_id}`, min_query_length: 0, ...placeholder(element.placeholder) }
  const options = element.options.map(option)
  const initial = options.find((_, index) => element.options[index]?.value === element.value)
  return {
    type: 'static_select',
    action_id,
    options,
    ...(initial && { initial_option: initial }),
    ...placeholder(element.placeholder),
  }
}

/** One choice as Slack lists it. */
function option({ value, title, note }: Choice): object {
  return {
    text: plainText(title, limit.option),
    value: value.slice(0, 150),
    ...(note !== undefined && note !== '' && { description: plainText(note, limit.option) }),
  }
}

function placeholder(words: string | undefined): object {
  return words === undefined ? {} : { placeholder: plainText(words, limit.placeholder) }
}

function plainText(words: string, most: number): object {
  return { type: 'plain_text', text: short(inline(words), most) || ' ', emoji: false }
}
