import type { PoolClient } from 'pg'
import { z } from 'zod'

/** The rows of pg-boss that wait, where its own calls say too little: which keys wait already, until when, and locked so that none slips away. */
export const bossSchema = 'defender_jobs'

/** What a job carries. `pause`: its start is a pause its handler asked for, which no send cuts short. */
export const JobData = z.object({ key: z.string(), tries: z.number().default(0), pause: z.boolean().default(false) })
export type JobData = z.infer<typeof JobData>

interface WaitingRow {
  key: string
  /** Starts no later than wanted, or is a pause. */
  settled: boolean
}

/**
 * Keys that wait in a queue, locked until the transaction ends. Without the lock a worker could take a waiting job between our look and our
 * commit, finish before it can see what we wrote, and nobody would ever look again. Workers skip locked rows; our commit wakes them.
 */
export async function lockWaiting(client: PoolClient, queue: string, keys: string[], delaysMs: number[]): Promise<WaitingRow[]> {
  const { rows } = await client.query<WaitingRow>({
    name: 'lock-waiting',
    text: `select j.singleton_key as key, j.start_after <= now() + w.ms * interval '1 ms' or coalesce((j.data->>'pause')::bool, false) as settled
      from ${bossSchema}.job_common j join unnest($2::text[], $3::float8[]) as w(key, ms) on w.key = j.singleton_key
      where j.name = $1 and j.state = 'created' order by j.singleton_key for update of j`,
    values: [queue, keys, delaysMs],
  })
  return rows
}

/** Moves waiting jobs (locked by us) to another start. */
export async function moveWaiting(client: PoolClient, queue: string, jobs: { data: JobData; delayMs: number }[]): Promise<void> {
  await client.query(
    `update ${bossSchema}.job_common j set start_after = now() + w.ms * interval '1 ms', data = w.data::jsonb
      from unnest($2::text[], $3::float8[], $4::text[]) as w(key, ms, data)
      where j.name = $1 and j.state = 'created' and j.singleton_key = w.key`,
    [queue, jobs.map(({ data }) => data.key), jobs.map(({ delayMs }) => delayMs), jobs.map(({ data }) => JSON.stringify(data))],
  )
}

/** Which of these queues have something due, and which jobs in them are active though no living session claims them. */
export const lookSql = `
  select name, null as id from (select distinct name from ${bossSchema}.job_common
    where name = any($1) and state < 'active' and not blocked and start_after <= now()) due
  union all
  select name, id::text from ${bossSchema}.job_common j
    where name = any($1) and state = 'active' and started_on < now() - interval '1 second'
      and not exists (select 1 from pg_locks l where l.locktype = 'advisory' and l.objsubid = 2 and l.granted
        and l.database = (select oid from pg_database where datname = current_database())
        and l.classid = $2 and l.objid::bigint = ('x' || left(j.id::text, 8))::bit(32)::bigint)`

/** The number by which a session claims a job: the first 32 bits of its id, as a signed integer. */
export function claimOf(jobId: string): number {
  return Number.parseInt(jobId.slice(0, 8), 16) | 0
}
