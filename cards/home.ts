import type { Finding } from '../src/model/finding.ts'
import type { Person } from '../src/model/person.ts'
import type { Run } from '../src/model/run.ts'
import type { Card, Element } from './card.ts'
import { findingRow } from './parts.ts'
import { runLine } from './run-line.ts'
import { count, inline, short } from './text.ts'

interface Some {
  items: Finding[]
  total: number
}

export interface HomeView {
  person: Person
  mine: Some
  /** Open, High or Critical, with no owner. */
  unassigned: Some
  failedRuns: Run[]
  /** Whether there is anything that the person may read. */
  reads: boolean
  now: Date
}

/** What needs this person, most pressing first, and where to go on. */
export function homeCard({ person, mine, unassigned, failedRuns, reads, now }: HomeView): Card {
  const needs = mine.total + unassigned.total
  const greeting = needs === 0 ? 'Nothing needs you now' : `${count(needs, 'finding needs', 'findings need')} somebody`
  return {
    fallback: greeting,
    tone: unassigned.total > 0 ? 'warn' : 'neutral',
    body: [
      { type: 'title', text: greeting },
      {
        type: 'text',
        text: `You are ${short(inline(person.name), 60)}.${reads ? '' : ' You may read no findings here; "whoami" tells your rights.'}`,
        subtle: true,
      },
      ...section(`High and nobody on it (${unassigned.total})`, unassigned, now, 'high unassigned'),
      ...section(`Yours (${mine.total})`, mine, now, 'mine'),
      ...(failedRuns.length === 0
        ? []
        : [heading(`Your failed runs (${failedRuns.length})`), ...failedRuns.map(run => runLine(run, now))]),
    ],
    buttons: [
      { type: 'do', label: 'Alerts', action: 'alerts', input: {}, style: 'primary' },
      { type: 'do', label: 'Recommendations', action: 'recommendations', input: {} },
      { type: 'do', label: 'Help', action: 'help', input: {} },
    ],
    more: [],
  }
}

function section(title: string, { items, total }: Some, now: Date, filter: string): Element[] {
  if (items.length === 0) return []
  const left = total - items.length
  const rest = `${left} more: type "alerts ${filter}" or "recommendations ${filter}".`
  return [
    heading(title),
    ...items.map(finding => findingRow(finding, now)),
    ...(left === 0 ? [] : [{ type: 'text' as const, text: rest, subtle: true }]),
  ]
}

function heading(text: string): Element {
  return { type: 'text', text, strong: true }
}
