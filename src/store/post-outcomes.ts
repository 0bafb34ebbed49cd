import type { PoolClient } from 'pg'
import type { Changed } from '../ports.ts'
import { announce } from './announce.ts'
import { type Database, type End, inOneGo, isBadData, plain, repeated } from './database.ts'
import { grouped, type Outcome } from './grouped.ts'

/** What happened to a post on its way to its place. */
export type PostOutcome =
  | { id: string; sentAt: string }
  | { id: string; telling: number }
  | { id: string; messageId: string | undefined; version: number; told: number | undefined }
  | { id: string; error: string; dueAt: string }

interface Row {
  id: string
  place_id: string
}

const atOnce = 200

/** Notes outcomes of many places in one transaction. They are told apart by time only within a post, and a post is with one worker at a time. */
export function createPostOutcomes({ pool, tenant }: Database): (outcome: PostOutcome) => Promise<undefined> {
  return grouped<PostOutcome, undefined>(
    { weigh: () => 1, atMost: atOnce, lanes: 2, isFaultOfOne: isBadData },
    async outcomes => {
      await repeated(pool, (client, end) => write(client, tenant, outcomes, end))
      return outcomes.map((): Outcome<undefined> => ({ answer: undefined }))
    },
  )
}

/** Locked in order of their ids, as everybody does who writes several. */
async function write(client: PoolClient, tenant: string, outcomes: PostOutcome[], end: End): Promise<void> {
  const [, , , failed, shown] = await inOneGo([
    lockAll(client, tenant, outcomes),
    noteSending(
      client,
      tenant,
      outcomes.flatMap(outcome => ('sentAt' in outcome ? outcome : [])),
    ),
    noteTelling(
      client,
      tenant,
      outcomes.flatMap(outcome => ('telling' in outcome ? outcome : [])),
    ),
    noteFailed(
      client,
      tenant,
      outcomes.flatMap(outcome => ('error' in outcome ? outcome : [])),
    ),
    noteShown(
      client,
      tenant,
      outcomes.flatMap(outcome => ('messageId' in outcome ? outcome : [])),
    ),
  ])
  const changes = [...failed, ...shown].map(({ id, place_id }): Changed => ({ type: 'post', placeId: place_id, id }))
  if (changes.length > 0) await inOneGo([announce(client, { tenant, changes, jobs: [] }), end()])
}

async function lockAll(client: PoolClient, tenant: string, outcomes: PostOutcome[]): Promise<void> {
  if (outcomes.length < 2) return
  const ids = outcomes.map(({ id }) => id)
  await client.query({
    name: 'posts-lock',
    text: 'select 1 from posts where tenant = $1 and id = any($2::text[]) order by id for update',
    values: [tenant, ids],
  })
}

async function noteSending(client: PoolClient, tenant: string, sending: { id: string; sentAt: string }[]): Promise<void> {
  if (sending.length === 0) return
  await client.query({
    name: 'posts-sending',
    text: `update posts p set sent_at = v.at from unnest($2::text[], $3::text[]) as v(id, at) where p.tenant = $1 and p.id = v.id`,
    values: [tenant, sending.map(({ id }) => id), sending.map(({ sentAt }) => sentAt)],
  })
}

async function noteTelling(client: PoolClient, tenant: string, telling: { id: string; telling: number }[]): Promise<void> {
  if (telling.length === 0) return
  await client.query({
    name: 'posts-telling',
    text: `update posts p set telling = v.up_to from unnest($2::text[], $3::int[]) as v(id, up_to) where p.tenant = $1 and p.id = v.id`,
    values: [tenant, telling.map(({ id }) => id), telling.map(({ telling: upTo }) => upTo)],
  })
}

/** What is shown never goes back to an older version, whoever reports late. */
async function noteShown(
  client: PoolClient,
  tenant: string,
  shown: { id: string; messageId: string | undefined; version: number; told: number | undefined }[],
): Promise<Row[]> {
  if (shown.length === 0) return []
  const { rows } = await client.query<Row>({
    name: 'posts-shown',
    text: `update posts p set message_id = coalesce(v.message, p.message_id), shown = greatest(p.shown, v.version), attempts = 0, sent_at = null, last_error = null,
        told = coalesce(v.told, p.told), telling = null
      from unnest($2::text[], $3::text[], $4::int[], $5::int[]) as v(id, message, version, told) where p.tenant = $1 and p.id = v.id returning p.id, p.place_id`,
    values: [
      tenant,
      shown.map(({ id }) => id),
      shown.map(({ messageId }) => (messageId === undefined ? null : plain(messageId))),
      shown.map(({ version }) => version),
      shown.map(({ told }) => told ?? null),
    ],
  })
  return rows
}

/** `sent_at` stays: the message may have reached the platform all the same, and who tries again looks first. */
async function noteFailed(
  client: PoolClient,
  tenant: string,
  failed: { id: string; error: string; dueAt: string }[],
): Promise<Row[]> {
  if (failed.length === 0) return []
  const { rows } = await client.query<Row>({
    name: 'posts-failed',
    text: `update posts p set attempts = p.attempts + 1, last_error = v.error, due_at = v.due
      from unnest($2::text[], $3::text[], $4::text[]) as v(id, error, due) where p.tenant = $1 and p.id = v.id returning p.id, p.place_id`,
    values: [tenant, failed.map(({ id }) => id), failed.map(({ error }) => plain(error)), failed.map(({ dueAt }) => dueAt)],
  })
  return rows
}
