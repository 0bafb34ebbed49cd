import { severityRank } from '../src/model/severity.ts'
import type { Storm, Tally, Worst } from '../src/model/storm.ts'
import { standingBars } from './bars.ts'
import type { Card, Do, Element, Fact, Row } from './card.ts'
import { capital, count, inline, short } from './text.ts'
import { clockTime, when } from './time.ts'
import { severityTone } from './words.ts'

const namesShown = 3
const barsShown = 30
const highRank = 4
const minuteMs = 60_000

/** What came while more came than the place can show: how many, the worst by name, and what they have in common. */
export function stormCard(id: string, storm: Storm, now: Date): Card {
  const headline = [`${things(storm)} in ${span(storm)}`, severe(storm)].filter(words => words !== '').join(', ')
  const isOver = storm.over !== undefined
  const tone = isOver ? 'neutral' : severeCount(storm) > 0 ? 'bad' : 'warn'
  const from = clockTime(storm.from, now)
  return {
    fallback: `Storm: ${headline}. ${isOver ? 'It is over.' : 'It goes on.'}`,
    tone,
    body: [
      {
        type: 'heading',
        badge: 'STORM',
        tone,
        left: isOver ? 'Over' : 'Going on',
        right: isOver ? `${from} to ${clockTime(storm.to, now)} UTC` : `Since ${from} UTC`,
      },
      { type: 'title', text: headline },
      { type: 'text', text: explanation(storm, now), subtle: true },
      ...named(storm, now),
      { type: 'facts', facts: facts(storm, now) },
    ],
    buttons: [showAll(id, storm)],
    more: [],
  }
}

function things({ kinds, total }: Storm): string {
  const [only, ...others] = Object.keys(kinds)
  if (others.length > 0 || only === undefined) return count(total, 'finding')
  return only === 'compliance' ? count(total, 'compliance change') : count(total, only)
}

/** `4 minutes`: never less than one. */
function span({ from, to }: Storm): string {
  return count(Math.max(1, Math.ceil((Date.parse(to) - Date.parse(from)) / 60_000)), 'minute')
}

/** `1 Critical, 3 High`; empty when there are none. */
function severe({ severities }: Storm): string {
  return numbered(ranked(severities).filter(([name]) => severityRank(name) >= highRank)).join(', ')
}

function numbered(counts: [string, number][]): string[] {
  return counts.map(([name, n]) => `${n.toLocaleString('en-US')} ${capital(inline(name).toLowerCase()) || 'Unrated'}`)
}

function severeCount({ severities }: Storm): number {
  return Object.entries(severities).reduce((sum, [name, n]) => sum + (severityRank(name) >= highRank ? n : 0), 0)
}

function explanation(storm: Storm, now: Date): string {
  const worst = severe(storm)
  const own = worst === '' ? '' : `The ${worst} have cards of their own. `
  const last = `Last at ${when(storm.to, now)}.`
  if (storm.over === undefined) return `They come faster than this place can show them, so they are counted here. ${own}${last}`
  const rest = worst === '' ? 'All' : `The other ${(storm.total - severeCount(storm)).toLocaleString('en-US')}`
  return `${own}${rest} are listed under "Show all"; one gets its own card here when somebody acts on it. ${last}`
}

function named({ worst }: Storm, now: Date): Element[] {
  return worst.length === 0 ? [] : [{ type: 'rows', rows: worst.map(one => row(one, now)) }]
}

function row({ id, title, resource, severity, at }: Worst, now: Date): Row {
  return {
    badge: capital(inline(severity).slice(0, 20).toLowerCase()) || 'Unrated',
    tone: severityTone(severity),
    text: short(inline(title), 160),
    subtle: [short(inline(resource), 60), when(at, now)].filter(word => word !== '').join(' · '),
    button: { type: 'do', label: 'Show', action: 'show', findingId: id, input: {} },
  }
}

function facts(storm: Storm, now: Date): Fact[] {
  return [
    { label: 'By severity', value: numbered(ranked(storm.severities)).join(' · ') },
    { label: 'By type', value: most(storm.types) },
    { label: 'By resource', value: most(storm.resources) },
    { label: 'Per minute', value: perMinute(storm.minutes, now) },
  ].filter(({ value }) => value !== '')
}

/** `Port scan (120) · Brute force (60) · others (32)` */
function most(tally: Tally): string {
  const entries = ordered(tally)
  const shown = entries.slice(0, namesShown)
  const rest = entries.slice(namesShown).reduce((sum, [, n]) => sum + n, tally[''] ?? 0)
  const words = shown.map(([name, n]) => `${short(inline(name), 60)} (${n.toLocaleString('en-US')})`)
  return [...words, ...(rest === 0 ? [] : [`others (${rest.toLocaleString('en-US')})`])].join(' · ')
}

function ordered(tally: Tally): [string, number][] {
  return Object.entries(tally)
    .filter(([name]) => name !== '')
    .sort(([nameA, a], [nameB, b]) => b - a || nameA.localeCompare(nameB))
}

function ranked(severities: Tally): [string, number][] {
  return ordered(severities).sort(([a], [b]) => severityRank(b) - severityRank(a))
}

/** A bar a minute, the quiet ones between too, and the highest in words: a reader without the bars misses nothing. Nothing for one minute. */
function perMinute(minutes: Tally, now: Date): string {
  const known = Object.keys(minutes).sort()
  const [first, last] = [moment(known[0]), moment(known.at(-1))]
  if (first === last) return ''
  const from = Math.max(first, last - (barsShown - 1) * minuteMs)
  const bars = Array.from({ length: (last - from) / minuteMs + 1 }, (_, index) => {
    const label = new Date(from + index * minuteMs).toISOString().slice(0, 16)
    return { label, value: minutes[label] ?? 0 }
  })
  const [[at, most] = ['', 0]] = ordered(minutes)
  return `${standingBars(bars)}  peak ${most.toLocaleString('en-US')} at ${clockTime(`${at}Z`, now)} UTC`
}

/** Ms of a minute's name. */
function moment(minute = ''): number {
  return minute === '' ? 0 : Date.parse(`${minute}Z`)
}

function showAll(storm: string, { total }: Storm): Do {
  return { type: 'do', label: `Show all ${total.toLocaleString('en-US')}`, action: 'storm', input: { storm }, dialog: true }
}
