import type { Kind } from '../src/model/event.ts'
import type { Finding } from '../src/model/finding.ts'
import type { Run } from '../src/model/run.ts'
import type { Button, Card, Element } from './card.ts'
import { findingRow } from './parts.ts'
import { runLine } from './run-line.ts'
import { count, inline, short } from './text.ts'

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

/** One line a thing, severity first; the filter in words above. */
export function findingListCard({ action, kind, filter, page, now }: FindingListView): Card {
  const [one, many] = things[kind]
  const heading = `${count(page.total, one, many)}${filter.trim() === '' ? '' : `: ${short(inline(filter), 100)}`}`
  const next: Button[] =
    page.next === undefined ? [] : [{ type: 'do', label: 'Next page', action, input: { filter, cursor: page.next } }]
  return listCard(
    heading,
    page.items.map(finding => findingRow(finding, now)),
    `There are no ${many} that fit.`,
    next,
  )
}

export function runListCard({ runs, filter, now }: { runs: Run[]; filter: string; now: Date }): Card {
  const rows = runs.flatMap((run): Element[] => [
    runLine(run, now),
    {
      type: 'rows',
      rows: [
        {
          badge: '',
          tone: 'neutral',
          text: '',
          subtle: `On ${run.findingId}`,
          button: { type: 'do', label: 'Show', action: 'show', findingId: run.findingId, input: {} },
        },
      ],
    },
  ])
  return listCard(`Recent runs${filter === '' ? '' : `: ${filter}`}`, rows, 'There are no runs that fit.', [])
}

export interface FeedRow {
  id: string
  words: string
  place: string
  here: boolean
}

export function feedListCard(feeds: FeedRow[]): Card {
  const rows = feeds.map(
    ({ id, words, place, here }): Element => ({
      type: 'rows',
      rows: [
        {
          badge: here ? 'Here' : '',
          tone: here ? 'info' : 'neutral',
          text: short(inline(words), 160),
          subtle: `${short(inline(place), 60)} · ${id}`,
          button: { type: 'do', label: 'Unfollow', action: 'unfollow', input: { feed: id } },
        },
      ],
    }),
  )
  return listCard(count(feeds.length, 'feed'), rows, 'Nothing is followed yet. "follow" makes this place follow everything.', [])
}

function listCard(title: string, rows: Element[], empty: string, buttons: Button[]): Card {
  const body: Element[] = rows.length === 0 ? [{ type: 'text', text: empty }] : rows
  return {
    fallback: rows.length === 0 ? empty : title,
    tone: 'neutral',
    body: [{ type: 'title', text: title }, ...body],
    buttons,
    more: [],
  }
}
