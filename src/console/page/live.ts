import type * as z from 'zod/mini'
import { parse } from 'zod/mini'
import { FindingNews, PostNews, RunNews } from './shapes.ts'

const gatherMs = 120
const reopenMs = 2000

export interface Hearing {
  /** Posts of these ids changed or are new. */
  posts(ids: Set<string>): void
  /** New findings, by the places they are shown in. */
  arrived(placeIds: string[]): void
  /** A finding is new or changed. */
  changed(findingId: string): void
  run(news: z.infer<typeof RunNews>): void
  /** Something changed; counts are worth reading again. */
  anything(): void
  /** The line to the bot. `again`: it was broken, so changes may have been missed. */
  line(state: 'live' | 'broken', again: boolean): void
}

/** Hears of changes as they happen, and comes back when the line breaks: the browser does by itself, but not after an answer that is an error. */
export function listen(placeOf: () => string | undefined, hearing: Hearing, wasBroken = false): void {
  const source = new EventSource('/console/api/events')
  const due = new Set<string>()
  let timer: number | undefined
  let isBroken = wasBroken

  function later(id: string): void {
    due.add(id)
    if (timer !== undefined) return
    timer = window.setTimeout(() => {
      timer = undefined
      const ids = new Set(due)
      due.clear()
      hearing.posts(ids)
    }, gatherMs)
  }

  function on<T extends z.ZodMiniType>(name: string, shape: T, hear: (news: z.infer<T>) => void): void {
    source.addEventListener(name, event => {
      hear(parse(shape, JSON.parse(event.data)))
      hearing.anything()
    })
  }

  on('post', PostNews, ({ postId, placeId }) => {
    if (placeId === placeOf()) later(postId)
  })
  on('finding', FindingNews, ({ id, posts, version }) => {
    for (const { postId, placeId } of posts) if (placeId === placeOf()) later(postId)
    hearing.changed(id)
    if (version === 1) hearing.arrived(posts.map(({ placeId }) => placeId))
  })
  on('run', RunNews, hearing.run)
  source.addEventListener('open', () => {
    hearing.line('live', isBroken)
    isBroken = false
  })
  source.addEventListener('error', () => {
    isBroken = true
    hearing.line('broken', false)
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(placeOf, hearing, true), reopenMs)
  })
}
