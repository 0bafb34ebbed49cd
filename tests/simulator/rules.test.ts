import { describe, expect, test } from '@jest/globals'
import type { Simulator } from '../../src/simulator/simulator.ts'
import { type Answer, type Asked, appId, ask, callbackOf, simulate, subscriptionOf } from './ground.ts'

const version = '2019-01-01-preview'

interface Rule {
  [more: string]: unknown
  properties: Record<string, unknown>
}

async function ruleFor(simulator: Simulator, app = 'Notify-SOC', changes: Record<string, unknown> = {}): Promise<Rule> {
  return {
    location: 'westeurope',
    properties: {
      isEnabled: true,
      scopes: [{ scopePath: `/subscriptions/${subscriptionOf(simulator)}` }],
      sources: [source('Alerts')],
      actions: [{ actionType: 'LogicApp', logicAppResourceId: appId(simulator, app), uri: await callbackOf(simulator, app) }],
      ...changes,
    },
  }
}

function source(eventSource: string, ...conditions: [string, string, string, string][]) {
  const rules = conditions.map(([propertyJPath, propertyType, operator, expectedValue]) => ({
    propertyJPath,
    propertyType,
    operator,
    expectedValue,
  }))
  return { eventSource, ruleSets: rules.length === 0 ? [] : [{ rules }] }
}

function put(simulator: Simulator, rule: object, asked: Asked & { name?: string } = {}): Promise<Answer> {
  const { name = 'Test-Rule', ...more } = asked
  const path = `/subscriptions/${subscriptionOf(simulator)}/resourceGroups/rg-soc/providers/Microsoft.Security/automations/${name}`
  return ask(simulator, path, { method: 'PUT', version, body: rule, ...more })
}

describe('what is refused', () => {
  const action = (simulator: Simulator, app: string, more: object = {}) => [
    { actionType: 'LogicApp', logicAppResourceId: appId(simulator, app), uri: 'http://127.0.0.1:1/x', ...more },
  ]
  test.each<[string, (simulator: Simulator) => Record<string, unknown>, RegExp]>([
    ['no sources', () => ({ sources: [] }), /sources.*at least one/],
    ['no actions', () => ({ actions: [] }), /actions.*at least one/],
    ['no scopes', () => ({ scopes: [] }), /scopes.*at least one/],
    [
      'a scope in another subscription',
      ({ subscriptionIds: [, other] }) => ({ scopes: [{ scopePath: `/subscriptions/${other}` }] }),
      /scopePath/,
    ],
    ['a scope that is a resource', simulator => ({ scopes: [{ scopePath: appId(simulator, 'Notify-SOC') }] }), /scopePath/],
    ['an unknown source', () => ({ sources: [source('Dragons')] }), /unknown event source 'Dragons'/],
    ['a source of a newer version', () => ({ sources: [source('AttackPaths')] }), /unknown event source/],
    ['an empty path', () => ({ sources: [source('Alerts', ['', 'String', 'Equals', 'x'])] }), /propertyJPath/],
    ['an unknown operator', () => ({ sources: [source('Alerts', ['Severity', 'String', 'Matches', 'x'])] }), /unknown operator/],
    ['an unknown type', () => ({ sources: [source('Alerts', ['Severity', 'Text', 'Equals', 'x'])] }), /propertyType/],
    ['an order of texts', () => ({ sources: [source('Alerts', ['Severity', 'String', 'GreaterThan', 'x'])] }), /does not fit/],
    ['a part of a number', () => ({ sources: [source('Alerts', ['n', 'Integer', 'Contains', '1'])] }), /does not fit/],
    [
      'a value that is no number',
      () => ({ sources: [source('Alerts', ['n', 'Integer', 'Equals', 'one'])] }),
      /not a valid Integer/,
    ],
    ['no address', simulator => ({ actions: action(simulator, 'Notify-SOC', { uri: undefined }) }), /uri.*required/],
    ['an app that is not there', simulator => ({ actions: action(simulator, 'Nowhere') }), /does not exist/],
    [
      'a Standard app',
      simulator => ({
        actions: action(simulator, 'x', { logicAppResourceId: appId(simulator, 'S').replace('Logic/workflows', 'Web/sites') }),
      }),
      /Standard/,
    ],
    ['an app without a usable trigger', simulator => ({ actions: action(simulator, 'Weekly-Report') }), /trigger/],
    ['the legacy trigger', simulator => ({ actions: action(simulator, 'Legacy-Responder') }), /trigger/],
    ['a trigger of another kind', simulator => ({ actions: action(simulator, 'Fix-Recommendation') }), /trigger/],
    ['an event hub without its connection', () => ({ actions: [{ actionType: 'EventHub' }] }), /connectionString/],
  ])('%s', async (_name, changes, reason) => {
    const simulator = await simulate()
    const before = simulator.state.automations.size
    const rule = await ruleFor(simulator, 'Notify-SOC', changes(simulator))
    const answer = await put(simulator, rule)
    expect([answer.status, answer.code]).toEqual([400, 'BadRequest'])
    expect(answer.message).toMatch(reason)
    expect(answer.message).toMatch(/error tracking number: [0-9a-f-]{36}$/)
    expect(simulator.state.automations.size).toBe(before)
    const validated = await ask(
      simulator,
      `/subscriptions/${subscriptionOf(simulator)}/resourceGroups/rg-soc/providers/Microsoft.Security/automations/x/validate`,
      {
        method: 'POST',
        version,
        body: rule,
      },
    )
    expect(validated.body()).toMatchObject({ isValid: false, message: expect.stringMatching(reason) })
  })

  test('whoever may not run the app may not have it run', async () => {
    const simulator = await simulate()
    const rule = await ruleFor(simulator)
    expect((await put(simulator, rule, { as: 'analyst' })).status).toBe(201)
    simulator.state.roleAssignments = simulator.state.roleAssignments.filter(({ scope }) => !scope.endsWith('rg-soc'))
    const answer = await put(simulator, rule, { as: 'analyst' })
    expect([answer.status, answer.code]).toEqual([403, 'LinkedAuthorizationFailed'])
    expect(answer.message).toContain(
      "action(s) 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action' on the linked scope(s)",
    )
  })

  test('another location, a stale etag, an odd name', async () => {
    const simulator = await simulate()
    const rule = await ruleFor(simulator)
    expect((await put(simulator, rule)).status).toBe(201)
    expect((await put(simulator, { ...rule, location: 'West Europe' })).status).toBe(200)
    expect((await put(simulator, { ...rule, location: 'eastus' })).code).toBe('InvalidResourceLocation')
    expect((await put(simulator, { ...rule, etag: 'stale' })).code).toBe('PreconditionFailed')
    expect((await put(simulator, rule, { name: 'odd.name' })).code).toBe('InvalidResourceName')
  })
})

test('what Azure’s specification does not name is kept as it was given, but for addresses and connection strings', async () => {
  const simulator = await simulate()
  const pigeon = { actionType: 'Carrier-Pigeon', loft: { row: 3 }, rings: ['a'] }
  const hub = {
    actionType: 'EventHub',
    eventHubResourceId: '/x',
    connectionString: 'Endpoint=sb://x',
    isTrustedServiceEnabled: true,
  }
  const { location, properties } = await ruleFor(simulator, 'Notify-SOC', {
    sources: [{ ...source('Alerts'), eventVersionType: 'Api' }, { eventSource: 'Alerts' }],
    scopes: [{ scopePath: `/subscriptions/${subscriptionOf(simulator)}`, description: null, since: 2021 }],
    metadata: { by: 'somebody' },
  })
  const actions = [...(Array.isArray(properties.actions) ? properties.actions : []), pigeon, hub]
  const rule = { location, tags: { a: 'b' }, kind: 'x', metadata: { c: 1 }, properties: { ...properties, actions } }
  expect((await put(simulator, rule)).status).toBe(201)
  const read = (await put(simulator, {}, { method: 'GET', body: undefined })).body()
  const { uri: _uri, ...app } = actions[0]
  const { connectionString: _secret, ...open } = hub
  expect(read).toMatchObject({ ...rule, properties: { ...properties, actions: [app, pigeon, open] } })
  const again = { ...read, properties: { ...rule.properties, ...Object(read.properties), actions } }
  expect((await put(simulator, again)).status).toBe(200)
  const { etag: _etag, ...same } = read
  expect((await put(simulator, {}, { method: 'GET', body: undefined })).body()).toMatchObject(same)
})

test('a lock stops deletions or everything, a policy stops what would be made', async () => {
  const simulator = await simulate()
  const rule = await ruleFor(simulator)
  const scope = `/subscriptions/${subscriptionOf(simulator)}/resourceGroups/rg-soc`
  await put(simulator, rule)
  simulator.locks([{ scope, level: 'CanNotDelete' }])
  expect((await put(simulator, rule)).status).toBe(200)
  expect((await put(simulator, rule, { method: 'DELETE' })).code).toBe('ScopeLocked')
  simulator.locks([{ scope, level: 'ReadOnly' }])
  expect([(await put(simulator, rule)).status, (await put(simulator, rule)).code]).toEqual([409, 'ScopeLocked'])
  simulator.locks([])
  simulator.denials([{ scope, type: 'Microsoft.Security/automations', policy: 'No rules by hand' }])
  const denied = await put(simulator, rule)
  expect([denied.status, denied.code]).toEqual([403, 'RequestDisallowedByPolicy'])
  expect(denied.message).toMatch(/^Resource 'Test-Rule' was disallowed by policy\. Policy identifiers: '\[.*No rules by hand/)
  expect(denied.text).toContain('"type":"PolicyViolation"')
  expect((await put(simulator, rule, { method: 'DELETE' })).status).toBe(204)
})

describe('what is delivered', () => {
  const when: [string, ReturnType<typeof source>[], boolean][] = [
    ['no condition', [source('Alerts')], true],
    ['the way policies write it', [source('Alerts', ['Version', 'string', 'Contains', '3.'])], true],
    ['its severity', [source('Alerts', ['Severity', 'String', 'Equals', 'high'])], true],
    ['another severity', [source('Alerts', ['Severity', 'String', 'Equals', 'Low'])], false],
    [
      'both of two',
      [source('Alerts', ['Severity', 'String', 'Equals', 'High'], ['AlertType', 'String', 'StartsWith', 'VM_'])],
      true,
    ],
    [
      'one of two',
      [source('Alerts', ['Severity', 'String', 'Equals', 'High'], ['AlertType', 'String', 'StartsWith', 'K8S'])],
      false,
    ],
    ['a path that recommendations have', [source('Alerts', ['properties.metadata.severity', 'String', 'Equals', 'High'])], false],
    ['not equal on a path that is missing', [source('Alerts', ['Nothing', 'String', 'NotEquals', 'x'])], false],
  ]
  test.each(when)('%s', async (_name, sources, delivered) => {
    const simulator = await simulate()
    expect((await put(simulator, await ruleFor(simulator, 'Block-IP', { sources }))).status).toBe(201)
    simulator.fire({ type: 'VM_AmDisablementAndCodeExecution', subscription: subscriptionOf(simulator) })
    await simulator.settled()
    expect(simulator.deliveries()['Test-Rule']).toEqual({
      matches: delivered ? 1 : 0,
      deliveries: delivered ? 1 : 0,
      failures: 0,
    })
    expect(simulator.state.runs.get(appId(simulator, 'Block-IP').toLowerCase())?.length ?? 0).toBe(delivered ? 1 : 0)
  })

  test('what happens outside the scope is not', async () => {
    const simulator = await simulate()
    const scopes = [{ scopePath: `/subscriptions/${subscriptionOf(simulator)}/resourceGroups/rg-data` }]
    await put(simulator, await ruleFor(simulator, 'Notify-SOC', { scopes }))
    simulator.fire({ resource: 'vm-web-01' })
    simulator.fire({ resource: 'vm-etl-01' })
    await simulator.settled()
    expect(simulator.deliveries()['Test-Rule']).toMatchObject({ matches: 1, deliveries: 1 })
  })

  test.each<[string, (simulator: Simulator) => Promise<unknown>, string]>([
    [
      'disabled',
      simulator => ask(simulator, `${appId(simulator, 'Notify-SOC')}/disable`, { method: 'POST', version: '2019-05-01' }),
      'answered 404',
    ],
    [
      'deleted',
      simulator => ask(simulator, appId(simulator, 'Notify-SOC'), { method: 'DELETE', version: '2019-05-01' }),
      'answered 404',
    ],
    [
      'with a new key',
      simulator =>
        ask(simulator, `${appId(simulator, 'Notify-SOC')}/regenerateAccessKey`, {
          method: 'POST',
          version: '2019-05-01',
          body: { keyType: 'Primary' },
        }),
      'answered 401',
    ],
  ])('an app %s is tried four times, and nobody is told', async (_name, spoil, lastError) => {
    const simulator = await simulate()
    await put(simulator, await ruleFor(simulator))
    await spoil(simulator)
    simulator.fire({ resource: 'vm-web-01' })
    await simulator.settled()
    for (const pause of [1000, 4000]) {
      expect(simulator.deliveries()['Test-Rule']).toEqual({ matches: 1, deliveries: 0, failures: 0, lastError })
      simulator.advance(pause)
      await simulator.settled()
    }
    simulator.advance(10_000)
    await simulator.settled()
    expect(simulator.deliveries()['Test-Rule']).toEqual({ matches: 1, deliveries: 0, failures: 1, lastError })
    const { properties } = (await put(simulator, {}, { method: 'GET', body: undefined })).body()
    expect(properties).toMatchObject({ isEnabled: true })
  })

  test('a disabled rule delivers nothing, a patched one keeps its address', async () => {
    const simulator = await simulate()
    await put(simulator, await ruleFor(simulator, 'Notify-SOC', { isEnabled: false }))
    simulator.fire({ resource: 'vm-web-01' })
    const patched = await put(simulator, { properties: { isEnabled: true } }, { method: 'PATCH', version: '2023-12-01-preview' })
    expect(patched.status).toBe(200)
    simulator.fire({ resource: 'vm-web-01' })
    await simulator.settled()
    expect(simulator.deliveries()['Test-Rule']).toMatchObject({ matches: 1, deliveries: 1 })
  })

  test('one whose logic app is gone is refused whole, and patched where what it starts is not named', async () => {
    const simulator = await simulate()
    const body = await ruleFor(simulator)
    await put(simulator, body)
    simulator.state.workflows.delete(appId(simulator, 'Notify-SOC').toLowerCase())
    expect((await put(simulator, body)).status).toBe(400)
    const patch = { method: 'PATCH', version: '2023-12-01-preview' }
    expect((await put(simulator, { properties: { isEnabled: false } }, patch)).status).toBe(200)
    expect((await put(simulator, { properties: { actions: body.properties.actions } }, patch)).status).toBe(400)
  })

  test('to this machine and nowhere else', async () => {
    const simulator = await simulate()
    const actions = [
      { actionType: 'LogicApp', logicAppResourceId: appId(simulator, 'Notify-SOC'), uri: 'https://elsewhere.example/x' },
    ]
    expect((await put(simulator, await ruleFor(simulator, 'Notify-SOC', { actions }))).status).toBe(201)
    simulator.fire({ resource: 'vm-web-01' })
    await simulator.settled()
    expect(simulator.deliveries()['Test-Rule']).toMatchObject({ lastError: 'the address is not on this machine' })
  })
})
