import type { Card, Element, Fact, Row, Tone } from './card.ts'
import { clip, count, inline, short } from './text.ts'
import { when } from './time.ts'
import { severityTone } from './words.ts'

/** What a rule would have done in the past. */
export interface BackTestView {
  days: number
  /** Events that were looked at. */
  events: number
  /** How often it would have fired. */
  count: number
  /** One for each day, oldest first: `YYYY-MM-DD`. */
  perDay: { day: string; count: number }[]
  examples: { findingId: string; title: string; resource: string; severity: string; at: string }[]
  noisiestResource?: { name: string; count: number }
  noisiestType?: { name: string; count: number }
  /** What the runs would have cost, as a sentence. */
  cost: string
}

export interface RuleTestView {
  rule: { id: string; name: string }
  words: string
  test: BackTestView
  now: Date
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

export function ruleTestCard({ rule, words, test, now }: RuleTestView): Card {
  const name = short(inline(rule.name), 100)
  return {
    fallback: `Rule ${name}: ${backTestSentence(test)}`,
    tone: 'info',
    body: [
      { type: 'title', text: `Test of ${name}` },
      { type: 'text', text: clip(inline(words), 1000), subtle: true },
      ...backTestElements(test, now),
    ],
    buttons: [{ type: 'do', label: 'Show the rule', action: 'rule show', input: { rule: rule.id } }],
    more: [],
  }
}

/** "In the last 30 days it would have fired 14 times." */
export function backTestSentence({ days, count: fired, events }: BackTestView): string {
  if (events === 0) return `No such event was kept in the last ${count(days, 'day')}, so there is nothing to test it on.`
  const times = fired === 0 ? 'would not have fired' : `would have fired ${fired === 1 ? 'once' : count(fired, 'time')}`
  return `In the last ${count(days, 'day')} it ${times}.`
}

/** The sentence, the days, who is noisy, what it costs, and examples to look at. */
export function backTestElements(test: BackTestView, now: Date): Element[] {
  const sentence: Element = { type: 'text', text: backTestSentence(test), strong: true }
  if (test.count === 0) return [sentence, ...lookedAt(test)]
  return [
    sentence,
    { type: 'chart', label: busiest(test), bars: test.perDay.map(({ day, count: value }) => ({ label: dayWord(day), value })) },
    { type: 'facts', facts: facts(test) },
    { type: 'text', text: test.count > test.examples.length ? `${test.examples.length} of them` : 'On these', strong: true },
    { type: 'rows', rows: test.examples.map(example => exampleRow(example, now)) },
  ]
}

function lookedAt({ events }: BackTestView): Element[] {
  return events === 0 ? [] : [{ type: 'text', text: `${count(events, 'event')} looked at.`, subtle: true }]
}

function busiest({ perDay }: BackTestView): string {
  const top = perDay.reduce((a, b) => (b.count > a.count ? b : a), { day: '', count: 0 })
  return `Most on ${dayWord(top.day)}: ${top.count.toLocaleString('en-US')}`
}

/** `2026-11-03` → `3 Nov`. */
export function dayWord(day: string): string {
  const [, month = '', date = ''] = day.split('-')
  return `${Number(date)} ${months[Number(month) - 1] ?? month}`
}

function facts({ events, noisiestResource, noisiestType, cost }: BackTestView): Fact[] {
  return [
    ...noisy('Noisiest resource', noisiestResource),
    ...noisy('Noisiest type', noisiestType),
    { label: 'Cost', value: cost },
    { label: 'Looked at', value: count(events, 'event') },
  ]
}

function noisy(label: string, one: { name: string; count: number } | undefined): Fact[] {
  return one === undefined ? [] : [{ label, value: `${short(inline(one.name), 120)}: ${one.count.toLocaleString('en-US')}` }]
}

function exampleRow({ findingId, title, resource, severity, at }: BackTestView['examples'][number], now: Date): Row {
  return {
    badge: short(inline(severity), 20),
    tone: severityTone(severity),
    text: short(inline(title), 140),
    subtle: `${short(inline(resource), 80)} · ${when(at, now)}`,
    button: { type: 'do', label: 'Show', action: 'show', findingId, input: {}, dialog: true },
  }
}

/** What a rule makes of one event. */
export interface DryRunView {
  rule: { id: string; name: string }
  /** Title of the finding, or what the event was. */
  event: string
  matched: boolean
  /** Which of its conditions failed with what stood there, or what would run. */
  reasons: string[]
}

export function dryRunCard({ rule, event, matched, reasons }: DryRunView): Card {
  const name = short(inline(rule.name), 100)
  const said = matched ? 'would fire on it' : 'would not fire on it'
  const look: { tone: Tone; icon: 'ok' | 'stop' } = matched ? { tone: 'good', icon: 'ok' } : { tone: 'neutral', icon: 'stop' }
  return {
    fallback: `Rule ${name} ${said}: ${short(inline(event), 140)}`,
    tone: look.tone,
    body: [
      { type: 'title', text: `${name} ${said}` },
      { type: 'text', text: short(inline(event), 200), subtle: true },
      ...reasons.map((reason): Element => ({ type: 'line', ...look, text: clip(inline(reason), 500) })),
    ],
    buttons: [{ type: 'do', label: 'Show the rule', action: 'rule show', input: { rule: rule.id } }],
    more: [],
  }
}
