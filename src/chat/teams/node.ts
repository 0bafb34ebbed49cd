import type { Element, Link, Tone } from '../../../cards/card.ts'
import { inline, isHttps, plain } from '../../../cards/text.ts'

/** One object of an Adaptive Card. */
export interface Node {
  type: string
  [property: string]: unknown
}

export const containerStyle = { bad: 'attention', warn: 'warning', info: 'accent', good: 'good', neutral: 'emphasis' } as const
export const textColor = {
  bad: 'attention',
  warn: 'warning',
  info: 'accent',
  good: 'good',
  neutral: 'default',
} as const satisfies Record<Tone, string>

/** Text runs are shown as they are: Markdown, mentions and HTML in them stay letters. */
export function run(text: string, look: Record<string, unknown> = {}): Node {
  return { type: 'TextRun', text, ...look }
}

export function line(inlines: Node[], more: Record<string, unknown> = {}): Node {
  return { type: 'RichTextBlock', inlines, ...more }
}

/** Text with line ends: one block a line, for runs swallow them. */
export function lines(text: string, look: Record<string, unknown> = {}, more: Record<string, unknown> = {}): Node[] {
  const shown = plain(text)
    .split(/\n+/)
    .filter(row => row.trim() !== '')
  return shown.map((row, index) => line([run(row.trimEnd(), look)], index === 0 ? more : { spacing: 'Small' }))
}

export function columns(items: Node[], more: Record<string, unknown> = {}): Node {
  return { type: 'ColumnSet', columns: items, ...more }
}

export function column(width: string, items: Node[], more: Record<string, unknown> = {}): Node {
  return { type: 'Column', width, items, ...more }
}

/** A link at the end of a text; nothing when it is not https. */
export function linkRuns(link: Link | undefined): Node[] {
  if (link === undefined || !isHttps(link.url)) return []
  const label = inline(link.label).replaceAll(' ', '\u00a0')
  return [
    run('  '),
    run(label, { color: 'accent', selectAction: { type: 'Action.OpenUrl', title: inline(link.label), url: link.url } }),
  ]
}

/** A line that opens and closes what stands under it; `swapped` elements show while it is closed. */
export function fold(id: string, closed: string, open: string, body: Node[], swapped: string[] = []): [toggle: Node, body: Node] {
  const targetElements = [`${id}-body`, `${id}-closed`, `${id}-open`, ...swapped]
  const toggle = {
    type: 'Container',
    spacing: 'Small',
    selectAction: { type: 'Action.ToggleVisibility', title: inline(closed), targetElements },
    items: [
      line(foldWords('▸', closed), { id: `${id}-closed` }),
      line(foldWords('▾', open), { id: `${id}-open`, isVisible: false, spacing: 'None' }),
    ],
  }
  return [toggle, { type: 'Container', id: `${id}-body`, isVisible: false, spacing: 'Small', items: body }]
}

export function foldWords(arrow: string, title: string): Node[] {
  return [run(`${arrow} `, { color: 'accent' }), run(inline(title), { weight: 'bolder', size: 'small' })]
}

/** The few places of an Adaptive Card that read Markdown and take no runs: its signs are escaped. */
export function unmarked(text: string): string {
  return inline(text).replace(/[\\`*_[\]()<>~|#!]/g, sign => `\\${sign}`)
}

export function xml(text: string): string {
  return inline(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

export type ElementOf<T extends Element['type']> = Extract<Element, { type: T }>
