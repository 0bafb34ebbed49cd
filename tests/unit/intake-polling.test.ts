import { expect, test } from '@jest/globals'
import { Problem } from '../../src/errors.ts'
import { openPolls, pauseMs } from '../../src/intake/poller.ts'
import { type Poll, poll } from '../../src/intake/polling.ts'
import { silent } from '../../src/log.ts'
import type { Kind } from '../../src/model/event.ts'
import { type FakeInbox, fakeInbox } from '../fakes/inbox.ts'
import { fakeTexts } from '../fakes/texts.ts'

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
  return {
    receive: inbox.receive,
    deadLetters: inbox.deadLetters,
    azure: { listEvents: listing(lists) },
    clock,
    texts: fakeTexts(),
  }
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

test('a look that dies hands everything on again: what it had handed on may have changed back since', async () => {
  const inbox = fakeInbox()
  const lists: Record<string, Pages> = { one: [[alert('a')], [alert('b')]] }
  const state = polling(inbox, lists)
  await poll(state, ['one'], 'alert')
  lists.one = [[alert('a', { status: 'Resolved' })], [alert('b')]]
  const dying = { ...state, texts: { ...state.texts, put: () => Promise.reject(new Problem('StoreUnavailable')) } }
  expect((await poll(dying, ['one'], 'alert')).failed).toHaveLength(1)
  lists.one = [[alert('a')], [alert('b')]]
  expect(await poll(state, ['one'], 'alert')).toMatchObject({ fresh: 2 })
  expect(inbox.arrivals.findLast(({ event }) => event.key === 'a')?.event).toMatchObject({ status: 'active' })
})

test('another process goes on where this one stopped; a look without news writes nothing', async () => {
  const inbox = fakeInbox()
  const state = polling(inbox, { one: [[alert('a'), '{"type":"Foo"}']] })
  await poll(state, ['one'], 'alert')
  const readOnly = {
    ...state.texts,
    put: () => Promise.reject(new Error('written')),
    remove: () => Promise.reject(new Error('removed')),
  }
  const other = polling(fakeInbox(), { one: [[alert('a'), '{"type":"Foo"}']] })
  expect(await poll({ ...other, texts: readOnly }, ['one'], 'alert')).toEqual({ read: 2, fresh: 0, rejected: 0, failed: [] })
})

const two = async () => [
  { id: 'one', name: 'One', tenantId: 't' },
  { id: 'two', name: 'Two', tenantId: 't' },
]

test('one turn a kind, each subscription in it; alerts are due soonest; stop waits for the page at hand and asks nothing more', async () => {
  const inbox = fakeInbox()
  const asked: [string, Kind][] = []
  const [begun, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  async function* listEvents(subscription: string, kind: Kind) {
    asked.push([subscription, kind])
    if (asked.length === 7) {
      begun.resolve()
      await held.promise
    }
    yield kind === 'alert' ? [alert(subscription)] : []
  }
  const polls = openPolls({ ...polling(inbox, {}), azure: { listEvents, subscriptions: two }, log: silent, everyMs: 1000 })
  const dueMs: number[] = []
  for (const turn of Object.values(polls.turns)) dueMs.push(await turn())
  expect(dueMs).toEqual([1000, 5000, 15_000])
  expect(asked.map(([subscription, kind]) => `${subscription} ${kind}`)).toEqual(
    ['alert', 'recommendation', 'compliance'].flatMap(kind => [`one ${kind}`, `two ${kind}`]),
  )
  const last = polls.turns['poll-alert']?.()
  await begun.promise
  const ends: string[] = []
  const stopped = Promise.all([last?.then(() => ends.push('page')), polls.stop().then(() => ends.push('stop'))])
  await new Promise<void>(resolve => setImmediate(resolve))
  expect(ends).toEqual([])
  held.resolve()
  await stopped
  expect(ends).toEqual(['page', 'stop'])
  await polls.turns['poll-alert']?.()
  expect(asked.slice(6)).toEqual([['one', 'alert']])
  expect(new Set(inbox.arrivals.map(arrival => arrival.event.key))).toEqual(new Set(['one', 'two']))
})

test('an Azure that is away is asked more and more seldom, one that forbids a subscription as usual', async () => {
  let thrown = new Problem('AzureUnavailable')
  const subscriptions = async () => {
    throw thrown
  }
  const turn = openPolls({
    ...polling(fakeInbox(), {}),
    azure: { listEvents: listing({}), subscriptions },
    log: silent,
    everyMs: 1000,
  }).turns['poll-recommendation']
  expect([await turn?.(), await turn?.()]).toEqual([2000, 4000])
  thrown = new Problem('Forbidden')
  expect(await turn?.()).toBe(5000)
})

test('without polling there is nothing to do', () => {
  expect(
    openPolls({ ...polling(fakeInbox(), {}), azure: { listEvents: listing({}), subscriptions: two }, log: silent, everyMs: 0 })
      .turns,
  ).toEqual({})
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
