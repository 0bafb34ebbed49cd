import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { countFiring } from '../../src/flow/rule-firing.ts'
import { lookAtRules } from '../../src/flow/rule-health.ts'
import type { World } from '../../src/ports.ts'
import { submit } from './form.ts'
import { openStory, type Story, until } from './ground.ts'

/** A rule that events met and that started nothing: told once where it was made, taken back with a note once it fires. */

let story: Story
beforeAll(async () => {
  story = await openStory()
})
afterAll(() => story.close())

const production = '11111111-5eed-4000-8000-000000000001'
const ruleId = `/subscriptions/${production}/resourceGroups/rg-soc/providers/Microsoft.Security/automations/Silent`.toLowerCase()

const hours = (count: number): World => {
  const { world } = story.app
  return { ...world, clock: { now: () => new Date(Date.now() + count * 3_600_000) } }
}

async function alertArrives(): Promise<void> {
  const { name } = story.simulator().fire({ type: 'VM_AmDisablementAndCodeExecution', subscription: production })
  await until('the card', async () => (await story.posts()).find(({ card }) => JSON.stringify(card).includes(name)))
  await story.simulator().settled()
}

const news = async () => (await story.notices()).filter(({ card }) => card.text.includes('Silent'))

/** Counts what happened until then, as the chore does, and tells. */
async function looked(later: number): Promise<void> {
  await countFiring(hours(later))
  await lookAtRules(hours(later))
}

function address() {
  const action = story.simulator().state.automations.get(ruleId)?.properties.actions[0]
  if (action === undefined) throw new Error('no rule')
  return action
}

test('a rule whose address went stale is told once, with how often it should have fired, and is well again when it fires', async () => {
  const opened = await story.act('rule new', { kind: 'alert' }, undefined, 'admin')
  const fields = { name: 'Silent', home: `${production}/rg-soc`, logicApp: 'Block-IP', conditions: 'Severity is High' }
  const review = await submit(story, opened.answer.card, fields)
  await submit(story, review.answer.card, {})
  await looked(0)
  const { uri: good = '' } = address()
  Object.assign(address(), { uri: good.replace(/sig=[^&]*/, 'sig=old') })
  for (let n = 0; n < 2; n += 1) await alertArrives()
  await looked(1)
  expect(await news()).toEqual([])
  await alertArrives()
  await looked(1)
  const [told] = await until('the news', async () => ((await news()).length > 0 ? news() : undefined))
  expect(JSON.stringify(told?.card)).toMatch(
    /In the last \d hours 3 events met its conditions, but its logic app was not started once/,
  )
  await looked(2)
  Object.assign(address(), { uri: good })
  await alertArrives()
  await looked(3)
  const again = await until('the good news', async () => (await news()).find(({ card }) => card.text.includes('well again')))
  expect([again.postId, (await news()).length]).toEqual([told?.postId, 1])
})

test('what came before a rule was changed, or a moment ago, is not held against it', async () => {
  Object.assign(address(), { uri: 'https://elsewhere.example/x' })
  for (let n = 0; n < 4; n += 1) await alertArrives()
  await countFiring(story.app.world)
  const { azure, store } = story.app.world
  const rule = await azure.rules.get(ruleId)
  const should = async (): Promise<unknown> => JSON.parse((await store.texts.get('rule-firing')) ?? '{}')[ruleId]
  expect(await should()).toMatchObject({ should: 0 })
  await azure.rules.save({ ...rule, description: 'changed' }, rule)
  await countFiring(hours(1))
  expect(await should()).toMatchObject({ should: 0 })
})
