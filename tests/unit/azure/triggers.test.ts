import { expect, test } from '@jest/globals'
import { readSite, readWorkflow } from '../../../src/azure/read-workflow.ts'
import { Kind } from '../../../src/model/event.ts'
import { type LogicApp, type Takes, takes, triggerFor, whyNot } from '../../../src/model/logic-app.ts'
import { publishedApps, publishedVerdicts } from '../../fakes/published-apps.ts'

const id = '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.Logic/workflows/app'

function workflow(parts: object): LogicApp {
  return readWorkflow({ id, name: 'app', location: 'westeurope', state: 'Enabled', ...parts })
}

test.each(Object.entries(publishedVerdicts))('%s', (file, [taken, reason]) => {
  const apps = publishedApps(file).map(workflow)
  expect(apps.flatMap(app => app.triggers.map(takes))).toEqual(taken)
  expect(apps.map(app => whyNot(app, 'alert'))).toEqual(apps.map(() => reason))
  for (const kind of Kind.options) expect(apps.some(app => whyNot(app, kind) === undefined)).toBe(taken.includes(kind))
})

const hook = (key: string, path?: unknown, type = 'ApiConnectionWebhook') => ({
  type,
  inputs: { path, host: { connection: { name: `@parameters('$connections')['${key}']['connectionId']` } } },
})
const api = (name: string) => ({ id: `/subscriptions/1/providers/Microsoft.Web/locations/westeurope/managedApis/${name}` })

const made: [string, object, object, Takes][] = [
  ['path in another case', hook('x', '/MICROSOFT.SECURITY/alert/Subscribe'), {}, 'alert'],
  ['type in another case', hook('x', '/Microsoft.Security/Assessment/subscribe', 'apiconnectionwebhook'), {}, 'recommendation'],
  [
    'path against connection: the path counts',
    hook('x', '/Microsoft.Security/Alert/subscribe'),
    { x: api('ascassessment') },
    'alert',
  ],
  ['no path, connection by alias', hook('mdc'), { mdc: api('ascalert') }, 'alert'],
  ['no path, api in another case', hook('x'), { x: api('AscRegulatoryComplianceAssessment') }, 'compliance'],
  ['no path, api misspelt', hook('x'), { x: api('ascassement') }, 'other'],
  ['no path, no such connection', hook('ascalert'), {}, 'other'],
  ['a longer path', hook('x', '/Microsoft.Security/Alert/subscribe/more'), { x: api('ascalert') }, 'other'],
  ['Sentinel', hook('x', '/subscribe'), { x: api('azuresentinel') }, 'other'],
  ['a path that is no text', hook('x', { a: 1 }), { x: api('ascalert') }, 'alert'],
  ['plain HTTP without kind', { type: 'Request' }, {}, 'http'],
  ['legacy in another case', { type: 'request', kind: 'SECURITYCENTERALERT' }, {}, 'legacy'],
  ['a connector that polls', hook('x', '/Microsoft.Security/Alert/subscribe', 'ApiConnection'), { x: api('ascalert') }, 'other'],
  ['nothing at all', {}, {}, 'other'],
]

test.each(made)('%s', (_, trigger, value, taken) => {
  const app = workflow({ definition: { triggers: { t: trigger } }, parameters: { $connections: { value } } })
  expect(app.triggers.map(takes)).toEqual([taken])
  for (const kind of Kind.options) expect(triggerFor(app, kind)?.name).toBe(taken === kind ? 't' : undefined)
})

test('an app with two triggers is started by the one that fits', () => {
  const triggers = {
    first: hook('x', '/Microsoft.Security/Assessment/subscribe'),
    second: hook('x', '/Microsoft.Security/Alert/subscribe'),
  }
  const app = workflow({ definition: { triggers } })
  expect(triggerFor(app, 'alert')?.name).toBe('second')
  expect(whyNot(app, 'alert')).toBeUndefined()
  expect(whyNot({ ...app, enabled: false }, 'alert')).toBe('It is disabled.')
  expect(whyNot({ ...app, plan: 'standard' }, 'alert')).toMatch(/Standard/)
})

test('an app without a readable definition is still listed', () => {
  for (const parts of [
    {},
    { definition: null },
    { definition: 'text' },
    { definition: { triggers: [] } },
    { parameters: 7, state: 'Disabled' },
  ])
    expect(workflow(parts).triggers).toEqual([])
  expect(workflow({ state: 'Suspended' }).enabled).toBe(false)
})

test('of sites only Standard logic apps', () => {
  const site = {
    id: id.replace('Microsoft.Logic/workflows', 'Microsoft.Web/sites'),
    name: 'app',
    properties: { state: 'Running' },
  }
  expect(readSite({ ...site, kind: 'functionapp,workflowapp' })).toMatchObject({
    plan: 'standard',
    enabled: true,
    group: 'rg',
    triggers: [],
  })
  expect(readSite({ ...site, kind: 'WorkflowApp,functionapp,linux', properties: { state: 'Stopped' } })).toMatchObject({
    enabled: false,
  })
  expect(readSite({ ...site, kind: 'app' })).toBeUndefined()
  expect(readSite(site)).toBeUndefined()
})
