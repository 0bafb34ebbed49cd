import { type AlertEvent, DefenderEvent } from '../../src/model/event.ts'
import { changed, type Finding, opened } from '../../src/model/finding.ts'
import type { Person } from '../../src/model/person.ts'
import type { Run } from '../../src/model/run.ts'
import type { Arrival, Change, WantedPost } from '../../src/ports.ts'

export const analyst: Person = { id: '00000000-0000-4000-8000-00000000000a', name: 'Analyst' }
export const startOfTime = new Date('2026-01-01T00:00:00.000Z')

export function alertEvent(key: string, parts: Partial<AlertEvent> = {}): AlertEvent {
  return {
    kind: 'alert',
    key,
    id: key.toUpperCase(),
    title: `Suspicious sign-in ${key}`,
    description: 'Somebody signed in from 192.0.2.7.',
    severity: 'High',
    resource: { id: `/subscriptions/s1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/${key}`, name: key },
    subscription: 's1',
    at: '2026-01-01T00:00:00Z',
    snapshot: false,
    alertType: 'VM_LoginBruteForce',
    status: 'active',
    tactics: [],
    techniques: [],
    entities: [],
    remediation: [],
    properties: [],
    incident: false,
    ...parts,
  }
}

export function arrival(key: string, parts: Partial<AlertEvent> = {}): Arrival {
  return arrivalOf(alertEvent(key, parts))
}

/** Its body is the event's own JSON. */
export function arrivalOf(event: AlertEvent): Arrival {
  return { event, body: JSON.stringify(event), via: 'push', receivedAt: startOfTime.toISOString() }
}

/** For a store that keeps such arrivals. */
export function readArrival(body: string): DefenderEvent {
  return DefenderEvent.parse(JSON.parse(body))
}

export const channel: WantedPost = { placeId: 'console:simulated:general', audience: 'act', priority: 4 }

/** Opens what is new, wanted in the places; a later delivery is a duplicate unless its title differs. */
export function planFor(places: WantedPost[], now: () => Date = () => startOfTime) {
  return ({ event, body }: Arrival, before: Finding | undefined): Change | undefined => {
    if (before === undefined) return { finding: opened(event, body.slice(0, 16), now()), places }
    if (before.event.title === event.title) return undefined
    const entry = { at: now().toISOString(), what: 'updated by Azure' }
    return { finding: changed(before, { event }, entry), places }
  }
}

/** One more line in the history. */
export function noted(what: string, parts: Partial<Finding> = {}) {
  return (finding: Finding): Change => ({
    finding: changed(finding, parts, { at: startOfTime.toISOString(), by: analyst, what }),
    places: [],
  })
}

export function runOf(findingId: string, number: number, parts: Partial<Run> = {}): Run {
  return {
    id: `${findingId}.${number}`,
    findingId,
    logicAppId: '/subscriptions/s1/resourceGroups/rg/providers/Microsoft.Logic/workflows/Notify-SOC',
    logicAppName: 'Notify-SOC',
    trigger: 'manual',
    state: 'queued',
    startedBy: { as: 'person', ...analyst },
    startedAt: `2026-01-01T00:00:0${number}.000Z`,
    link: 'https://portal.example.com/run',
    ...parts,
  }
}
