import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Problem } from '../../src/errors.ts'
import { lookAtRules } from '../../src/flow/rule-health.ts'
import type { World } from '../../src/ports.ts'
import { openStory, type Story } from './ground.ts'

/** What is told of rules, look by look, where not all of Azure can be seen. */

let story: Story
beforeAll(async () => {
  story = await openStory()
})
afterAll(() => story.close())

const first = 'Notify-SOC-On-High'
const second = 'Ticket-On-Medium'

/** A look that reaches only one rule, whose logic app is disabled. */
async function lookAt(reached: string): Promise<void> {
  const { azure, ...world } = story.app.world
  const all = await azure.rules.list()
  const rules: World['azure']['rules'] = {
    ...azure.rules,
    list: async () => all.filter(({ name }) => name === reached),
    get: id => (id.endsWith(`/${reached}`) ? azure.rules.get(id) : Promise.reject(new Problem('Forbidden'))),
  }
  const apps = (await azure.logicApps.list()).map(app => ({ ...app, enabled: false }))
  await lookAtRules({ ...world, azure: { ...azure, rules, logicApps: { ...azure.logicApps, list: async () => apps } } })
}

async function told(): Promise<string[]> {
  const notices = await story.app.world.store.notices.list('rule')
  const rules = notices.flatMap(({ content }) => (content.type === 'rule' ? content.rules : []))
  return rules.map(({ ruleName, troubles }) => `${ruleName} ${troubles.length > 0 ? 'dead' : 'well'}`).sort()
}

test('a rule that came out of the bot’s reach stands as it was told, and keeps none of the others from being told', async () => {
  await lookAt(first)
  expect(await told()).toEqual([`${first} dead`])
  await lookAt(second)
  expect(await told()).toEqual([`${first} dead`, `${second} dead`])
})
