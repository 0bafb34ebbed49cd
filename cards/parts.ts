import type { Finding, HistoryEntry } from '../src/model/finding.ts'
import type { Do, Element, Fact } from './card.ts'
import { entityRow } from './entities.ts'
import { runLine } from './run-line.ts'
import { capital, chunks, clip, count, inline, plain, short } from './text.ts'
import { when } from './time.ts'
import { badge, findingTone, newestRuns, severityTone, stateWord } from './words.ts'

/** The parts of a finding that fold; each can be asked for in full by `details {part}`. */
export const partNames = ['description', 'remediation', 'entities', 'related', 'runs', 'history', 'fields'] as const
export type PartName = (typeof partNames)[number]

/** `units`: one element for each thing in the part, none longer than a message of any host takes; `total`: how many things there are. */
export interface Part {
  name: PartName
  title: string
  total: number
  units: Element[]
}

const pieceLength = 1500

/** With at most the first `most` things drawn: an alert may name thousands of entities. */
export function part(name: PartName, finding: Finding, related: Finding[], now: Date, most = Number.POSITIVE_INFINITY): Part {
  return { name, ...content(name, finding, related, now, most) }
}

/** Asks for the whole part, in a dialog. */
export function unfold(finding: Finding, name: PartName, label: string, page?: number): Do {
  const input = { part: name, ...(page === undefined ? {} : { page: String(page) }) }
  return { type: 'do', label, action: 'details', findingId: finding.id, input, dialog: true }
}

function content(name: PartName, finding: Finding, related: Finding[], now: Date, most: number): Omit<Part, 'name'> {
  const { event } = finding
  switch (name) {
    case 'description':
      return drawn(
        () => 'Description',
        texts(`${titleIfLong(event.title)}${event.description}`),
        most,
        text => [text],
      )
    case 'remediation':
      return drawn(n => `What to do (${count(n, 'step')})`, event.kind === 'compliance' ? [] : event.remediation, most, step)
    case 'entities':
      return drawn(
        n => `Entities (${n})`,
        event.kind === 'alert' ? event.entities : [],
        most,
        entity => [entityRow(entity)],
      )
    case 'related':
      return drawn(
        n => `Related (${n})`,
        related,
        most,
        other => [findingRow(other, now)],
      )
    case 'runs':
      return drawn(
        n => `Runs (${n})`,
        newestRuns(finding),
        most,
        run => [runLine(run, now)],
      )
    case 'history':
      return drawn(
        n => `History (${n})`,
        finding.history.toReversed(),
        most,
        entry => [historyRow(entry, now)],
      )
    case 'fields':
      return drawn(
        n => `Properties (${n})`,
        fieldsOf(finding),
        most,
        field => [{ type: 'facts', facts: [fact(field)] }],
      )
  }
}

function drawn<Thing>(
  title: (total: number) => string,
  things: Thing[],
  most: number,
  draw: (thing: Thing, index: number) => Element[],
): Omit<Part, 'name'> {
  return { title: title(things.length), total: things.length, units: things.slice(0, most).flatMap(draw) }
}

/** A finding as one line of a list, with a button that shows its card or does something else on it. */
export function findingRow(finding: Finding, now: Date, does: RowVerb = { label: 'Show', action: 'show', input: {} }): Element {
  const { event } = finding
  const where = [
    // The same assessment counts for many controls: without this its rows could not be told apart.
    ...(event.kind === 'compliance' ? [short(inline(event.standard), 60), short(inline(event.control), 60)] : []),
    short(inline(event.resource.name), 60),
    stateWord(finding),
    finding.owner === undefined ? '' : inline(finding.owner.name),
  ]
  return {
    type: 'rows',
    rows: [
      {
        badge: badge(event),
        tone: event.kind === 'compliance' ? findingTone(finding) : severityTone(event.severity),
        text: short(inline(event.title), 160),
        subtle: [...where, when(event.at, now)].filter(word => word !== '').join(' · '),
        button: { type: 'do', ...does, findingId: finding.id },
      },
    ],
  }
}

export type RowVerb = Pick<Do, 'label' | 'action' | 'input'>

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
  const what = inline(entry.what)
  const row = {
    badge: '',
    tone: 'neutral',
    text: clip(entry.by === undefined ? capital(what) : `${inline(entry.by.name)} ${what}`, pieceLength),
    subtle: when(entry.at, now),
  } as const
  return { type: 'rows', rows: [row] }
}

type Field = [label: string, value: string | undefined]

function fieldsOf(finding: Finding): Field[] {
  const { event } = finding
  const own: Field[] = [
    ['Finding', finding.id],
    [event.kind === 'alert' ? 'Alert id' : 'Id', event.id],
    ['Resource', event.resource.id],
    ['Resource type', event.resource.type],
    ['Subscription', event.subscription],
    ['Happened', event.at],
    ['Received', finding.openedAt],
    ...kindFields(finding),
  ]
  return own.filter(([, value]) => value !== undefined && value.trim() !== '')
}

function fact([label, value = '']: Field): Fact {
  return { label: short(inline(label), 40), value: clip(inline(value), pieceLength) }
}

function kindFields({ event }: Finding): Field[] {
  switch (event.kind) {
    case 'alert':
      return [
        ['Alert type', event.alertType],
        ['Started', event.startedAt],
        ['Ended', event.endedAt],
        ['Correlation key', event.correlationKey],
        ...event.properties.map(([label, value]): Field => [capital(label), value]),
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
