import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openChores, startChores } from '../../src/flow/chores.ts'
import { openStory, type Story } from './ground.ts'

/** What time brings, without anybody asking: rules are looked at, counted, and what is old is forgotten. */

let story: Story
beforeAll(async () => {
  story = await openStory()
})
afterAll(() => story.close())

const minute = 60_000
const hour = 60 * minute

/** The program's world, with every job noted instead of queued. */
function noted() {
  const sent: [key: string, delayMs: number][] = []
  const { world } = story.app
  const jobs = {
    ...world.store.jobs,
    send: async (_name: string, key: string, delayMs: number) => {
      sent.push([key, delayMs])
    },
  }
  return { sent, world: { ...world, store: { ...world.store, jobs } } }
}

test('each has its first time after the start', async () => {
  const { sent, world } = noted()
  await startChores(world, {})
  expect(sent).toEqual([
    ['clock:rule-health', minute],
    ['clock:rule-firing', 5 * minute],
    ['clock:old-events', hour],
    ['rule-runs', minute],
  ])
})

test.each([
  ['rule-health', 15 * minute],
  ['rule-firing', 6 * hour],
  ['old-events', hour],
])('%s is begun when its time comes, and its clock goes on', async (name, everyMs) => {
  const { sent, world } = noted()
  expect(await openChores(world, 90, {})(`clock:${name}`)).toBe(everyMs)
  expect(sent).toEqual([[name, 0]])
})
