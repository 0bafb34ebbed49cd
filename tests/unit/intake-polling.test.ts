import { expect, test } from '@jest/globals'
import { Problem } from '../../src/errors.ts'
import { pauseMs, startPolling } from '../../src/intake/poller.ts'
import { type Poll, poll } from '../../src/intake/polling.ts'
import { silent } from '../../src/log.ts'
import type { Kind } from '../../src/model/event.ts'
import { type FakeInbox, fakeInbox } from '../fakes/inbox.ts'

const now = new Date('2026-11-24T05:00:00Z')
const clock = { now: () => now }

function alert(id: string, change: object = {}): string {
  return JSON.stringify({
    name: id,
    type: 'Microsoft.Security/Locations/alerts',
    properties: { alertDisplayName: 'Title', severity: 'High', status: 'Active', ...change },
  })
}

type Pages = (string[] | Problem)[]

/** What Azure lists per subscription; a Problem in place of a page cuts the list there. */
function listing(lists: Record<string, Pages>) {
  return async function* listEvents(subscription: string) {
    for (const page of lists[subscription] ?? []) {
      if (page instanceof Problem) throw page
      yield page
    }
  }
}

function polling(inbox: FakeInbox, lists: Record<string, Pages>): Poll {
  return { receive: inbox.receive, deadLetters: inbox.deadLetters, azure: { listEvents: listing(lists) }, clock, seen: new Map() }
}

test('what did not change costs nothing, what did is handed on, changes back and forth too', async () => {
  const inbox = fakeInbox()
  const lists: Record<string, Pages> = { one: [[alert('a'), alert('b')], [alert('c')]] }
  const state = polling(inbox, lists)
  expect(await poll(state, ['one'], 'alert')).toMatchObject({ read: 3, fresh: 3 })
  const calls = inbox.calls
  expect(await poll(state, ['one'], 'alert')).toMatchObject({ read: 3, fresh: 0 })
  expect(inbox.calls).toBe(calls)
  for (const status of ['Resolved', 'Active']) {
    lists.one = [[alert('a', { status }), alert('b'), alert('c')]]
    expect(await poll(state, ['one'], 'alert')).toMatchObject({ read: 3, fresh: 1 })
  }
  expect(inbox.arrivals.map(arrival => arrival.event.key)).toEqual(['a', 'b', 'c', 'a', 'a'])
  expect(inbox.arrivals[0]).toMatchObject({ via: 'poll', body: alert('a'), receivedAt: now.toISOString() })
})

test('a failing subscription is named and does not stop the others; afterwards nothing is missed', async () => {
  const inbox = fakeInbox()
  const limited = new Problem('RateLimited', undefined, { retryAfterS: 9 })
  const lists: Record<string, Pages> = { one: [[alert('a')], limited], two: [[alert('b')]] }
  const state = polling(inbox, lists)
  const round = await poll(state, ['one', 'two'], 'alert')
  expect(round.failed).toEqual([{ subscription: 'one', problem: limited }])
  expect(inbox.arrivals.map(arrival => arrival.event.key)).toEqual(['a', 'b'])
  // Back to what it was before the cut round, which only saw the change.
  lists.one = [[alert('a')]]
  await poll(state, ['one'], 'alert')
  lists.one = [[alert('a', { status: 'Resolved' })], limited]
  await poll(state, ['one'], 'alert')
  lists.one = [[alert('a')]]
  await poll(state, ['one'], 'alert')
  expect(inbox.arrivals.at(-1)?.event).toMatchObject({ key: 'a', status: 'active' })
})

test('what the database refused comes again', async () => {
  const inbox = fakeInbox()
  const state = polling(inbox, { one: [[alert('a')]] })
  inbox.failure = new Problem('StoreUnavailable')
  expect((await poll(state, ['one'], 'alert')).failed).toHaveLength(1)
  inbox.failure = undefined
  expect(await poll(state, ['one'], 'alert')).toMatchObject({ fresh: 1, failed: [] })
})

test('a rejection is kept once, a snapshot not at all, a large page goes in batches', async () => {
  const inbox = fakeInbox()
  const snapshot = JSON.stringify({
    type: 'Microsoft.Security/assessments',
    id: '/subscriptions/s/providers/Microsoft.Security/assessments/k',
    securityEventDataEnrichment: { isSnapshot: true },
    properties: { displayName: 'x', status: { code: 'Healthy' } },
  })
  const page = [...Array.from({ length: 450 }, (_, n) => alert(`n${n}`)), '{"type":"Foo"}', snapshot, 'broken']
  const state = polling(inbox, { one: [page] })
  expect(await poll(state, ['one'], 'recommendation')).toEqual({ read: 453, fresh: 450, rejected: 2, failed: [] })
  await poll(state, ['one'], 'recommendation')
  expect(inbox.calls).toBe(3)
  expect([...inbox.letters.values()].map(letter => [letter.via, letter.body])).toEqual([
    ['poll', '{"type":"Foo"}'],
    ['poll', 'broken'],
  ])
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise<void>(resolve => setImmediate(resolve))
}

test('the poller looks at once and again; stop waits for the page at hand and then nothing more is asked', async () => {
  const inbox = fakeInbox()
  const asked: [string, Kind][] = []
  let release: (() => void) | undefined
  const held = new Promise<void>(resolve => {
    release = resolve
  })
  async function* listEvents(subscription: string, kind: Kind) {
    asked.push([subscription, kind])
    if (asked.length === 7) await held
    yield kind === 'alert' ? [alert(subscription)] : []
  }
  const subscriptions = async () => [
    { id: 'one', name: 'One', tenantId: 't' },
    { id: 'two', name: 'Two', tenantId: 't' },
  ]
  const poller = startPolling({ ...inbox, azure: { listEvents, subscriptions }, clock, log: silent, everyMs: 1 })
  await until(() => asked.length === 7)
  const stopped = poller.stop()
  let ended = false
  void stopped.then(() => {
    ended = true
  })
  await new Promise<void>(resolve => setImmediate(resolve))
  expect(ended).toBe(false)
  release?.()
  await stopped
  expect(asked.slice(0, 6).map(([subscription, kind]) => `${subscription} ${kind}`)).toEqual([
    'one alert',
    'two alert',
    'one recommendation',
    'two recommendation',
    'one compliance',
    'two compliance',
  ])
  expect(asked.slice(6)).toEqual([['one', 'alert']])
  expect(new Set(inbox.arrivals.map(arrival => arrival.event.key))).toEqual(new Set(['one', 'two']))
})

test('a poller whose Azure is away keeps asking, and still stops', async () => {
  let asked = 0
  const azure = {
    listEvents: listing({}),
    subscriptions: async () => {
      asked += 1
      throw new Problem('AzureUnavailable')
    },
  }
  const poller = startPolling({ ...fakeInbox(), azure, clock, log: silent, everyMs: 1 })
  await until(() => asked >= 3)
  await poller.stop()
})

test.each([
  [60_000, 0, undefined, 60_000],
  [60_000, 1, undefined, 120_000],
  [60_000, 9, undefined, 900_000],
  [60_000, 1, 1_000, 1_000_000],
  [60_000, 1, 5, 120_000],
  [3_600_000, 3, undefined, 3_600_000],
])('every %i ms, %i failures, Azure asks for %s s: the pause is %i ms', (everyMs, failures, retryAfterS, expected) => {
  const problems = retryAfterS === undefined ? [] : [new Problem('RateLimited', undefined, { retryAfterS })]
  expect(pauseMs(everyMs, failures, problems)).toBe(expected)
})
