import { z } from 'zod'
import { DefenderEvent } from '../model/event.ts'
import { Finding, HistoryEntry } from '../model/finding.ts'
import { Person } from '../model/person.ts'
import { Run } from '../model/run.ts'
import { plain } from './database.ts'
import type { FindingRow } from './schema.ts'

/** What a row keeps as JSON beside the event. */
const Life = z.object({ owner: Person.optional(), history: z.array(HistoryEntry), seen: z.array(z.string()) })
const longestSearch = 4000

export type StoredFinding = Pick<FindingRow, (typeof plainColumns)[number]> & {
  event: string
  /** Their JSON, in order of their beginning. */
  runs: string[]
}

/** The runs of the finding `f` in a select, as one column. */
export const runsOfF = `coalesce((select array_agg(r.run order by r.started_at, r.id) from runs r where r.tenant = f.tenant and r.finding_id = f.id), '{}')`

/** The event of the finding `f` in a select, as one column. */
export const eventOfF =
  '(select e.event from events e where e.tenant = f.tenant and e.finding_id = f.id and e.version = f.event_version)'

export const plainColumns = [
  'id',
  'version',
  'status',
  'opened_at',
  'changed_at',
  'life',
  'event_version',
  'body_version',
] as const

/** What `fromRow` needs of a finding `f`. */
export const columnsOfF = `${plainColumns.map(column => `f.${column}`).join(', ')}, ${eventOfF} as event, ${runsOfF} as runs`

/** Which of a finding's events is shown, and which holds the body. */
export interface Versions {
  event: number
  body: number
}

export function toRow(tenant: string, finding: Finding, versions: Versions): FindingRow {
  const { event, owner, history, seen } = finding
  return {
    tenant,
    id: finding.id,
    version: finding.version,
    kind: event.kind,
    status: finding.status,
    severity: lower(event.severity),
    owner_id: owner === undefined ? null : plain(owner.id),
    subscription: lower(event.subscription),
    resource: lower(event.resource.id),
    search: searchText(event),
    opened_at: finding.openedAt,
    changed_at: finding.changedAt,
    life: JSON.stringify({ ...(owner && { owner }), history, seen }),
    event_version: versions.event,
    body_version: versions.body,
  }
}

/** As a column holds it. */
export function lower(text: string): string {
  return plain(text.toLowerCase())
}

function searchText(event: DefenderEvent): string {
  const type = event.kind === 'alert' ? event.alertType : ''
  return lower(`${event.title}\n${event.resource.id}\n${event.resource.name}\n${type}`.slice(0, longestSearch))
}

export function fromRow(row: StoredFinding): Finding {
  const life = Life.parse(JSON.parse(row.life))
  return Finding.parse({
    id: row.id,
    version: row.version,
    event: DefenderEvent.parse(JSON.parse(row.event)),
    status: row.status,
    openedAt: row.opened_at,
    changedAt: row.changed_at,
    runs: row.runs.map(run => Run.parse(JSON.parse(run))),
    ...life,
  })
}
