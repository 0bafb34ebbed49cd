import { expect, test } from '@jest/globals'
import type { Card } from '../../cards/card.ts'
import { Problem } from '../../src/errors.ts'
import type { Place } from '../../src/model/place.ts'
import type { Chat } from '../../src/ports.ts'

/** What every chat promises the outbox, whatever the platform. */

/** Ways a platform fails, as far as it has them. */
export type ChatFault =
  | 'rate-limited-10s'
  | 'rate-limited'
  | 'down'
  | 'server-error'
  | 'cut-before'
  | 'cut-after'
  | 'gone'
  | 'card-refused'

export interface ChatStage {
  chat: Chat
  /** A place that can be posted to, where messages have threads if they have any. */
  place: Place
  /** Must never show in an error. */
  secrets: string[]
  /** What people see at the place now, oldest first: at least the cards' fallback texts. */
  shown(): Promise<string[]>
  /** The next call to the platform fails so; absent where a platform has no calls that fail. */
  fail?(fault: ChatFault): Promise<void>
  close(): Promise<void>
}

export function aCard(text: string): Card {
  return { fallback: text, tone: 'info', body: [{ type: 'text', text }], buttons: [], more: [] }
}

export function testChat(name: string, open: () => Promise<ChatStage>, faults: readonly ChatFault[]): void {
  async function on(run: (stage: ChatStage) => Promise<void>): Promise<void> {
    const stage = await open()
    try {
      await run(stage)
    } finally {
      await stage.close()
    }
  }

  function failing(fault: ChatFault, title: string, run: (stage: ChatStage) => Promise<void>): void {
    if (faults.includes(fault))
      test(`${name}: ${title}`, () =>
        on(async stage => {
          await stage.fail?.(fault)
          await run(stage)
        }))
  }

  test(`${name}: a post is shown and an update takes its place`, () =>
    on(async ({ chat, place, shown }) => {
      const id = await chat.post(place, aCard('first'), 'key-1')
      expect(await shown()).toEqual(['first'])
      await chat.update(place, id, aCard('second'))
      expect(await shown()).toEqual(['second'])
    }))

  test(`${name}: posts keep their order and have ids of their own`, () =>
    on(async ({ chat, place, shown }) => {
      const one = await chat.post(place, aCard('one'), 'key-1')
      const two = await chat.post(place, aCard('two'), 'key-2')
      expect(one).not.toBe(two)
      await chat.update(place, one, aCard('one changed'))
      expect(await shown()).toEqual(['one changed', 'two'])
    }))

  test(`${name}: says its name and its pace`, () =>
    on(async ({ chat, place }) => {
      expect(chat.name).toBe(place.chat)
      expect(chat.paceMs).toBeGreaterThanOrEqual(0)
    }))

  test(`${name}: what was posted is found by its key, and nothing else is`, () =>
    on(async ({ chat, place }) => {
      if (chat.find === undefined) return
      await chat.post(place, aCard('other'), 'key-0')
      const id = await chat.post(place, aCard('mine'), 'key-1')
      await chat.post(place, aCard('another'), 'key-2')
      expect(await chat.find(place, 'key-1')).toBe(id)
      expect(await chat.find(place, 'key-9')).toBeUndefined()
    }))

  test(`${name}: a reply stands under its message and is found by its key`, () =>
    on(async ({ chat, place, shown }) => {
      if (chat.reply === undefined || chat.hasReply === undefined) return
      const one = await chat.post(place, aCard('one'), 'key-1')
      const two = await chat.post(place, aCard('two'), 'key-2')
      await chat.reply(place, one, aCard('below one'), 'key-1/0')
      expect((await shown()).filter(text => text !== 'below one')).toEqual(['one', 'two'])
      expect(await chat.hasReply(place, one, 'key-1/0')).toBe(true)
      expect(await chat.hasReply(place, two, 'key-2/0')).toBe(false)
    }))

  if (faults.includes('cut-after'))
    test(`${name}: a reply whose answer got lost is uncertain, and found`, () =>
      on(async ({ chat, place, secrets, fail }) => {
        const id = await chat.post(place, aCard('x'), 'key-1')
        if (chat.reply === undefined) return
        await fail?.('cut-after')
        const problem = await problemOf(chat.reply(place, id, aCard('below'), 'key-1/0'), secrets)
        expect(problem).toMatchObject({ code: 'ChatUncertain', retry: true })
        expect(await chat.hasReply?.(place, id, 'key-1/0')).toBe(true)
      }))

  failing(
    'rate-limited-10s',
    'a rate limit says how long to wait, and nothing was posted',
    async ({ chat, place, secrets, shown }) => {
      expect(await problemOf(chat.post(place, aCard('x'), 'k'), secrets)).toMatchObject({
        code: 'RateLimited',
        retry: true,
        retryAfterS: 10,
      })
      expect(await shown()).toEqual([])
    },
  )
  failing('rate-limited', 'a rate limit without a time leaves the time to us', async ({ chat, place, secrets }) => {
    expect(await problemOf(chat.post(place, aCard('x'), 'k'), secrets)).toMatchObject({
      code: 'RateLimited',
      retryAfterS: undefined,
    })
  })
  failing('down', 'a platform that cannot be reached took nothing', async ({ chat, place, secrets }) => {
    expect(await problemOf(chat.post(place, aCard('x'), 'k'), secrets)).toMatchObject({ code: 'ChatUnavailable', retry: true })
  })
  failing('server-error', 'after a server error nobody knows', async ({ chat, place, secrets }) => {
    expect(await problemOf(chat.post(place, aCard('x'), 'k'), secrets)).toMatchObject({ retry: true })
  })
  failing(
    'cut-after',
    'an answer that got lost is uncertain, and the message is found',
    async ({ chat, place, secrets, shown }) => {
      expect(await problemOf(chat.post(place, aCard('x'), 'key-1'), secrets)).toMatchObject({
        code: 'ChatUncertain',
        retry: true,
      })
      expect(await shown()).toEqual(['x'])
      const id = await chat.find?.(place, 'key-1')
      expect(id).toEqual(expect.any(String))
      await chat.update(place, id ?? '', aCard('y'))
      expect(await shown()).toEqual(['y'])
    },
  )
  failing('cut-before', 'a line cut before is uncertain, and nothing is found', async ({ chat, place, secrets }) => {
    expect(await problemOf(chat.post(place, aCard('x'), 'key-1'), secrets)).toMatchObject({ code: 'ChatUncertain', retry: true })
    expect(await chat.find?.(place, 'key-1')).toBeUndefined()
  })
  failing('gone', 'a place that is gone says so to its owner, in a sentence', async ({ chat, place, secrets }) => {
    const problem = await problemOf(chat.post(place, aCard('x'), 'k'), secrets)
    expect(problem).toMatchObject({ code: 'PlaceGone', retry: false })
    expect(problem.message).toMatch(/^[A-Z].+\.$/)
  })
  failing('card-refused', 'a refused card is shown as its text, or refused by name', async ({ chat, place, secrets, shown }) => {
    const outcome = await chat.post(place, aCard('plain words'), 'k').catch((thrown: unknown) => thrown)
    if (outcome instanceof Problem) expect(clean(outcome, secrets)).toMatchObject({ code: 'CardRefused', retry: false })
    else expect(await shown()).toEqual(['plain words'])
  })
}

async function problemOf(work: Promise<unknown>, secrets: string[]): Promise<Problem> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(thrown instanceof Problem)) throw new Error(`expected a Problem, got ${String(thrown)}`)
  return clean(thrown, secrets)
}

function clean(problem: Problem, secrets: string[]): Problem {
  const text = `${problem.message} ${problem.stack} ${String(problem.cause)} ${JSON.stringify(problem)}`
  for (const secret of secrets) expect(text).not.toContain(secret)
  return problem
}
