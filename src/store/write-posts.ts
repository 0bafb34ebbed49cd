import { hash } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { WantedPost } from '../ports.ts'
import { inOneGo } from './database.ts'
import type { Draft } from './draft.ts'

/** A post that shows less than is wanted by now. */
export interface Touched {
  id: string
  placeId: string
}

interface TouchedRow {
  id: string
  place_id: string
}

/** One finding or notice has one post in a place, whoever wants it how often. Begins with its id and a dot. */
export function postId(about: string, placeId: string): string {
  return `${about}.${hash('sha256', placeId).slice(0, 16)}`
}

/** All posts a finding has want its newest version; new places get theirs. */
export async function writePosts(client: PoolClient, tenant: string, drafts: Draft[], now: string): Promise<Touched[]> {
  const known = drafts.filter(({ before }) => before !== undefined).map(({ finding: { id, version } }) => ({ id, version }))
  return touchPosts(client, tenant, known, wantedOf(drafts), now)
}

/** What cards are about, at its newest version. */
interface Subject {
  id: string
  version: number
}

/** Posts of what is known already want its newest version. A post that waits after a failure is due at once: what it shows changed. */
export async function touchPosts(
  client: PoolClient,
  tenant: string,
  known: Subject[],
  wanted: Wanted[],
  now: string,
): Promise<Touched[]> {
  const [, added, bumped] = await inOneGo([
    lockPosts(client, tenant, known),
    want(client, tenant, wanted, now),
    bump(client, tenant, known, now),
  ])
  return [...added, ...bumped].map(({ id, place_id }) => ({ id, placeId: place_id }))
}

/** In order of their ids, as everybody does who writes several. */
async function lockPosts(client: PoolClient, tenant: string, subjects: Subject[]): Promise<void> {
  if (subjects.length === 0) return
  await client.query({
    name: 'lock-posts',
    text: `select 1 from posts p join unnest($2::text[]) as v(id) on p.id > v.id || '.' and p.id < v.id || '/'
      where p.tenant = $1 order by p.id for update of p`,
    values: [tenant, subjects.map(({ id }) => id)],
  })
}

export interface Wanted extends WantedPost {
  id: string
  about: string
  version: number
}

function wantedOf(drafts: Draft[]): Wanted[] {
  const all = drafts.flatMap(({ finding, steps }) =>
    steps.flatMap(({ change }) =>
      change.places.map(place => ({
        ...place,
        id: postId(finding.id, place.placeId),
        about: finding.id,
        version: finding.version,
      })),
    ),
  )
  return [...new Map(all.map(post => [post.id, post])).values()]
}

async function want(client: PoolClient, tenant: string, posts: Wanted[], now: string): Promise<TouchedRow[]> {
  if (posts.length === 0) return []
  const { rows } = await client.query<TouchedRow>({
    name: 'want-posts',
    text: `insert into posts as p (tenant, id, place_id, about, audience, wanted, shown, priority, attempts, due_at)
      select $1, v.id, v.place, v.about, v.audience, v.wanted, 0, v.priority, 0, $8
      from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::int[]) as v(id, place, about, audience, wanted, priority)
      on conflict (tenant, id) do update set wanted = excluded.wanted, audience = excluded.audience, priority = excluded.priority,
        due_at = least(p.due_at, excluded.due_at)
      returning id, place_id`,
    values: [
      tenant,
      posts.map(({ id }) => id),
      posts.map(({ placeId }) => placeId),
      posts.map(({ about }) => about),
      posts.map(({ audience }) => audience),
      posts.map(({ version }) => version),
      posts.map(({ priority }) => priority),
      now,
    ],
  })
  return rows
}

/** By the range of the key that begins with the subject's id: a slash follows the dot. */
async function bump(client: PoolClient, tenant: string, subjects: Subject[], now: string): Promise<TouchedRow[]> {
  if (subjects.length === 0) return []
  const { rows } = await client.query<TouchedRow>({
    name: 'bump-posts',
    text: `update posts p set wanted = v.version, due_at = least(p.due_at, $4) from unnest($2::text[], $3::int[]) as v(id, version)
      where p.tenant = $1 and p.id > v.id || '.' and p.id < v.id || '/' and p.wanted < v.version returning p.id, p.place_id`,
    values: [tenant, subjects.map(({ id }) => id), subjects.map(({ version }) => version), now],
  })
  return rows
}
