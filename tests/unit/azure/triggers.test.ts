import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { readSite, readWorkflow } from '../../../src/azure/read-workflow.ts'
import type { Kind } from '../../../src/model/event.ts'
import { type LogicApp, type Takes, takes, triggerFor, whyNot } from '../../../src/model/logic-app.ts'

const folder = new URL('../../payloads/logicapps/', import.meta.url)
const id = '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.Logic/workflows/app'

function workflow(parts: object): LogicApp {
  return readWorkflow({ id, name: 'app', location: 'westeurope', state: 'Enabled', ...parts })
}

function published(file: string): LogicApp[] {
  const parts = z.array(z.looseObject({})).parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')))
  return parts.map(workflow)
}

const none = 'It has no Defender for Cloud trigger.'
const legacy = 'It has the legacy alert trigger, which Defender for Cloud no longer starts.'
/** Per file: what each trigger takes, and why it can't be run for an alert. */
const verdicts: Record<string, [Takes[], string | undefined]> = {
  'alert-block-bruteforce-parse-body.json': [['alert'], undefined],
  'alert-delete-blob-connection-alias.json': [['alert'], undefined],
  'alert-post-slack-message.json': [['alert'], undefined],
  'alert-post-teams-message.json': [['alert'], undefined],
  'alert-servicenow-path-and-api-disagree.json': [['alert'], undefined],
  'gallery-alert-send-notification-email.json': [['alert'], undefined],
  'gallery-legacy-trigger-post-message-to-slack.json': [['legacy'], legacy],
  'gallery-legacy-trigger-send-notification-email.json': [['legacy'], legacy],
  'gallery-recommendation-send-notification-email.json': [['recommendation'], 'Its trigger takes recommendations, not alerts.'],
  'gallery-regulatory-compliance-send-notification-email.json': [
    ['compliance'],
    'Its trigger takes compliance changes, not alerts.',
  ],
  'none-compliance-export-utf16.json': [['other'], none],
  'none-plain-http-request-quickstart.json': [['http'], none],
  'none-recurrence-only.json': [['other'], none],
  'none-sentinel-incident-trigger.json': [['other'], none],
  'none-two-workflows-request-and-recurrence.json': [['http', 'other'], none],
  'recommendation-change-activity.json': [['recommendation'], 'Its trigger takes recommendations, not alerts.'],
  'recommendation-jira-current-trigger-name.json': [['recommendation'], 'Its trigger takes recommendations, not alerts.'],
  'recommendation-jira-misspelt-api-id.json': [['recommendation'], 'Its trigger takes recommendations, not alerts.'],
  'recommendation-nsg-v500-trigger-name.json': [['recommendation'], 'Its trigger takes recommendations, not alerts.'],
  'recommendation-post-slack-message.json': [['recommendation'], 'Its trigger takes recommendations, not alerts.'],
  'recommendation-post-teams-message.json': [['recommendation'], 'Its trigger takes recommendations, not alerts.'],
  'recommendation-request-exemption.json': [['recommendation'], 'Its trigger takes recommendations, not alerts.'],
  'recommendation-tls-json-with-comments.json': [['recommendation'], 'Its trigger takes recommendations, not alerts.'],
}

test('every published template has a verdict', () => {
  expect(
    readdirSync(folder)
      .filter(file => file.endsWith('.json'))
      .sort(),
  ).toEqual(Object.keys(verdicts).sort())
})

test.each(Object.entries(verdicts))('%s', (file, [taken, reason]) => {
  const apps = published(file)
  expect(apps.flatMap(app => app.triggers.map(takes))).toEqual(taken)
  expect(apps.map(app => whyNot(app, 'alert'))).toEqual(apps.map(() => reason))
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
  const kinds: Kind[] = ['alert', 'recommendation', 'compliance']
  for (const kind of kinds) expect(triggerFor(app, kind)?.name).toBe(taken === kind ? 't' : undefined)
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
