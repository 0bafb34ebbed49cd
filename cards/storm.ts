import { severityRank } from '../src/model/severity.ts'
import type { Storm, Tally, Worst } from '../src/model/storm.ts'
import type { Card, Do, Element, Fact, Row } from './card.ts'
import { capital, count, inline, short } from './text.ts'
import { clockTime, when } from './time.ts'
import { severityTone } from './words.ts'

const namesShown = 3
const barsShown = 30
const highRank = 4

/** What came while more came than the place can show: how many, the worst by name, and what they have in common. */
export function stormCard(id: string, storm: Storm, now: Date): Card {
  const headline = `${things(storm)} in ${span(storm)}${severe(storm)}`
  const isOver = storm.over !== undefined
  return {
    fallback: `Storm: ${headline}. ${isOver ? 'It is over.' : 'It goes on.'}`,
    tone: isOver ? 'neutral' : severeCount(storm) > 0 ? 'bad' : 'warn',
    body: [
      {
        type: 'heading',
        badge: 'STORM',
        tone: isOver ? 'neutral' : severeCount(storm) > 0 ? 'bad' : 'warn',
        left: isOver ? 'Over' : 'Going on',
        right: `Since ${clockTime(storm.from, now)} UTC`,
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

/** `, 1 Critical, 3 High` */
function severe(storm: Storm): string {
  return ranked(storm.severities)
    .filter(([name]) => severityRank(name) >= highRank)
    .map(([name, n]) => `, ${n.toLocaleString('en-US')} ${capital(inline(name))}`)
    .join('')
}

function severeCount({ severities }: Storm): number {
  return Object.entries(severities).reduce((sum, [name, n]) => sum + (severityRank(name) >= highRank ? n : 0), 0)
}

function explanation(storm: Storm, now: Date): string {
  const own = severeCount(storm) > 0 ? 'High and Critical have cards of their own. ' : ''
  const held = count(storm.total - severeCount(storm), 'other is', 'others are')
  if (storm.over === undefined)
    return `More come than this place can show one by one, so they are counted here. ${own}Last at ${when(storm.to, now)}.`
  return `${own}${severeCount(storm) > 0 ? capital(held) : 'They are all'} kept behind "Show all"; one gets its own card here when somebody acts on it. Last at ${when(storm.to, now)}.`
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
    { label: 'By severity', value: most(storm.severities, ranked(storm.severities)) },
    { label: 'By type', value: most(storm.types) },
    { label: 'By resource', value: most(storm.resources) },
    { label: 'Per minute', value: bars(storm.minutes, now) },
  ].filter(({ value }) => value !== '')
}

/** `Port scan (120), Brute force (60), 4 others (32)` */
function most(tally: Tally, entries = ordered(tally)): string {
  const shown = entries.slice(0, namesShown)
  const rest = entries.slice(namesShown).reduce((sum, [, n]) => sum + n, tally[''] ?? 0)
  const words = shown.map(([name, n]) => `${short(inline(name), 60)} (${n.toLocaleString('en-US')})`)
  return [...words, ...(rest === 0 ? [] : [`others (${rest.toLocaleString('en-US')})`])].join(', ')
}

function ordered(tally: Tally): [string, number][] {
  return Object.entries(tally)
    .filter(([name]) => name !== '')
    .sort(([nameA, a], [nameB, b]) => b - a || nameA.localeCompare(nameB))
}

function ranked(severities: Tally): [string, number][] {
  return ordered(severities).sort(([a], [b]) => severityRank(b) - severityRank(a))
}

const heights = '▁▂▃▄▅▆▇█'

/** A bar a minute, the quiet ones between too, and the highest in words: a reader without the bars misses nothing. Nothing for one minute. */
function bars(minutes: Tally, now: Date): string {
  const known = Object.keys(minutes).sort()
  const [first, last] = [known[0], known.at(-1)]
  if (first === undefined || last === undefined || first === last) return ''
  const from = Math.max(Date.parse(`${first}Z`), Date.parse(`${last}Z`) - (barsShown - 1) * 60_000)
  const counts: number[] = []
  for (let at = from; at <= Date.parse(`${last}Z`); at += 60_000)
    counts.push(minutes[new Date(at).toISOString().slice(0, 16)] ?? 0)
  const peak = ordered(minutes)[0]
  const top = Math.max(...counts)
  const drawn = counts.map(n => (n === 0 ? ' ' : heights.charAt(Math.ceil((n / top) * heights.length) - 1))).join('')
  return `${drawn}  peak ${peak?.[1].toLocaleString('en-US')} at ${clockTime(`${peak?.[0]}Z`, now)} UTC`
}

function showAll(storm: string, { total }: Storm): Do {
  return { type: 'do', label: `Show all ${total.toLocaleString('en-US')}`, action: 'storm', input: { storm }, dialog: true }
}
