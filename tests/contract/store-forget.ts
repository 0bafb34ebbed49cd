import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Notice } from '../../src/model/notice.ts'
import type { Store } from '../../src/ports.ts'
import { analyst, arrival, channel, noted, planFor, runOf, startOfTime } from '../fakes/sample-findings.ts'
import type { StoreUnderTest } from './store.ts'

const at = startOfTime.toISOString()
const before = '2025-12-31T00:00:00.000Z'
const after = '2026-04-01T00:00:00.000Z'
const nothing = { findings: 0, events: 0, notices: 0, requests: 0, deadLetters: 0, more: false }

/** What is over and old goes; what could still matter, and what keeps an effect from happening twice, stays. */
export function storeForgetContract(name: string, { open }: StoreUnderTest): void {
  describe(name, () => {
    let store: Store
    let others: Store

    beforeAll(async () => {
      store = await open('forgetting')
      others = await open('remembering')
    })
    afterAll(() => Promise.all([store.close(), others.close()]))

    const forget = (since: string, openAlertsSince = before) => store.forget({ since, openAlertsSince })

    async function opened(key: string, into = store): Promise<string> {
      const [taken] = await into.accept([arrival(key)], planFor([channel]))
      return taken?.findingId ?? ''
    }

    const resolve = (id: string, into = store) => into.change(id, noted('resolved', { status: 'resolved' }))

    test('a closed finding goes with its events, runs and posts; the same of another tenant stays', async () => {
      const id = await opened('f1')
      await store.change(id, noted('ran', { runs: [runOf(id, 1, { state: 'succeeded' })] }))
      await resolve(id)
      await resolve(await opened('f1', others), others)
      expect(await forget(before)).toEqual(nothing)
      expect(await forget(after)).toEqual({ ...nothing, findings: 1 })
      expect(await store.findings.get(id)).toBeUndefined()
      expect(await store.posts.of(id)).toEqual([])
      expect(await store.findings.runs({}, 10)).toEqual([])
      expect(await store.status()).toMatchObject({ events: 0, findings: 0, behind: 0 })
      expect(await others.status()).toMatchObject({ events: 1, findings: 1 })
    })

    test('the same event again is a new finding, with a card of its own', async () => {
      const id = await opened('f2')
      await resolve(id)
      await forget(after)
      expect(await opened('f2')).toBe(id)
      expect(await store.findings.get(id)).toMatchObject({ version: 1, status: 'active', runs: [] })
      expect(await store.posts.of(id)).toMatchObject([{ wanted: 1, shown: 0 }])
    })

    test('one with a run under way stays, and an open alert until its own time; of the rest only what is shown no more goes', async () => {
      const running = await opened('f3')
      await store.change(running, noted('runs', { status: 'resolved', runs: [runOf(running, 1, { state: 'running' })] }))
      const open = await opened('f4')
      await store.accept(
        [arrival('f4', { title: 'Newer' })],
        planFor([channel], () => new Date(at)),
      )
      expect(await forget(after)).toEqual({ ...nothing, events: 1 })
      expect((await store.findings.some([running, open])).map(({ id }) => id).sort()).toEqual([running, open].sort())
      expect((await forget(after, after)).findings).toBeGreaterThan(0)
      expect((await store.findings.some([running, open])).map(({ id }) => id)).toEqual([running])
    })

    test('more than go in one transaction', async () => {
      const keys = Array.from({ length: 1100 }, (_, index) => `many-${index}`)
      await store.accept(
        keys.map(key => arrival(key, { status: 'resolved' })),
        planFor([channel]),
      )
      expect(await forget(after)).toMatchObject({ findings: 1100 })
    })

    test('a look is forgotten whole; what had an effect is known for ever, without its words; what has no answer stays', async () => {
      for (const [id, effect] of [
        ['look', false],
        ['effect', true],
        ['open', true],
      ] as const) {
        await store.requests.open(id, '{"action":"x"}', false, at)
        await store.requests.begin(id, effect)
        if (id !== 'open') await store.requests.answer(id, '{"card":1}')
      }
      expect(await forget(before)).toEqual(nothing)
      expect(await forget(after)).toEqual({ ...nothing, requests: 2 })
      expect(await forget(after)).toEqual(nothing)
      expect(await store.requests.get('look')).toBeUndefined()
      expect(await store.requests.get('effect')).toEqual({ request: '', answer: '' })
      expect(await store.requests.get('open')).toEqual({ request: '{"action":"x"}' })
      expect(await store.requests.open('effect', '{}', true, after)).toEqual({ fresh: false, answer: '' })
      expect(await store.requests.begin('effect', true)).toEqual({ before: true, answer: '' })
    })

    test('what nobody will ever answer is forgotten whole; what is settled until it is answered stays', async () => {
      await store.requests.open('link', '{"intended":1}', false, at)
      await store.requests.open('unbegun', '{"action":"x"}', true, at)
      expect(await forget(before)).toEqual(nothing)
      expect(await forget(after)).toEqual({ ...nothing, requests: 1 })
      expect(await store.requests.get('link')).toBeUndefined()
      expect(await store.requests.get('unbegun')).toEqual({ request: '{"action":"x"}' })
    })

    test('of a closed alert it is told when that was, for as long as open ones are kept; of nothing else', async () => {
      const day = 86_400_000
      const earlier = new Date(startOfTime.getTime() - 3 * day).toISOString()
      const told: (string | undefined)[] = []
      const again = async (key: string) => {
        await store.accept([arrival(key, { at: earlier })], (_arrival, _before, closedAt) => {
          told.push(closedAt)
          return undefined
        })
      }
      await resolve(await opened('closed-1'))
      await opened('closed-2')
      await forget(after)
      await again('closed-1')
      await forget(after, after)
      for (const key of ['closed-1', 'closed-2']) await again(key)
      expect(told).toEqual([at, undefined, undefined])
    })

    test('dead letters go by their age, notices when they are over, with their posts', async () => {
      const letter = { via: 'push', body: 'x', rejection: { path: '', message: 'unknown' } }
      await store.deadLetters.keep([
        { ...letter, at },
        { ...letter, body: 'y', at: after },
      ])
      const well = { ruleId: '/r', ruleName: 'r', troubles: [], ended: 'well' as const }
      const over: Notice = {
        id: 'n-over',
        version: 1,
        at,
        changedAt: at,
        content: { type: 'rule', rules: [well] },
      }
      const trouble = { code: 'app-gone' as const, level: 'broken' as const, message: 'Gone.', remedy: 'Make it.' }
      const dead = { ruleId: '/dead', ruleName: 'dead', troubles: [trouble] }
      const open: Notice = { ...over, id: 'n-open', content: { type: 'rule', rules: [well, dead] } }
      const late: Notice = { ...over, id: 'n-late', changedAt: after }
      for (const notice of [over, open, late]) await store.notices.change(notice.id, () => ({ notice, places: [channel] }))
      expect(await forget(after)).toEqual({ ...nothing, notices: 1, deadLetters: 1 })
      expect((await store.notices.list('rule')).map(({ id }) => id)).toEqual(['n-late', 'n-open'])
      expect([await store.posts.of('n-over'), (await store.posts.of('n-open')).length]).toEqual([[], 1])
      expect((await store.deadLetters.list(10)).map(({ body }) => body)).toEqual(['y'])
    })

    test('the ledger and the history of rules stay', async () => {
      const draft = {
        at,
        who: analyst,
        action: 'run',
        on: 'f',
        input: '{}',
        phase: 'intent' as const,
        result: '',
        requestId: 'r',
      }
      await store.ledger.append(draft)
      await forget(after, after)
      expect(await store.ledger.verify()).toEqual({ entries: 1 })
    })
  })
}
