import type { Card } from '../../cards/card.ts'
import { noticeCard } from '../../cards/notice.ts'
import { threadCards, updateCard } from '../../cards/update.ts'
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
  /** Length of the finding's history. */
  history: number
  /** What the thread tells of the history from there on; undefined when it is not worth a message. */
  update(from: number): Card | undefined
  /** The whole thread as it stands now. */
  thread(): Card[]
}

/** Undefined when what it is about is gone. */
export async function viewOf(world: World, { about, audience }: Pick<Post, 'about' | 'audience'>): Promise<PostView | undefined> {
  if (isNotice(about)) {
    const notice = await world.store.notices.get(about)
    if (notice === undefined) return undefined
    const { version, at } = notice
    return {
      card: noticeCard(notice, world.clock.now()),
      version,
      at,
      isTouched: false,
      history: 0,
      update: () => undefined,
      thread: () => [],
    }
  }
  const finding = await world.store.findings.get(about)
  if (finding === undefined) return undefined
  const { id: findingId, version, openedAt: at, history } = finding
  return {
    card: await cardOf(world, finding, audience),
    version,
    at,
    findingId,
    isTouched: isTouched(finding),
    history: history.length,
    update: from => updateCard(finding, from, world.clock.now()),
    thread: () => threadCards(finding, world.clock.now()),
  }
}
