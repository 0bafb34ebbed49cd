import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import type { Simulator } from '../../src/simulator/simulator.ts'
import { type Answer, type Asked, appId, ask, simulate, subscriptionOf } from './ground.ts'
import { alertTemplate, template } from './templates.ts'

const version = '2025-04-01'
const Shown = z.object({
  properties: z.object({
    provisioningState: z.string(),
    outputs: z.unknown().optional(),
    error: z
      .object({ code: z.string(), details: z.array(z.object({ code: z.string(), message: z.string() })).optional() })
      .optional(),
  }),
})

function group(simulator: Simulator): string {
  return `/subscriptions/${subscriptionOf(simulator)}/resourceGroups/rg-soc`
}

function at(simulator: Simulator, more = ''): string {
  return `${group(simulator)}/providers/Microsoft.Resources/deployments/first${more}`
}

function deploy(
  simulator: Simulator,
  what: object,
  parameters: object = {},
  asked: Asked & { verb?: string } = {},
): Promise<Answer> {
  const { verb = '', ...more } = asked
  const body = { properties: { mode: 'Incremental', template: what, parameters } }
  return ask(simulator, at(simulator, verb), { method: verb === '' ? 'PUT' : 'POST', version, body, ...more })
}

async function shown(simulator: Simulator) {
  return Shown.parse((await ask(simulator, at(simulator), { version })).body()).properties
}

/** The operations in the moment in which one has succeeded: what each takes is up to the dice. */
async function whenDone(simulator: Simulator, name: string): Promise<Record<string, string>> {
  for (let step = 0; step < 100; step++) {
    const now = await operations(simulator)
    if (now[name] === 'Succeeded') return now
    simulator.advance(100)
  }
  throw new Error(`${name} does not end`)
}

/** Resources by name with how far they are. */
async function operations(simulator: Simulator): Promise<Record<string, string>> {
  const answer = await ask(simulator, `${group(simulator)}/deployments/first/operations`, { version })
  const One = z.object({
    properties: z.object({ provisioningState: z.string(), targetResource: z.object({ resourceName: z.string() }) }),
  })
  const all = z.object({ value: z.array(One) }).parse(answer.body()).value
  return Object.fromEntries(all.map(({ properties }) => [properties.targetResource.resourceName, properties.provisioningState]))
}

const app = { app: { value: 'Tell-SOC' }, severities: { value: ['High', 'Medium'] } }

test('a connection, an app and its rules come one after the other, and then really work', async () => {
  const simulator = await simulate()
  const made = await deploy(simulator, alertTemplate(), app)
  expect(made.status).toBe(201)
  expect(made.headers.get('azure-asyncoperation')).toMatch(
    /^https:\/\/management\.azure\.com\/.*\/operationStatuses\/\d+\?api-version=2025-04-01$/,
  )
  expect(made.headers.get('retry-after')).toBe('1')
  expect(made.text).not.toContain('hunter2')
  expect((await shown(simulator)).provisioningState).toBe('Accepted')
  expect(await operations(simulator)).toEqual({})
  simulator.advance(1200)
  expect((await shown(simulator)).provisioningState).toBe('Running')
  expect(await operations(simulator)).toEqual({ 'ascalert-Tell-SOC': 'Running' })
  expect(await whenDone(simulator, 'ascalert-Tell-SOC')).toEqual({ 'ascalert-Tell-SOC': 'Succeeded', 'Tell-SOC': 'Running' })
  expect(await whenDone(simulator, 'Tell-SOC')).toMatchObject({ 'Tell-SOC-On-0': 'Running', 'Tell-SOC-On-1': 'Running' })
  simulator.advance(5000)
  const { provisioningState, outputs } = await shown(simulator)
  expect([provisioningState, outputs]).toEqual(['Succeeded', { app: { type: 'string', value: appId(simulator, 'Tell-SOC') } }])
  simulator.fire({ type: 'VM_AmDisablementAndCodeExecution' })
  await simulator.settled()
  expect(simulator.deliveries()['Tell-SOC-On-0']).toMatchObject({ deliveries: 1 })
  expect((await deploy(simulator, alertTemplate(), app)).status).toBe(200)
})

test('one at a time under one name; a cancelled one leaves what is not begun', async () => {
  const simulator = await simulate()
  await deploy(simulator, alertTemplate(), app)
  const second = await deploy(simulator, alertTemplate(), app)
  expect([second.status, second.code]).toEqual([409, 'DeploymentActive'])
  simulator.advance(3700)
  expect((await ask(simulator, at(simulator, '/cancel'), { method: 'POST', version })).status).toBe(204)
  simulator.advance(60_000)
  expect((await shown(simulator)).provisioningState).toBe('Canceled')
  expect(Object.keys(await operations(simulator))).toEqual(['ascalert-Tell-SOC', 'Tell-SOC'])
  expect((await ask(simulator, at(simulator, '/cancel'), { method: 'POST', version })).code).toBe('DeploymentCannotBeCancelled')
  expect((await ask(simulator, at(simulator), { method: 'DELETE', version })).status).toBe(204)
  expect((await ask(simulator, at(simulator), { version })).code).toBe('DeploymentNotFound')
})

describe('what fails on the way', () => {
  test.each<[string, (simulator: Simulator) => void, Asked, string[]]>([
    [
      'a policy',
      simulator => simulator.denials([{ scope: group(simulator), type: 'Microsoft.Logic/workflows', policy: 'x' }]),
      {},
      ['RequestDisallowedByPolicy'],
    ],
    ['a missing right', () => undefined, { as: 'analyst' }, ['AuthorizationFailed']],
    [
      'a provider',
      simulator => void simulator.state.unregistered.add(`${subscriptionOf(simulator)} microsoft.logic`),
      {},
      ['MissingSubscriptionRegistration'],
    ],
  ])('%s', async (_what, spoil, asked, codes) => {
    const simulator = await simulate()
    spoil(simulator)
    expect((await deploy(simulator, alertTemplate(), app, asked)).status).toBe(201)
    simulator.advance(60_000)
    const { provisioningState, error } = await shown(simulator)
    expect([provisioningState, error?.code, error?.details?.map(({ code }) => code)]).toEqual([
      'Failed',
      'DeploymentFailed',
      codes,
    ])
    const state = await ask(simulator, at(simulator), { version })
    expect(state.text).toContain(codes[0])
    const validated = await deploy(simulator, alertTemplate(), app, { ...asked, verb: '/validate' })
    expect([validated.status, validated.code]).toEqual([400, 'InvalidTemplateDeployment'])
    expect(validated.text).toContain(codes[0])
  })

  test('a locked group refuses the deployment itself', async () => {
    const simulator = await simulate()
    simulator.locks([{ scope: group(simulator), level: 'ReadOnly' }])
    const refused = await deploy(simulator, alertTemplate(), app)
    expect([refused.status, refused.code]).toEqual([409, 'ScopeLocked'])
  })

  test('an app that is not there', async () => {
    const simulator = await simulate()
    const uri = "[listCallbackUrl(resourceId('Microsoft.Logic/workflows/triggers', 'Nowhere', 'manual'), '2016-06-01').value]"
    const rule = {
      type: 'Microsoft.Security/automations',
      apiVersion: '2019-01-01-preview',
      name: 'r',
      location: 'westeurope',
      properties: { uri },
    }
    await deploy(simulator, template([rule]))
    simulator.advance(60_000)
    expect((await shown(simulator)).error?.details).toMatchObject([
      { code: 'ResourceNotFound', message: expect.stringContaining('Nowhere') },
    ])
  })
})

describe('what is no template', () => {
  const plain = { type: 'Microsoft.Logic/workflows', apiVersion: '2019-05-01', name: 'a', location: 'westeurope' }
  test.each<[string, object, object, RegExp]>([
    [
      'an unknown function',
      template([{ ...plain, tags: { x: "[reference('x')]" } }]),
      {},
      /resources\[0\]\.tags\.x.*The template function 'reference' is not valid/,
    ],
    ['an unknown parameter', template([{ ...plain, name: "[parameters('x')]" }]), {}, /template parameter 'x' is not found/],
    ['an unknown variable', template([{ ...plain, tags: { x: "[variables('x')]" } }]), {}, /template variable 'x' is not found/],
    ['a broken expression', template([{ ...plain, name: "[concat('a']" }]), {}, /language expression/],
    [
      'no value',
      template([], { parameters: { a: { type: 'string' } } }),
      {},
      /value for the template parameter 'a' is not provided/,
    ],
    [
      'a value too many',
      template([], { parameters: { a: { type: 'string', defaultValue: '' } } }),
      { b: { value: 1 } },
      /parameters 'b'.*only supported.*'a'/,
    ],
    [
      'a value of another type',
      template([], { parameters: { a: { type: 'int' } } }),
      { a: { value: 'one' } },
      /'a' is not valid. Expected a value of type 'int'/,
    ],
    [
      'a value that is not allowed',
      template([], { parameters: { a: { type: 'string', allowedValues: ['x', 'y'] } } }),
      { a: { value: 'z' } },
      /allowed value\(s\): 'x,y'/,
    ],
    ['a short value', alertTemplate(), { app: { value: 'a' } }, /'app' is not valid: length/],
    ['names that do not fit the type', template([{ ...plain, name: 'a/b' }]), {}, /incorrect segment lengths/],
    ['two of one name', template([plain, plain]), {}, /defined multiple times/],
    ['a dependency that is not there', template([{ ...plain, dependsOn: ['b'] }]), {}, /'b' is not defined/],
    [
      'a circle',
      template([
        { ...plain, dependsOn: ['b'] },
        { ...plain, name: 'b', dependsOn: ['a'] },
      ]),
      {},
      /Circular dependency/,
    ],
    ['a wild count', template([{ ...plain, copy: { name: 'c', count: -1 } }]), {}, /copy count/],
    ['no resources', { $schema: 'x', contentVersion: '1' }, {}, /'resources'/],
  ])('%s', async (_what, what, parameters, reason) => {
    const simulator = await simulate()
    for (const verb of ['', '/validate']) {
      const refused = await deploy(simulator, what, parameters, { verb })
      expect([refused.status, refused.code]).toEqual([400, 'InvalidTemplate'])
      expect(refused.message).toMatch(reason)
    }
    expect(simulator.state.deployments.size).toBe(0)
  })

  test('no template at all, and a mode that would delete', async () => {
    const simulator = await simulate()
    const put = (properties: object) => ask(simulator, at(simulator), { method: 'PUT', version, body: { properties } })
    expect((await put({ mode: 'Incremental' })).message).toMatch(/template is required/)
    expect((await put({ mode: 'Complete', template: template([]) })).message).toMatch(/incrementally only/)
  })
})

describe('a template inside of a template', () => {
  const connection = (name: string) => ({
    type: 'Microsoft.Web/connections',
    apiVersion: '2016-06-01',
    name,
    location: 'westeurope',
    properties: { api: { id: '/x/managedApis/ascalert' } },
  })
  const nested = (properties: object, more: object = {}) => ({
    type: 'Microsoft.Resources/deployments',
    apiVersion: '2019-10-01',
    name: 'inside',
    properties: { mode: 'Incremental', ...properties },
    ...more,
  })
  const outer = { parameters: { name: { type: 'string', defaultValue: 'outer' } } }
  const made = (simulator: Simulator) => [...simulator.state.connections.values()].map(({ group: at, name }) => `${at}/${name}`)

  test('goes elsewhere, with the values of the outer one', async () => {
    const simulator = await simulate()
    const inside = nested({ template: template([connection("[parameters('name')]")]) }, { resourceGroup: 'rg-data' })
    expect((await deploy(simulator, template([inside], outer))).status).toBe(201)
    simulator.advance(60_000)
    expect((await shown(simulator)).provisioningState).toBe('Succeeded')
    expect(made(simulator)).toContain('rg-data/outer')
  })

  test('may have values of its own', async () => {
    const simulator = await simulate()
    const own = { parameters: { name: { type: 'string' } } }
    const inside = nested({
      template: template([connection("[parameters('name')]")], own),
      parameters: { name: { value: "[concat(parameters('name'), '-inner')]" } },
      expressionEvaluationOptions: { scope: 'inner' },
    })
    await deploy(simulator, template([inside, { ...connection('last'), dependsOn: ['inside'] }], outer))
    simulator.advance(60_000)
    expect((await shown(simulator)).provisioningState).toBe('Succeeded')
    expect(made(simulator).slice(-2)).toEqual(['rg-soc/outer-inner', 'rg-soc/last'])
  })

  test('is cancelled with the outer one', async () => {
    const simulator = await simulate()
    await deploy(simulator, template([nested({ template: template([connection('a')]) }, { resourceGroup: 'rg-data' })]))
    simulator.advance(1200)
    expect((await ask(simulator, at(simulator, '/cancel'), { method: 'POST', version })).status).toBe(204)
    simulator.advance(60_000)
    const states = [...simulator.state.deployments.values()].map(({ name, state }) => [name, state])
    expect(states).toEqual([
      ['first', 'Canceled'],
      ['inside', 'Canceled'],
    ])
  })

  test('takes the outer one down with it', async () => {
    const simulator = await simulate()
    simulator.denials([{ scope: group(simulator), type: 'Microsoft.Web/connections', policy: 'x' }])
    await deploy(simulator, template([nested({ template: template([connection('a')]) })]))
    simulator.advance(60_000)
    const { provisioningState, error } = await shown(simulator)
    expect([provisioningState, error?.details?.[0]?.code]).toEqual(['Failed', 'ResourceDeploymentFailure'])
    expect((await ask(simulator, at(simulator), { version })).text).toContain('RequestDisallowedByPolicy')
  })
})

test('loops, conditions, serial order and braces that are meant', async () => {
  const simulator = await simulate()
  const connection = (name: string, more: object) => ({
    type: 'Microsoft.Web/connections',
    apiVersion: '2016-06-01',
    name,
    location: 'westeurope',
    properties: { displayName: '[[no expression]', api: { id: '/x/managedApis/ascalert' } },
    ...more,
  })
  await deploy(
    simulator,
    template([
      connection("[format('c{0}', copyIndex(1))]", { copy: { name: 'loop', count: 2, mode: 'serial' } }),
      connection('never', { condition: false }),
      connection('last', {
        dependsOn: ['loop', 'never'],
        tags: { all: "[join(createArray('a', 'b'), '+')]" },
      }),
    ]),
  )
  simulator.advance(1200)
  expect(Object.keys(await operations(simulator))).toEqual(['c1'])
  simulator.advance(60_000)
  expect(await operations(simulator)).toEqual({ c1: 'Succeeded', c2: 'Succeeded', last: 'Succeeded' })
  const last = await ask(simulator, `${group(simulator)}/providers/Microsoft.Web/connections/last`, { version: '2016-06-01' })
  expect(last.body()).toMatchObject({ tags: { all: 'a+b' }, properties: { displayName: '[no expression]' } })
})
