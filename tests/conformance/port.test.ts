import { expect, test } from '@jest/globals'
import { connectAzure } from '../../src/azure/connect.ts'
import { silent } from '../../src/log.ts'
import { triggerFor } from '../../src/model/logic-app.ts'
import type { Azure } from '../../src/ports.ts'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { alertTemplate } from '../simulator/templates.ts'
import { all } from './clients.ts'
import { recordAndJudge } from './record.ts'

async function goRoundRules({ rules, catalogue, logicApps }: Azure, simulator: Simulator): Promise<void> {
  const high = (await rules.list()).find(({ name }) => name === 'Notify-SOC-On-High')
  if (high === undefined) throw new Error('no such rule')
  const draft = { ...high, name: 'Notify-SOC-By-Port' }
  expect(await rules.validate(draft)).toBe(undefined)
  const saved = await rules.save(draft)
  const changed = await rules.save({ ...saved, description: 'changed' }, saved)
  expect((await rules.get(saved.id)).description).toBe('changed')
  simulator.fire({ resource: 'vm-web-01', type: 'VM_AmDisablementAndCodeExecution' })
  await simulator.settled()
  const target = high.targets[0]?.logicAppId ?? ''
  expect((await logicApps.runsOf(target, new Date(0), body => typeof body === 'object')).length).toBeGreaterThan(1)
  await rules.delete(changed.id)
  expect((await catalogue.recommendations()).length).toBeGreaterThan(100)
  expect((await catalogue.groups()).length).toBe(6)
  expect((await catalogue.policyRules()).map(({ ruleName }) => ruleName)).toEqual([
    'Policy-Alerts-To-On-Call',
    'Baseline-Alerts',
    'Baseline-Recommendations',
  ])
  const [subscription = ''] = simulator.subscriptionIds
  expect((await catalogue.standards(subscription)).length).toBe(3)
}

async function deployOne({ deployments }: Azure, simulator: Simulator): Promise<void> {
  const [subscription = ''] = simulator.subscriptionIds
  const target = { subscription, group: 'rg-soc', name: 'by-port' }
  await deployments.start(target, alertTemplate(), { app: 'Made-By-Port' })
  expect((await deployments.progress(target)).state).toBe('starting')
  simulator.advance(20_000)
  const { state, resources } = await deployments.progress(target)
  expect([state, resources.map(one => one.state)]).toEqual(['succeeded', ['succeeded', 'succeeded', 'succeeded']])
}

test('every request of the product’s Azure port, and what it is answered, is valid by the official specifications', async () => {
  const simulator = await startSimulator({ pageSize: 40 })
  const recorder = await recordAndJudge(simulator.origin)
  const [subscription = ''] = simulator.subscriptionIds
  const azure = connectAzure({ armEndpoint: recorder.origin, token: simulator.tokens.bot, log: silent, userAgent: 'test/1' })
  try {
    const alert = simulator.fire({ resource: 'vm-web-01' })
    await azure.subscriptions()
    for (const kind of ['alert', 'recommendation', 'compliance'] as const)
      expect((await all(azure.listEvents(subscription, kind))).flat().length).toBeGreaterThan(0)
    const id = `subscriptions/${subscription}/resourceGroups/rg-shop/providers/Microsoft.Security/locations/westeurope/alerts/${alert.name}`
    for (const status of ['in-progress', 'resolved', 'dismissed', 'active'] as const) await azure.setAlertStatus(id, status)
    await azure.simulateAlerts(subscription, ['VirtualMachines'])
    const app = (await azure.logicApps.list()).find(({ name }) => name === 'Notify-SOC')
    if (app === undefined) throw new Error('no such app')
    const { workflowRunId } = await azure.logicApps.start(app, triggerFor(app, 'alert')?.name ?? '', '{}', 'track-1')
    expect(await azure.logicApps.findRun(app.id, 'track-1', new Date(0))).toBe(workflowRunId)
    expect((await azure.logicApps.getRun(app.id, workflowRunId)).state).toBe('running')
    expect((await azure.logicApps.recentRuns(app.id, 5))[0]?.workflowRunId).toBe(workflowRunId)
    for (const enabled of [false, true]) await azure.logicApps.setEnabled(app.id, enabled)
    const analyst = simulator.people.find(({ role }) => role === 'analyst')?.objectId ?? ''
    const action = 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action'
    expect(await azure.access.missing(analyst, [{ action, scope: app.id.slice(1) }])).toEqual([])
    await azure.logicApps.get(`${app.id}-absent`).catch(() => undefined)
    await goRoundRules(azure, simulator)
    await deployOne(azure, simulator)
    expect(recorder.exchanges.length).toBeGreaterThan(30)
    expect(await recorder.breaches()).toEqual([])
  } finally {
    await recorder.stop()
    await simulator.stop()
  }
})
