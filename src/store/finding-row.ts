import { z } from 'zod'
import type { DefenderEvent } from '../model/event.ts'
import { type Finding, HistoryEntry, Status } from '../model/finding.ts'
import { Person } from '../model/person.ts'
import { Run } from '../model/run.ts'
import { plain } from './database.ts'
import { type Beside, besideOfF, columnsOfE, type ReadStored, type StoredEvent } from './kept-event.ts'
import type { FindingRow } from './schema.ts'
import { unreadEvent } from './unread-event.ts'

/** What a row keeps as JSON beside the event. */
const Life = z.object({ owner: Person.optional(), history: z.array(HistoryEntry), seen: z.array(z.string()) })
const longestSearch = 4000

const plainColumns = ['version', 'opened_at', 'changed_at', 'life', 'event_version', 'body_version'] as const

export type StoredFinding = Pick<FindingRow, (typeof plainColumns)[number]> &
  Beside &
  StoredEvent & {
    /** Their JSON, in order of their beginning. */
    runs: string[]
  }

const runsOfF = `coalesce((select array_agg(r.run order by r.started_at, r.id) from runs r where r.tenant = f.tenant and r.finding_id = f.id), '{}')`

/** What `fromRow` needs of the findings `f` and the events `e` that they show, in a select. */
export const columnsOfFAndE = `${besideOfF}, ${plainColumns.map(column => `f.${column}`).join(', ')}, e.*, ${runsOfF} as runs`

/** Joins the event `e` that the finding `f` shows. The offset makes sure that it is looked up by its key, finding by finding. */
export const joinE = `cross join lateral (select ${columnsOfE} from events e
  where e.tenant = f.tenant and e.finding_id = f.id and e.version = f.event_version offset 0) e`

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
    happened_at: plain(event.at),
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

export function fromRow(row: StoredFinding, read: ReadStored): Finding {
  const { owner, history, seen } = Life.parse(JSON.parse(row.life))
  return {
    id: row.id,
    version: row.version,
    event: read(row) ?? unreadEvent(row),
    status: Status.parse(row.status),
    ...(owner && { owner }),
    openedAt: row.opened_at,
    changedAt: row.changed_at,
    runs: row.runs.map(run => Run.parse(JSON.parse(run))),
    history,
    seen,
  }
}
