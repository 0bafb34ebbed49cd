import { describe, expect, test } from '@jest/globals'
import { all } from './clients.ts'
import type { Exchange } from './exchange.ts'
import { expectComplaint, openStage, spoil, status } from './stage.ts'

const manyAlerts = 230

const stage = openStage()
const { on, raw } = stage

describe('the official clients go round', () => {
  test('subscriptions, locations, roles and permissions', async () => {
    const { clients, simulator, subscription } = on()
    const found = await all(clients.subscriptions.subscriptions.list())
    expect(found.map(({ state }) => state).sort()).toEqual(['Enabled', 'Enabled'])
    expect((await clients.subscriptions.subscriptions.get(subscription)).displayName).toBe('Production')
    expect((await all(clients.subscriptions.subscriptions.listLocations(subscription))).length).toBeGreaterThan(2)
    const analyst = simulator.people.find(({ role }) => role === 'analyst')?.objectId ?? ''
    const { authorization } = clients
    const scope = `subscriptions/${subscription}`
    const held = await all(authorization.roleAssignments.listForScope(scope, { filter: `assignedTo('${analyst}')` }))
    const names = await Promise.all(
      held.map(
        async ({ roleDefinitionId = '' }) => (await authorization.roleDefinitions.getById(roleDefinitionId.slice(1))).roleName,
      ),
    )
    expect(names.sort()).toEqual(['Microsoft Sentinel Playbook Operator', 'Reader', 'Security Admin'])
    expect(await all(authorization.denyAssignments.listForScope(scope))).toEqual([])
    expect((await all(authorization.roleDefinitions.list(scope))).length).toBeGreaterThan(8)
    expect((await all(authorization.permissions.listForResourceGroup('rg-soc'))).length).toBe(1)
  })

  test('a role is given and taken away', async () => {
    const { clients, simulator, subscription } = on()
    const nobody = simulator.people.find(({ role }) => role === 'nobody')?.objectId ?? ''
    const scope = `subscriptions/${subscription}/resourceGroups/rg-soc`
    const name = '0aa00000-0000-4000-8000-000000000001'
    const roleDefinitionId = '/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7'
    const body = { roleDefinitionId, principalId: nobody }
    const { roleAssignments } = clients.authorization
    expect((await roleAssignments.create(scope, name, body)).principalId).toBe(nobody)
    expect(await status(roleAssignments.create(scope, '0aa00000-0000-4000-8000-000000000002', body))).toBe(409)
    expect((await roleAssignments.get(scope, name)).scope).toBe(`/${scope}`)
    await roleAssignments.delete(scope, name)
    expect(await status(roleAssignments.get(scope, name))).toBe(404)
  })

  test('alerts over more than two pages, one, and every status', async () => {
    const { clients, simulator, subscription } = on()
    const { alerts, locations } = clients.security
    for (let count = 0; count < manyAlerts; count++) simulator.fire({ subscription })
    const pages: number[] = []
    for await (const page of alerts.list().byPage()) pages.push(page.length)
    expect(pages.length).toBeGreaterThan(2)
    const found = await all(alerts.list())
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length)
    expect(found.length).toBeGreaterThanOrEqual(manyAlerts)
    const [location] = await all(locations.list())
    const here = location?.name ?? ''
    const grouped = found.find(({ id }) => id?.includes('/resourceGroups/'))
    const group = /resourceGroups\/([^/]+)/.exec(grouped?.id ?? '')?.[1] ?? ''
    const name = grouped?.name ?? ''
    const now = async () => (await alerts.getResourceGroupLevel(here, name, group)).status
    await alerts.updateResourceGroupLevelStateToDismiss(here, name, group)
    expect(await now()).toBe('Dismissed')
    await alerts.updateResourceGroupLevelStateToResolve(here, name, group)
    expect(await now()).toBe('Resolved')
    await alerts.updateResourceGroupLevelStateToActivate(here, name, group)
    expect(await now()).toBe('Active')
    expect((await raw('POST', `${grouped?.id}/inProgress`, '2022-01-01')).status).toBe(204)
    expect((await raw('GET', `${grouped?.id}`, '2022-01-01')).status).toBe(200)
    const whole = found.find(({ id }) => !id?.includes('/resourceGroups/'))?.name ?? ''
    await alerts.updateSubscriptionLevelStateToResolve(here, whole)
    expect((await alerts.getSubscriptionLevel(here, whole)).status).toBe('Resolved')
    expect((await all(alerts.listResourceGroupLevelByRegion(here, group))).length).toBeGreaterThan(0)
  })

  test('sample alerts and a suppression rule', async () => {
    const { clients, simulator, subscription } = on()
    const { alerts, alertsSuppressionRules } = clients.security
    await alerts.simulate('westeurope', { properties: { kind: 'Bundles', bundles: ['VirtualMachines', 'DNS'] } })
    const samples = async () => (await all(alerts.list())).filter(({ alertType }) => alertType?.startsWith('SIMULATED_'))
    expect(await samples()).toEqual([])
    simulator.advance(10_000)
    expect((await samples()).length).toBe(2)
    const path = `/subscriptions/${subscription}/providers/Microsoft.Security/locations/westeurope/alerts/default/simulate`
    expect((await raw('POST', path, '2022-01-01', { properties: { kind: 'Bundles', bundles: ['DNS'] } })).status).toBe(202)
    const rule = { alertType: 'VM_AmDisablement', reason: 'Noise', state: 'Enabled' } as const
    await alertsSuppressionRules.update('quiet', rule)
    expect((await all(alertsSuppressionRules.list())).map(({ name }) => name)).toEqual(['quiet'])
    expect(simulator.fire({ type: 'VM_AmDisablement', subscription }).status).toBe('Dismissed')
    expect((await alertsSuppressionRules.get('quiet')).reason).toBe('Noise')
    await alertsSuppressionRules.delete('quiet')
    expect(simulator.fire({ type: 'VM_AmDisablement', subscription }).status).toBe('Active')
  })

  test('recommendations and their metadata', async () => {
    const { clients, subscription } = on()
    const { assessments, assessmentsMetadata } = clients.security
    const metadata = await all(assessmentsMetadata.listBySubscription())
    expect(metadata.length).toBe(192)
    expect((await all(assessmentsMetadata.list())).length).toBe(metadata.length)
    const found = await all(assessments.list(`subscriptions/${subscription}`))
    expect(found.length).toBeGreaterThan(100)
    const [one] = found
    const resource = /^\/(.+)\/providers\/Microsoft\.Security\/assessments\//.exec(one?.id ?? '')?.[1] ?? ''
    const whole = await assessments.get(resource, one?.name ?? '', { expand: 'metadata' })
    expect(whole.metadata?.displayName).toBe(whole.displayName)
    expect((await assessmentsMetadata.get(one?.name ?? '')).displayName).toBe(whole.displayName)
    expect((await assessmentsMetadata.getInSubscription(one?.name ?? '')).severity).toBe(whole.metadata?.severity)
  })

  test('compliance, level by level', async () => {
    const { security } = on().clients
    const standards = await all(security.regulatoryComplianceStandards.list())
    expect(standards.length).toBe(3)
    for (const { name: standard = '', failedControls } of standards) {
      const controls = await all(security.regulatoryComplianceControls.list(standard))
      expect(controls.filter(({ state }) => state === 'Failed').length).toBe(failedControls)
      const [control] = controls
      const under = await all(security.regulatoryComplianceAssessments.list(standard, control?.name ?? ''))
      expect(under.filter(({ state }) => state === 'Failed').length).toBe(control?.failedAssessments)
      await security.regulatoryComplianceAssessments.get(standard, control?.name ?? '', under[0]?.name ?? '')
      await security.regulatoryComplianceControls.get(standard, control?.name ?? '')
      await security.regulatoryComplianceStandards.get(standard)
    }
  })

  test('a logic app is made, run, cancelled, run again and removed', async () => {
    const { clients, simulator } = on()
    const { workflows, workflowTriggers, workflowTriggerHistories, workflowRuns, workflowRunActions } = clients.logic
    const definition = {
      $schema: 'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
      contentVersion: '1.0.0.0',
      triggers: { manual: { type: 'Request', kind: 'Http', inputs: { schema: {} } } },
      actions: { Wait: { type: 'Wait', inputs: { interval: { count: 1, unit: 'Second' } }, runAfter: {} } },
    }
    const group = 'rg-soc'
    const name = 'Made-By-Test'
    await workflows.createOrUpdate(group, name, { location: 'westeurope', definition })
    await workflows.createOrUpdate(group, name, {
      location: 'westeurope',
      definition,
      tags: { a: 'b' },
      identity: { type: 'SystemAssigned' },
    })
    expect((await workflows.get(group, name)).tags).toEqual({ a: 'b' })
    expect((await all(workflows.listBySubscription())).map(app => app.name)).toContain(name)
    expect((await all(workflows.listByResourceGroup(group, { filter: "State eq 'Disabled'" }))).map(app => app.name)).toEqual([
      'Old-Notify',
    ])
    expect((await all(workflowTriggers.list(group, name))).map(trigger => trigger.name)).toEqual(['manual'])
    await workflowTriggers.get(group, name, 'manual')
    const { value = '' } = await workflowTriggers.listCallbackUrl(group, name, 'manual')
    const call = (body: string) =>
      fetch(value, { method: 'POST', headers: { 'content-type': 'application/json', 'x-ms-client-tracking-id': 'mine' }, body })
    const accepted = await call('{"a":1}')
    expect(accepted.status).toBe(202)
    const run = accepted.headers.get('x-ms-workflow-run-id') ?? ''
    expect((await workflowRuns.get(group, name, run)).status).toBe('Running')
    await all(workflowRunActions.list(group, name, run))
    simulator.advance(10_000)
    const ended = await workflowRuns.get(group, name, run)
    expect([ended.status, ended.correlation?.clientTrackingId]).toEqual(['Succeeded', 'mine'])
    await all(workflowRunActions.list(group, name, run))
    await call('{"a":2}')
    const [latest] = await all(workflowRuns.list(group, name, { top: 1, filter: "Status eq 'Running'" }))
    await workflowRuns.cancel(group, name, latest?.name ?? '')
    expect((await workflowRuns.get(group, name, latest?.name ?? '')).status).toBe('Cancelled')
    expect(await status(workflowRuns.cancel(group, name, latest?.name ?? ''))).toBe(409)
    const histories = await all(workflowTriggerHistories.list(group, name, 'manual'))
    expect(histories.length).toBe(2)
    await workflowTriggerHistories.get(group, name, 'manual', run)
    await workflowTriggerHistories.resubmit(group, name, 'manual', run)
    expect((await all(workflowRuns.list(group, name))).length).toBe(3)
    await workflows.disable(group, name)
    expect((await call('{}')).status).toBe(404)
    await workflows.enable(group, name)
    await workflows.regenerateAccessKey(group, name, { keyType: 'Primary' })
    expect((await call('{}')).status).toBe(401)
    await workflows.delete(group, name)
    await workflows.delete(group, name)
    expect(await status(workflows.get(group, name))).toBe(404)
  })

  test('a run that fails tells why, action by action', async () => {
    const { clients, simulator } = on()
    const { workflowTriggers, workflowRuns, workflowRunActions } = clients.logic
    const [trigger] = await all(workflowTriggers.list('rg-soc', 'Post-To-Archive'))
    const { value = '' } = await workflowTriggers.listCallbackUrl('rg-soc', 'Post-To-Archive', trigger?.name ?? '')
    const accepted = await fetch(value, { method: 'POST', body: '{"Severity":"High"}' })
    simulator.advance(10_000)
    const run = await workflowRuns.get('rg-soc', 'Post-To-Archive', accepted.headers.get('x-ms-workflow-run-id') ?? '')
    expect([run.status, run.code]).toEqual(['Failed', 'ActionFailed'])
    const [action] = await all(workflowRunActions.list('rg-soc', 'Post-To-Archive', run.name ?? ''))
    expect([action?.status, action?.code]).toEqual(['Failed', 'Unauthorized'])
    const link = action?.outputsLink?.uri ?? ''
    expect(await (await fetch(link)).json()).toMatchObject({ statusCode: 401 })
  })

  test('a rule is made, read, changed, validated and removed', async () => {
    const { clients, subscription } = on()
    const { automations } = clients.security
    const [trigger] = await all(clients.logic.workflowTriggers.list('rg-soc', 'Notify-SOC'))
    const { value: uri = '' } = await clients.logic.workflowTriggers.listCallbackUrl('rg-soc', 'Notify-SOC', trigger?.name ?? '')
    const rules = [{ propertyJPath: 'Severity', propertyType: 'String', expectedValue: 'High', operator: 'Equals' }]
    const rule = {
      location: 'westeurope',
      description: 'High ones',
      isEnabled: true,
      scopes: [{ description: 'all', scopePath: `/subscriptions/${subscription}` }],
      sources: [{ eventSource: 'Alerts', ruleSets: [{ rules }] }],
      actions: [
        {
          actionType: 'LogicApp' as const,
          logicAppResourceId: `/subscriptions/${subscription}/resourceGroups/rg-soc/providers/Microsoft.Logic/workflows/Notify-SOC`,
          uri,
        },
      ],
    }
    expect((await automations.validate('rg-soc', 'Made-By-Test', rule)).isValid).toBe(true)
    const made = await automations.createOrUpdate('rg-soc', 'Made-By-Test', rule)
    expect(made.actions?.[0]).not.toHaveProperty('uri', uri)
    await automations.createOrUpdate('rg-soc', 'Made-By-Test', { ...rule, isEnabled: false, etag: made.etag ?? '' })
    expect((await automations.get('rg-soc', 'Made-By-Test')).isEnabled).toBe(false)
    expect(await status(automations.createOrUpdate('rg-soc', 'Made-By-Test', { ...rule, etag: 'old' }))).toBe(412)
    expect((await all(automations.list())).map(({ name }) => name)).toContain('Made-By-Test')
    expect((await all(automations.listByResourceGroup('rg-soc'))).length).toBe(13)
    const path = `/subscriptions/${subscription}/resourceGroups/rg-soc/providers/Microsoft.Security/automations/Made-By-Test`
    expect((await raw('PATCH', path, '2023-12-01-preview', { properties: { isEnabled: true } })).status).toBe(200)
    expect((await raw('GET', path, '2023-12-01-preview')).status).toBe(200)
    const { isValid, message } = await automations.validate('rg-soc', 'Made-By-Test', { ...rule, scopes: [] })
    expect([isValid, message?.includes('scopes')]).toEqual([false, true])
    await automations.delete('rg-soc', 'Made-By-Test')
    await automations.delete('rg-soc', 'Made-By-Test')
  })

  test('what a policy was assigned with can be read', async () => {
    const { subscription } = on()
    const root = `/subscriptions/${subscription}`
    const type = 'providers/Microsoft.Authorization/policyAssignments'
    for (const path of [`${root}/${type}`, `${root}/resourceGroups/rg-soc/${type}`, `${root}/${type}/alerts-to-on-call`])
      expect((await raw('GET', path, '2024-05-01')).status).toBe(200)
    expect((await raw('GET', `${root}/${type}/absent`, '2024-05-01')).status).toBe(404)
  })

  test('a run waits, is skipped or is not answered in time, and a definition is checked before it is saved', async () => {
    const { simulator, clients } = on()
    const { workflows, workflowTriggers, workflowRuns, workflowRunActions } = clients.logic
    const states: (string | undefined)[] = []
    for (const [app, body, wait] of [
      ['Rebuild-Host', '{}', 0],
      ['Rebuild-Host', '{}', 0],
      ['Page-On-Call', '{"Severity":"Low"}', 0],
      ['Approve-Isolation', '{}', 15_000],
    ] as const) {
      const [trigger] = await all(workflowTriggers.list('rg-soc', app))
      const { value = '' } = await workflowTriggers.listCallbackUrl('rg-soc', app, trigger?.name ?? '')
      const accepted = await fetch(value, { method: 'POST', body })
      simulator.advance(wait)
      const run = await workflowRuns.get('rg-soc', app, accepted.headers.get('x-ms-workflow-run-id') ?? '')
      await all(workflowRunActions.list('rg-soc', app, run.name ?? ''))
      expect(await (await fetch(run.trigger?.outputsLink?.uri ?? '')).json()).toMatchObject({ body: JSON.parse(body) })
      states.push(run.status)
    }
    expect(states).toEqual(['Running', 'Waiting', 'Skipped', 'TimedOut'])
    const definition = (await workflows.get('rg-soc', 'Rebuild-Host')).definition
    const wanted = { location: 'westeurope', definition, parameters: {} }
    await workflows.validateByResourceGroup('rg-soc', 'Rebuild-Host', wanted)
    await workflows.validateByLocation('rg-soc', 'westeurope', 'Rebuild-Host', wanted)
    const broken = { ...wanted, definition: { ...definition, actions: { A: { type: 'Compose', runAfter: { B: [] } } } } }
    expect(await status(workflows.validateByResourceGroup('rg-soc', 'Rebuild-Host', broken))).toBe(400)
  })

  test('refusals have the shape of refusals', async () => {
    const { subscription, simulator, recorder } = on()
    const alerts = `/subscriptions/${subscription}/providers/Microsoft.Security/alerts`
    expect((await raw('GET', alerts, '2021-11-01', undefined, 'wrong')).status).toBe(401)
    expect((await raw('GET', alerts, '2021-11-01', undefined, simulator.tokens.nobody)).status).toBe(403)
    expect((await raw('GET', alerts, '1999-01-01')).status).toBe(400)
    expect((await fetch(`${recorder.origin}${alerts}`)).status).toBe(401)
    expect(
      (await raw('GET', '/subscriptions/99999999-0000-4000-8000-000000000000/providers/Microsoft.Security/alerts', '2021-11-01'))
        .status,
    ).toBe(404)
    simulator.faults([{ on: '/alerts', kind: '429', times: 1 }])
    expect((await raw('GET', alerts, '2021-11-01')).status).toBe(429)
  })
})

test('every request and every answer is valid by the official specifications and the rules they do not hold', async () => {
  const { recorder } = on()
  expect(recorder.exchanges.length).toBeGreaterThan(100)
  expect(await recorder.breaches()).toEqual([])
})

describe('the judge can say no', () => {
  test.each<[string, RegExp, string, (exchange: Exchange) => Exchange, RegExp]>([
    [
      'a field of a newer version',
      /\/alerts\?/,
      'GET',
      spoil('"alertType"', '"version":"1","alertType"'),
      /ADDITIONAL_PROPERTIES/,
    ],
    ['a word that is none of the enumeration', /\/alerts\?/, 'GET', spoil('"status":"Active"', '"status":"Aktive"'), /ENUM/],
    ['a number for a text', /\/workflows\?/, 'GET', spoil(/"location":"\w+"/, '"location":7'), /TYPE/],
    [
      'a status that is not declared',
      /\/automations\/Made-By-Test\?/,
      'DELETE',
      one => ({ ...one, status: 202 }),
      /STATUS|RESPONSE/i,
    ],
    [
      'an operator that does not exist',
      /\/automations\/Made-By-Test\?/,
      'PUT',
      one => ({ ...one, body: one.body.replace('"operator":"Equals"', '"operator":"Matches"') }),
      /ENUM/,
    ],
    [
      'a way of enforcing a policy that does not exist',
      /policyAssignments\/alerts-to-on-call\?/,
      'GET',
      spoil('"enforcementMode":"Default"', '"enforcementMode":"Always"'),
      /ENUM/,
    ],
    ['a status of a run that does not exist', /\/Rebuild-Host\/runs\/\w+\?/, 'GET', spoil('"Running"', '"Going"'), /ENUM/],
    [
      'a link of a trigger that is a text',
      /\/runs\?/,
      'GET',
      spoil(/"outputsLink":\{[^{}]*\{[^{}]*\}\}/, '"outputsLink":"x"'),
      /TYPE/,
    ],
    [
      'a request without its required field',
      /alerts\/default\/simulate/,
      'POST',
      one => ({ ...one, body: '{"properties":{}}' }),
      /REQUIRED|MISSING/i,
    ],
    [
      'a write-only address in an answer',
      /\/automations\?/,
      'GET',
      spoil('"actionType"', '"uri":"https://x.example","actionType"'),
      /write-only/,
    ],
    ['a link to another host', /\/alerts\?/, 'GET', spoil('https://management.azure.com', 'http://127.0.0.1:1'), /link leads/],
    [
      'an id that is not that of the path',
      /\/automations\/Made-By-Test\?/,
      'GET',
      spoil('/automations/Made-By-Test"', '/automations/Other"'),
      /not that of the path/,
    ],
    [
      'no request id',
      /\/alerts\?/,
      'GET',
      ({ answerHeaders: { 'x-ms-request-id': _id, ...rest }, ...one }) => ({ ...one, answerHeaders: rest }),
      /x-ms-request-id/,
    ],
  ])('%s', (_name, part, method, mutate, complaint) => expectComplaint(stage, part, method, mutate, complaint))
})
