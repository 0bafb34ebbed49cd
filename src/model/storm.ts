import { z } from 'zod'
import type { Finding } from './finding.ts'
import { severityRank } from './severity.ts'

/** How many of each. */
const Tally = z.record(z.string(), z.number())
export type Tally = z.infer<typeof Tally>

/** One of the findings that a storm's card names. */
const Worst = z.object({ id: z.string(), title: z.string(), resource: z.string(), severity: z.string(), at: z.string() })
export type Worst = z.infer<typeof Worst>

/** More came to a place than it can show soon: what came is counted on one card, and only the worst have a card of their own besides. */
export const Storm = z.object({
  type: z.literal('storm'),
  placeId: z.string(),
  /** When the first and the last of them came, ISO. */
  from: z.string(),
  to: z.string(),
  /** When it was found to have begun, and to be over. */
  begun: z.string(),
  over: z.string().optional(),
  total: z.number(),
  /** How many of them the card's present version was made for, and when that was. */
  told: z.number(),
  toldAt: z.string(),
  kinds: Tally,
  severities: Tally,
  /** By alert type, recommendation or control. */
  types: Tally,
  resources: Tally,
  /** By minute, `2026-11-24T12:04`. */
  minutes: Tally,
  worst: z.array(Worst),
})
export type Storm = z.infer<typeof Storm>

/** From which rank on a finding has a card of its own even in a storm: High. */
export const ownCardRank = 4

/** When it storms, in seconds. */
export const stormRules = {
  /** It begins when more wait for their first card than the place shows in this time. */
  behindS: 10,
  /** It is over when no more than that came within this time. */
  calmS: 60,
  /** Its card changes after half of the time it lasts already, but not sooner and not later than this: platforms count changes too. */
  tellS: { least: 3, most: 60 },
  /** How often it is asked whether it is over. */
  lookS: 15,
  /** Then it has a new card, where people see it. */
  longestS: 3600,
} as const

const namedAtMost = 3
const namesAtMost = 200
const minutesAtMost = 60

/** How many a place may be behind before it storms there. `paceMs`: its pause between two messages. */
export function bearable(paceMs: number): number {
  return Math.floor((stormRules.behindS * 1000) / paceMs)
}

/** `calm`: cards go one by one. `begin`, `count`: what waits is counted. `tell`: the card is brought up to date. `wait`: all is done for so long. */
export type Step = { do: 'calm' | 'begin' | 'count' | 'tell' | 'end' } | { do: 'wait'; ms: number }

export interface Sky {
  /** The storm under way, if any. */
  storm: Storm | undefined
  /** How many wait for their first card and are not counted yet. */
  waiting: number
  paceMs: number
  now: Date
}

/** What to do at a place now. */
export function nextStep({ storm, waiting, paceMs, now }: Sky): Step {
  const most = bearable(paceMs)
  if (storm === undefined) return { do: waiting > most ? 'begin' : 'calm' }
  const isLong = secondsSince(storm.begun, now) > stormRules.longestS
  if ((isLong && waiting === 0) || lately(storm, now) + waiting <= most) return { do: 'end' }
  if (waiting > 0) return { do: 'count' }
  return storm.told < storm.total ? tellOrWait(storm, now) : { do: 'wait', ms: stormRules.lookS * 1000 }
}

function tellOrWait(storm: Storm, now: Date): Step {
  return mayTell(storm, now) ? { do: 'tell' } : { do: 'wait', ms: tellableInS(storm, now) * 1000 }
}

/** How many came within the last `calmS` seconds, from the counts by minute: the minute before counts by the part that is within. */
function lately({ minutes }: Storm, now: Date): number {
  const past = (now.getTime() % 60_000) / 60_000
  const before = new Date(now.getTime() - stormRules.calmS * 1000)
  return (minutes[minuteOf(now.toISOString())] ?? 0) + (minutes[minuteOf(before.toISOString())] ?? 0) * (1 - past)
}

export function beginning(placeId: string, now: Date): Storm {
  const at = now.toISOString()
  const none = { total: 0, told: 0, kinds: {}, severities: {}, types: {}, resources: {}, minutes: {}, worst: [] }
  return { type: 'storm', placeId, begun: at, from: at, to: at, toldAt: '', ...none }
}

/** The storm with these counted as well. */
export function counted(storm: Storm, findings: Finding[]): Storm {
  const times = [...(storm.total === 0 ? [] : [storm.from, storm.to]), ...findings.map(({ openedAt }) => openedAt)].sort()
  return {
    ...storm,
    from: times[0] ?? storm.from,
    to: times.at(-1) ?? storm.to,
    total: storm.total + findings.length,
    kinds: added(storm.kinds, findings, ({ event }) => event.kind),
    severities: added(storm.severities, findings, ({ event }) => event.severity),
    types: added(storm.types, findings, typeOf),
    resources: added(storm.resources, findings, ({ event }) => event.resource.name),
    minutes: latest(added(storm.minutes, findings, ({ openedAt }) => minuteOf(openedAt))),
    worst: [...storm.worst, ...findings.map(named)].sort(worstFirst).slice(0, namedAtMost),
  }
}

/** Its card's next version: tells of all that is counted. */
export function told(storm: Storm, now: Date): Storm {
  return { ...storm, told: storm.total, toldAt: now.toISOString() }
}

/** Whether the card may change again. */
export function mayTell(storm: Storm, now: Date): boolean {
  return storm.toldAt === '' || tellableInS(storm, now) <= 0
}

function tellableInS({ begun, toldAt }: Storm, now: Date): number {
  const { least, most } = stormRules.tellS
  return Math.min(most, Math.max(least, secondsSince(begun, new Date(toldAt)) / 2)) - secondsSince(toldAt, now)
}

/** Whether somebody has taken part in a finding's life: it is worth a card of its own then. */
export function isTouched({ history, runs }: Finding): boolean {
  return runs.length > 0 || history.some(({ by }) => by !== undefined)
}

function typeOf({ event }: Finding): string {
  return event.kind === 'compliance' ? event.control : event.title
}

function named({ id, event, openedAt }: Finding): Worst {
  return { id, title: event.title, resource: event.resource.name, severity: event.severity, at: openedAt }
}

function worstFirst(a: Worst, b: Worst): number {
  return severityRank(b.severity) - severityRank(a.severity) || a.at.localeCompare(b.at)
}

/** Beyond so many names the rest is counted together, under the empty name. */
function added(tally: Tally, findings: Finding[], nameOf: (finding: Finding) => string): Tally {
  const sums = new Map(Object.entries(tally))
  for (const finding of findings) {
    const name = nameOf(finding)
    const kept = sums.has(name) || sums.size < namesAtMost ? name : ''
    sums.set(kept, (sums.get(kept) ?? 0) + 1)
  }
  return Object.fromEntries(sums)
}

/** The last of the minutes; what came before them is in the first one kept. */
function latest(minutes: Tally): Tally {
  const all = Object.entries(minutes).sort(([a], [b]) => (a < b ? -1 : 1))
  const kept = all.slice(-minutesAtMost)
  const [first] = kept
  if (first === undefined) return minutes
  const earlier = all.slice(0, -minutesAtMost).reduce((sum, [, count]) => sum + count, 0)
  return Object.fromEntries([[first[0], first[1] + earlier], ...kept.slice(1)])
}

function minuteOf(at: string): string {
  return at.slice(0, 16)
}

function secondsSince(at: string, now: Date): number {
  return (now.getTime() - Date.parse(at)) / 1000
}
