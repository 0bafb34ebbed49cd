import { z } from 'zod'
import { Problem } from '../errors.ts'
import type { Post } from '../model/post.ts'
import type { Door } from '../route.ts'
import type { ConsoleDeps } from './deps.ts'
import { guarded } from './guard.ts'
import { Limit, queryAs } from './reading.ts'
import { type Rendered, rendered } from './rendered.ts'

/** `shown`: as wanted. `updating`: an older version. `waiting`: not there yet. `failing`: the last try did not get through. */
export type PostState = 'shown' | 'updating' | 'waiting' | 'failing'

export interface PostView {
  postId: string
  placeId: string
  /** Absent when the card is about something else. */
  findingId?: string
  /** Of what the card is about, as it shows it. */
  version: number
  card: Rendered
  /** What stands under it, oldest first. */
  thread: Rendered[]
  state: PostState
  at: string
  error?: string
}

const Query = z.object({
  /** An empty one is none. */
  after: z
    .string()
    .max(200)
    .transform(id => id || undefined)
    .optional(),
  before: z.string().max(200).optional(),
  latest: z.literal('1').optional(),
  limit: Limit,
})

export function placeDoors(deps: ConsoleDeps): Door[] {
  const { store } = deps.world
  return [
    guarded({
      method: 'get',
      path: '/console/api/places',
      maxBytes: 0,
      async handle() {
        const places = await store.places.list()
        return { status: 200, body: places.map(({ address: _address, chat, ...place }) => ({ ...place, platform: chat })) }
      },
    }),
    guarded({
      method: 'get',
      path: '/console/api/places/:id/posts',
      maxBytes: 0,
      async handle(request) {
        const place = await store.places.get(request.params.id ?? '')
        if (place === undefined) throw new Problem('NotFound', 'There is no such place.', { field: 'id' })
        const posts = await listed(deps, place.id, queryAs(Query, request))
        return { status: 200, body: await viewsOf(deps, posts) }
      },
    }),
    guarded({
      method: 'get',
      path: '/console/api/posts/:id',
      maxBytes: 0,
      async handle(request) {
        const post = await store.posts.get(request.params.id ?? '')
        const [view] = post === undefined ? [] : await viewsOf(deps, [post])
        if (view === undefined) throw new Problem('NotFound', 'There is no such post.', { field: 'id' })
        return { status: 200, body: view }
      },
    }),
  ]
}

/** Oldest first either way: after a post, or the newest (before a post). */
function listed(
  { world: { store } }: ConsoleDeps,
  placeId: string,
  { after, before, latest, limit }: z.infer<typeof Query>,
): Promise<Post[]> {
  if (before === undefined && latest === undefined) return store.posts.list(placeId, limit, after)
  return store.posts.latest(placeId, limit, before)
}

async function viewsOf(deps: ConsoleDeps, posts: Post[]): Promise<PostView[]> {
  const views = await Promise.all(posts.map(post => viewOf(deps, post)))
  return views.filter(view => view !== undefined)
}

async function viewOf({ shows }: ConsoleDeps, post: Post): Promise<PostView | undefined> {
  const shown = await shows(post)
  if (shown === undefined) return undefined
  const { card, thread, version, at, findingId } = shown
  const { id: postId, placeId, lastError } = post
  const state = stateOf(post)
  const error = state === 'failing' && lastError !== undefined ? { error: lastError } : {}
  return {
    postId,
    placeId,
    ...(findingId !== undefined && { findingId }),
    version,
    at,
    card: rendered(card),
    thread: thread().map(rendered),
    state,
    ...error,
  }
}

export function stateOf(post: Post): PostState {
  if (post.shown >= post.wanted) return 'shown'
  if (post.lastError !== undefined) return 'failing'
  return post.shown === 0 ? 'waiting' : 'updating'
}
