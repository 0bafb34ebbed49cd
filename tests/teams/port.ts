import { describe, expect, test } from '@jest/globals'
import { Problem } from '../../src/errors.ts'
import { type Place, placeId } from '../../src/model/place.ts'
import { startTeamsConnector, type TeamsFault } from '../fakes/teams-connector.ts'
import { channel } from '../fakes/teams-person.ts'
import type { Bench } from './bench.ts'
import { findingLike } from './cards.ts'

/** Cards out: what the outbox relies on. */
export function portTests(at: () => Bench): void {
  postTests(at)
  troubleTests(at)
  limitTests(at)
}

function onPort(at: () => Bench) {
  async function place(name = 'alerts'): Promise<Place> {
    await at().person(channel(name)).say('alerts')
    at().connector.messages.length = 0
    at().connector.calls.length = 0
    const found = at().places.all.get(placeId('teams', at().connector.tenantId, channel(name).id))
    if (found === undefined) throw new Error('no place')
    return found
  }

  const post = async (fault?: TeamsFault, name?: string) => {
    const where = await place(name)
    if (fault !== undefined) at().connector.failNext('post', fault)
    return at().teams.chat.post(where, findingLike, `key-${name}`)
  }

  return { place, post }
}

function postTests(at: () => Bench): void {
  const { place, post } = onPort(at)
  test('a post begins a thread of its own, signed by the bot, and an update replaces it', async () => {
    const where = await place()
    const id = await at().teams.chat.post(where, findingLike, 'k')
    const [message] = at().connector.messages
    expect(message).toMatchObject({ id, conversation: '19:alerts@thread.tacv2', summary: findingLike.fallback })
    expect(at().connector.calls[0]?.authorization).toMatch(/^Bearer bot-/)
    expect(at().connector.calls[0]?.body.replyToId).toBeFalsy()
    await at().teams.chat.update(where, id, { ...findingLike, fallback: 'Now resolved.' })
    expect(message).toMatchObject({ summary: 'Now resolved.', before: [expect.anything()] })
  })

  const refusals: [string, TeamsFault, object][] = [
    ['429 with Retry-After', { status: 429, retryAfter: '7' }, { code: 'RateLimited', retryAfterS: 7 }],
    ['429 without', { status: 429 }, { code: 'RateLimited', retryAfterS: undefined }],
    ['412', { status: 412 }, { code: 'ChatUnavailable', retry: true }],
    ['500', { status: 500 }, { code: 'ChatUnavailable', retry: true }],
    ['502', { status: 502 }, { code: 'ChatUnavailable', retry: true }],
    ['503 with Retry-After', { status: 503, retryAfter: '3' }, { code: 'ChatUnavailable', retryAfterS: 3 }],
    ['504', { status: 504 }, { code: 'ChatUnavailable', retry: true }],
    ['401', { status: 401 }, { code: 'ChatUnavailable', retry: true }],
    ['302', { status: 302 }, { code: 'ChatUnavailable' }],
    ['413', { status: 413, code: 'MessageSizeTooBig' }, { code: 'CardRefused' }],
    ['400', { status: 400, code: 'BadSyntax' }, { code: 'CardRefused' }],
    [
      '403 not in the roster',
      { status: 403, code: 'BotNotInConversationRoster' },
      { code: 'PlaceGone', message: expect.stringContaining('was removed') },
    ],
    [
      '403 blocked',
      { status: 403, code: 'ConversationBlockedByUser' },
      { code: 'PlaceGone', message: expect.stringContaining('blocked') },
    ],
    [
      '403 by an admin',
      { status: 403, code: 'BotDisabledByAdmin' },
      { code: 'PlaceGone', message: expect.stringContaining('administrator') },
    ],
    ['403 of another name', { status: 403, code: 'constructor' }, { code: 'PlaceGone' }],
    ['404', { status: 404, code: 'ConversationNotFound' }, { code: 'PlaceGone', message: expect.stringContaining('deleted') }],
    ['a cut line before', { cut: 'before' }, { code: 'ChatUncertain' }],
    ['a cut line after', { cut: 'after' }, { code: 'ChatUncertain' }],
  ]
  test.each(refusals)('%s', async (_name, fault, problem) => {
    expect(await failure(post(fault))).toMatchObject(problem)
    expect(at().connector.calls.filter(({ kind }) => kind === 'post')).toHaveLength(1)
  })
}

function troubleTests(at: () => Bench): void {
  const { place, post } = onPort(at)
  test('Retry-After as a date', async () => {
    const problem = await failure(post({ status: 429, retryAfter: new Date(Date.now() + 30_000).toUTCString() }))
    expect(problem.retryAfterS).toBeGreaterThan(25)
    expect(problem.retryAfterS).toBeLessThan(35)
  })

  test('a slow answer is uncertain, and found when it comes', async () => {
    const where = await place()
    at().connector.failNext('post', { hangMs: 700 })
    expect(await failure(at().teams.chat.post(where, findingLike, 'slow'))).toMatchObject({ code: 'ChatUncertain' })
    expect(await at().teams.chat.find?.(where, 'slow')).toBe(at().connector.messages[0]?.id)
  })

  describe('updates', () => {
    test('of a message deleted by someone are done', async () => {
      const where = await place()
      const id = await at().teams.chat.post(where, findingLike, 'k')
      at().connector.delete(id)
      await expect(at().teams.chat.update(where, id, findingLike)).resolves.toBe(false)
    })

    test('fail as posts do, but a cut line may be repeated', async () => {
      const where = await place()
      const id = await at().teams.chat.post(where, findingLike, 'k')
      const failNext = (fault: TeamsFault) => {
        at().connector.failNext('update', fault)
        return failure(at().teams.chat.update(where, id, findingLike))
      }
      expect(await failNext({ cut: 'after' })).toMatchObject({ code: 'ChatUnavailable', retry: true })
      expect(await failNext({ status: 404, code: 'ConversationNotFound' })).toMatchObject({ code: 'PlaceGone' })
      expect(await failNext({ status: 403, code: 'BotNotInConversationRoster' })).toMatchObject({ code: 'PlaceGone' })
    })
  })

  test('places without an address, or with a spoilt one, are gone rather than guessed', async () => {
    const where = await place()
    for (const address of ['', '{', '{}', 'null'])
      expect(await failure(at().teams.chat.post({ ...where, address }, findingLike, 'k'))).toMatchObject({ code: 'PlaceGone' })
    const { address: _address, ...without } = where
    expect(await failure(at().teams.chat.post(without, findingLike, 'k'))).toMatchObject({ code: 'PlaceGone' })
    expect(at().connector.calls).toEqual([])
  })

  test('an unreachable service took nothing', async () => {
    const where = await place()
    const address = where.address?.replace(at().connector.serviceUrl, `http://127.0.0.1:${await closedPort()}/teams/`) ?? ''
    expect(await failure(at().teams.chat.post({ ...where, address }, findingLike, 'k'))).toMatchObject({
      code: 'ChatUnavailable',
    })
  })
}

function limitTests(at: () => Bench): void {
  const { place } = onPort(at)
  test('the eighth message of one second is not even sent', async () => {
    const where = await place()
    for (let sent = 0; sent < 7; sent++) await at().teams.chat.post(where, findingLike, `k${sent}`)
    expect(await failure(at().teams.chat.post(where, findingLike, 'k8'))).toMatchObject({ code: 'RateLimited', retryAfterS: 1 })
    expect(at().connector.calls).toHaveLength(7)
    at().clock.at += 1000
    await at().teams.chat.post(where, findingLike, 'k8')
    expect(await failure(at().teams.chat.post(where, findingLike, 'k9'))).toMatchObject({ code: 'RateLimited', retryAfterS: 1 })
  })
}

async function closedPort(): Promise<number> {
  const connector = await startTeamsConnector()
  await connector.stop()
  return Number(new URL(connector.serviceUrl).port)
}

async function failure(work: Promise<unknown>): Promise<Problem> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(thrown instanceof Problem)) throw thrown
  return thrown
}
