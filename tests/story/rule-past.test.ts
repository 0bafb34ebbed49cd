import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { backTestSentence } from '../../cards/back-test.ts'
import { backTest } from '../../src/actions/rules/past.ts'
import { openChores } from '../../src/flow/chores.ts'
import type { PastEvent, World } from '../../src/ports.ts'
import { openStory, type Story, until } from './ground.ts'

/** How far back a back-test can know: what is kept, for how long, and what the time allows. */

let story: Story
beforeAll(async () => {
  story = await openStory({ EVENTS_KEPT_DAYS: '10' })
})
afterAll(() => story.close())

const production = '11111111-5eed-4000-8000-000000000001'
const day = 86_400_000

const after = (days: number): World => {
  const { world } = story.app
  return { ...world, clock: { now: () => new Date(Date.now() + days * day) } }
}

async function highRule() {
  const rule = (await story.app.world.azure.rules.list()).find(({ name }) => name === 'Notify-SOC-On-High')
  if (rule === undefined) throw new Error('no rule')
  return rule
}

async function alertArrives(): Promise<PastEvent> {
  const { name } = story.simulator().fire({ type: 'VM_AmDisablementAndCodeExecution', subscription: production })
  const kept = async () => (await kepts()).find(({ body }) => body.includes(name))
  return until('the event', kept)
}

async function kepts(): Promise<PastEvent[]> {
  const wanted = { kind: 'alert' as const, since: '', subscriptions: [production] }
  const events: PastEvent[] = []
  for await (const page of story.app.world.store.events.since(wanted)) events.push(...page)
  return events
}

const forget = (days: number) => openChores(after(days), 10, {})('old-events')

test('when the time runs out, it speaks of the newest events and says so', async () => {
  const { world } = story.app
  const sample = await alertArrives()
  async function* endless(): AsyncGenerator<PastEvent[]> {
    for (let page = 0; ; page += 1)
      yield Array.from({ length: 100 }, (_, n) => ({
        ...sample,
        at: new Date(Date.now() + day / 2 - page * 1000 - n).toISOString(),
      }))
  }
  const endlessly: World = { ...after(1), store: { ...world.store, events: { ...world.store.events, since: endless } } }
  const test = await backTest(endlessly, await highRule(), 30, 50)
  expect(test).toMatchObject({ cut: true, looked: expect.any(Number) })
  expect(backTestSentence(test)).toMatch(/^On the newest [\d,]+ events, back to /)
})

test('a bot that just began says from when it can know, and forgetting moves that on', async () => {
  await alertArrives()
  const rule = await highRule()
  const fresh = await backTest(story.app.world, rule, 30, 1000)
  expect([fresh.count, backTestSentence(fresh)]).toEqual([2, expect.stringMatching(/^Since .*, from when events are kept here,/)])
  await forget(5)
  expect((await backTest(after(5), rule, 30, 1000)).count).toBe(2)
  await forget(12)
  const later = await backTest(after(12), rule, 30, 1000)
  expect([later.count, later.from.slice(0, 10)]).toEqual([0, new Date(Date.now() + 2 * day).toISOString().slice(0, 10)])
  expect(backTestSentence(await backTest(after(12), rule, 7, 1000))).toMatch(/in the last 7 days/)
})

test('an event that its finding no longer shows is gone after the set time, one that it shows stays', async () => {
  const shown = await alertArrives()
  const { world } = story.app
  const finding = await world.store.findings.get(shown.findingId)
  const body = shown.body.replace('"Severity":"High"', '"Severity":"Low"')
  if (finding === undefined) throw new Error('no finding')
  const event = { ...finding.event, severity: 'Low', at: new Date(Date.now() + 1000).toISOString() }
  const arrival = { event, body, via: 'push' as const, receivedAt: new Date().toISOString() }
  await world.store.accept(
    [arrival],
    (_, before) => before && { finding: { ...before, event, version: before.version + 1 }, body, places: [] },
  )
  const mine = async () => (await kepts()).filter(({ findingId }) => findingId === shown.findingId)
  expect(await mine()).toHaveLength(2)
  await forget(9)
  expect(await mine()).toHaveLength(2)
  await forget(11)
  expect((await mine()).map(kept => kept.body)).toEqual([body])
})
