import type { PoolClient } from 'pg'
import type { Arrival } from '../ports.ts'
import type { Known } from './draft.ts'

/** Nothing is forgotten before it is a day old. */
const neverForgottenMs = 86_400_000

/** Of closed alerts that are forgotten now the moment of their last change stays, for as long as Azure may send them again. */
export async function keepClosed(client: PoolClient, tenant: string, ids: string[], since: string): Promise<void> {
  await client.query(
    `insert into closed_alerts (tenant, id, closed_at)
      select tenant, id, changed_at from findings
        where tenant = $1 and id = any($2) and kind = 'alert' and status in ('resolved', 'dismissed') and changed_at >= $3
      on conflict (tenant, id) do update set closed_at = excluded.closed_at`,
    [tenant, ids, since],
  )
}

/** When those of these alerts were closed that are known no more. What has just happened needs no look, so that usual events cost none. */
export async function closedBefore(
  client: PoolClient,
  tenant: string,
  arrivals: { id: string; arrival?: Arrival }[],
  known: ReadonlyMap<string, Known>,
): Promise<ReadonlyMap<string, string>> {
  const ids = arrivals.flatMap(({ id, arrival }) =>
    arrival !== undefined && !known.has(id) && mayBeForgotten(arrival) ? [id] : [],
  )
  if (ids.length === 0) return new Map()
  const { rows } = await client.query<{ id: string; closed_at: string }>({
    name: 'closed-alerts',
    text: 'select id, closed_at from closed_alerts where tenant = $1 and id = any($2)',
    values: [tenant, [...new Set(ids)]],
  })
  return new Map(rows.map(row => [row.id, row.closed_at]))
}

export function mayBeForgotten({ event, receivedAt }: Arrival): boolean {
  return event.kind === 'alert' && !(Date.parse(event.at) > Date.parse(receivedAt) - neverForgottenMs)
}
