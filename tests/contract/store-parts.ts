import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openReceive } from '../../src/flow/receive.ts'
import { findingId } from '../../src/model/finding.ts'
import type { Place } from '../../src/model/place.ts'
import type { Post } from '../../src/model/post.ts'
import type { Store } from '../../src/ports.ts'
import { alertEvent, analyst, arrival, channel, noted, planFor, startOfTime } from '../fakes/sample-findings.ts'
import type { StoreUnderTest } from './store.ts'
import { changesUntil, refusal, until } from './waiting.ts'

const at = startOfTime.toISOString()
const later = new Date('2100-01-01T00:00:00.000Z')
const admin = { id: '00000000-0000-4000-8000-00000000000b', name: 'Admin' }

/** Posts, places, feeds, requests, ledger, dead letters, people. */
export function storePartsContract(name: string, { open }: StoreUnderTest): void {
  describe(name, () => {
    let store: Store
    let other: Store

    beforeAll(async () => {
      store = await open('parts')
      other = await open('parts')
    })
    afterAll(() => Promise.all([store.close(), other.close()]))

    describe('posts', () => {
      let count = 0

      /** A post in a place of its own. */
      async function posted(): Promise<{ post: Post; findingId: string; placeId: string }> {
        const placeId = `console:simulated:p${count++}`
        const [taken] = await store.accept(
          [arrival(`p${count}`)],
          planFor([{ ...channel, placeId }], () => new Date()),
        )
        const [post] = await store.posts.of(taken?.findingId ?? '')
        if (post === undefined) throw new Error('no post')
        return { post, findingId: post.about, placeId }
      }

      test('a finding wanted in places has a post in each that shows nothing yet', async () => {
        const places = ['x', 'y'].map((id, index) => ({
          placeId: `console:simulated:${id}`,
          audience: 'read' as const,
          priority: index,
        }))
        const [taken] = await store.accept([arrival('w1')], planFor(places))
        const posts = await store.posts.of(taken?.findingId ?? '')
        expect(posts).toMatchObject([
          { placeId: 'console:simulated:x', audience: 'read', wanted: 1, shown: 0, attempts: 0, priority: 0 },
          { placeId: 'console:simulated:y', audience: 'read', wanted: 1, shown: 0, attempts: 0, priority: 1 },
        ])
        expect(await store.posts.get(posts[0]?.id ?? '')).toEqual(posts[0])
        expect(await store.posts.get('none')).toBeUndefined()
      })

      test('a change is wanted wherever the finding is, and a place that is wanted again gets no second post', async () => {
        const { findingId, placeId } = await posted()
        await store.change(findingId, noted('changed'))
        expect(await store.posts.of(findingId)).toMatchObject([{ wanted: 2, shown: 0 }])
        await store.change(findingId, finding => ({
          ...noted('severe')(finding),
          places: [{ placeId, audience: 'read', priority: 5 }, channel],
        }))
        expect(await store.posts.of(findingId)).toMatchObject([
          { placeId, wanted: 3, audience: 'read', priority: 5 },
          { placeId: channel.placeId, wanted: 3 },
        ])
      })

      test('sending, then shown: behind no more, and told to all', async () => {
        const { post, placeId } = await posted()
        expect(await store.posts.behind(placeId, later, 10)).toMatchObject([{ id: post.id }])
        await store.posts.sending(post.id, at)
        expect(await store.posts.get(post.id)).toMatchObject({ sentAt: at })
        const told = changesUntil(other, changes => changes.some(change => change.type === 'post' && change.id === post.id))
        await store.posts.shown(post.id, 'message-1', 1)
        expect(await told).toContainEqual({ type: 'post', placeId, id: post.id })
        const shown = await store.posts.get(post.id)
        expect(shown).toMatchObject({ messageId: 'message-1', shown: 1, attempts: 0 })
        expect(shown?.sentAt).toBeUndefined()
        expect(await store.posts.behind(placeId, later, 10)).toEqual([])
        expect(await store.posts.backlog(placeId)).toEqual({ count: 0 })
      })

      test('failed: counted, due later, found again as possibly sent; a newer version is due at once', async () => {
        const { post, findingId, placeId } = await posted()
        await store.posts.sending(post.id, at)
        const due = '2099-01-01T00:00:00.000Z'
        await store.posts.failed(post.id, 'no answer', due)
        await store.posts.failed(post.id, 'no answer again', due)
        expect(await store.posts.get(post.id)).toMatchObject({
          attempts: 2,
          lastError: 'no answer again',
          dueAt: due,
          sentAt: at,
        })
        expect(await store.posts.behind(placeId, new Date(), 10)).toEqual([])
        expect(await store.posts.backlog(placeId)).toEqual({ count: 1, nextDueAt: due })
        await store.change(findingId, noted('changed'))
        expect(await store.posts.behind(placeId, new Date(), 10)).toMatchObject([{ id: post.id }])
        expect(await store.posts.backlog(placeId)).toEqual({ count: 1 })
      })

      test('an older version reported late takes nothing back', async () => {
        const { post, findingId } = await posted()
        await store.change(findingId, noted('changed'))
        await store.posts.shown(post.id, 'm', 2)
        await store.posts.shown(post.id, 'm', 1)
        expect(await store.posts.get(post.id)).toMatchObject({ shown: 2 })
      })

      test('behind: the most severe first, then the oldest, at most the limit', async () => {
        const placeId = 'console:simulated:order'
        for (const [key, priority] of [
          ['o1', 2],
          ['o2', 4],
          ['o3', 4],
          ['o4', 5],
        ] as const)
          await store.accept([arrival(key)], planFor([{ placeId, audience: 'act', priority }]))
        const titles = async (limit: number) => {
          const posts = await store.posts.behind(placeId, later, limit)
          return Promise.all(posts.map(async ({ about }) => (await store.findings.get(about))?.event.key))
        }
        expect(await titles(10)).toEqual(['o4', 'o2', 'o3', 'o1'])
        expect(await titles(2)).toEqual(['o4', 'o2'])
      })

      test('one call keeps the order of its arrivals in a place', async () => {
        const placeId = 'console:simulated:batch'
        const keys = Array.from({ length: 30 }, (_, index) => `k${(index * 7) % 30}`)
        const taken = await store.accept(
          keys.map(key => arrival(`batch-${key}`)),
          planFor([{ ...channel, placeId }]),
        )
        const posts = await store.posts.list(placeId, 100)
        expect(posts.map(({ about }) => about)).toEqual(taken.map(({ findingId }) => findingId))
      })

      test('list goes on after a post, latest ends before one, both oldest first', async () => {
        const placeId = 'console:simulated:list'
        await store.accept(
          ['1', '2', '3', '4', '5'].map(key => arrival(`list-${key}`)),
          planFor([{ ...channel, placeId }]),
        )
        const all = (await store.posts.list(placeId, 10)).map(({ id }) => id)
        expect(all).toHaveLength(5)
        expect((await store.posts.list(placeId, 2, all[1])).map(({ id }) => id)).toEqual(all.slice(2, 4))
        expect((await store.posts.latest(placeId, 2)).map(({ id }) => id)).toEqual(all.slice(3))
        expect((await store.posts.latest(placeId, 2, all[3])).map(({ id }) => id)).toEqual(all.slice(1, 3))
        expect(await refusal(store.posts.list(placeId, 2, 'none'))).toMatchObject({ code: 'BadInput', field: 'after' })
      })

      test('outcomes of many posts at once', async () => {
        const placeId = 'console:simulated:outcomes'
        await store.accept(
          Array.from({ length: 60 }, (_, index) => arrival(`oc-${index}`)),
          planFor([{ ...channel, placeId }]),
        )
        const posts = await store.posts.list(placeId, 100)
        await Promise.all(posts.map(({ id }) => store.posts.sending(id, at)))
        await Promise.all(
          posts.map(({ id }, index) =>
            index % 3 === 0 ? store.posts.failed(id, 'no', at) : store.posts.shown(id, `m${index}`, 1),
          ),
        )
        const after = await store.posts.list(placeId, 100)
        expect(after.filter(({ shown }) => shown === 1)).toHaveLength(40)
        expect(after.every(({ messageId, shown }, index) => (shown === 1) === (messageId === `m${index}`))).toBe(true)
      })
    })

    describe('places', () => {
      const place: Place = { id: 'teams:t:19:x', chat: 'teams', tenant: 't', channel: '19:x', name: 'SOC', address: '{"a":1}' }

      test('are saved, changed, blocked, and free again when saved anew', async () => {
        await store.places.save(place)
        expect(await store.places.get(place.id)).toEqual(place)
        await store.places.save({ ...place, name: 'SOC 2' })
        await store.places.block(place.id, 'The bot was removed.')
        expect(await store.places.get(place.id)).toEqual({ ...place, name: 'SOC 2', blocked: 'The bot was removed.' })
        await store.places.save(place)
        expect(await store.places.list()).toEqual([place])
        expect(await store.places.get('none')).toBeUndefined()
      })

      test('what waited for a place that was closed is due once it is saved anew', async () => {
        const asked: string[] = []
        await store.places.save(place)
        await store.places.block(place.id, 'The bot was removed.')
        await store.jobs.work({
          place: async key => {
            asked.push(key)
            return undefined
          },
        })
        await until(() => asked.includes(place.id))
        asked.length = 0
        await store.places.save(place)
        await until(() => asked.includes(place.id))
        await store.jobs.stop()
      })
    })

    describe('feeds', () => {
      test('are kept once each, listed, deleted once', async () => {
        const feed = {
          id: 'f1',
          placeId: 'p',
          filter: { severities: ['High'] },
          audience: 'act' as const,
          createdAt: at,
          by: analyst,
        }
        expect(await store.feeds.add(feed)).toEqual(feed)
        expect(await store.feeds.add(feed)).toEqual(feed)
        expect(await other.feeds.list()).toEqual([feed])
        expect(await store.feeds.delete('f1')).toBe(true)
        expect(await store.feeds.delete('f1')).toBe(false)
        expect(await store.feeds.list()).toEqual([])
      })

      test('the same in one place is there once, also when all ask at the same moment; elsewhere or otherwise it is another', async () => {
        const filter = { severities: ['High', 'Low'], words: ['SQL'] }
        const feed = (id: string) => ({ id, placeId: 'same', filter, audience: 'act' as const, createdAt: at })
        const asked = Array.from({ length: 12 }, (_, index) => feed(`same-${index}`))
        const there = await Promise.all(asked.map((one, index) => (index % 2 === 0 ? store : other).feeds.add(one)))
        expect(new Set(there.map(({ id }) => id)).size).toBe(1)
        const reworded = { ...feed('reworded'), filter: { words: ['sql', 'SQL'], severities: ['Low', 'High'] } }
        expect(await store.feeds.add(reworded)).toEqual(there[0])
        const others = [
          { ...feed('elsewhere'), placeId: 'other' },
          { ...feed('reading'), audience: 'read' as const },
          { ...feed('more'), filter: { severities: ['High', 'Low'] } },
        ]
        for (const one of others) expect(await other.feeds.add(one)).toEqual(one)
        expect((await store.feeds.list()).map(({ id }) => id).sort()).toEqual(
          [there[0]?.id, 'elsewhere', 'more', 'reading'].sort(),
        )
        for (const { id } of await store.feeds.list()) await store.feeds.delete(id)
      })

      test('a change is told to all processes, to the one that made it before it returns', async () => {
        const told = changesUntil(other, changes => changes.length > 0)
        const own: unknown[] = []
        const leave = store.onChange(change => own.push(change))
        await store.feeds.add({ id: 'f2', placeId: 'p', filter: {}, audience: 'act', createdAt: at })
        expect(own).toContainEqual({ type: 'feed' })
        expect(await told).toEqual([{ type: 'feed' }])
        leave()
        const toldAgain = changesUntil(other, changes => changes.length > 0)
        await store.feeds.delete('f2')
        await toldAgain
      })

      /** Changes are heard in the order they were made: after this, none that was made before is still to come. */
      async function heardAll(): Promise<void> {
        const last = arrival('last-change')
        const heard = changesUntil(other, changes =>
          changes.some(change => change.type === 'finding' && change.id === findingId(last.event)),
        )
        await store.accept([last], planFor([]))
        await heard
      }

      test('what is followed and unfollowed in one process counts in all, and is read once', async () => {
        let reads = 0
        const list = () => {
          reads += 1
          return other.feeds.list()
        }
        const receive = openReceive({ store: { ...other, feeds: { ...other.feeds, list } }, clock: { now: () => startOfTime } })
        const placesOf = async (key: string) => {
          const [taken] = await receive([arrival(key)])
          return (await other.posts.of(taken?.findingId ?? '')).map(({ placeId }) => placeId)
        }
        await heardAll()
        expect(await placesOf('follow-1')).toEqual([])
        expect(await placesOf('follow-2')).toEqual([])
        expect(reads).toBe(1)
        const heard = changesUntil(other, changes => changes.some(({ type }) => type === 'feed'))
        await store.feeds.add({ id: 'f3', placeId: 'console:simulated:f3', filter: {}, audience: 'act', createdAt: at })
        await heard
        expect(await placesOf('follow-3')).toEqual(['console:simulated:f3'])
        await other.feeds.delete('f3')
        expect(await placesOf('follow-4')).toEqual([])
        expect(reads).toBeLessThanOrEqual(4)
      })
    })

    describe('requests', () => {
      test('fresh once, also when asked at the same time; then the answer', async () => {
        const opened = await Promise.all(
          [store, other, store].map(each => each.requests.open('r1', '{"action":"run"}', true, at)),
        )
        expect(opened.filter(({ fresh }) => fresh)).toHaveLength(1)
        expect(await store.requests.get('r1')).toEqual({ request: '{"action":"run"}' })
        await store.requests.answer('r1', '{"card":1}')
        expect(await other.requests.open('r1', '{}', true, at)).toEqual({ fresh: false, answer: '{"card":1}' })
        expect(await store.requests.get('r1')).toEqual({ request: '', answer: '{"card":1}' })
        expect(await store.requests.get('none')).toBeUndefined()
      })

      test('an attempt says that it begins: every later one, in any process, knows', async () => {
        await store.requests.open('b1', '{}', false, at)
        expect(await store.requests.begin('b1', true)).toEqual({ before: false })
        expect(await other.requests.begin('b1', true)).toEqual({ before: true })
        await other.requests.answer('b1', '{"card":1}')
        expect(await store.requests.begin('b1', true)).toEqual({ before: true, answer: '{"card":1}' })
        expect(await refusal(store.requests.begin('none', true))).toMatchObject({ code: 'NotFound' })
      })

      test('is held by one at a time over all processes, and free again afterwards, also after a throw', async () => {
        let letGo: () => void = () => undefined
        const held = store.requests.hold(
          'h1',
          () =>
            new Promise<string>(done => {
              letGo = () => done('mine')
            }),
        )
        const free = store.requests.hold('h2', async () => 'else')
        expect(await free).toBe('else')
        expect(await other.requests.hold('h1', async () => 'theirs')).toBeUndefined()
        expect(await store.requests.hold('h1', async () => 'twice')).toBeUndefined()
        letGo()
        expect(await held).toBe('mine')
        await expect(store.requests.hold('h1', () => Promise.reject(new Error('its own')))).rejects.toThrow('its own')
        expect(await other.requests.hold('h1', async () => 'theirs')).toBe('theirs')
      })
    })

    describe('ledger', () => {
      const draft = {
        at,
        who: analyst,
        action: 'run',
        on: 'a-1',
        input: '{"logicApp":"x"}',
        phase: 'intent' as const,
        result: '',
        requestId: 'r',
      }

      test('is one chain, whoever appends', async () => {
        expect(await store.ledger.verify()).toEqual({ entries: 0 })
        const { who: _nobody, ...byAzure } = draft
        await Promise.all(
          Array.from({ length: 40 }, (_, index) =>
            [store, other][index % 2]?.ledger.append({ ...(index % 3 === 0 ? byAzure : draft), on: `a-${index % 4}` }),
          ),
        )
        const all = await store.ledger.list({}, 100)
        expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, index) => 40 - index))
        expect(all.every((entry, index) => entry.prev === (all[index + 1]?.hash ?? '0'.repeat(64)))).toBe(true)
        expect(await store.ledger.verify()).toEqual({ entries: 40 })
      })

      test('lists by what and who, newest first', async () => {
        expect(await store.ledger.list({ on: 'a-1' }, 3)).toHaveLength(3)
        expect((await store.ledger.list({ who: analyst.id }, 100)).every(({ who }) => who?.id === analyst.id)).toBe(true)
        expect(await store.ledger.list({ who: '%' }, 100)).toEqual([])
        expect((await store.ledger.list({ before: 39 }, 2)).map(({ seq }) => seq)).toEqual([38, 37])
        expect((await store.ledger.list({ after: 38 }, 5)).map(({ seq }) => seq)).toEqual([39, 40])
        expect(await store.ledger.list({ action: draft.action, phases: [draft.phase], since: draft.at }, 100)).toHaveLength(40)
        expect(await store.ledger.list({ action: 'nothing' }, 100)).toEqual([])
        expect(await store.ledger.list({ phases: [] }, 100)).toEqual([])
        expect(await store.ledger.list({ since: '9999-01-01T00:00:00.000Z' }, 100)).toEqual([])
        expect(await store.ledger.list({ on: 'nothing' }, 100)).toEqual([])
      })
    })

    describe('dead letters', () => {
      test('are kept, listed in pages, found and removed', async () => {
        const rejection = { path: 'kind', message: 'unknown' }
        await store.deadLetters.keep([])
        await store.deadLetters.keep(['one', 'two', 'th\u0000ree'].map(body => ({ at, via: 'push', body, rejection })))
        const all = await store.deadLetters.list(10)
        expect(all.map(({ body }) => body)).toEqual(['one', 'two', 'th\uFFFDree'])
        expect(all[0]).toMatchObject({ at, via: 'push', rejection })
        expect(await store.deadLetters.list(1, all[0]?.id)).toEqual([all[1]])
        expect(await store.deadLetters.get(all[2]?.id ?? '')).toEqual(all[2])
        await store.deadLetters.remove(all[0]?.id ?? '')
        expect(await store.deadLetters.list(10)).toEqual(all.slice(1))
      })

      test('the same text by the same way is one, in one call, in another, of two at once and of another process', async () => {
        const letter = { at, via: 'poll', body: 'again', rejection: { path: '', message: 'unknown' } }
        await store.deadLetters.keep([letter, letter])
        await Promise.all([store, other].map(each => each.deadLetters.keep([{ ...letter, at: later.toISOString() }])))
        await store.deadLetters.keep([
          { ...letter, via: 'push' },
          { ...letter, body: 'Again' },
        ])
        const all = (await store.deadLetters.list(100)).filter(({ body }) => body.toLowerCase() === 'again')
        expect(all.map(({ at: when, via, body }) => [when, via, body])).toEqual([
          [at, 'poll', 'again'],
          [at, 'push', 'again'],
          [at, 'poll', 'Again'],
        ])
      })

      test.each(['', 'x', '0', '-1', '1.5', '99999999999999999999', "1'; drop table x"])(
        'an id that is none finds none: %p',
        async id => {
          expect(await store.deadLetters.get(id)).toBeUndefined()
          await store.deadLetters.remove(id)
        },
      )
    })

    describe('people', () => {
      const inTeams = { chat: 'teams' as const, tenant: 't', user: 'u1' }
      const inSlack = { chat: 'slack' as const, tenant: 'T1', user: 'u1' }

      test('are linked by account, again to another, listed once, unlinked', async () => {
        expect(await store.people.of(inTeams)).toBeUndefined()
        await store.people.link(inTeams, analyst)
        await store.people.link(inSlack, analyst)
        expect(await other.people.of(inSlack)).toEqual(analyst)
        expect(await store.people.list()).toEqual([analyst])
        await store.people.link(inSlack, admin)
        expect(await store.people.list()).toEqual([admin, analyst])
        await store.people.unlink(inSlack)
        expect(await store.people.of(inSlack)).toBeUndefined()
        expect(await store.people.of(inTeams)).toEqual(analyst)
      })
    })

    test('an event whose key is very long has a finding all the same', async () => {
      const long = arrival('x'.repeat(10_000))
      expect(await store.accept([{ ...long, event: alertEvent('x'.repeat(10_000)) }], planFor([]))).toMatchObject([
        { duplicate: false },
      ])
    })
  })
}
