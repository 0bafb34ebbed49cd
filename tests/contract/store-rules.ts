import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Notice } from '../../src/model/notice.ts'
import type { RuleVersion } from '../../src/model/rule.ts'
import type { PastEvent, Store } from '../../src/ports.ts'
import { alertEvent, analyst, arrival, channel, noted, planFor } from '../fakes/sample-findings.ts'
import type { StoreUnderTest } from './store.ts'

const at = '2026-03-01T10:00:00.000Z'
const id = 'n-news'

function news(version: number, troubles: number): Notice {
  const trouble = { code: 'app-gone', level: 'broken', message: 'Its logic app is gone.' } as const
  const content = {
    type: 'rule' as const,
    rules: [{ ruleId: '/r', ruleName: 'R', troubles: Array.from({ length: troubles }, () => trouble) }],
  }
  return { id, version, at, changedAt: at, content }
}

function version(requestId: string, what: RuleVersion['what']): RuleVersion {
  return { ruleId: '/Subscriptions/S/Automations/R', at, by: analyst, what, requestId }
}

async function all(pages: AsyncIterable<PastEvent[]>): Promise<PastEvent[]> {
  const events: PastEvent[] = []
  for await (const page of pages) events.push(...page)
  return events
}

/** What a store keeps for rules: notices with posts, the past, history, small texts. */
export function storeRulesContract(name: string, { open }: StoreUnderTest): void {
  describe(name, () => {
    let store: Store
    beforeAll(async () => {
      store = await open('rules')
    })
    afterAll(() => store.close())

    test('a notice is wanted where it is told, again when it changes, and not when nothing does', async () => {
      const placeId = channel.placeId
      await store.notices.change(id, () => ({ notice: news(1, 1), places: [{ placeId, audience: 'read', priority: 3 }] }))
      expect(await store.posts.of(id)).toMatchObject([{ about: id, placeId, audience: 'read', wanted: 1, shown: 0 }])
      await store.notices.change(id, before => before && { notice: news(before.version + 1, 0), places: [] })
      expect(await store.posts.of(id)).toMatchObject([{ wanted: 2 }])
      expect(await store.notices.change(id, () => undefined)).toBeUndefined()
      expect(await store.notices.get(id)).toEqual(news(2, 0))
      expect(await store.notices.list('rule')).toEqual([news(2, 0)])
      expect(await store.notices.list('deployment')).toEqual([])
    })

    describe('a storm', () => {
      const placeId = 'slack:t:storm'
      const stormId = 'n-storm-1'
      const now = new Date('2100-01-01T00:00:00.000Z')
      const severities = ['Medium', 'High', 'Low'] as const
      const ids: string[] = []

      beforeAll(async () => {
        for (const severity of severities) {
          const priority = severity === 'High' ? 4 : 2
          const [taken] = await store.accept(
            [arrival(`storm-${severity}`, { severity })],
            planFor([{ ...channel, placeId, priority }]),
          )
          ids.push(taken?.findingId ?? '')
        }
      })

      const newcomers = async () => (await store.posts.newcomers(placeId, 10)).map(({ about }) => about)
      const behind = async (only?: 'counted') => (await store.posts.behind(placeId, now, 10, only)).map(({ about }) => about)

      test('sees what waits for its first message, most severe first, then oldest, and holds it back until it is counted', async () => {
        const inOrder = [ids[1], ids[0], ids[2]]
        expect(await newcomers()).toEqual(inOrder)
        // Whatever waits before it, a severe one is counted in the next turn: it is held back no longer.
        expect((await store.posts.newcomers(placeId, 1)).map(({ about }) => about)).toEqual([ids[1]])
        expect(await behind()).toEqual(inOrder)
        expect(await behind('counted')).toEqual([])
        expect((await store.findings.some([...ids, 'a-none'])).map(({ id }) => id).sort()).toEqual([...ids].sort())
      })

      test('marks what it counts with its own change, or not at all', async () => {
        const posts = await store.posts.newcomers(placeId, 10)
        const counts = posts.map(({ id, priority }) => ({ id, version: priority < 4 ? 1 : 0 }))
        const failing = store.notices.change(stormId, () => {
          throw new Error('no')
        })
        await expect(failing).rejects.toThrow()
        expect(await newcomers()).toHaveLength(ids.length)
        const places = [{ placeId, audience: 'act' as const, priority: 6 }]
        await store.notices.change(stormId, () => ({ notice: { ...news(1, 1), id: stormId }, places, counts }))
        expect(await newcomers()).toEqual([])
        expect(await behind('counted')).toEqual([stormId, ids[1]])
        expect(await store.posts.of(ids[0] ?? '')).toMatchObject([{ storm: stormId, shown: 1 }])
        expect(await store.posts.of(ids[1] ?? '')).toMatchObject([{ storm: stormId, shown: 0 }])
        const page = await store.findings.list({ storm: stormId }, 2)
        expect([page.total, page.items.length, page.next === undefined]).toEqual([3, 2, false])
        expect((await store.findings.list({ storm: 'n-storm-2' }, 2)).total).toBe(0)
      })

      test('what it counts is behind again when it changes, and shown again without a message of its own', async () => {
        const [id = ''] = ids
        await store.change(id, noted('updated by Azure'))
        expect(await behind('counted')).toContain(id)
        const [post] = await store.posts.of(id)
        await store.posts.shown(post?.id ?? '', undefined, 2)
        const [after] = await store.posts.of(id)
        expect(after).toMatchObject({ shown: 2, wanted: 2 })
        expect(after).not.toHaveProperty('messageId')
      })
    })

    test('makers of one notice see what the other made', async () => {
      const seen = await Promise.all(
        [1, 2, 3].map(async () => {
          let known = 0
          await store.notices.change('n-race', before => {
            known = before?.version ?? 0
            return { notice: { ...news(known + 1, 0), id: 'n-race' }, places: [] }
          })
          return known
        }),
      )
      expect(seen.sort()).toEqual([0, 1, 2])
    })

    test('the past comes back by kind, subscription and time, oldest first, bodies to the letter, over pages', async () => {
      const events = Array.from({ length: 1203 }, (_, index) => ({
        ...arrival(`past-${index}`),
        receivedAt: new Date(Date.parse(at) + index * 1000).toISOString(),
      }))
      await store.accept(events, planFor([]))
      const { subscription } = alertEvent('past-0')
      const since = events[200]?.receivedAt ?? ''
      const found = await all(store.events.since({ kind: 'alert', since, subscriptions: [subscription.toUpperCase()] }))
      expect(found.map(({ body }) => body)).toEqual(events.slice(200).map(({ body }) => body))
      const newest = store.events.since({ kind: 'alert', since, subscriptions: [subscription], newestFirst: true })
      expect((await all(newest)).map(({ body }) => body)).toEqual(
        events
          .slice(200)
          .map(({ body }) => body)
          .reverse(),
      )
      expect(await all(store.events.since({ kind: 'compliance', since, subscriptions: [subscription] }))).toEqual([])
      expect(await all(store.events.since({ kind: 'alert', since, subscriptions: ['another'] }))).toEqual([])
    })

    test('the history of a rule is newest first, once per request, whatever the case of its id', async () => {
      await store.ruleHistory.append(version('1', 'created'))
      await store.ruleHistory.append(version('2', 'edited'))
      await store.ruleHistory.append(version('2', 'edited'))
      const found = await store.ruleHistory.list('/subscriptions/s/automations/r', 10)
      expect(found.map(({ what }) => what)).toEqual(['edited', 'created'])
      expect(await store.ruleHistory.list('/subscriptions/s/automations/r', 1)).toHaveLength(1)
      expect(await store.ruleHistory.list('/other', 10)).toEqual([])
    })

    test('small texts', async () => {
      await store.texts.put('a/1', 'one')
      await store.texts.put('a/1', 'uno')
      await store.texts.put('a/2', 'due')
      await store.texts.put('b', 'other')
      expect(await store.texts.get('a/1')).toBe('uno')
      expect(await store.texts.names('a/')).toEqual(['a/1', 'a/2'])
      await store.texts.remove('a/1')
      expect(await store.texts.get('a/1')).toBeUndefined()
    })
  })
}
