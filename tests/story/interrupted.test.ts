import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Action } from '../../src/actions/action.ts'
import { verbs } from '../../src/actions/verbs.ts'
import { Problem } from '../../src/errors.ts'
import { openDesk } from '../../src/flow/desk.ts'
import type { Deployments, LogicApps, World } from '../../src/ports.ts'
import { type FreshDatabase, freshDatabase } from '../jest/database.ts'
import { diesSettling, lastCall, requestOf } from './dying.ts'
import { openStory, type Story, until } from './ground.ts'

let database: FreshDatabase
let story: Story
beforeAll(async () => {
  database = await freshDatabase()
  story = await openStory({ DATABASE_URL: database.url })
})
afterAll(async () => {
  await story.close()
  await database.drop()
})

const production = '11111111-5eed-4000-8000-000000000001'

async function alertArrives(): Promise<string> {
  const { name } = story.simulator().fire({ type: 'VM_AmDisablementAndCodeExecution', subscription: production })
  return until('the card', async () => (await story.posts()).find(({ card }) => JSON.stringify(card).includes(name))?.findingId)
}

function clickOn(findingId: string, requestId: string) {
  return requestOf(story, 'analyst', { requestId, action: 'run', input: { logicApp: 'Notify-SOC' } }, findingId)
}

function runsOf(findingId: string): unknown[] {
  return [...story.simulator().state.runs.values()].flat().filter(({ trackingId }) => trackingId.startsWith(findingId))
}

test('the process that took the click comes late, the one that settled it died on the way: what was begun is found, not repeated', async () => {
  const findingId = await alertArrives()
  const request = clickOn(findingId, 'late')
  const desk = openDesk(story.app.world, verbs)
  await desk.accept(request)
  await diesSettling({ story, url: database.url }, request.requestId, ({ logicApps }, died) => ({
    logicApps: { ...logicApps, start: lastCall(logicApps.start, died) },
  }))
  expect(runsOf(findingId)).toHaveLength(1)
  expect((await desk.perform(request)).error).toBeUndefined()
  expect(runsOf(findingId)).toHaveLength(1)
  expect((await story.finding(findingId)).runs).toHaveLength(1)
})

test('a click that nobody began is begun by the recovery without looking for what can’t be there', async () => {
  const findingId = await alertArrives()
  const request = clickOn(findingId, 'unbegun')
  const { world } = story.app
  let looks = 0
  const findRun: LogicApps['findRun'] = (...given) => {
    looks += 1
    return world.azure.logicApps.findRun(...given)
  }
  const looking: World = { ...world, azure: { ...world.azure, logicApps: { ...world.azure.logicApps, findRun } } }
  await openDesk(world, verbs).accept(request)
  expect(await openDesk(looking, verbs).settle(request.requestId)).toBeUndefined()
  expect(runsOf(findingId)).toHaveLength(1)
  expect(looks).toBe(0)
  const phases = (await world.store.ledger.list({ on: findingId }, 10)).map(({ phase }) => phase)
  expect(phases).toEqual(['outcome', 'intent'])
})

test('what may be kept of a click is asked once: an Azure that is away after it was stored can’t leave it refused and done', async () => {
  const findingId = await alertArrives()
  const request = clickOn(findingId, 'kept-once')
  const { run } = Object.fromEntries(verbs)
  if (run === undefined) throw new Error('no run')
  let asked = 0
  const kept: Action['kept'] = async input => {
    asked += 1
    return asked > 1 ? Promise.reject(new Problem('AzureUnavailable')) : input
  }
  const desk = openDesk(story.app.world, new Map([...verbs, ['run', { ...run, kept }]]))
  await desk.accept(request)
  expect((await desk.perform(request)).error).toBeUndefined()
  expect(runsOf(findingId)).toHaveLength(1)
})

test('a deployment whose start got no answer, while Azure could not be asked either, is followed to its end', async () => {
  const { world } = story.app
  const away = () => Promise.reject(new Problem('AzureUnavailable'))
  const deployments: Deployments = {
    async start(...given) {
      await world.azure.deployments.start(...given)
      return away()
    },
    progress: away,
  }
  const input = { template: 'blank', kind: 'alert', name: 'No-Answer', group: `${production}/rg-soc`, step: 'details' }
  const request = requestOf(story, 'admin', { requestId: 'no-answer', action: 'app new', input })
  const { error } = await openDesk({ ...world, azure: { ...world.azure, deployments } }, verbs).perform(request)
  expect(error).toBeUndefined()
  const end = await until('its end', async () => {
    const all = (await world.store.notices.list('deployment')).map(({ content }) => content)
    return all.flatMap(one => (one.type === 'deployment' && one.appName === 'No-Answer' && one.endedAt ? one : [])).at(0)
  })
  expect(end).toMatchObject({ state: 'succeeded' })
  expect(end).not.toHaveProperty('error')
})
