import { expect, test } from '@jest/globals'
import { readBody } from '../../src/intake/body.ts'

const now = new Date('2026-11-24T05:00:00Z')
const alert = {
  SystemAlertId: '1_a',
  AlertType: 'T',
  AlertDisplayName: 'Title',
  Severity: 'High',
  TimeGenerated: '2026-03-04T12:00:00Z',
}
const assessment = {
  type: 'Microsoft.Security/assessments',
  id: '/subscriptions/s/providers/Microsoft.Security/assessments/k',
  name: 'k',
  properties: { displayName: 'Title', status: { code: 'Healthy' } },
}
const regulation = {
  type: 'Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/regulatoryComplianceAssessments',
  id: '/subscriptions/s/providers/Microsoft.Security/regulatoryComplianceStandards/a/regulatoryComplianceControls/b/regulatoryComplianceAssessments/c',
  properties: { description: 'Title', state: 'Passed' },
}
const arm = {
  name: '1_a',
  type: 'Microsoft.Security/Locations/alerts',
  properties: { alertDisplayName: 'Title', severity: 'High' },
}

function properties(change: object): object {
  return { properties: { ...assessment.properties, ...change } }
}

test.each<[string, unknown, string, string]>([
  ['a number', 7, '', 'JSON object'],
  ['null', null, '', 'JSON object'],
  ['a text', 'alert', '', 'JSON object'],
  ['an array inside an array', [[alert]], '', 'JSON object'],
  ['an empty object', {}, 'type', 'Nothing says what this is'],
  ['an object in Pascal case that says nothing', { Foo: 1 }, 'Type', 'Nothing says what this is'],
  ['a foreign type', { type: 'Microsoft.Compute/virtualMachines' }, 'type', 'microsoft.compute/virtualmachines'],
  ['a type that is no text', { type: 7 }, 'type', 'must be a text'],
  ['a type called like a thing every object has', { type: 'constructor' }, 'type', 'constructor'],
  ['a sub-assessment', { Type: 'Microsoft.Security/assessments/subAssessments' }, 'Type', 'detail of a recommendation'],
  ['a secure score', { type: 'Microsoft.Security/secureScores' }, 'type', 'Secure scores'],
  ['a control of a score', { type: 'Microsoft.Security/secureScores/secureScoreControls' }, 'type', 'Secure scores'],
  ['a standard', { type: 'Microsoft.Security/regulatoryComplianceStandards' }, 'type', 'each of their assessments'],
  ['an attack path', { type: 'Microsoft.Security/attackPaths' }, 'type', 'Attack paths'],
  ['another thing of Defender’s', { type: 'Microsoft.Security/automations' }, 'type', 'neither an alert'],
  [
    'another operation of the Activity Log',
    { operationName: { value: 'Microsoft.Compute/virtualMachines/delete' } },
    'operationName',
    'only security alerts',
  ],
  ['an alert without id', { ...alert, SystemAlertId: undefined }, 'SystemAlertId', 'SystemAlertId'],
  ['an alert whose id is null', { ...alert, SystemAlertId: null }, 'SystemAlertId', 'SystemAlertId'],
  ['an alert whose id is a number', { ...alert, SystemAlertId: 7 }, 'SystemAlertId', 'must be a text'],
  ['an alert whose id is blank', { ...alert, SystemAlertId: ' ' }, 'SystemAlertId', 'SystemAlertId'],
  ['an alert whose id is endless', { ...alert, SystemAlertId: 'x'.repeat(3_000) }, 'SystemAlertId', 'at most'],
  ['an alert without title', { ...alert, AlertDisplayName: undefined }, 'AlertDisplayName', 'title'],
  ['an alert with a list as title', { ...alert, AlertDisplayName: ['x'] }, 'AlertDisplayName', 'must be a text'],
  ['an alert without severity', { ...alert, Severity: undefined }, 'Severity', 'severity'],
  ['an alert with a number as severity', { ...alert, Severity: 3 }, 'Severity', 'must be a text'],
  ['an alert with an object as type', { ...alert, AlertType: {} }, 'AlertType', 'must be a text'],
  ['a time that is none', { ...alert, TimeGenerated: 'yesterday' }, 'TimeGenerated', 'not a time'],
  ['a time that is a number', { ...alert, TimeGenerated: -1 }, 'TimeGenerated', 'not a time'],
  ['a time before all years', { ...alert, TimeGenerated: '-271821-04-20T00:00:00Z' }, 'TimeGenerated', 'not a time'],
  ['a 40th of May', { ...alert, TimeGenerated: '2026-05-40T00:00:00Z' }, 'TimeGenerated', 'not a time'],
  ['an ARM alert without severity', { ...arm, properties: { alertDisplayName: 'Title' } }, 'properties.severity', 'severity'],
  [
    'an ARM alert with a wrong time',
    { ...arm, properties: { ...arm.properties, timeGeneratedUtc: '-' } },
    'properties.timeGeneratedUtc',
    'not a time',
  ],
  ['inside body', { body: { ...alert, Severity: 3 } }, 'body.Severity', 'must be a text'],
  ['inside Body twice', { Body: { body: { ...alert, Severity: 3 } } }, 'Body.body.Severity', 'must be a text'],
  ['a recommendation without properties', { ...assessment, properties: undefined }, 'properties', 'must be an object'],
  ['a recommendation without id', { ...assessment, id: undefined }, 'id', 'needs the id'],
  ['a recommendation whose id is something else’s', { ...assessment, id: '/subscriptions/s' }, 'id', 'needs the id'],
  [
    'a recommendation without title',
    { ...assessment, ...properties({ displayName: undefined }) },
    'properties.displayName',
    'title',
  ],
  [
    'a recommendation without status',
    { ...assessment, ...properties({ status: undefined }) },
    'properties.status',
    'must be an object',
  ],
  [
    'a recommendation with a number as code',
    { ...assessment, ...properties({ Status: undefined, status: { Code: 1 } }) },
    'properties.status.Code',
    'must be a text',
  ],
  [
    'a recommendation with an unknown code',
    { ...assessment, ...properties({ status: { code: 'Poorly' } }) },
    'properties.status.code',
    'Healthy, Unhealthy',
  ],
  ['a compliance change without control', { ...regulation, id: '/subscriptions/s' }, 'id', 'standard, control'],
  ['a compliance change without id', { ...regulation, id: null }, 'id', 'must be a text'],
  [
    'a compliance change in an unknown state',
    { ...regulation, properties: { description: 'Title', state: 'Maybe' } },
    'properties.state',
    'Passed, Failed',
  ],
  ['a compliance change without title', { ...regulation, properties: { state: 'Passed' } }, 'properties.description', 'title'],
  [
    'minus three resources',
    { ...regulation, properties: { ...regulation.properties, failedResources: -3 } },
    'properties.failedResources',
    'below zero',
  ],
  [
    'half a resource',
    { ...regulation, properties: { ...regulation.properties, passedResources: 0.5 } },
    'properties.passedResources',
    'whole number',
  ],
  [
    'many resources as text',
    { ...regulation, properties: { ...regulation.properties, skippedResources: 'many' } },
    'properties.skippedResources',
    'a number',
  ],
])('%s is refused where it is wrong', (_name, value, path, message) => {
  const [item] = readBody(JSON.stringify([value]), now)
  expect(item?.reading).toEqual({ rejection: { path, message: expect.stringContaining(message) } })
})

test.each([
  ['broken JSON', '{"SystemAlertId":'],
  ['nothing', ''],
  ['two values', '{} {}'],
  ['XML', '<Alert/>'],
])('%s is one item, refused', (_name, text) => {
  expect(readBody(text, now)).toEqual([
    { index: 0, text, body: text, reading: { rejection: { path: '', message: expect.stringContaining('not valid JSON') } } },
  ])
})

test('a rejection never quotes a long text', () => {
  const [item] = readBody(JSON.stringify({ type: `x${'y'.repeat(100_000)}` }), now)
  expect(JSON.stringify(item?.reading).length).toBeLessThan(300)
})
