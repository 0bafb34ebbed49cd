import type { BackTest } from '../src/model/back-test.ts'
import type { Card, Do, Element, Fact, Row, Tone } from './card.ts'
import { capital, clip, count, inline, short } from './text.ts'
import { when } from './time.ts'
import { severityTone } from './words.ts'

export interface RuleTestView {
  rule: { id: string; name: string }
  words: string
  test: BackTest
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

/** "In the last 30 days it would have fired 14 times.", or of as much as was kept or could be looked at in time. */
export function backTestSentence(test: BackTest): string {
  if (test.looked === 0) return `No such event was kept ${spanOf(test).replace(/,$/, '')}, so there is nothing to test it on.`
  const times =
    test.count === 0 ? 'would not have fired' : `would have fired ${test.count === 1 ? 'once' : count(test.count, 'time')}`
  return `${capital(spanOf(test))} it ${times}.`
}

/** What the test can speak of. */
function spanOf(test: BackTest): string {
  if (test.cut) return `on the newest ${count(test.looked, 'event')}, back to ${dayWord(test.from.slice(0, 10))},`
  if (test.from > test.asked.from) return `since ${dayWord(test.from.slice(0, 10))}, from when events are kept here,`
  return `in the last ${count(daysOf(test), 'day')}`
}

function daysOf({ from, to }: BackTest): number {
  return Math.max(1, Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000))
}

/** The sentence, the days, who is noisy, what it costs, and examples to look at. */
export function backTestElements(test: BackTest, now: Date): Element[] {
  if (test.count === 0) return summary(test)
  return [
    ...summary(test),
    { type: 'text', text: test.count > test.examples.length ? `${test.examples.length} of them` : 'On these', strong: true },
    { type: 'rows', rows: test.examples.map(example => ({ ...exampleRow(example, now), button: show(example.findingId) })) },
  ]
}

/** The same in a form: examples are folded, and nothing in them leads away from what was typed. */
export function backTestInForm(test: BackTest, now: Date): Element[] {
  if (test.count === 0) return summary(test)
  const rows = test.examples.map(example => exampleRow(example, now))
  return [...summary(test), { type: 'details', title: count(rows.length, 'example'), body: [{ type: 'rows', rows }] }]
}

function summary(test: BackTest): Element[] {
  const sentence: Element = { type: 'text', text: backTestSentence(test), strong: true }
  if (test.count === 0) return [sentence, ...lookedAt(test)]
  const bars = test.perDay.map(({ day, count: value }) => ({ label: dayWord(day), value }))
  const chart: Element[] = bars.length > 1 ? [{ type: 'chart', label: busiest(test), bars }] : []
  return [sentence, ...chart, { type: 'facts', facts: facts(test) }]
}

function show(findingId: string): Do {
  return { type: 'do', label: 'Show', action: 'show', findingId, input: {}, dialog: true }
}

function lookedAt({ looked }: BackTest): Element[] {
  return looked === 0 ? [] : [{ type: 'text', text: `${count(looked, 'event')} looked at.`, subtle: true }]
}

function busiest({ perDay }: BackTest): string {
  const top = perDay.reduce((a, b) => (b.count > a.count ? b : a), { day: '', count: 0 })
  return `Most on ${dayWord(top.day)}: ${top.count.toLocaleString('en-US')}`
}

/** `2026-11-03` → `3 Nov`. */
export function dayWord(day: string): string {
  const [, month = '', date = ''] = day.split('-')
  return `${Number(date)} ${months[Number(month) - 1] ?? month}`
}

function facts({ looked, count: fired, noisiest, cost }: BackTest): Fact[] {
  return [
    ...noisy('Noisiest resource', noisiest.resource),
    ...noisy('Noisiest type', noisiest.type),
    ...(cost === undefined
      ? []
      : [{ label: 'Cost', value: `${dollars(cost.dollars)} for ${count(fired, 'run')}, by ${cost.source}` }]),
    { label: 'Looked at', value: count(looked, 'event') },
  ]
}

function dollars(amount: number): string {
  return amount < 0.01 ? 'less than $0.01' : `about $${amount.toFixed(2)}`
}

/** One of each is no noise. */
function noisy(label: string, one: { name: string; count: number } | undefined): Fact[] {
  return one === undefined || one.count === 1
    ? []
    : [{ label, value: `${short(inline(one.name), 120)}: ${one.count.toLocaleString('en-US')}` }]
}

function exampleRow({ title, resource, severity, at }: BackTest['examples'][number], now: Date): Row {
  return {
    badge: short(inline(severity), 20),
    tone: severityTone(severity),
    text: short(inline(title), 140),
    subtle: `${short(inline(resource), 80)} · ${when(at, now)}`,
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
