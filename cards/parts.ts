import type { Finding, HistoryEntry } from '../src/model/finding.ts'
import type { Do, Element, Fact } from './card.ts'
import { takenFrom } from './entities.ts'
import { runLine } from './run-line.ts'
import { capital, chunks, clip, count, inline, plain, short } from './text.ts'
import { when } from './time.ts'
import { badge, findingTone, newestRuns, stateWord } from './words.ts'

/** The parts of a finding that fold; each can be asked for in full by `details {part}`. */
export const partNames = ['description', 'remediation', 'entities', 'related', 'runs', 'history', 'fields'] as const
export type PartName = (typeof partNames)[number]

/** `units`: one element for each thing in the part, none longer than a message of any host takes. */
export interface Part {
  name: PartName
  title: string
  units: Element[]
}

const pieceLength = 1500

export function part(name: PartName, finding: Finding, related: Finding[], now: Date): Part {
  return { name, ...content(name, finding, related, now) }
}

/** Asks for the whole part, in a dialog. */
export function unfold(finding: Finding, name: PartName, label: string, page?: number): Do {
  const input = { part: name, ...(page === undefined ? {} : { page: String(page) }) }
  return { type: 'do', label, action: 'details', findingId: finding.id, input, dialog: true }
}

function content(name: PartName, finding: Finding, related: Finding[], now: Date): Omit<Part, 'name'> {
  const { event } = finding
  switch (name) {
    case 'description':
      return { title: 'Description', units: texts(`${titleIfLong(event.title)}${event.description}`) }
    case 'remediation': {
      const steps = event.kind === 'compliance' ? [] : event.remediation
      return { title: `What to do (${count(steps.length, 'step')})`, units: steps.flatMap(step) }
    }
    case 'entities': {
      const entities = event.kind === 'alert' ? event.entities : []
      return { title: `Entities (${entities.length})`, units: entities.map(takenFrom) }
    }
    case 'related':
      return { title: `Related (${related.length})`, units: related.map(other => findingRow(other, now)) }
    case 'runs':
      return { title: `Runs (${finding.runs.length})`, units: newestRuns(finding).map(run => runLine(run, now)) }
    case 'history':
      return {
        title: `History (${finding.history.length})`,
        units: finding.history.toReversed().map(entry => historyRow(entry, now)),
      }
    case 'fields': {
      const fields = fieldsOf(finding)
      return { title: `Ids and properties (${fields.length})`, units: fields.map(fact => ({ type: 'facts', facts: [fact] })) }
    }
  }
}

/** A finding as one line of a list, with a button that shows its card. */
export function findingRow(finding: Finding, now: Date): Element {
  const { event } = finding
  const where = [
    short(inline(event.resource.name), 60),
    stateWord(finding),
    finding.owner === undefined ? '' : inline(finding.owner.name),
  ]
  return {
    type: 'rows',
    rows: [
      {
        badge: badge(event),
        tone: findingTone(finding),
        text: short(inline(event.title), 160),
        subtle: [...where, when(event.at, now)].filter(word => word !== '').join(' · '),
        button: { type: 'do', label: 'Show', action: 'show', findingId: finding.id, input: {} },
      },
    ],
  }
}

/** A title too long for its line is repeated in full before the description. */
function titleIfLong(title: string): string {
  return inline(title).length > titleLength ? `${plain(title)}\n\n` : ''
}
export const titleLength = 140

function texts(text: string): Element[] {
  return chunks(plain(text).trim(), pieceLength).map(piece => ({ type: 'text', text: piece }))
}

function step(text: string, index: number): Element[] {
  const [first = '', ...rest] = chunks(plain(text).trim(), pieceLength)
  return [{ type: 'steps', items: [first], first: index + 1 }, ...rest.map((piece): Element => ({ type: 'text', text: piece }))]
}

function historyRow(entry: HistoryEntry, now: Date): Element {
  const who = entry.by === undefined ? 'Azure' : inline(entry.by.name)
  const row = {
    badge: '',
    tone: 'neutral',
    text: clip(`${who} ${inline(entry.what)}`, pieceLength),
    subtle: when(entry.at, now),
  } as const
  return { type: 'rows', rows: [row] }
}

function fieldsOf(finding: Finding): Fact[] {
  const { event } = finding
  const own: [string, string | undefined][] = [
    ['Finding', finding.id],
    [event.kind === 'alert' ? 'Alert id' : 'Id', event.id],
    ['Resource', event.resource.id],
    ['Resource type', event.resource.type],
    ['Subscription', event.subscription],
    ['Happened', event.at],
    ['Received', finding.openedAt],
    ...kindFields(finding),
  ]
  return own.flatMap(([label, value]) =>
    value === undefined || value.trim() === ''
      ? []
      : [{ label: short(inline(label), 40), value: clip(inline(value), pieceLength) }],
  )
}

function kindFields({ event }: Finding): [string, string | undefined][] {
  switch (event.kind) {
    case 'alert':
      return [
        ['Alert type', event.alertType],
        ['Started', event.startedAt],
        ['Ended', event.endedAt],
        ['Correlation key', event.correlationKey],
        ...event.properties.map(([label, value]): [string, string] => [capital(label), value]),
      ]
    case 'recommendation':
      return [
        ['Recommendation', event.assessmentKey],
        ['Categories', event.categories.join(', ')],
        ['Cause', event.cause],
      ]
    case 'compliance':
      return []
  }
}
