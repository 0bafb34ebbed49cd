import type { Card } from '../../cards/card.ts'
import { noticeCard } from '../../cards/notice.ts'
import { isNotice } from '../model/notice.ts'
import type { Post } from '../model/post.ts'
import { isTouched } from '../model/storm.ts'
import type { World } from '../ports.ts'
import { cardOf } from './finding-view.ts'

/** What a post shows now. */
export interface PostView {
  card: Card
  version: number
  /** When it began, ISO. */
  at: string
  findingId?: string
  /** Somebody has taken part in the finding. */
  isTouched: boolean
}

/** Undefined when what it is about is gone. */
export async function viewOf(world: World, { about, audience }: Pick<Post, 'about' | 'audience'>): Promise<PostView | undefined> {
  if (isNotice(about)) {
    const notice = await world.store.notices.get(about)
    return notice && { card: noticeCard(notice, world.clock.now()), version: notice.version, at: notice.at, isTouched: false }
  }
  const finding = await world.store.findings.get(about)
  if (finding === undefined) return undefined
  const { id: findingId, version, openedAt: at } = finding
  return { card: await cardOf(world, finding, audience), version, at, findingId, isTouched: isTouched(finding) }
}
