import { DefenderEvent } from '../model/event.ts'
import type { ReadBody } from '../ports.ts'
import type { EventRow } from './schema.ts'

/** What of an event's row tells the event: the body is asked for only where it must be read again. */
export type StoredEvent = Pick<EventRow, 'at' | 'event' | 'body'>

/** The same of the events `e` in a select. */
export const columnsOfE = 'e.at, e.event, case when e.event is null then e.body end as body'

export function fromStored({ at, event, body }: StoredEvent, read: ReadBody): DefenderEvent {
  return event === null ? read(body ?? '', new Date(at)) : DefenderEvent.parse(JSON.parse(event))
}
