import { describe, expect, test } from '@jest/globals'
import type { Simulator } from '../../src/simulator/simulator.ts'
import { appId, ask, callbackOf, run, simulate, statusOfRun, subscriptionOf } from './ground.ts'

const version = '2019-05-01'
const http = { manual: { type: 'Request', kind: 'Http', inputs: { schema: {} } } }
const compose = (...after: string[]) => ({
  type: 'Compose',
  inputs: 1,
  runAfter: Object.fromEntries(after.map(name => [name, ['Succeeded']])),
})

function bodyOf(actions: object, more: { triggers?: object; parameters?: object; declared?: object } = {}) {
  const { triggers = http, parameters, declared = {} } = more
  return {
    location: 'westeurope',
    properties: { definition: { triggers, actions, parameters: declared }, ...(parameters && { parameters }) },
  }
}

function put(simulator: Simulator, body: unknown, name = 'Made') {
  return ask(simulator, appId(simulator, name), { method: 'PUT', version, body })
}

/** Runs an app to its end; its actions by name. */
async function ran(simulator: Simulator, name = 'Made'): Promise<[string, Record<string, string>]> {
  const begun = await run(await callbackOf(simulator, name))
  simulator.advance(600_000)
  const actions = await ask(simulator, `${appId(simulator, name)}/runs/${begun.name}/actions`, { version })
  const states = actions.list().value.map(({ name: action, properties }) => [action, Object(properties).status])
  return [await statusOfRun(simulator, name, begun.name), Object.fromEntries(states)]
}

describe('what is refused', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['no location', { properties: { definition: {} } }, 'LocationRequired', /location/],
    ['no definition', { location: 'westeurope', properties: {} }, 'InvalidRequestContent', /definition/],
    ['an action after one that is not there', bodyOf({ A: compose('B') }), 'InvalidTemplate', /non-existent action: 'B'/],
    ['a circle', bodyOf({ A: compose('B'), B: compose('A') }), 'InvalidTemplate', /goes in a circle/],
    ['the same inside a scope', bodyOf({ S: { type: 'Scope', actions: { A: compose('C') } } }), 'InvalidTemplate', /'C'/],
    ['a value for no parameter', bodyOf({}, { parameters: { x: { value: 1 } } }), 'InvalidTemplate', /'x'.*not present/],
    [
      'eleven triggers',
      bodyOf({}, { triggers: Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`t${at}`, { type: 'Request' }])) }),
      'InvalidTemplate',
      /number of triggers/,
    ],
  ])('%s', async (_what, body, code, reason) => {
    const simulator = await simulate()
    const answer = await put(simulator, body)
    expect([answer.status, answer.code]).toEqual([400, code])
    expect(answer.message).toMatch(reason)
    const validated = await ask(simulator, `${appId(simulator, 'Made')}/validate`, { method: 'POST', version, body })
    expect([validated.status, validated.code]).toEqual([400, code])
  })

  test('a long name', async () => {
    expect((await put(await simulate(), bodyOf({}), 'x'.repeat(81))).code).toBe('InvalidResourceName')
  })
})

test('made, replaced, switched off and on, removed', async () => {
  const simulator = await simulate()
  expect((await put(simulator, bodyOf({ A: compose() }))).status).toBe(201)
  const uri = await callbackOf(simulator, 'Made')
  expect((await put(simulator, bodyOf({ A: compose(), B: compose('A') }))).status).toBe(200)
  expect((await run(uri)).status).toBe(202)
  const post = (verb: string) => ask(simulator, `${appId(simulator, 'Made')}/${verb}`, { method: 'POST', version })
  expect((await post('disable')).status).toBe(200)
  expect((await run(uri)).status).toBe(404)
  expect((await post('enable')).status).toBe(200)
  expect((await run(uri)).status).toBe(202)
  const renamed = bodyOf({ A: compose() }, { triggers: { other: http.manual } })
  expect((await put(simulator, renamed)).status).toBe(200)
  expect((await run(uri)).status).toBe(404)
  const remove = () => ask(simulator, appId(simulator, 'Made'), { method: 'DELETE', version })
  expect([(await remove()).status, (await remove()).status]).toEqual([200, 204])
})

test('an identity of its own gets a principal and keeps it; who may call it is kept', async () => {
  const simulator = await simulate()
  const { location, properties } = bodyOf({ A: compose() })
  const accessControl = { triggers: { allowedCallerIpAddresses: [{ addressRange: '192.0.2.0/24' }] } }
  const wanted = { location, identity: { type: 'SystemAssigned' }, properties: { ...properties, accessControl } }
  const first = (await put(simulator, wanted)).body()
  expect(first).toMatchObject({
    identity: { type: 'SystemAssigned', principalId: expect.stringMatching(/^[0-9a-f-]{36}$/), tenantId: simulator.tenantId },
    properties: { accessControl },
  })
  expect((await put(simulator, wanted)).body().identity).toEqual(first.identity)
  expect((await put(simulator, bodyOf({}))).body()).not.toHaveProperty('identity')
})

describe('a run goes by the definition', () => {
  const broken = {
    type: 'ApiConnection',
    inputs: { host: { connection: { name: "@parameters('$connections')['none']['connectionId']" } } },
  }
  test.each<[string, object, [string, Record<string, string>]]>([
    ['one after the other', { B: compose('A'), A: compose() }, ['Succeeded', { A: 'Succeeded', B: 'Succeeded' }]],
    ['what comes after a failure is skipped', { A: broken, B: compose('A') }, ['Failed', { A: 'Failed', B: 'Skipped' }]],
    [
      'a failure that is handled is none',
      { A: broken, B: { ...compose(), runAfter: { A: ['Failed', 'TimedOut'] } } },
      ['Succeeded', { A: 'Failed', B: 'Succeeded' }],
    ],
    [
      'what handles failures is skipped without one',
      { A: compose(), B: { ...compose(), runAfter: { A: ['Failed'] } } },
      ['Succeeded', { A: 'Succeeded', B: 'Skipped' }],
    ],
    [
      'a scope fails with what is in it',
      { S: { type: 'Scope', actions: { A: broken } }, B: { ...compose(), runAfter: { S: ['Succeeded'] } } },
      ['Failed', { S: 'Failed', A: 'Failed', B: 'Skipped' }],
    ],
    [
      'of a condition one side',
      { If: { type: 'If', expression: {}, actions: { A: compose() }, else: { actions: { B: compose() } } } },
      ['Succeeded', { If: 'Succeeded', A: 'Succeeded', B: 'Skipped' }],
    ],
    [
      'an end on purpose',
      {
        A: compose(),
        Stop: { type: 'Terminate', inputs: { runStatus: 'Cancelled' }, runAfter: { A: ['Succeeded'] } },
        B: compose('Stop'),
      },
      ['Cancelled', { A: 'Succeeded', Stop: 'Succeeded', B: 'Skipped' }],
    ],
    [
      'an approval that nobody gives in time',
      { Ask: { type: 'HttpWebhook', inputs: {}, limit: { timeout: 'PT5S' } }, A: compose('Ask') },
      ['TimedOut', { Ask: 'TimedOut', A: 'Skipped' }],
    ],
    [
      'an approval that is given',
      { Ask: { type: 'HttpWebhook', inputs: {}, limit: { timeout: 'PT1H' } } },
      ['Succeeded', { Ask: 'Succeeded' }],
    ],
  ])('%s', async (_what, actions, expected) => {
    const simulator = await simulate()
    expect((await put(simulator, bodyOf(actions))).status).toBe(201)
    expect(await ran(simulator)).toEqual(expected)
  })

  test('a delay delays', async () => {
    const simulator = await simulate()
    await put(simulator, bodyOf({ Wait: { type: 'Wait', inputs: { interval: { count: 2, unit: 'Minute' } } } }))
    const { name } = await run(await callbackOf(simulator, 'Made'))
    simulator.advance(119_000)
    expect(await statusOfRun(simulator, 'Made', name)).toBe('Running')
    simulator.advance(1000)
    expect(await statusOfRun(simulator, 'Made', name)).toBe('Succeeded')
  })
})

describe('connections', () => {
  const connections = (simulator: Simulator) =>
    `/subscriptions/${subscriptionOf(simulator)}/resourceGroups/rg-soc/providers/Microsoft.Web/connections`
  const connect = (simulator: Simulator, name: string, api: string) =>
    ask(simulator, `${connections(simulator)}/${name}`, {
      method: 'PUT',
      version: '2016-06-01',
      body: {
        location: 'westeurope',
        properties: {
          displayName: name,
          api: { id: `/subscriptions/x/providers/Microsoft.Web/locations/westeurope/managedApis/${api}` },
          parameterValues: { token: 'hunter2' },
        },
      },
    })

  test('an app through one that nobody signed in to fails until somebody does', async () => {
    const simulator = await simulate({ control: true })
    const made = await connect(simulator, 'teams-soc', 'teams')
    expect(made.status).toBe(201)
    expect(made.text).toMatch(/"overallStatus":"Error".*"code":"Unauthenticated"/)
    expect(made.text).not.toContain('hunter2')
    const inputs = { host: { connection: { name: "@parameters('$connections')['teams']['connectionId']" } } }
    const value = { teams: { connectionId: `${connections(simulator)}/teams-soc` } }
    const declared = { $connections: { type: 'Object' } }
    await put(
      simulator,
      bodyOf({ Post: { type: 'ApiConnection', inputs } }, { declared, parameters: { $connections: { value } } }),
    )
    expect(await ran(simulator)).toEqual(['Failed', { Post: 'Failed' }])
    const answer = await fetch(`${simulator.origin}/_simulator/connection`, {
      method: 'POST',
      body: '{"connection":"teams-soc"}',
    })
    expect(await answer.json()).toEqual({ changed: 1 })
    expect(await ran(simulator)).toEqual(['Succeeded', { Post: 'Succeeded' }])
    const again = await connect(simulator, 'teams-soc', 'teams')
    expect([again.status, again.text.includes('"overallStatus":"Connected"')]).toEqual([200, true])
    expect((await connect(simulator, 'teams-soc', 'slack')).text).toContain('Unauthenticated')
    expect(simulator.authorise('teams-soc')).toBe(1)
    const gone = { method: 'DELETE', version: '2016-06-01' }
    expect((await ask(simulator, `${connections(simulator)}/teams-soc`, gone)).status).toBe(200)
    expect((await ask(simulator, `${connections(simulator)}/teams-soc`, gone)).status).toBe(204)
    expect(await ran(simulator)).toEqual(['Failed', { Post: 'Failed' }])
  })

  test('those of Defender are connected from the start', async () => {
    const simulator = await simulate()
    const listed = await ask(simulator, connections(simulator), { version: '2016-06-01' })
    const states = listed.list().value.map(({ name, properties }) => [name, Object(properties).overallStatus])
    expect(Object.fromEntries(states)).toEqual({
      ascalert: 'Connected',
      ascassessment: 'Connected',
      ascregulatorycomplianceassessment: 'Connected',
      office365: 'Error',
    })
    expect((await connect(simulator, 'x', '')).code).toBe('ApiNotFound')
  })
})
