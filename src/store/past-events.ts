import type { Kind } from '../model/event.ts'
import type { PastEvent, PastEvents } from '../ports.ts'
import type { Database } from './database.ts'
import { lower } from './finding-row.ts'
import { type Beside, besideOfF } from './kept-event.ts'
import { unreadEvent } from './unread-event.ts'

const perPage = 500

interface Row extends Beside {
  version: number
  at: string
  body: string
  event: string | null
}

/** Where a page goes on: after the last event of the one before. */
type Mark = [at: string, finding: string, version: number]

const directions = {
  oldest: { after: '>', order: 'e.at, e.finding_id, e.version' },
  newest: { after: '<', order: 'e.at desc, e.finding_id desc, e.version desc' },
}
/** After every time in ISO. */
const never = '~'

export function createPastEvents({ pool, tenant, read }: Database): PastEvents {
  async function page(
    wanted: { kind: Kind; since: string; subscriptions: string[] },
    first: keyof typeof directions,
    from: Mark,
  ) {
    const { after, order } = directions[first]
    const { rows } = await pool.query<Row>(
      `select ${besideOfF}, e.version, e.at, e.body, e.event from events e join findings f on f.tenant = e.tenant and f.id = e.finding_id
        where e.tenant = $1 and f.kind = $2 and f.subscription = any($3) and e.body is not null and e.at >= $7
          and (e.at, e.finding_id, e.version) ${after} ($4, $5, $6::int) order by ${order} limit ${perPage}`,
      [tenant, wanted.kind, wanted.subscriptions.map(lower), ...from, wanted.since],
    )
    return rows
  }

  /** One that can't be read any more counts all the same, for conditions look at its body; one that is no longer JSON has none. */
  function pastEvent(row: Row): PastEvent[] {
    const { id, at, body } = row
    const event = read(row) ?? (isJson(body) ? unreadEvent(row) : undefined)
    return event === undefined ? [] : [{ findingId: id, at, body, event }]
  }

  return {
    async *since({ newestFirst = false, ...wanted }) {
      let from: Mark = newestFirst ? [never, '', 0] : [wanted.since, '', 0]
      for (;;) {
        const rows = await page(wanted, newestFirst ? 'newest' : 'oldest', from)
        if (rows.length > 0) yield rows.flatMap(pastEvent)
        const last = rows.at(-1)
        if (last === undefined || rows.length < perPage) return
        from = [last.at, last.id, last.version]
      }
    },
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
