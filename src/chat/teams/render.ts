import { barEnds, fewBars, lyingBars, standingBars } from '../../../cards/bars.ts'
import type { Bar, Card, Chart, Details, Do, Element, Fact, Form, Line, Link, Row, Text } from '../../../cards/card.ts'
import { inline, plain, short } from '../../../cards/text.ts'
import { fitted, isFolding, isRemote } from '../fit.ts'
import { action, actions, type Host } from './actions.ts'
import { input, unforced } from './inputs.ts'
import {
  column,
  columns,
  containerStyle,
  type ElementOf,
  fold,
  foldWords,
  line,
  lines,
  linkRuns,
  type Node,
  run,
  textColor,
  unmarked,
  xml,
} from './node.ts'

/** Teams takes about 100 KB counted as UTF-16 and advises 80; the rest of the activity needs some. In characters of JSON. */
export const teamsMaxCharacters = 36_000
const maxFallback = 600
const labelWidth = '92px'
/** For labels of more than about two short words. */
const wideLabelWidth = '124px'
const wideLabel = 14
/** For each letter of a badge, in bold, and what the shortest takes: on a phone the words beside it need the rest. */
const badgeWidth = { letter: 7.5, least: 10, most: 92 }

export interface TeamsCard extends Node {
  type: 'AdaptiveCard'
  body: Node[]
  actions: Node[]
}

/** The content of an attachment `application/vnd.microsoft.card.adaptive`. */
export function renderTeams(card: Card): TeamsCard {
  return sized(card, 'message')
}

/** The same for a dialog (`task/fetch`), where buttons submit the dialog. */
export function renderTeamsDialog(card: Card): TeamsCard {
  return sized(card, 'dialog')
}

function sized(card: Card, host: Host): TeamsCard {
  return draw(
    fitted(card, tried => JSON.stringify(draw(tried, host)).length <= teamsMaxCharacters),
    host,
  )
}

function draw(card: Card, host: Host): TeamsCard {
  const body = unforced(card.body)
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    fallbackText: short(unmarked(card.fallback), maxFallback),
    speak: short(xml(card.fallback), maxFallback),
    msteams: { width: 'Full' },
    body: body.flatMap((element, index) => apart(draws(element, `e${index}`, card.form, host), element, body[index - 1])),
    actions: actions(card.buttons, card.more, card.form, host),
  }
}

const grouped: Element['type'][] = ['facts', 'details', 'rows', 'line', 'steps']

/** Things of a kind stand close together, groups apart. */
function apart(nodes: Node[], element: Element, before: Element | undefined): Node[] {
  const [first, ...rest] = nodes
  const follows = before === undefined || before.type === element.type || (before.type === 'text' && before.strong === true)
  if (first === undefined || follows || !grouped.includes(element.type)) return nodes
  return [{ ...first, spacing: 'Medium' }, ...rest]
}

function draws(element: Element, id: string, form: Form | undefined, host: Host): Node[] {
  switch (element.type) {
    case 'heading':
      return [heading(element)]
    case 'title':
      return lines(element.text, { size: 'large', weight: 'bolder' }, { spacing: 'Medium' })
    case 'text':
      return text(element, id)
    case 'facts':
      return factRows(element.facts)
    case 'details':
      return details(element, id, form, host)
    case 'steps':
      return element.items.flatMap((item, index) => step(item, index + (element.first ?? 1)))
    case 'rows':
      return listRows(element.rows, host)
    case 'line':
      return [stateLine(element)]
    case 'code':
      return [code(element)]
    case 'chart':
      return chart(element)
    case 'divider':
      return [line([run(' ')], { separator: true, spacing: 'Medium' })]
    case 'input':
      return input(element, form)
    case 'beside':
      return [{ type: 'ActionSet', spacing: 'Small', actions: element.buttons.flatMap(one => action(one, host)) }]
  }
}

function heading({ badge, tone, left, right }: ElementOf<'heading'>): Node {
  const words = [
    run(inline(badge), { weight: 'bolder', color: textColor[tone] }),
    ...(left === '' ? [] : [run(` · ${inline(left)}`)]),
  ]
  const state = line([run(inline(right) || ' ')], { horizontalAlignment: 'Right' })
  return {
    type: 'Container',
    style: containerStyle[tone],
    bleed: true,
    items: [columns([column('auto', [line(words)]), column('stretch', [state])])],
  }
}

function text(element: Text, id: string): Node[] {
  const look = {
    ...(element.subtle === true ? { isSubtle: true } : {}),
    ...(element.strong === true ? { weight: 'bolder' } : {}),
  }
  const spacing = { spacing: element.subtle === true ? 'Small' : 'Medium' }
  if (!isFolding(element)) return ending(lines(element.text, look, spacing), element.link)
  const whole = plain(element.text)
  const start = line([run(inline(short(whole, element.foldAt ?? whole.length)), look)], { ...spacing, id: `${id}-short` })
  const [toggle, body] = fold(id, 'Show more', 'Show less', lines(whole, look), [`${id}-short`])
  return [start, { ...body, spacing: 'Medium' }, toggle]
}

/** The link joins the last line. */
function ending(rows: Node[], link: Link | undefined): Node[] {
  const last = rows.at(-1)
  if (last === undefined || !Array.isArray(last.inlines)) return rows
  return [...rows.slice(0, -1), { ...last, inlines: [...last.inlines, ...linkRuns(link)] }]
}

/** A few bars lie below each other with their numbers, many stand in a row. */
function chart({ label, bars }: Chart): Node[] {
  const said = line([run(inline(label))])
  if (bars.length <= fewBars) return [said, ...bars.map((bar, index) => barRow(bar, lyingBars(bars)[index] ?? ''))]
  // A month of days in one row, also on a phone: larger letters would break it in two.
  const look = { color: 'accent', size: 'medium', fontType: 'Monospace' }
  const ends = line([run(barEnds(bars), { isSubtle: true, size: 'small' })], { spacing: 'None' })
  return [said, line([run(standingBars(bars), look)], { spacing: 'Small' }), ends]
}

function barRow({ label, value }: Bar, drawn: string): Node {
  const name = { ...column('1', [line([run(inline(label) || ' ', { isSubtle: true })])]), width: labelWidth }
  const size = line([run(drawn, { color: 'accent' }), run(` ${value.toLocaleString('en-US')}`)])
  return columns([name, column('stretch', [size])], { spacing: 'Small' })
}

function factRows(facts: Fact[]): Node[] {
  const width = facts.some(({ label }) => label.length > wideLabel) ? wideLabelWidth : labelWidth
  return facts.map(fact => factRow(fact, width))
}

function factRow({ label, value }: Fact, width: string): Node {
  const cells = [
    { ...column('1', [line([run(inline(label), { isSubtle: true })])]), width },
    column('stretch', lines(value || ' ')),
  ]
  return columns(cells, { spacing: 'Small' })
}

function details(element: Details, id: string, form: Form | undefined, host: Host): Node[] {
  if (isRemote(element) && element.unfold !== undefined) return [remote(element.title, element.unfold, host)]
  const body = element.body.flatMap((child, index) => draws(child, `${id}-${index}`, form, host))
  return fold(id, element.title, element.title, body)
}

/** Looks like a fold; what it opens is fetched. */
function remote(title: string, wanted: Do, host: Host): Node {
  const [selectAction] = action(wanted, host)
  return { type: 'Container', spacing: 'Small', selectAction, items: [line(foldWords('▸', title))] }
}

function step(text: string, number: number): Node[] {
  return [
    columns([{ ...column('1', [line([run(`${number}.`)])]), width: '22px' }, column('stretch', lines(text))], {
      spacing: 'Small',
    }),
  ]
}

/** Where some rows have a badge, all keep its place. */
function listRows(rows: Row[], host: Host): Node[] {
  const longest = Math.max(...rows.map(({ badge }) => badge.length))
  const { letter, least, most } = badgeWidth
  const width = `${Math.min(most, Math.ceil(least + longest * letter))}px`
  return rows.map(row => listRow(row, longest === 0 ? undefined : width, host))
}

function listRow(row: Row, width: string | undefined, host: Host): Node {
  const words = [line([run(inline(row.text) || ' ')]), ...(row.subtle === '' ? [] : [subtle(row.subtle)])]
  const badge = {
    ...column('1', [line([run(inline(row.badge) || ' ', { color: textColor[row.tone], weight: 'bolder' })])]),
    width,
  }
  const cells = [...(width === undefined ? [] : [badge]), column('stretch', words)]
  if (row.button === undefined) return columns(cells, { spacing: 'Small' })
  const [selectAction] = action(row.button, host)
  const open = column('auto', [line([run(`${inline(row.button.label)} ›`, { color: 'accent' })])], {
    verticalContentAlignment: 'Center',
  })
  return selectAction === undefined
    ? columns(cells, { spacing: 'Small' })
    : columns([...cells, open], { spacing: 'Small', selectAction })
}

function subtle(text: string): Node {
  return line([run(inline(text), { isSubtle: true, size: 'small' })], { spacing: 'None' })
}

const icons: Record<Line['icon'], string> = { ok: '✓', fail: '✕', wait: '◷', stop: '⊘', warn: '⚠', info: 'ℹ' }

function stateLine({ tone, icon, text, link }: Line): Node {
  const inlines = [run(`${icons[icon]} `, { color: textColor[tone], weight: 'bolder' }), run(inline(text)), ...linkRuns(link)]
  return line(inlines, { spacing: 'Small' })
}

/** Teams' own block, which copies to the letter; hosts without it show lines whose indent stays. */
function code({ text }: ElementOf<'code'>): Node {
  const rows = plain(text)
    .trimEnd()
    .split('\n')
    .map(row => line([run(indented(row) || ' ', { fontType: 'Monospace' })], { spacing: 'None' }))
  const fallback = { type: 'Container', style: 'emphasis', items: rows }
  return { type: 'CodeBlock', codeSnippet: plain(text), language: 'PlainText', fallback }
}

function indented(row: string): string {
  return row.replace(/^ +/, spaces => '\u00A0'.repeat(spaces.length))
}
