import { z } from 'zod'
import { DefenderEvent } from '../model/event.ts'
import { Finding, HistoryEntry } from '../model/finding.ts'
import { Person } from '../model/person.ts'
import { Run } from '../model/run.ts'
import type { FindingRow } from './schema.ts'

/** What a row keeps as JSON beside the event. */
const Life = z.object({ owner: Person.optional(), history: z.array(HistoryEntry), seen: z.array(z.string()) })

export type StoredFinding = Omit<
  FindingRow,
  'body' | 'tenant' | 'kind' | 'severity' | 'owner_id' | 'subscription' | 'resource' | 'search'
>

export function toRow(tenant: string, finding: Finding, body: string): FindingRow {
  const { event, owner, history, seen } = finding
  return {
    tenant,
    id: finding.id,
    version: finding.version,
    kind: event.kind,
    status: finding.status,
    severity: event.severity.toLowerCase(),
    owner_id: owner?.id ?? null,
    subscription: event.subscription.toLowerCase(),
    resource: event.resource.id.toLowerCase(),
    search: searchText(event),
    opened_at: finding.openedAt,
    changed_at: finding.changedAt,
    event: JSON.stringify(event),
    life: JSON.stringify({ ...(owner && { owner }), history, seen }),
    body: body.replaceAll('\u0000', ''),
  }
}

function searchText(event: DefenderEvent): string {
  const type = event.kind === 'alert' ? event.alertType : ''
  return `${event.title}\n${event.resource.id}\n${event.resource.name}\n${type}`
    .toLowerCase()
    .replaceAll('\u0000', '')
    .slice(0, 4000)
}

export function fromRow(row: StoredFinding, runs: string[]): Finding {
  const life = Life.parse(JSON.parse(row.life))
  return Finding.parse({
    id: row.id,
    version: row.version,
    event: DefenderEvent.parse(JSON.parse(row.event)),
    status: row.status,
    openedAt: row.opened_at,
    changedAt: row.changed_at,
    runs: runs.map(run => Run.parse(JSON.parse(run))),
    ...life,
  })
}
