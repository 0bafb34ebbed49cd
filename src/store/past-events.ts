import { sql } from 'kysely'
import { DefenderEvent, type Kind } from '../model/event.ts'
import type { PastEvent, PastEvents } from '../ports.ts'
import type { Database } from './database.ts'
import { lower } from './finding-row.ts'

const perPage = 500

interface Row {
  finding_id: string
  version: number
  at: string
  body: string
  event: string
}

export function createPastEvents({ pool, db, tenant }: Database): PastEvents {
  async function page(kind: Kind, subscriptions: string[], from: [at: string, finding: string, version: number]): Promise<Row[]> {
    const { rows } = await pool.query<Row>(
      `select e.finding_id, e.version, e.at, e.body, e.event from events e join findings f on f.tenant = e.tenant and f.id = e.finding_id
        where e.tenant = $1 and f.kind = $2 and f.subscription = any($3) and e.body is not null
          and (e.at, e.finding_id, e.version) > ($4, $5, $6::int) order by e.at, e.finding_id, e.version limit ${perPage}`,
      [tenant, kind, subscriptions.map(lower), ...from],
    )
    return rows
  }

  return {
    async *since({ kind, since, subscriptions }) {
      let from: [string, string, number] = [since, '', 0]
      for (;;) {
        const rows = await page(kind, subscriptions, from)
        if (rows.length > 0) yield rows.map(toPastEvent)
        const last = rows.at(-1)
        if (last === undefined || rows.length < perPage) return
        from = [last.at, last.finding_id, last.version]
      }
    },
    async forget(before) {
      const { numDeletedRows } = await db
        .deleteFrom('events')
        .where('tenant', '=', tenant)
        .where('at', '<', before)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('findings as f')
                .select('f.id')
                .whereRef('f.tenant', '=', 'events.tenant')
                .whereRef('f.id', '=', 'events.finding_id')
                .where(sql<boolean>`events.version in (f.event_version, f.body_version)`),
            ),
          ),
        )
        .executeTakeFirst()
      return Number(numDeletedRows)
    },
  }
}

function toPastEvent({ finding_id, at, body, event }: Row): PastEvent {
  return { findingId: finding_id, at, body, event: DefenderEvent.parse(JSON.parse(event)) }
}
