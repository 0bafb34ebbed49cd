import * as z from 'zod/mini'
import {
  Answered,
  Board,
  Choices,
  Completions,
  DeadLetters,
  Failure,
  Places,
  Players,
  Post,
  Posts,
  type Press,
  Replayed,
} from './shapes.ts'

const root = '/console/api'

/** What went wrong, in a sentence for the person. */
export class Refusal extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

const unreachable = 'The bot does not answer. It may be starting again; this page keeps trying.'

async function call<T extends z.ZodMiniType>(path: string, shape: T, body?: object): Promise<z.infer<T>> {
  const init =
    body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(`${root}/${path}`, init).catch(() => {
    throw new Refusal('Unreachable', unreachable)
  })
  const content: unknown = await response.json().catch(() => undefined)
  if (response.ok) return z.parse(shape, content)
  const failure = z.safeParse(Failure, content)
  throw failure.success
    ? new Refusal(failure.data.error.code, failure.data.error.message)
    : new Refusal('Unreachable', unreachable)
}

export const people = () => call('people', Players)
export const places = () => call('places', Places)
export const board = () => call('status', Board)
export const post = (id: string) => call(`posts/${encodeURIComponent(id)}`, Post)
export const deadLetters = () => call('dead-letters', DeadLetters)
export const replay = (id: string) => call(`dead-letters/${encodeURIComponent(id)}/replay`, Replayed, {})
export const complete = (text: string) => call(`verbs?text=${encodeURIComponent(text)}`, Completions)

export function postsOf(placeId: string, which: { after?: string; before?: string; limit: number }) {
  const query = new URLSearchParams({ limit: String(which.limit) })
  if (which.after !== undefined) query.set('after', which.after)
  else query.set('latest', '1')
  if (which.before !== undefined) query.set('before', which.before)
  return call(`places/${encodeURIComponent(placeId)}/posts?${query}`, Posts)
}

/** Who asks, and where. */
export interface Asker {
  as: string
  placeId?: string | undefined
}

export function perform({ action, input, findingId }: Press, asker: Asker): Promise<Answered> {
  return asked('actions', { action, input, findingId, ...asker })
}

export function command(text: string, asker: Asker): Promise<Answered> {
  return asked('commands', { text, ...asker })
}

/** Ids of what got no answer, by what was asked. */
const unanswered = new Map<string, string>()

/** Each press is a request of its own, but a lost answer is asked for under the same id, by itself or by hand: nothing happens twice. */
async function asked(path: string, wanted: object): Promise<Answered> {
  const key = JSON.stringify([path, wanted])
  const requestId = unanswered.get(key) ?? crypto.randomUUID()
  unanswered.set(key, requestId)
  try {
    const answer = await persistently(() => call(path, Answered, { requestId, ...wanted }))
    unanswered.delete(key)
    return answer
  } catch (thrown) {
    if (!isLost(thrown)) unanswered.delete(key)
    throw thrown
  }
}

async function persistently<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask()
  } catch (thrown) {
    if (!isLost(thrown)) throw thrown
    await new Promise(resolve => setTimeout(resolve, 1200))
    return ask()
  }
}

/** It is not known whether the bot heard it. */
export function isLost(thrown: unknown): boolean {
  return thrown instanceof Refusal && thrown.code === 'Unreachable'
}

export function choices(press: Press, field: string, typed: string, asker: Asker) {
  const { action, input, findingId } = press
  return call('choices', Choices, { action, input, findingId, field, typed, ...asker })
}
