import { createHash } from 'node:crypto'
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

/** A short id people can type, the same for every delivery of one event: `a-` and twelve characters (60 bits). */
export function findingId(event: DefenderEvent): string {
  const digest = createHash('sha256').update(`${event.kind}|${event.key}`).digest()
  const letters = Array.from({ length: 12 }, (_, index) => alphabet.charAt((digest[index] ?? 0) % 32))
  return `${initial[event.kind]}-${letters.join('')}`
}

/** The source's word for where it stands → ours. Unhealthy and failed are open; what no longer applies is dismissed. */
export function statusOf(event: DefenderEvent): Status {
  if (event.kind === 'alert') return event.status
  if (event.kind === 'compliance')
    return event.status === 'failed' ? 'active' : event.status === 'passed' ? 'resolved' : 'dismissed'
  if (event.withdrawn || event.status === 'not-applicable') return 'dismissed'
  return event.status === 'healthy' ? 'resolved' : 'active'
}
