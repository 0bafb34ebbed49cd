import { createHash } from 'node:crypto'
import type { Notice } from '../model/notice.ts'
import type { Post } from '../model/post.ts'
import { bearable, beginning, counted, mayTell, nextStep, ownCardRank, type Storm, told } from '../model/storm.ts'
import type { CountedPost, NoticeChange, World } from '../ports.ts'

/** Posts counted in one transaction. */
const countedAtOnce = 500
/** Before anything else: it says what is held back. */
const stormPriority = 6

/** `calm`: cards go one by one. `growing`: what waited was counted just now. `steady`: it storms, and all that came is counted. */
export type Weather = { is: 'calm' | 'growing' } | { is: 'steady'; lookAfterMs: number }

/**
 * How it is at a place, after what waits there in a storm was counted on the storm's card. One process at a time asks this of a place. All of it
 * is durable: whoever asks next, after a crash too, goes on from there.
 */
export async function weatherAt(world: World, placeId: string, paceMs: number): Promise<Weather> {
  if (paceMs === 0) return { is: 'calm' }
  const [notice, waiting] = await Promise.all([
    latestStorm(world, placeId),
    world.store.posts.newcomers(placeId, Math.max(countedAtOnce, bearable(paceMs) + 1)),
  ])
  const now = world.clock.now()
  const storm = notice && ongoing(notice)
  const id = notice?.id ?? ''
  const step = nextStep({ storm, waiting: waiting.length, paceMs, now })
  switch (step.do) {
    case 'calm':
      return { is: 'calm' }
    case 'begin':
      await count(world, await named(world, placeId, now), placeId, waiting)
      return { is: 'growing' }
    case 'count':
      await count(world, id, placeId, waiting)
      return { is: 'growing' }
    case 'tell':
      await change(world, id, current => told(current, now))
      return { is: 'growing' }
    case 'wait':
      return { is: 'steady', lookAfterMs: step.ms }
    case 'end':
      await change(world, id, current => ({ ...told(current, now), over: now.toISOString() }))
      return { is: 'calm' }
  }
}

async function latestStorm({ store }: World, placeId: string): Promise<Notice | undefined> {
  const id = await store.texts.get(pointer(placeId))
  return id === undefined ? undefined : store.notices.get(id)
}

/** The latest storm's id stands before the storm: what a crash leaves there points to nothing, and is written over. */
async function named({ store }: World, placeId: string, now: Date): Promise<string> {
  const id = `n-storm-${createHash('sha256').update(`${placeId} ${now.toISOString()}`).digest('hex').slice(0, 12)}`
  await store.texts.put(pointer(placeId), id)
  return id
}

function pointer(placeId: string): string {
  return `storm ${placeId}`
}

function ongoing({ content }: Notice): Storm | undefined {
  return content.type === 'storm' && content.over === undefined ? content : undefined
}

/** Counting and the mark at the posts are one transaction: nothing is counted twice, and nothing hidden that is not counted. */
async function count({ store, clock }: World, id: string, placeId: string, posts: Post[]): Promise<void> {
  const findings = await store.findings.some(posts.map(({ about }) => about))
  const now = clock.now()
  await store.notices.change(id, before => {
    const storm = counted((before && ongoing(before)) ?? beginning(placeId, now), findings)
    const next = mayTell(storm, now) ? told(storm, now) : storm
    const places = before === undefined ? [{ placeId, audience: 'act' as const, priority: stormPriority }] : []
    return { notice: written(id, before, next, now), places, counts: posts.map(asCounted) }
  })
}

function asCounted({ id, priority, wanted }: Post): CountedPost {
  return { id, version: priority >= ownCardRank ? 0 : wanted }
}

async function change({ store, clock }: World, id: string, next: (storm: Storm) => Storm): Promise<void> {
  await store.notices.change(id, (before): NoticeChange | undefined => {
    const storm = before && ongoing(before)
    return storm && { notice: written(id, before, next(storm), clock.now()), places: [] }
  })
}

/** The version grows only when the card is to tell more. */
function written(id: string, before: Notice | undefined, content: Storm, now: Date): Notice {
  const at = now.toISOString()
  if (before === undefined) return { id, version: 1, at, changedAt: at, content }
  const tells = ongoing(before)?.toldAt !== content.toldAt
  return { ...before, version: before.version + (tells ? 1 : 0), changedAt: at, content }
}
