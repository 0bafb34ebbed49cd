import { hash } from 'node:crypto'
import { z } from 'zod'
import { DefenderEvent } from './event.ts'
import { Person } from './person.ts'
import { Run } from './run.ts'

export const Status = z.enum(['active', 'in-progress', 'resolved', 'dismissed'])
export type Status = z.infer<typeof Status>

export const HistoryEntry = z.object({
  at: z.string(),
  /** Absent when Azure itself changed it. */
  by: Person.optional(),
  /** A sentence without the name: "set to resolved: known test". */
  what: z.string(),
  /** The run that it tells of. */
  run: z.string().optional(),
  /** The status that it set. */
  to: Status.optional(),
  /** Why, in the person's own words. */
  why: z.string().optional(),
})
export type HistoryEntry = z.infer<typeof HistoryEntry>

/** The life of one event in chat. `version` grows by one with every change; a post is behind while it shows an older one. */
export const Finding = z.object({
  id: z.string(),
  version: z.number(),
  event: DefenderEvent,
  status: Status,
  owner: Person.optional(),
  openedAt: z.string(),
  changedAt: z.string(),
  runs: z.array(Run),
  history: z.array(HistoryEntry),
  /** Digests of the deliveries seen, newest last, at most 16: the same delivery again is no news even when the finding moved on since. */
  seen: z.array(z.string()).default([]),
})
export type Finding = z.infer<typeof Finding>

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const initial = { alert: 'a', recommendation: 'r', compliance: 'c' } as const

/** Whether a word has the form of our ids: `a-1b2c3d4e5f6g`. */
export function isFindingId(word: string): boolean {
  return /^[arc]-[0-9a-z]{12}$/.test(word)
}

/** A short id people can type, the same for every delivery of one event: `a-` and twelve characters (60 bits). */
export function findingId(event: DefenderEvent): string {
  let id = `${initial[event.kind]}-`
  for (const byte of hash('sha256', `${event.kind}|${event.key}`, 'buffer').subarray(0, 12)) id += alphabet.charAt(byte % 32)
  return id
}

/** The source's word for where it stands → ours. Unhealthy and failed are open; what no longer applies is dismissed. */
export function statusOf(event: DefenderEvent): Status {
  if (event.kind === 'alert') return event.status
  if (event.kind === 'compliance')
    return event.status === 'failed' ? 'active' : event.status === 'passed' ? 'resolved' : 'dismissed'
  if (event.withdrawn || event.status === 'not-applicable') return 'dismissed'
  return event.status === 'healthy' ? 'resolved' : 'active'
}

/** As guides have it, Microsoft's reference is silent: afterwards nobody can close one, there or from here. */
export const azureKeepsAlertsDays = 90

/** Whether it is as old as what Azure lists no more: were it listed longer, it is over here all the same. */
export function isPastKeeping(event: DefenderEvent, now: Date): boolean {
  return event.kind === 'alert' && Date.parse(event.at) < now.getTime() - azureKeepsAlertsDays * 86_400_000
}

/** What a person did last that made the status what it is; nothing when Azure changed it, or nobody did. */
export function lastSet({ history, status }: Finding): (HistoryEntry & { by: Person }) | undefined {
  const last = history.findLast(({ to }) => to !== undefined)
  return last?.to === status && last.by !== undefined ? { ...last, by: last.by } : undefined
}

const seenAtMost = 16

/** A finding's first version. */
export function opened(event: DefenderEvent, digest: string, now: Date): Finding {
  const at = now.toISOString()
  return {
    id: findingId(event),
    version: 1,
    event,
    status: statusOf(event),
    openedAt: at,
    changedAt: at,
    runs: [],
    history: [],
    seen: [digest],
  }
}

/** The next version with these parts changed and what happened added to its history. */
export function changed(before: Finding, parts: Partial<Finding>, entry: HistoryEntry): Finding {
  return { ...before, ...parts, version: before.version + 1, changedAt: entry.at, history: [...before.history, entry] }
}

/** One delivery of an event: what it says, and how to tell the same delivery again. */
export interface Delivery {
  event: DefenderEvent
  digest: string
  /** When the source was read or the push came in, ISO. */
  receivedAt: string
  /** True when the event was read from Azure and so tells how things stand now; a push tells how they stood when it was made. */
  current: boolean
}

/** What a delivery makes of a known finding; undefined when it brings nothing new. */
export function moved(before: Finding, delivery: Delivery, now: Date): Finding | undefined {
  if (isStale(before, delivery) || !differs(before, delivery)) return undefined
  const { event, current } = delivery
  const status = hasOtherStatus(before, event, current) ? statusOf(event) : before.status
  const seen = [...before.seen, delivery.digest].slice(-seenAtMost)
  const to = status === before.status ? {} : { to: status }
  return changed(before, { event, status, seen }, { at: now.toISOString(), what: whatMoved(before, event, status), ...to })
}

function isStale(before: Finding, delivery: Delivery): boolean {
  if (delivery.current) return delivery.receivedAt < before.changedAt
  return before.seen.includes(delivery.digest) || (!isUnread(before) && delivery.event.at < before.event.at)
}

function differs(before: Finding, { event, current }: Delivery): boolean {
  return (
    isUnread(before) ||
    hasOtherStatus(before, event, current) ||
    event.severity !== before.event.severity ||
    event.title !== before.event.title ||
    isWithdrawn(event) !== isWithdrawn(before.event)
  )
}

/** Only for an alert read from Azure does the source outrank what people here set: theirs went there too. Elsewhere a status must have changed at the source. */
function hasOtherStatus(before: Finding, event: DefenderEvent, current: boolean): boolean {
  const status = statusOf(event)
  if (status === before.status) return false
  return (current && event.kind === 'alert') || status !== statusOf(before.event)
}

/** What was noted beside it tells neither when it happened nor all that it said: whatever can be read is news. */
function isUnread({ event }: Finding): boolean {
  return event.unread === true
}

function isWithdrawn(event: DefenderEvent): boolean {
  return event.kind === 'recommendation' && event.withdrawn
}

function whatMoved(before: Finding, event: DefenderEvent, status: Status): string {
  if (isWithdrawn(event) && !isWithdrawn(before.event)) return 'withdrawn by Azure'
  if (status !== before.status) return `set to ${status.replace('-', ' ')} in Azure`
  return event.severity === before.event.severity
    ? 'updated by Azure'
    : `severity changed from ${before.event.severity} to ${event.severity} in Azure`
}
