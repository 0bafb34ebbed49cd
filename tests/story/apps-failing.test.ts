import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Problem } from '../../src/errors.ts'
import { lookAtRules as look } from '../../src/flow/rule-health.ts'
import { createLog } from '../../src/log.ts'
import { openStory, type Story, until } from './ground.ts'

/** A logic app that can be started but whose runs fail is not simply ready: its card, the list and the rules that start it say so. */

let story: Story
beforeAll(async () => {
  story = await openStory()
})
afterAll(() => story.close())

const shown = (answer: unknown) => JSON.stringify(answer)

function blockIp() {
  const found = [...story.simulator().state.workflows.values()].find(({ name }) => name === 'Block-IP')
  if (found === undefined) throw new Error('no Block-IP')
  return found
}

async function alertArrives(): Promise<string> {
  story.simulator().fire({ type: 'VM_AmDisablementAndCodeExecution', subscription: '11111111-5eed-4000-8000-000000000001' })
  return until('the card of the alert', async () => (await story.posts()).at(-1)?.findingId)
}

async function ranAndEnded(id: string, state: string): Promise<void> {
  const before = (await story.finding(id)).runs.length
  expect((await story.act('run', { logicApp: 'Block-IP' }, id)).error).toBeUndefined()
  await until(`a run that ${state}`, async () => {
    const { runs } = await story.finding(id)
    return runs.length > before && runs.every(run => !['queued', 'running'].includes(run.state)) ? true : undefined
  })
  expect((await story.finding(id)).runs.at(-1)?.state).toBe(state)
}

const file = `version: 1
rules:
  - name: Block-The-Rest
    subscription: 11111111-5eed-4000-8000-000000000001
    group: rg-soc
    on: alert
    when: Title contains nothing that ever comes
    run: Block-IP
`

const lookAtRules = () => story.app.world.store.jobs.send('chore', 'rule-health', 0)

test('ready while it works, failing while it does not, and told by the rule that starts it until it works again', async () => {
  expect((await story.act('rules apply', { text: file }, undefined, 'admin')).error).toBeUndefined()
  const id = await alertArrives()
  Object.assign(blockIp().behaviour, { failsEvery: 0, lastsMs: [100, 200] })
  await ranAndEnded(id, 'succeeded')
  expect((await story.act('app show', { logicApp: 'Block-IP' })).answer.card.text).toBe('Logic app Block-IP, ready.')

  Object.assign(blockIp().behaviour, { failsEvery: 1 })
  await ranAndEnded(id, 'failed')
  await ranAndEnded(id, 'failed')
  const failing = '2 of its last 3 runs failed'
  const card = (await story.act('app show', { logicApp: 'Block-IP' })).answer.card
  expect(card.text).toBe(`Logic app Block-IP, failing. It can be started, but ${failing}.`)
  expect(shown(card.teams)).toContain('FAILING')
  expect(shown((await story.act('apps', { filter: 'block' })).answer.card.teams)).toMatch(
    new RegExp(`Failing.*Block-IP.*Alerts · rg-soc · ${failing}`),
  )
  const rule = async () => shown(await story.act('rule show', { rule: 'Block-The-Rest' }, undefined, 'admin'))
  expect(await rule()).toContain(`Block-IP is started, but ${failing}, whoever started them.`)
  await lookAtRules()
  await until('the list of rules to say it', async () => {
    const list = shown(await story.act('rules', { filter: 'Rest' }, undefined, 'admin'))
    return list.includes(failing) ? true : undefined
  })
  const news = () => story.notices()
  await until('the news', async () => (await news()).find(post => shown(post).includes(`Block-IP is started, but ${failing}`)))

  const { azure, ...world } = story.app.world
  const recentRuns = () => Promise.reject(new Problem('AzureUnavailable'))
  await look({ ...world, azure: { ...azure, logicApps: { ...azure.logicApps, recentRuns } } })
  expect((await news()).map(({ card: { text } }) => text)).not.toContain('The rule Block-The-Rest is well again.')
  expect(shown(await story.act('rules', { filter: 'Rest' }, undefined, 'admin'))).toContain(failing)

  Object.assign(blockIp().behaviour, { failsEvery: 0 })
  for (const _ of [1, 2]) await ranAndEnded(id, 'succeeded')
  // Two good runs are no end of it: the rule's own news would open and close with every other run.
  expect(await rule()).toContain('Block-IP is started, but 2 of its last 5 runs failed')
  const app = async () => (await story.act('app show', { logicApp: 'Block-IP' })).answer.card.text
  expect(await app()).toContain('failing. It can be started, but 2 of its last 5 runs failed')
  expect(shown((await story.act('apps', { filter: 'block' })).answer.card.teams)).toContain('2 of its last 5 runs failed')
  await look(story.app.world)
  const told = async () => (await news()).filter(post => shown(post).includes('Block-The-Rest'))
  expect((await told()).map(({ card: { text } }) => text)).toEqual(['The rule Block-The-Rest needs a look.'])
  for (const _ of [1, 2, 3]) await ranAndEnded(id, 'succeeded')
  expect(await rule()).not.toContain('runs failed')
  expect(await app()).toBe('Logic app Block-IP, ready.')
  // The list asks now; the last look still has it.
  expect(shown(await story.act('rules', { filter: 'Rest' }, undefined, 'admin'))).not.toContain('runs failed')
  await lookAtRules()
  await until('the end of the news', async () =>
    (await news()).find(({ card: { text } }) => text === 'The rule Block-The-Rest is well again.'),
  )
  expect(await told()).toHaveLength(1)
}, 60_000)

test('the log tells once that the runs of an app could not be read, and again when the reason is another', async () => {
  const lines: string[] = []
  const world = { ...story.app.world, log: createLog('info', line => lines.push(line)) }
  const told = () => lines.filter(line => line.includes('could not be read') && line.includes('block-brute-force-ip')).length
  await look(world)
  expect(told()).toBe(1)
  await look(world)
  expect(told()).toBe(1)
  const { azure } = world
  const away = { ...azure.logicApps, recentRuns: () => Promise.reject(new Problem('AzureUnavailable')) }
  await look({ ...world, azure: { ...azure, logicApps: away } })
  expect(told()).toBe(2)
  await look(world)
  expect(told()).toBe(3)
})
