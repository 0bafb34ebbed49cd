import type { DefenderEvent, Kind } from '../src/model/event.ts'
import type { Finding } from '../src/model/finding.ts'
import { hasEnded, type Run } from '../src/model/run.ts'
import type { Button, Card, Element, Row } from './card.ts'
import { findingRow, type RowVerb } from './parts.ts'
import { starterWord } from './run-line.ts'
import { clip, count, inline, short } from './text.ts'
import { took, when } from './time.ts'
import { aboutWords, runLook, runWord } from './words.ts'

export interface FindingListView {
  /** The verb that lists, for the next page. */
  action: string
  kind: Kind
  /** As typed. */
  filter: string
  page: { items: Finding[]; total: number; next?: string }
  now: Date
}

const things: Record<Kind, [string, string]> = {
  alert: ['alert', 'alerts'],
  recommendation: ['recommendation', 'recommendations'],
  compliance: ['compliance change', 'compliance changes'],
}

/** One line a thing, in the order given; the filter in words above. */
export function findingListCard({ action, kind, filter, page, now }: FindingListView): Card {
  const [one, many] = things[kind]
  const heading = page.total === 0 ? `No ${many}` : count(page.total, one, many)
  const next: Button[] =
    page.next === undefined ? [] : [{ type: 'do', label: 'Next page', action, input: { filter, cursor: page.next } }]
  return listCard(
    heading,
    page.items.map(finding => findingRow(finding, now)),
    filter.trim() === ''
      ? `No ${many} have arrived yet.`
      : `None fit the filter. Try fewer words, or "${action}" for all of them.`,
    next,
    filter,
  )
}

export interface WhichFindingView {
  /** What is to be done on the one that is chosen. */
  does: RowVerb
  /** As typed: `show <id>`. */
  usage: string
  findings: Finding[]
  now: Date
}

/** A command without its finding: the newest that somebody has to look at, each with a button that carries the command out. */
export function whichFindingCard({ does, usage, findings, now }: WhichFindingView): Card {
  const rows = findings.map(finding => findingRow(finding, now, does))
  const hint: Element = { type: 'text', text: `Or type: ${usage}`, subtle: true }
  return listCard('On which finding?', [...rows, hint], '', [])
}

export interface StormListView {
  /** The notice of the storm. */
  storm: string
  page: FindingListView['page']
  now: Date
}

/** What a storm's card counts, one line each. */
export function stormListCard({ storm, page, now }: StormListView): Card {
  const next: Button[] =
    page.next === undefined ? [] : [{ type: 'do', label: 'Next page', action: 'storm', input: { storm, cursor: page.next } }]
  return listCard(
    `${count(page.total, 'finding')} of this storm`,
    page.items.map(finding => findingRow(finding, now)),
    'There is nothing in this storm that you may read.',
    next,
  )
}

export interface RunListView {
  runs: Run[]
  /** Those that the runs belong to. */
  findings: Finding[]
  /** In words. */
  filter: string
  now: Date
}

export function runListCard({ runs, findings, filter, now }: RunListView): Card {
  const events = new Map(findings.map(({ id, event }) => [id, event]))
  const rows = runs.map(run => runRow(run, events.get(run.findingId), now))
  return listCard('Recent runs', rows, 'There are no runs that fit.', [], filter)
}

function runRow(run: Run, event: DefenderEvent | undefined, now: Date): Element {
  const duration = hasEnded(run) ? took(run.startedAt, run.endedAt) : ''
  const error = run.error === undefined || run.error.trim() === '' ? '' : `: ${clip(inline(run.error), 200)}`
  const subtle = [event === undefined ? '' : aboutWords(event), starterWord(run.startedBy), when(run.startedAt, now), duration]
  return {
    type: 'rows',
    rows: [
      {
        badge: runWord[run.state],
        tone: runLook[run.state].tone,
        text: `${short(inline(run.logicAppName), 80)}${error}`,
        subtle: subtle.filter(word => word !== '').join(' · '),
        button: { type: 'do', label: 'Show', action: 'show', findingId: run.findingId, input: {} },
      },
    ],
  }
}

export interface FeedRow {
  id: string
  words: string
  place: string
  here: boolean
}

export function feedListCard(feeds: FeedRow[]): Card {
  const rows = feeds.map(
    ({ id, words, place, here }): Row => ({
      badge: here ? 'Here' : '',
      tone: here ? 'info' : 'neutral',
      text: short(inline(words), 160),
      subtle: `${short(inline(place), 60)} · ${id}`,
      button: { type: 'do', label: 'Unfollow', action: 'unfollow', input: { feed: id } },
    }),
  )
  const body: Element[] = rows.length === 0 ? [] : [{ type: 'rows', rows }]
  return listCard(
    rows.length === 0 ? 'No feeds' : count(feeds.length, 'feed'),
    body,
    'Nothing is followed yet. "follow" makes this place follow everything.',
    [],
  )
}

function sentence(title: string): string {
  return title.endsWith('?') ? title : `${title}.`
}

function listCard(title: string, rows: Element[], empty: string, buttons: Button[], filter = ''): Card {
  const words = short(inline(filter), 160)
  const stated: Element[] = words === '' ? [] : [{ type: 'text', text: `Filter: ${words}`, subtle: true }]
  const body: Element[] = rows.length === 0 ? [{ type: 'text', text: empty }] : rows
  return {
    fallback: `${sentence(title)}${rows.length === 0 ? ` ${empty}` : ''}${words === '' ? '' : ` Filter: ${words}`}`,
    tone: 'neutral',
    body: [{ type: 'title', text: title }, ...stated, ...body],
    buttons,
    more: [],
  }
}
