import type { Finding } from '../model/finding.ts'
import type { Arrival, Change } from '../ports.ts'
import type { Versions } from './finding-row.ts'
import type { StoredEvent } from './kept-event.ts'

/** One wish to change one finding. */
export interface Wish {
  id: string
  arrival?: Arrival
  /** `closedAt`: of an alert that was forgotten since. */
  plan(before: Finding | undefined, closedAt: string | undefined): Change | undefined
}

/** A finding as it stands in the database, locked by us. */
export interface Known {
  finding: Finding
  versions: Versions
}

/** What one transaction writes for one finding: its last state and all that lies between. */
export interface Draft {
  before: Known | undefined
  finding: Finding
  steps: { change: Change; arrival: Arrival | undefined }[]
}

export interface Granted {
  id: string
  finding: Finding | undefined
  changed: boolean
}

/**
 * Lets each wish of a call decide in turn, upon what the ones before it decided. A plan that throws fails its whole call: what the call drafted
 * is dropped, what other calls drafted stays.
 */
export function grant(
  call: Wish[],
  { known, closed }: { known: ReadonlyMap<string, Known>; closed: ReadonlyMap<string, string> },
  drafts: Map<string, Draft>,
): Granted[] {
  const own = new Map<string, Draft>()
  const granted = call.map(({ id, arrival, plan }): Granted => {
    const draft = own.get(id) ?? drafts.get(id)
    const finding = draft?.finding ?? known.get(id)?.finding
    const change = plan(finding, closed.get(id))
    if (change === undefined) return { id, finding, changed: false }
    if (change.finding.id !== id) throw new Error(`the plan for ${id} made a change of ${change.finding.id}`)
    own.set(id, { before: known.get(id), finding: change.finding, steps: [...(draft?.steps ?? []), { change, arrival }] })
    return { id, finding: change.finding, changed: true }
  })
  for (const [id, draft] of own) drafts.set(id, draft)
  return granted
}

/** One text of the two: what came in is read again when it is asked for. */
export type KeptEvent = StoredEvent & { version: number }

/** The events this draft keeps, each under the version it made, and which of them the finding shows afterwards. */
export function eventsOf({ before, steps }: Draft): { events: KeptEvent[]; versions: Versions } {
  const events: KeptEvent[] = []
  const versions = { event: 0, body: 0, ...before?.versions }
  let shown = before?.finding.event
  for (const { change, arrival } of steps) {
    const { version, event, changedAt } = change.finding
    if (arrival !== undefined) {
      events.push({ version, at: arrival.receivedAt, body: arrival.body, event: null })
      versions.body = version
    } else if (event !== shown) events.push({ version, at: changedAt, body: null, event: JSON.stringify(event) })
    else continue
    versions.event = version
    shown = event
  }
  return { events, versions }
}
