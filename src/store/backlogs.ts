import type { Post } from '../model/post.ts'
import type { Posts } from '../ports.ts'
import type { Database } from './database.ts'
import { postColumns, toPost } from './post-row.ts'
import type { PostRow } from './schema.ts'
import { together } from './together.ts'

type Backlogs = Pick<Posts, 'behind' | 'newcomers' | 'backlog'>

/** What places have yet to show. Many places take their turn at once, and are read in one statement. */
export function createBacklogs({ pool, tenant, clock }: Database): Backlogs {
  const behind = together<{ place: string; now: string; most: number; only: 'counted' | undefined }, Post[]>(async turns => {
    const { rows } = await pool.query<NumberedRow>({
      name: 'posts-behind',
      text: `select v.turn, p.* from unnest($2::text[], $3::text[], $4::int[], $5::bool[]) with ordinality as v(place, now, most, counted, turn),
        lateral (select ${columns} from posts where tenant = $1 and place_id = v.place and shown < wanted and due_at <= v.now
          and not (v.counted and ${isNewcomer}) order by priority desc, seq limit v.most) p
        order by v.turn, p.priority desc, p.seq`,
      values: [
        tenant,
        turns.map(({ place }) => place),
        turns.map(({ now }) => now),
        turns.map(({ most }) => most),
        turns.map(({ only }) => only === 'counted'),
      ],
    })
    return ofEach(turns, rows)
  })

  const newcomers = together<{ place: string; most: number }, Post[]>(async turns => {
    const { rows } = await pool.query<NumberedRow>({
      name: 'posts-newcomers',
      text: `select v.turn, p.* from unnest($2::text[], $3::int[]) with ordinality as v(place, most, turn),
        lateral (select ${columns} from posts where tenant = $1 and place_id = v.place and shown < wanted and ${isNewcomer}
          order by priority desc, seq limit v.most) p
        order by v.turn, p.priority desc, p.seq`,
      values: [tenant, turns.map(({ place }) => place), turns.map(({ most }) => most)],
    })
    return ofEach(turns, rows)
  })

  const backlog = together<string, Awaited<ReturnType<Posts['backlog']>>>(async places => {
    const { rows } = await pool.query<{ place_id: string; count: number; next: string | null }>({
      name: 'posts-backlog',
      text: `select place_id, count(*), min(due_at) filter (where due_at > $3) as next from posts
        where tenant = $1 and place_id = any($2::text[]) and shown < wanted group by place_id`,
      values: [tenant, places, clock.now().toISOString()],
    })
    const found = new Map(
      rows.map(({ place_id, count, next }) => [place_id, { count, ...(next !== null && { nextDueAt: next }) }]),
    )
    return places.map(place => found.get(place) ?? { count: 0 })
  })

  return {
    behind: (place, now, most, only) => behind({ place, now: now.toISOString(), most, only }),
    newcomers: (place, most) => newcomers({ place, most }),
    backlog,
  }
}

const columns = postColumns.join(', ')

/** A notice is no finding; what may be on its way already is not new. */
const isNewcomer = "(message_id is null and storm is null and sent_at is null and about not like 'n-%')"

/** A post, and which of the questions it answers, counted from one. */
interface NumberedRow extends PostRow {
  turn: number
}

function ofEach(turns: unknown[], rows: NumberedRow[]): Post[][] {
  const posts = Map.groupBy(rows, ({ turn }) => turn)
  return turns.map((_, index) => (posts.get(index + 1) ?? []).map(toPost))
}
