import { plainCard } from '../../cards/answer.ts'
import type { Card } from '../../cards/card.ts'
import { viewOf } from '../actions/post-view.ts'
import { Problem, toProblem } from '../errors.ts'
import type { Place } from '../model/place.ts'
import type { Post } from '../model/post.ts'
import type { Chat, World } from '../ports.ts'

/** Posts shown in one turn of a place, so that one busy place lets others have their turn. */
const perTurn = 20
const longestPauseMs = 60_000
const tries = 8
const never = '9999-12-31T00:00:00.000Z'

/**
 * Makes a place show what is wanted there: in order, the most severe first where it is behind. Returns after how many ms the place
 * has something again; undefined when it shows everything.
 */
export async function show(world: World, placeId: string): Promise<number | undefined> {
  const place = await world.store.places.get(placeId)
  const chat = place && world.chats.get(place.chat)
  if (place === undefined || chat === undefined || place.blocked !== undefined) return undefined
  const posts = await world.store.posts.behind(placeId, world.clock.now(), chat.paceMs > 0 ? 1 : perTurn)
  for (const post of posts) {
    const pauseMs = await showOne(world, chat, place, post)
    if (pauseMs !== undefined) return pauseMs
  }
  return posts.length === 0 ? untilNextDue(world, placeId) : Math.max(chat.paceMs, 0)
}

async function untilNextDue(world: World, placeId: string): Promise<number | undefined> {
  const { nextDueAt } = await world.store.posts.backlog(placeId)
  if (nextDueAt === undefined || nextDueAt === never) return undefined
  return Math.max(0, Date.parse(nextDueAt) - world.clock.now().getTime())
}

/** One post made true, or its failure noted; the pause the whole place needs, if any. */
async function showOne(world: World, chat: Chat, place: Place, post: Post): Promise<number | undefined> {
  const view = await viewOf(world, post)
  if (view === undefined) return undefined
  try {
    const messageId = await bring(world, chat, place, post, view.card)
    await world.store.posts.shown(post.id, messageId, view.version)
    return undefined
  } catch (thrown) {
    return failed(world, place, post, toProblem(thrown))
  }
}

async function bring(world: World, chat: Chat, place: Place, post: Post, card: Card): Promise<string> {
  const messageId = post.messageId ?? (await earlier(chat, place, post))
  if (messageId !== undefined) {
    await inAnyForm(card, shape => chat.update(place, messageId, shape))
    return messageId
  }
  await world.store.posts.sending(post.id, world.clock.now().toISOString())
  return inAnyForm(card, shape => chat.post(place, shape, post.id))
}

/** A post that was sent without an answer may be there: look before sending again. */
async function earlier(chat: Chat, place: Place, post: Post): Promise<string | undefined> {
  return post.sentAt === undefined ? undefined : chat.find?.(place, post.id)
}

/** A card the platform will not take still leaves its one line. */
async function inAnyForm<Result>(card: Card, send: (card: Card) => Promise<Result>): Promise<Result> {
  try {
    return await send(card)
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.code !== 'CardRefused') throw thrown
    return send(plainCard(card))
  }
}

async function failed(world: World, place: Place, post: Post, problem: Problem): Promise<number | undefined> {
  world.log.warn({ place: place.id, post: post.id, code: problem.code, error: problem }, 'a card could not be shown')
  if (problem.code === 'PlaceGone') {
    await world.store.places.block(place.id, problem.message)
    return undefined
  }
  const pauseMs = problem.retryAfterS === undefined ? backOffMs(post.attempts) : problem.retryAfterS * 1000
  const over = !problem.retry && post.attempts + 1 >= tries
  const dueAt = over ? never : new Date(world.clock.now().getTime() + pauseMs).toISOString()
  await world.store.posts.failed(post.id, problem.message, dueAt)
  return problem.retry ? pauseMs : undefined
}

/** 0.5 s doubling to a minute, spread by up to a half so that many places do not come back at once. */
function backOffMs(attempts: number): number {
  return Math.min(longestPauseMs, 500 * 2 ** attempts) * (0.5 + Math.random() / 2)
}
