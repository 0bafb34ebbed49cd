import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ask } from '../simulator/ground.ts'
import { openStory, type Story, until } from './ground.ts'

/** Rules that Azure Policy makes, by an assignment of its own or inside of an initiative: a change by hand is told with the assignment to change. */

const staging = '22222222-5eed-4000-8000-000000000002'
const provider = `/subscriptions/${staging}/providers/Microsoft.Authorization`

let story: Story
beforeAll(async () => {
  story = await openStory()
})
afterAll(() => story.close())

const shown = async (rule: string) =>
  JSON.stringify((await story.act('rule show', { rule }, undefined, 'admin')).answer.card.teams)

/** One more initiative, assigned as an owner would, before anybody here asked what policies make. */
async function assigned(): Promise<void> {
  const put = async (path: string, body: object) =>
    expect((await ask(story.simulator(), `${provider}/${path}`, { method: 'PUT', version: '2023-04-01', body })).status).toBe(201)
  const app = [...story.simulator().state.workflows.values()].find(({ name }) => name === 'Notify-SOC')?.id
  const member = {
    policyDefinitionId: '/providers/Microsoft.Authorization/policyDefinitions/f1525828-9a90-4fcf-be48-268cdd02361e',
    parameters: {
      automationName: { value: "[parameters('rule')]" },
      resourceGroupName: { value: 'rg-soc-stg' },
      alertName: { value: "[parameters('title')]" },
      alertSeverities: { value: ['High'] },
      logicAppResourceId: { value: app },
    },
  }
  const parameters = { rule: { type: 'String' }, title: { type: 'String', defaultValue: 'SQL' } }
  await put('policySetDefinitions/shop', { properties: { displayName: 'Shop', parameters, policyDefinitions: [member] } })
  const policyDefinitionId = `${provider}/policySetDefinitions/shop`
  await put('policyAssignments/shop-on-staging', {
    properties: { policyDefinitionId, parameters: { rule: { value: 'Shop-Alerts' } } },
  })
}

const file = (...conditions: string[]) => `version: 1
rules:
  - name: Shop-Alerts
    subscription: ${staging}
    group: rg-soc-stg
    on: alert
    when: ${JSON.stringify(conditions.join('\n'))}
    run: Notify-SOC
`

test('one of an initiative is well while it is as the initiative wants, and told once somebody changes it', async () => {
  await assigned()
  const asWanted = file('Title contains SQL', 'Severity is High')
  expect((await story.act('rules apply', { text: asWanted }, undefined, 'admin')).error).toBeUndefined()
  expect(await shown('Shop-Alerts')).not.toContain('policy assignment')
  expect((await story.act('rules apply', { text: file('Title contains SQL') }, undefined, 'admin')).error).toBeUndefined()
  const said = 'The policy assignment shop-on-staging makes this rule, but its conditions are not'
  expect(await shown('Shop-Alerts')).toContain(said)
  await story.app.world.store.jobs.send('chore', 'rule-health', 0)
  await until('the news', async () => (await story.notices()).find(post => JSON.stringify(post).includes(said)))
  expect((await story.act('rules apply', { text: asWanted }, undefined, 'admin')).error).toBeUndefined()
  await story.app.world.store.jobs.send('chore', 'rule-health', 0)
  await until('the end of it', async () =>
    (await story.notices()).find(({ card }) => card.text === 'The rule Shop-Alerts is well again.'),
  )
})

test.each([
  ['Policy-Alerts-To-On-Call', 'The policy assignment alerts-to-on-call makes this rule, but its conditions are not'],
  [
    'Baseline-Alerts',
    'The policy assignment security-baseline makes this rule, but it is disabled: its next remediation undoes that',
  ],
])('of those that were there before, %s was changed', async (rule, said) => {
  expect(await shown(rule)).toContain(said)
})

test('without its assignment a rule is nobody’s and may be what it likes; an initiative that is gone tells nothing', async () => {
  const other = await openStory()
  const gone = async (path: string) =>
    expect((await ask(other.simulator(), path, { method: 'DELETE', version: '2023-04-01' })).status).toBe(200)
  const { policyAssignments } = other.simulator().state
  const onCall = policyAssignments.find(({ name }) => name === 'alerts-to-on-call')
  await gone(`${onCall?.scope}/providers/Microsoft.Authorization/policyAssignments/alerts-to-on-call`)
  await gone(`${provider}/policySetDefinitions/security-baseline`)
  for (const rule of ['Policy-Alerts-To-On-Call', 'Baseline-Alerts']) {
    const { answer } = await other.act('rule show', { rule }, undefined, 'admin')
    expect(answer.card.text).toContain(rule)
    expect(JSON.stringify(answer.card.teams)).not.toContain('policy assignment')
  }
  await other.close()
}, 20_000)
