import { afterEach, describe, expect, test } from '@jest/globals'
import type { JobName, Jobs, Store } from '../../src/ports.ts'
import { arrival, noted, planFor, startOfTime } from '../fakes/sample-findings.ts'
import type { StoreUnderTest } from './store.ts'
import { until } from './waiting.ts'

type Handler = (key: string) => Promise<number | undefined>

let tenants = 0

/** The promises of the jobs: coalescing without loss, one at a time, pauses, retries, hand-over. */
export function storeJobsContract(name: string, { open }: StoreUnderTest): void {
  describe(name, () => {
    const stores: Store[] = []

    afterEach(() => Promise.all(stores.splice(0).map(store => store.close())))

    async function fresh(tenant = `jobs-${tenants++}`): Promise<Store> {
      const store = await open(tenant)
      stores.push(store)
      return store
    }

    function work(jobs: Jobs, handlers: Partial<Record<JobName, Handler>>): Promise<void> {
      const nothing: Handler = async () => undefined
      return jobs.work({ place: nothing, run: nothing, request: nothing, ...handlers })
    }

    test('sends of a waiting key coalesce; other keys and other queues have their own', async () => {
      const store = await fresh()
      for (const key of ['a', 'a', 'b', 'a']) await store.jobs.send('place', key, 0)
      await store.jobs.send('run', 'a', 0)
      const done: string[] = []
      await work(store.jobs, {
        place: async key => void done.push(`place ${key}`),
        run: async key => void done.push(`run ${key}`),
      })
      await until(() => done.length === 3)
      await store.jobs.stop()
      expect(done.sort()).toEqual(['place a', 'place b', 'run a'])
    })

    test('a send during work leads to one more turn, however many there were', async () => {
      const store = await fresh()
      let turns = 0
      await work(store.jobs, {
        place: async key => {
          turns += 1
          if (turns === 1) await Promise.all([1, 2, 3].map(() => store.jobs.send('place', key, 0)))
          return undefined
        },
      })
      await store.jobs.send('place', 'k', 0)
      await until(() => turns === 2)
      await store.jobs.stop()
      expect(turns).toBe(2)
    })

    test('a key is worked by one at a time over all processes', async () => {
      const sides = [await fresh('one-at-a-time'), await fresh('one-at-a-time')]
      let inside = 0
      let most = 0
      let turns = 0
      const handler: Handler = async () => {
        inside += 1
        most = Math.max(most, inside)
        await new Promise(done => setImmediate(done))
        inside -= 1
        turns += 1
        return turns < 30 ? 0 : undefined
      }
      for (const { jobs } of sides) await work(jobs, { place: handler })
      await Promise.all(sides.map(({ jobs }) => jobs.send('place', 'k', 0)))
      await until(() => turns >= 30)
      expect(most).toBe(1)
    })

    test('a key that takes long holds up no other', async () => {
      const store = await fresh()
      let letGo: () => void = () => undefined
      const quick: string[] = []
      await work(store.jobs, {
        place: key =>
          key === 'slow'
            ? new Promise(done => {
                letGo = () => done(undefined)
              })
            : Promise.resolve(void quick.push(key)),
      })
      await store.jobs.send('place', 'slow', 0)
      for (let index = 0; index < 60; index++) await store.jobs.send('place', `quick ${index}`, 0)
      await until(() => quick.length === 60)
      letGo()
    })

    test('nothing written is overlooked: whatever a turn could not see yet, another turn sees', async () => {
      const [writer, worker] = [await fresh('wake-ups'), await fresh('wake-ups')]
      const place = 'console:simulated:wake'
      await work(worker.jobs, {
        place: async key => {
          for (const post of await worker.posts.behind(key, new Date(), 1000)) await worker.posts.shown(post.id, 'm', post.wanted)
          return undefined
        },
      })
      const wanted = planFor([{ placeId: place, audience: 'act', priority: 1 }], () => new Date())
      for (let round = 0; round < 150; round++) await writer.accept([arrival(`w${round}`)], wanted)
      await until(async () => (await writer.posts.backlog(place)).count === 0)
      await Promise.all(Array.from({ length: 150 }, (_, round) => writer.accept([arrival(`v${round}`)], wanted)))
      await until(async () => (await writer.posts.backlog(place)).count === 0)
    })

    test('a handler that asks for a pause gets it, whatever is sent meanwhile; then one turn', async () => {
      const store = await fresh()
      const at: number[] = []
      await work(store.jobs, {
        place: async key => {
          at.push(performance.now())
          if (at.length < 3) await store.jobs.send('place', key, 0)
          return at.length === 1 ? 400 : undefined
        },
      })
      await store.jobs.send('place', 'k', 0)
      await until(() => at.length === 1)
      for (let index = 0; index < 5; index++) await store.jobs.send('place', 'k', 0)
      await until(() => at.length >= 2)
      const pause = (at[1] ?? 0) - (at[0] ?? 0)
      expect(pause).toBeGreaterThanOrEqual(400)
      expect(pause).toBeLessThan(2000)
      await until(() => at.length === 3)
    })

    test('a delayed send waits; an earlier one for the same key comes first and serves for both', async () => {
      const store = await fresh()
      const done: string[] = []
      await work(store.jobs, { run: async key => void done.push(key) })
      await store.jobs.send('run', 'later', 60_000)
      await store.jobs.send('run', 'soon', 60_000)
      await store.jobs.send('run', 'soon', 300)
      await store.jobs.send('run', 'soon', 60_000)
      await store.jobs.send('run', 'first', 0)
      await until(() => done.length === 2)
      expect(done).toEqual(['first', 'soon'])
    })

    test('a throw is retried until it works', async () => {
      const store = await fresh()
      let turns = 0
      await work(store.jobs, {
        request: async () => {
          turns += 1
          if (turns < 3) throw new Error('not yet')
          return undefined
        },
      })
      await store.jobs.send('request', 'k', 0)
      await until(() => turns === 3)
    })

    test('a change tells of the places and runs it needs, with the change', async () => {
      const store = await fresh()
      const done: string[] = []
      await work(store.jobs, { place: async key => void done.push(key), run: async key => void done.push(key) })
      const [taken] = await store.accept(
        [arrival('j1')],
        planFor([
          { placeId: 'p1', audience: 'act', priority: 1 },
          { placeId: 'p2', audience: 'act', priority: 1 },
        ]),
      )
      await until(() => done.length === 2)
      await store.change(taken?.findingId ?? '', finding => ({ ...noted('ran')(finding), watch: ['run-1'] }))
      await until(() => done.length === 5)
      expect(done.sort()).toEqual(['p1', 'p1', 'p2', 'p2', 'run-1'])
    })

    test('a request left unanswered comes back, in seconds and not at once', async () => {
      const store = await fresh()
      const done: string[] = []
      await work(store.jobs, { request: async key => void done.push(key) })
      const begun = performance.now()
      await store.requests.open('left', '{}', true, startOfTime.toISOString())
      await store.requests.open('not settled', '{}', false, startOfTime.toISOString())
      await until(() => done.length === 1)
      expect(done).toEqual(['left'])
      expect(performance.now() - begun).toBeGreaterThan(4500)
    })

    test('stop lets what runs end and takes nothing new, which another process then does', async () => {
      const [left, right] = [await fresh('stops'), await fresh('stops')]
      let letGo: () => void = () => undefined
      let ended = false
      let begun = false
      await work(left.jobs, {
        place: async () => {
          begun = true
          await new Promise<void>(done => {
            letGo = done
          })
          ended = true
          return undefined
        },
      })
      await left.jobs.send('place', 'k', 0)
      await until(() => begun)
      const stopped = left.jobs.stop()
      letGo()
      await stopped
      expect(ended).toBe(true)
      await left.jobs.send('place', 'next', 0)
      const done: string[] = []
      await work(right.jobs, { place: async key => void done.push(key) })
      await until(() => done.length === 1)
      expect(done).toEqual(['next'])
    })

    test("tenants never do each other's work, also with names that no queue could have", async () => {
      const names = ['a b/c', 'a b', 'x-6120622f63']
      const sides = await Promise.all(names.map(tenant => fresh(tenant)))
      const done: string[] = []
      for (const [index, { jobs }] of sides.entries()) await work(jobs, { place: async key => void done.push(`${index} ${key}`) })
      await Promise.all(sides.map(({ jobs }, index) => jobs.send('place', `of ${index}`, 0)))
      await until(() => done.length === 3)
      expect(done.sort()).toEqual(['0 of 0', '1 of 1', '2 of 2'])
    })
  })
}
