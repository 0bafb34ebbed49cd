import type { types } from '@slack/bolt'
import { barText } from '../../../cards/bars.ts'
import type { Card, Details, Do, Element, Form, Line, Link, Row, Text, Tone } from '../../../cards/card.ts'
import { chunks, inline, isHttps, plain, short } from '../../../cards/text.ts'
import { packed } from '../button.ts'
import { fitted, isFolding } from '../fit.ts'
import {
  type Block,
  blockLimits,
  context,
  joined,
  messageText,
  numbered,
  plainText,
  point,
  rich,
  section,
  words,
} from './blocks.ts'
import { actionsBlocks, button, foldRow } from './buttons.ts'
import { input } from './inputs.ts'

export interface SlackMessage {
  /** Notification, screen readers and clients without blocks. */
  text: string
  blocks: Block[]
}

type Surface = 'message' | 'view'
type Modal = types.ModalView & { blocks: Block[] }

export function renderSlackMessage(card: Card): SlackMessage {
  const limits = { blocks: blockLimits.messageBlocks, json: blockLimits.messageJson }
  return { text: messageText(card.fallback), blocks: sized(card, 'message', limits) }
}

/** A form or a part to read, in a dialog; a form's button comes back in `private_metadata`. A title that fits the frame stands there alone. */
export function renderSlackModal(card: Card): Modal {
  const own = card.body.find(element => element.type === 'title')
  const title = card.form?.title ?? own?.text ?? productName
  const whole: Block[] = isLong(title) && card.form !== undefined ? [header(title)] : []
  const shown =
    own !== undefined && own.text === title && !isLong(title) ? { ...card, body: card.body.filter(one => one !== own) } : card
  const limits = { blocks: blockLimits.viewBlocks - whole.length, json: blockLimits.viewJson }
  return {
    type: 'modal',
    title: viewWord(title),
    close: viewWord(card.form === undefined ? 'Close' : 'Cancel'),
    blocks: [...whole, ...sized(shown, 'view', limits)],
    ...(card.form === undefined ? {} : submission(card.form)),
  }
}
const productName = 'Defender'

export function renderSlackHome(card: Card): types.HomeView {
  return { type: 'home', blocks: sized(card, 'message', { blocks: blockLimits.viewBlocks, json: blockLimits.viewJson }) }
}

function submission(form: Form): Pick<types.ModalView, 'callback_id' | 'submit' | 'private_metadata'> {
  return { callback_id: 'form', submit: viewWord(form.submit), private_metadata: packed(form, blockLimits.privateMetadata) }
}

function viewWord(text: string): types.PlainTextElement {
  return plainText(short(inline(text), blockLimits.viewTitle), blockLimits.viewTitle)
}

function isLong(title: string): boolean {
  return inline(title).length > blockLimits.viewTitle
}

function sized(card: Card, surface: Surface, limits: { blocks: number; json: number }): Block[] {
  const fits = (tried: Card) => {
    const blocks = draw(tried, surface)
    return blocks.length <= limits.blocks && JSON.stringify(blocks).length <= limits.json
  }
  return draw(fitted(card, fits), surface)
}

function draw(card: Card, surface: Surface): Block[] {
  const body = surface === 'view' ? card.body : card.body.filter(element => element.type !== 'input' && element.type !== 'beside')
  const asks = surface === 'view' || card.form === undefined ? [] : [opening(card.form)]
  return [...elements(body), ...actionsBlocks([...asks, ...card.buttons], card.more)]
}

/** A message has no fields here: a button opens the form. */
function opening(form: Form): Do {
  const { action, findingId, input } = form.asked ?? form
  return {
    type: 'do',
    label: `${form.title}…`,
    action,
    style: 'primary',
    dialog: true,
    ...(findingId === undefined ? {} : { findingId }),
    ...(input === undefined ? {} : { input }),
  }
}

/** Neighbouring folds share a row of buttons, neighbours of one kind a block; what is of another kind stands apart. */
function elements(body: Element[]): Block[] {
  const [first] = body
  if (first === undefined) return []
  const kind = kindOf(first)
  const end = body.findIndex(element => kindOf(element) !== kind)
  const alike = end < 0 ? body : body.slice(0, end)
  return [...together(kind, alike), ...elements(body.slice(alike.length))]
}

function together(kind: string, alike: Element[]): Block[] {
  if (kind === 'fold') return foldRow(alike.flatMap(foldButton))
  const rows = alike.flatMap(element => (element.type === 'rows' ? element.rows : []))
  return joined(rows.length === 0 ? alike.flatMap(draws) : list(rows))
}

function kindOf(element: Element): string {
  if (element.type === 'text') return element.subtle === true ? 'subtle' : 'text'
  return foldButton(element).length > 0 ? 'fold' : element.type
}

function foldButton(element: Element): Do[] {
  if (element.type !== 'details' || element.unfold === undefined) return []
  return [{ ...element.unfold, label: element.title }]
}

function draws(element: Element): Block[] {
  switch (element.type) {
    case 'heading':
      return [heading(element)]
    case 'title':
      return [header(element.text)]
    case 'text':
      return text(element)
    case 'facts':
      return element.facts.map(({ label, value }) => rich(words(`${inline(label)}  `, { bold: true }), words(plain(value))))
    case 'details':
      return open(element)
    case 'steps':
      return element.items.map((item, index) => numbered(index + (element.first ?? 1), words(plain(item))))
    case 'rows':
      return list(element.rows)
    case 'line':
      return [line(element)]
    case 'code':
      return [preformatted(element.text)]
    case 'chart':
      return [rich(words(inline(element.label))), preformatted(barText(element.bars))]
    case 'divider':
      return [{ type: 'divider' }]
    case 'input':
      return input(element)
    case 'beside':
      return actionsBlocks(element.buttons, [])
  }
}

const marks: Record<Tone, string> = { bad: '🔴', warn: '🟠', info: '🔵', good: '🟢', neutral: '⚪' }

function heading({ badge, tone, left, right }: Extract<Element, { type: 'heading' }>): Block {
  const rest = [left, right].map(inline).filter(word => word !== '')
  return rich(words(`${marks[tone]} `), words(inline(badge), { bold: true }), words(rest.map(word => ` · ${word}`).join('')))
}

/** A title longer than a header takes is bold text. */
function header(title: string): Block {
  const shown = inline(title)
  if (shown.length > blockLimits.header) return rich(words(shown, { bold: true }))
  return { type: 'header', text: plainText(shown, blockLimits.header) }
}

function text(element: Text): Block[] {
  const whole = plain(element.text).trim()
  if (isFolding(element) && element.unfold !== undefined)
    return [section(short(whole, element.foldAt ?? whole.length), button(element.unfold, 0)[0])]
  if (element.subtle === true && element.link === undefined) return chunks(whole, blockLimits.contextText).map(context)
  const style = element.strong === true ? { bold: true } : undefined
  const pieces = chunks(whole, blockLimits.sectionText)
  return pieces.map((piece, index) => rich(words(piece, style), ...(index === pieces.length - 1 ? linked(element.link) : [])))
}

function open({ title, body }: Details): Block[] {
  return [rich(words(inline(title), { bold: true })), ...elements(body)]
}

/** Rows with buttons stand apart, what is subtle below each; without any they are points of a list. */
function list(rows: Row[]): Block[] {
  const isMarked = rows.some(({ badge, tone }) => badge !== '' && tone !== 'neutral')
  if (rows.every(({ button: does }) => does === undefined)) return rows.map(row => pointRow(row, isMarked))
  return rows.flatMap(row => buttonedRow(row, isMarked))
}

function buttonedRow(row: Row, isMarked: boolean): Block[] {
  const badge = row.badge === '' ? '' : `${badged(row, isMarked)} · `
  const accessory = row.button === undefined ? [] : button(row.button, 0)
  return [section(`${badge}${inline(row.text)}`, accessory[0]), ...(row.subtle === '' ? [] : [context(inline(row.subtle))])]
}

function pointRow(row: Row, isMarked: boolean): Block {
  const subtle = row.subtle === '' ? '' : `\n${inline(row.subtle)}`
  if (row.badge !== '') return point(words(`${badged(row, isMarked)}  `, { bold: true }), words(`${inline(row.text)}${subtle}`))
  return subtle === '' ? point(words(inline(row.text))) : point(words(inline(row.text), { bold: true }), words(subtle))
}

/** In a list where some are marked all are, so that the words stand below each other. */
function badged({ tone, badge }: Row, isMarked: boolean): string {
  return isMarked ? `${marks[tone]} ${inline(badge)}` : inline(badge)
}

function preformatted(text: string): Block {
  const shown = { type: 'text' as const, text: plain(text) || ' ' }
  return { type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [shown] }] }
}

const icons: Record<Line['icon'], string> = { ok: '✓', fail: '✕', wait: '◷', stop: '⊘', warn: '⚠', info: 'ℹ' }

function line({ icon, text: said, link }: Line): Block {
  return rich(words(`${icons[icon]} ${plain(said)}`), ...linked(link))
}

/** Nothing when it is not https. */
function linked(link: Link | undefined): types.RichTextElement[] {
  if (link === undefined || !isHttps(link.url)) return []
  return [words('  '), { type: 'link', url: link.url, text: inline(link.label).replaceAll(' ', '\u00A0') || link.url }]
}
