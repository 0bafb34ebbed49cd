import { plainCard } from '../../cards/answer.ts'
import type { Card } from '../../cards/card.ts'
import { type PostView, viewOf } from '../actions/post-view.ts'
import { Problem, toProblem } from '../errors.ts'
import type { Place } from '../model/place.ts'
import type { Post } from '../model/post.ts'
import { ownCardRank } from '../model/storm.ts'
import type { Chat, World } from '../ports.ts'
import { type Weather, weatherAt } from './storm.ts'

/** Posts shown in one turn of a place, so that one busy place lets others have their turn. */
const perTurn = 20
const longestPauseMs = 60_000
const tries = 8
const never = '9999-12-31T00:00:00.000Z'

/** Every place's turn. */
export type Show = (placeId: string) => Promise<number | undefined>

/** Places that show the same thing at the same time share one drawing of it. */
export function openOutbox(world: World): Show {
  const underWay = new Map<string, Promise<PostView | undefined>>()

  /** What was begun before a change shows the version before it, says so, and is brought up to date by the next turn. */
  function viewed({ about, audience }: Post): Promise<PostView | undefined> {
    const key = `${about} ${audience}`
    const view = underWay.get(key) ?? viewOf(world, { about, audience }).finally(() => underWay.delete(key))
    underWay.set(key, view)
    return view
  }

  return placeId => show(world, viewed, placeId)
}

type Viewed = (post: Post) => Promise<PostView | undefined>

/**
 * Makes a place show what is wanted there: in order, the most severe first where it is behind; in a storm, what is not severe is counted on one
 * card. Returns how many ms the place has to pause; undefined when nothing is left to show now.
 */
async function show(world: World, viewed: Viewed, placeId: string): Promise<number | undefined> {
  const place = await world.store.places.get(placeId)
  const chat = place && world.chats.get(place.chat)
  if (place === undefined || chat === undefined || place.blocked !== undefined) return undefined
  const weather = await weatherAt(world, placeId, chat.paceMs)
  const posts = await world.store.posts.behind(placeId, world.clock.now(), perTurn, weather.is === 'calm' ? undefined : 'counted')
  for (const post of posts) {
    const pauseMs = await showOne(world, { chat, place, post }, await viewed(post))
    if (pauseMs > 0) return pauseMs
  }
  if (posts.length > 0) return 0
  if (weather.is === 'growing') return chat.paceMs
  await lookAgain(world, placeId, weather)
  return undefined
}

/** When the next post is due, or a storm's card may change; whatever comes before is shown at once. */
async function lookAgain(world: World, placeId: string, weather: Weather): Promise<void> {
  const { nextDueAt = never } = await world.store.posts.backlog(placeId)
  const dueMs = nextDueAt === never ? Number.POSITIVE_INFINITY : Date.parse(nextDueAt) - world.clock.now().getTime()
  const ms = weather.is === 'steady' ? Math.min(dueMs, weather.lookAfterMs) : dueMs
  if (ms !== Number.POSITIVE_INFINITY) await world.store.jobs.send('place', placeId, Math.max(0, ms))
}

interface Turn {
  chat: Chat
  place: Place
  post: Post
}

/** One post made true (nothing is left to show of what is gone), or its failure noted; the pause the place needs before its next message, 0 for none. */
async function showOne(world: World, turn: Turn, view: PostView | undefined): Promise<number> {
  const { chat, place, post } = turn
  if (view === undefined || (isCounted(post) && !view.isTouched)) {
    await world.store.posts.shown(post.id, undefined, view?.version ?? post.wanted)
    return 0
  }
  try {
    const { messageId, told } = await bring(world, turn, view)
    const answeredAt = world.clock.now()
    await world.store.posts.shown(post.id, messageId, view.version, told)
    return restOf(chat.paceMs, answeredAt, world.clock.now())
  } catch (thrown) {
    return Math.max(chat.paceMs, await failed(world, place, post, toProblem(thrown)))
  }
}

/** The pause runs from the platform's answer: what we write down meanwhile is part of it. */
function restOf(paceMs: number, from: Date, now: Date): number {
  return paceMs === 0 ? 0 : Math.max(1, paceMs - (now.getTime() - from.getTime()))
}

/** A storm's card shows it, until it turns severe or somebody acts on it. */
function isCounted({ storm, messageId, shown, priority }: Post): boolean {
  return storm !== undefined && messageId === undefined && shown > 0 && priority < ownCardRank
}

async function bring(world: World, turn: Turn, view: PostView): Promise<{ messageId: string; told: number }> {
  const { chat, place, post } = turn
  const messageId = post.messageId ?? (await earlier(chat, place, post))
  if (messageId !== undefined) {
    const isThere = await inAnyForm(view.card, shape => chat.update(place, messageId, shape))
    if (isThere) await tell(world, turn, view, messageId)
    return { messageId, told: view.history }
  }
  await world.store.posts.sending(post.id, world.clock.now().toISOString())
  return { messageId: await inAnyForm(view.card, shape => chat.post(place, shape, post.id)), told: view.history }
}

/**
 * A card that changes quietly tells its thread why: all that its message and thread have not told yet, in one message. What may have been sent
 * before a crash is looked for. A thread that takes no message is let be: the card is true without it.
 */
async function tell(world: World, { chat, place, post }: Turn, view: PostView, messageId: string): Promise<void> {
  if (chat.reply === undefined) return
  const told = await toldSoFar(chat, place, post, messageId)
  const update = told === undefined ? undefined : view.update(told)
  if (update === undefined) return
  await world.store.posts.telling(post.id, view.history)
  await chat.reply(place, messageId, update, replyKey(post, told)).catch((thrown: unknown) => {
    const problem = toProblem(thrown)
    if (problem.retry || problem.code === 'PlaceGone') throw problem
    world.log.info({ place: place.id, post: post.id, error: problem }, 'a thread took no update')
  })
}

/** Undefined before the message was noted: it shows all that happened until then. */
async function toldSoFar(chat: Chat, place: Place, post: Post, messageId: string): Promise<number | undefined> {
  const isUncertain = post.telling !== undefined && chat.hasReply !== undefined
  return isUncertain && (await chat.hasReply?.(place, messageId, replyKey(post, post.told))) ? post.telling : post.told
}

/** Each part of the history is told once: the place where it begins names the update. */
function replyKey({ id }: Post, from = 0): string {
  return `${id}/${from}`
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

async function failed(world: World, place: Place, post: Post, problem: Problem): Promise<number> {
  world.log.warn({ place: place.id, post: post.id, code: problem.code, error: problem }, 'a card could not be shown')
  if (problem.code === 'PlaceGone') {
    await world.store.places.block(place.id, problem.message)
    return 0
  }
  const pauseMs = problem.retryAfterS === undefined ? backOffMs(post.attempts) : problem.retryAfterS * 1000
  const over = !problem.retry && post.attempts + 1 >= tries
  const dueAt = over ? never : new Date(world.clock.now().getTime() + pauseMs).toISOString()
  await world.store.posts.failed(post.id, problem.message, dueAt)
  return problem.retry ? pauseMs : 0
}

/** 0.5 s doubling to a minute, spread by up to a half so that many places do not come back at once. */
function backOffMs(attempts: number): number {
  return Math.min(longestPauseMs, 500 * 2 ** attempts) * (0.5 + Math.random() / 2)
}
