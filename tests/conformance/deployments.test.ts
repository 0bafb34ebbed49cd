import { describe, expect, test } from '@jest/globals'
import { alertTemplate } from '../simulator/templates.ts'
import { all } from './clients.ts'
import type { Exchange } from './exchange.ts'
import { expectComplaint, openStage, spoil, status } from './stage.ts'

const stage = openStage()
const { on, raw } = stage

describe('the official client goes round', () => {
  test('a template is validated, deployed, followed, cancelled and forgotten', async () => {
    const { simulator } = on()
    const { deployments, deploymentOperations } = on().clients.deployments
    const group = 'rg-soc'
    const parameters = { app: { value: 'Made-By-Template' } }
    const wanted = { properties: { mode: 'Incremental' as const, template: alertTemplate(), parameters } }
    const valid = await deployments.validate(group, 'made-by-test', wanted).pollUntilDone()
    expect(valid.properties?.provisioningState).toBe('Succeeded')
    const poller = deployments.createOrUpdate(group, 'made-by-test', wanted, { updateIntervalInMs: 10 })
    await poller.submitted()
    expect(await status(deployments.createOrUpdate(group, 'made-by-test', wanted).submitted())).toBe(409)
    simulator.advance(2000)
    const [first] = await all(deploymentOperations.list(group, 'made-by-test'))
    expect(first?.properties?.targetResource?.resourceType).toBe('Microsoft.Web/connections')
    await deploymentOperations.get(group, 'made-by-test', first?.operationId ?? '')
    simulator.advance(20_000)
    expect((await poller.pollUntilDone()).properties?.provisioningState).toBe('Succeeded')
    expect((await all(deploymentOperations.list(group, 'made-by-test'))).length).toBe(3)
    expect((await all(deployments.listByResourceGroup(group))).map(({ name }) => name)).toEqual(['made-by-test'])
    const again = deployments.createOrUpdate(group, 'made-by-test', wanted, { updateIntervalInMs: 10 })
    await again.submitted()
    await deployments.cancel(group, 'made-by-test')
    expect((await deployments.get(group, 'made-by-test')).properties?.provisioningState).toBe('Canceled')
    await expect(again.pollUntilDone()).rejects.toThrow()
    await deployments.delete(group, 'made-by-test').pollUntilDone()
    expect(await status(deployments.get(group, 'made-by-test'))).toBe(404)
  })

  test('a deployment that fails says why, and so does its validation', async () => {
    const { simulator, clients, subscription } = on()
    const { deployments, deploymentOperations } = clients.deployments
    const scope = `/subscriptions/${subscription}/resourceGroups/rg-soc`
    simulator.denials([{ scope, type: 'Microsoft.Logic/workflows', policy: 'Logic apps in approved regions only' }])
    const parameters = { app: { value: 'Denied-By-Policy' } }
    const wanted = { properties: { mode: 'Incremental' as const, template: alertTemplate(), parameters } }
    const path = `${scope}/providers/Microsoft.Resources/deployments/denied/validate`
    expect((await raw('POST', path, '2025-04-01', wanted)).status).toBe(400)
    expect(
      (await raw('POST', path, '2025-04-01', { properties: { mode: 'Incremental', template: { resources: 1 } } })).status,
    ).toBe(400)
    const poller = deployments.createOrUpdate('rg-soc', 'denied', wanted, { updateIntervalInMs: 10 })
    await poller.submitted()
    simulator.advance(20_000)
    await expect(poller.pollUntilDone()).rejects.toThrow(/DeploymentFailed/)
    const { properties } = await deployments.get('rg-soc', 'denied')
    expect(properties?.error?.details?.[0]?.code).toBe('RequestDisallowedByPolicy')
    const operations = await all(deploymentOperations.list('rg-soc', 'denied'))
    expect(operations.at(-1)?.properties?.statusMessage?.error?.code).toBe('RequestDisallowedByPolicy')
    simulator.denials([])
  })
})

test('every request and every answer is valid by the official specifications and the rules they do not hold', async () => {
  const { recorder } = on()
  expect(recorder.exchanges.length).toBeGreaterThan(20)
  expect(await recorder.breaches()).toEqual([])
})

describe('the judge can say no', () => {
  test.each<[string, RegExp, string, (exchange: Exchange) => Exchange, RegExp]>([
    [
      'a state of a deployment that does not exist',
      /\/deployments\/made-by-test\?/,
      'PUT',
      spoil('"provisioningState":"Accepted"', '"provisioningState":"Begun"'),
      /ENUM/,
    ],
    ['an operation of a deployment that does not exist', /\/operations\?/, 'GET', spoil('"Create"', '"Make"'), /ENUM/],
    [
      'a deployment without its mode',
      /\/deployments\/made-by-test\?/,
      'PUT',
      one => ({ ...one, body: one.body.replace(',"mode":"Incremental"', '') }),
      /REQUIRED/,
    ],
  ])('%s', (_name, part, method, mutate, complaint) => expectComplaint(stage, part, method, mutate, complaint))
})
