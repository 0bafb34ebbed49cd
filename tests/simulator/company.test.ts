import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { deprecatedSoon, replaced } from '../../src/simulator/leaving.ts'
import type { Simulator } from '../../src/simulator/simulator.ts'
import { type Asked, appId, ask, simulate, subscriptionOf } from './ground.ts'

const Rule = z.object({
  name: z.string(),
  properties: z.object({
    isEnabled: z.boolean(),
    sources: z.array(z.object({ ruleSets: z.array(z.object({ rules: z.array(z.object({ expectedValue: z.string() })) })) })),
    actions: z.array(z.object({ logicAppResourceId: z.string() })),
  }),
})

async function rules(simulator: Simulator): Promise<Map<string, z.infer<typeof Rule>['properties']>> {
  const path = `/subscriptions/${subscriptionOf(simulator)}/providers/Microsoft.Security/automations`
  const listed = await ask(simulator, path, { version: '2019-01-01-preview' })
  return new Map(
    z
      .array(Rule)
      .parse(listed.list().value)
      .map(({ name, properties }) => [name, properties]),
  )
}

function metadata(simulator: Simulator, key: string, asked: Asked = {}) {
  return ask(simulator, `/providers/Microsoft.Security/assessmentMetadata/${key}`, { version: '2021-06-01', ...asked })
}

test('rules have grown old in several ways', async () => {
  const simulator = await simulate()
  const found = await rules(simulator)
  const target = (name: string) => found.get(name)?.actions[0]?.logicAppResourceId ?? ''
  const app = (name: string) => ask(simulator, target(name), { version: '2019-05-01' })
  expect(found.get('Isolate-On-Ransomware')?.isEnabled).toBe(false)
  expect((await app('Notify-SOC-On-High')).status).toBe(200)
  expect((await app('Block-IP-On-Brute-Force')).status).toBe(404)
  expect((await app('Respond-To-Malware')).text).toContain('SecurityCenterAlert')
  expect(JSON.stringify(found.get('Patch-Image-Findings'))).toContain('/subAssessments/')
  expect(JSON.stringify(found.get('Remediate-Endpoint-Protection'))).toContain(replaced)
  expect(JSON.stringify(found.get('Remediate-Missing-Updates'))).toContain(deprecatedSoon)
})

test('what happens shows which are dead', async () => {
  const simulator = await simulate()
  simulator.fire({ type: 'VM_AmDisablementAndCodeExecution', subscription: subscriptionOf(simulator) })
  simulator.fire({ severity: 'Medium', subscription: subscriptionOf(simulator) })
  await simulator.settled()
  for (const pause of [1000, 4000, 10_000]) {
    simulator.advance(pause)
    await simulator.settled()
  }
  expect(simulator.deliveries()['Notify-SOC-On-High']).toMatchObject({ matches: 1, deliveries: 1 })
  expect(simulator.deliveries()['Ticket-On-Medium']).toEqual({
    matches: 1,
    deliveries: 0,
    failures: 1,
    lastError: 'answered 404',
  })
  expect(simulator.deliveries()['Isolate-On-Ransomware']).toMatchObject({ matches: 0 })
})

test('the legacy trigger is not started', async () => {
  const simulator = await simulate()
  const rule = [...simulator.state.automations.values()].find(({ name }) => name === 'Respond-To-Malware')
  if (rule?.properties.sources[0] === undefined) throw new Error('no such rule')
  rule.properties.sources[0].ruleSets = []
  simulator.fire({ resource: 'vm-web-01' })
  await simulator.settled()
  expect(rule.counts).toMatchObject({ matches: 1, deliveries: 0, lastError: expect.stringContaining('legacy') })
  expect(simulator.state.runs.get(appId(simulator, 'Legacy-Responder').toLowerCase())).toBe(undefined)
})

test('a recommendation is said to go, goes, and is told as gone', async () => {
  const simulator = await simulate({ control: true })
  const planned = await metadata(simulator, deprecatedSoon)
  expect(planned.body().properties).toMatchObject({ plannedDeprecationDate: '06/2026' })
  expect((await metadata(simulator, replaced)).status).toBe(404)
  const steer = async (body: object) => {
    const answer = await fetch(`${simulator.origin}/_simulator/recommendation`, { method: 'POST', body: JSON.stringify(body) })
    return await answer.json()
  }
  const one = [...simulator.state.assessments.values()].find(({ resource }) => resource.name === 'vm-web-02')
  const key = one?.key ?? ''
  expect(await steer({ key, plannedDeprecation: '11/2026' })).toEqual({ changed: true })
  expect((await metadata(simulator, key)).text).toContain('"plannedDeprecationDate":"11/2026"')
  expect(await steer({ key, replaced: true })).toEqual({ changed: true })
  expect((await metadata(simulator, key)).status).toBe(404)
  expect([...simulator.state.assessments.values()].some(assessment => assessment.key === key)).toBe(false)
  expect(await steer({ key })).toEqual({ changed: false })
})

test('a policy wants more than the rule it made still does', async () => {
  const simulator = await simulate()
  const type = 'providers/Microsoft.Authorization/policyAssignments'
  const root = `/subscriptions/${subscriptionOf(simulator)}`
  const get = (path: string, asked: Asked = {}) => ask(simulator, path, { version: '2024-05-01', as: 'bot', ...asked })
  const [assigned] = (await get(`${root}/${type}`)).list().value
  expect(assigned?.properties).toMatchObject({
    policyDefinitionId: '/providers/Microsoft.Authorization/policyDefinitions/f1525828-9a90-4fcf-be48-268cdd02361e',
    parameters: { automationName: { value: 'Policy-Alerts-To-On-Call' }, alertSeverities: { value: ['High', 'Medium'] } },
  })
  const values = (await rules(simulator))
    .get('Policy-Alerts-To-On-Call')
    ?.sources[0]?.ruleSets.flatMap(({ rules: set }) => set.map(({ expectedValue }) => expectedValue))
  expect(values).toEqual(['3.', 'high'])
  expect((await get(assigned?.id ?? '')).status).toBe(200)
  expect((await get(`${root}/${type}/absent`)).code).toBe('PolicyAssignmentNotFound')
  const count = async (path: string, $filter: string) =>
    (await get(`${path}/${type}`, { query: { $filter } })).list().value.length
  const groupPath = `${root}/resourceGroups/rg-soc`
  expect(await count(root, 'atExactScope()')).toBe(1)
  expect(await count(groupPath, 'atScope()')).toBe(1)
  expect(await count(groupPath, 'atExactScope()')).toBe(0)
  expect(await count(root, "policyDefinitionId eq '/x'")).toBe(0)
})
