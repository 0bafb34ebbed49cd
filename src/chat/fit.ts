import type { Button, Card, ChoiceInput, Details, Element, Text } from '../../cards/card.ts'
import { fewer } from '../../cards/offered.ts'
import { chunks, clip, count, plain, short } from '../../cards/text.ts'

const pieceLength = 1500
const nameLength = 300
const fewOptions = 20

/**
 * The card with as much of it inside as the host takes: first the largest folds become buttons that fetch them, largest first; then the longest
 * choices show few of their options, and typing finds the others; when nothing is left of these, the end is left out and a line says so.
 */
export function fitted(card: Card, fits: (card: Card) => boolean): Card {
  let current = card
  while (!fits(current)) {
    const next = foldLargest(current) ?? shortenLongest(current)
    if (next === undefined) return shortened(current, fits)
    current = next
  }
  return current
}

/** A fold whose content is fetched when asked for. */
export function isRemote(details: Details): boolean {
  return details.body.length === 0 && details.unfold !== undefined
}

function foldLargest(card: Card): Card | undefined {
  const weights = card.body.map(element => (canFold(element) ? JSON.stringify(element).length : 0))
  const largest = weights.indexOf(Math.max(0, ...weights))
  if ((weights[largest] ?? 0) === 0) return undefined
  return { ...card, body: card.body.flatMap((element, index) => (index === largest ? folded(element) : [element])) }
}

function shortenLongest(card: Card): Card | undefined {
  const lengths = card.body.map(element => (canShorten(element) ? JSON.stringify(element.options).length : 0))
  const longest = lengths.indexOf(Math.max(0, ...lengths))
  if (card.form === undefined || (lengths[longest] ?? 0) === 0) return undefined
  const body = card.body.map((element, index) =>
    index === longest && canShorten(element) ? fewer(element, fewOptions) : element,
  )
  return { ...card, body }
}

function canShorten(element: Element): element is ChoiceInput {
  return element.type === 'input' && element.as === 'choice' && element.searchable === true && element.options.length > fewOptions
}

function canFold(element: Element): boolean {
  if (element.type === 'details') return element.unfold !== undefined && element.body.length > 0
  return element.type === 'text' && isFolding(element) && element.unfold !== undefined
}

export function isFolding(text: Text): boolean {
  return text.foldAt !== undefined && plain(text.text).length > text.foldAt
}

function folded(element: Element): Element[] {
  if (element.type === 'details') return [{ ...element, body: [] }]
  if (element.type !== 'text' || element.unfold === undefined) return [element]
  const { foldAt = pieceLength, unfold, ...text } = element
  return [
    { ...text, text: short(plain(text.text), foldAt) },
    { type: 'details', title: unfold.label, body: [], unfold },
  ]
}

function shortened(card: Card, fits: (card: Card) => boolean): Card {
  const pieces = card.body.flatMap(exploded)
  let low = 0
  let high = pieces.length
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(firstOf(card, pieces, middle))) low = middle
    else high = middle - 1
  }
  return firstOf(card, pieces, low)
}

function firstOf(card: Card, pieces: Element[], kept: number): Card {
  const left = pieces.length - kept
  const note: Element = {
    type: 'line',
    tone: 'warn',
    icon: 'warn',
    text: `${count(left, 'more line')} not shown: too long for a message.`,
  }
  return {
    ...card,
    fallback: clip(plain(card.fallback), nameLength),
    body: left === 0 ? pieces : [...pieces.slice(0, kept), note],
    buttons: card.buttons.slice(0, 5).map(brief),
    more: card.more.slice(0, 20).map(brief),
  }
}

/** Words too long for where everything is short stay behind, so that the verb asks for them. */
function brief(button: Button): Button {
  const label = clip(plain(button.label), nameLength)
  if (button.type === 'open') return { ...button, label }
  return JSON.stringify(button.input ?? {}).length > wordsLength ? { ...button, label, input: {} } : { ...button, label }
}
const wordsLength = 150

/** One element for each line of what has many, so that the cut falls between lines; single names are clipped aloud. */
function exploded(element: Element): Element[] {
  switch (element.type) {
    case 'heading':
      return [{ ...element, badge: name(element.badge), left: name(element.left), right: name(element.right) }]
    case 'title':
      return [{ ...element, text: name(element.text) }]
    case 'text':
      return chunks(plain(element.text), pieceLength).map(text => ({ ...withoutFold(element), text }))
    case 'facts':
      return element.facts.map(fact => ({
        type: 'facts',
        facts: [{ label: name(fact.label), value: clip(plain(fact.value), pieceLength) }],
      }))
    case 'details':
      if (isRemote(element)) return [{ ...element, title: name(element.title) }]
      return [{ type: 'text', text: name(element.title), strong: true }, ...element.body.flatMap(exploded)]
    case 'steps':
      return element.items.flatMap((item, index) => exploded({ type: 'text', text: `${index + (element.first ?? 1)}. ${item}` }))
    case 'rows':
      return element.rows.map(row => ({
        ...element,
        rows: [
          {
            ...row,
            badge: name(row.badge),
            text: clip(plain(row.text), pieceLength),
            subtle: clip(plain(row.subtle), pieceLength),
          },
        ],
      }))
    case 'line':
      return [{ ...element, text: clip(plain(element.text), pieceLength) }]
    case 'code':
      return chunks(plain(element.text), pieceLength).map(text => ({ ...element, text }))
    case 'chart':
    case 'divider':
    case 'input':
    case 'beside':
      return [element]
  }
}

function withoutFold({ foldAt: _foldAt, unfold: _unfold, ...text }: Text): Text {
  return text
}

function name(text: string): string {
  return clip(plain(text), nameLength)
}
