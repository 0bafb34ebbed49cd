import type { Log } from '../log.ts'
import { DefenderEvent } from '../model/event.ts'
import type { ReadBody } from '../ports.ts'
import type { EventRow, FindingRow } from './schema.ts'

/** What of an event's row tells the event: the body is asked for only where it must be read again. */
export type StoredEvent = Pick<EventRow, 'at' | 'event' | 'body'>

/** The same of the events `e` in a select. */
export const columnsOfE = 'e.at, e.event, case when e.event is null then e.body end as body'

const besideColumns = ['id', 'kind', 'status', 'severity', 'subscription', 'resource', 'search', 'happened_at'] as const
/** What stands beside an event in its finding. */
export type Beside = Pick<FindingRow, (typeof besideColumns)[number]>
/** The same of the findings `f` in a select. */
export const besideOfF = besideColumns.map(column => `f.${column}`).join(', ')

/** The event of a row; undefined, and told in the log, when it can't be read any more. */
export type ReadStored = (row: StoredEvent & Pick<Beside, 'id'>) => DefenderEvent | undefined

const toldAtMost = 1000

/** A body is kept for longer than the version that took it: one that a later version refuses must not take the others along. Told once of each finding. */
export function storedReader(read: ReadBody, log: Log): ReadStored {
  const told = new Set<string>()
  return ({ id, at, event, body }) => {
    try {
      return event === null ? read(body ?? '', new Date(at)) : DefenderEvent.parse(JSON.parse(event))
    } catch (error) {
      if (told.has(id) || told.size >= toldAtMost) return undefined
      told.add(id)
      log.warn({ finding: id, error }, 'a kept event can’t be read any more; what is kept beside it is shown')
      return undefined
    }
  }
}
