import { connectorBody } from './connector-body.ts'
import type { DefenderEvent } from './event.ts'
import type { ActionCounts } from './logic-app.ts'
import type { RuleDraft } from './rule.ts'
import { whyDraft } from './rule-why.ts'
import { type Prices, runCost } from './run-cost.ts'

/** One event of the past, as the store keeps it. */
export interface Past {
  findingId: string
  /** When it was taken, ISO. */
  at: string
  /** As received. */
  body: string
  event: DefenderEvent
}

export interface Example {
  findingId: string
  at: string
  title: string
  resource: string
  severity: string
}

export interface BackTest {
  /** The days looked at, ISO; `from` is later than asked when events are not kept for that long. */
  from: string
  to: string
  asked: { from: string; to: string }
  /** Time ran out: only the newest events were looked at, and `from` is where that ended. */
  cut?: true
  /** Events of the rule's kinds that were looked at, and how many of them it fires on. */
  looked: number
  count: number
  /** UTC days of the window in order, those without any among them. */
  perDay: { day: string; count: number }[]
  /** At most five, spread over those it fires on, oldest first. */
  examples: Example[]
  noisiest: { resource?: Noise; type?: Noise }
  /** US dollars for all runs, and by whose prices; absent when the app's actions are not known. */
  cost?: { dollars: number; source: string }
}

export interface Noise {
  name: string
  count: number
}

export interface BackTestOptions {
  from: Date
  to: Date
  /** Since when events are kept here; absent: longer than asked. */
  keptFrom?: Date
  /** What one run of the rule's logic app does. */
  actions?: ActionCounts
  prices: Prices
}

/** Counts what a rule would have fired on. Fed event by event in either order of time; it keeps counts and a few examples, never the events. */
export function openBackTest(rule: Pick<RuleDraft, 'scopes' | 'sources'>, options: BackTestOptions) {
  const from = options.keptFrom !== undefined && options.keptFrom > options.from ? options.keptFrom : options.from
  const window = { from: from.toISOString(), to: options.to.toISOString() }
  const perDay = new Map(daysOf(from, options.to).map(day => [day, 0]))
  const resources = new Map<string, Noise>()
  const types = new Map<string, Noise>()
  const examples = openSample()
  let looked = 0
  let count = 0

  return {
    take(past: Past): void {
      if (past.at < window.from || past.at > window.to) return
      const { kind } = past.event
      const verdict = whyDraft(rule, { kind, subject: subjectOf(past.event), body: connectorBody(kind, past.body) })
      if (verdict.outcome === 'wrong-kind') return
      looked += 1
      if (verdict.outcome !== 'matched') return
      count += 1
      const day = past.at.slice(0, 10)
      perDay.set(day, (perDay.get(day) ?? 0) + 1)
      countOne(resources, past.event.resource.id, past.event.resource.name)
      countOne(types, typeOf(past.event), typeOf(past.event))
      examples.add(exampleOf(past))
    },
    /** `cutAt`: the time of the oldest event that was fed, where older ones were left out. */
    result(cutAt?: string): BackTest {
      const [resource, type] = [most(resources), most(types)]
      const first = cutAt ?? window.from
      return {
        from: first,
        to: window.to,
        ...(cutAt !== undefined && { cut: true }),
        asked: { from: options.from.toISOString(), to: window.to },
        looked,
        count,
        perDay: [...perDay].filter(([day]) => day >= first.slice(0, 10)).map(([day, count]) => ({ day, count })),
        examples: examples.spread(5).toSorted((a, b) => a.at.localeCompare(b.at)),
        noisiest: { ...(resource && { resource }), ...(type && { type }) },
        ...(options.actions && { cost: costOf(count, options.actions, options.prices) }),
      }
    },
  }
}

function costOf(runs: number, actions: ActionCounts, prices: Prices): { dollars: number; source: string } {
  return { dollars: runCost(runs, actions, prices), source: prices.source }
}

function exampleOf({ findingId, at, event }: Past): Example {
  return { findingId, at, title: event.title, resource: event.resource.name, severity: event.severity }
}

/** What a rule's scope is held against: the thing itself, or its subscription where the event names no ARM id. */
export function subjectOf({ resource, subscription }: DefenderEvent): string {
  return /^\/?subscriptions\//i.test(resource.id) ? resource.id : `/subscriptions/${subscription}`
}

/** What makes events alike: the alert's type, the recommendation or the requirement. */
function typeOf(event: DefenderEvent): string {
  return event.kind === 'alert' && event.alertType !== '' ? event.alertType : event.title
}

function daysOf(from: Date, to: Date): string[] {
  const days: string[] = []
  for (let at = Date.parse(from.toISOString().slice(0, 10)); at <= to.getTime(); at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10))
  return days
}

function countOne(counts: Map<string, Noise>, key: string, name: string): void {
  const known = counts.get(key.toLowerCase())
  counts.set(key.toLowerCase(), { name: known?.name ?? name, count: (known?.count ?? 0) + 1 })
}

function most(counts: Map<string, Noise>): Noise | undefined {
  return [...counts.values()].reduce<Noise | undefined>(
    (top, one) => (top === undefined || one.count > top.count ? one : top),
    undefined,
  )
}

const keptAtMost = 128

/** A few of many, evenly spread however many come: when full every second goes, and from then on only every second of what comes is kept. */
function openSample() {
  let kept: Example[] = []
  let every = 1
  let seen = 0
  return {
    add(example: Example): void {
      if (seen % every === 0) kept.push(example)
      seen += 1
      if (kept.length <= keptAtMost) return
      kept = kept.filter((_, index) => index % 2 === 0)
      every *= 2
    },
    spread(count: number): Example[] {
      if (kept.length <= count) return kept
      return Array.from({ length: count }, (_, index) => kept[Math.round((index * (kept.length - 1)) / (count - 1))]).filter(
        one => one !== undefined,
      )
    },
  }
}
