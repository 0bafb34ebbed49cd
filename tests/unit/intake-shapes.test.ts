import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { readEvent } from '../../src/intake/parse.ts'
import type { AlertEvent, ComplianceEvent, RecommendationEvent } from '../../src/model/event.ts'

const now = new Date('2026-11-24T05:00:00Z')
const sub = '6f1c2a30-1b2c-4d3e-8f40-5a6b7c8d9e0f'
const vm = `/subscriptions/${sub}/resourceGroups/rg-shop/providers/Microsoft.Compute/virtualMachines/vm-1`
const name = '2516_AB'
const uri = `https://portal.azure.com/#blade/AlertBlade/alertId/${name}/subscriptionId/${sub}/resourceGroup/rg-shop/referencedFrom/alertDeepLink/location/westeurope`
const armId = `subscriptions/${sub}/resourceGroups/rg-shop/providers/Microsoft.Security/locations/westeurope/alerts/${name}`

const alert: AlertEvent = {
  kind: 'alert',
  key: '2516_ab',
  id: name,
  title: 'Something ran',
  description: 'It ran.',
  severity: 'High',
  resource: { id: vm, name: 'vm-1', group: 'rg-shop', type: 'Microsoft.Compute/virtualMachines' },
  subscription: sub,
  at: '2026-03-04T12:00:00.123Z',
  snapshot: false,
  alertType: 'VM_Ran',
  status: 'active',
  tactics: ['Execution', 'Persistence'],
  techniques: [],
  entities: [{ type: 'ip', name: '192.0.2.1', details: [] }],
  remediation: ['Look at it.', 'Stop it.'],
  properties: [['Process Path', '/bin/x']],
  incident: false,
  portalUrl: uri,
  armId,
}

const pascal = {
  SystemAlertId: name,
  AlertType: 'VM_Ran',
  AlertDisplayName: 'Something ran',
  Description: 'It ran.',
  Severity: 'High',
  Status: 'New',
  Intent: 'Execution, Persistence',
  TimeGenerated: '2026-03-04T12:00:00.1234567Z',
  CompromisedEntity: 'vm-1',
  AzureResourceId: vm,
  Entities: [{ $id: '1', Address: '192.0.2.1', Type: 'ip' }],
  RemediationSteps: ['Look at it.', 'Stop it.'],
  ExtendedProperties: { 'Process Path': '/bin/x' },
  AlertUri: uri,
}

/** The names of the top with another first letter or in capitals, as different senders spell them. */
function respelt(value: object, spell: (key: string) => string): object {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [spell(key), item]))
}
const camel = respelt(pascal, key => key.charAt(0).toLowerCase() + key.slice(1))

const arm2022 = {
  id: `/${armId.replace(name, '9999_other-guid')}`,
  name,
  type: 'Microsoft.Security/Locations/alerts',
  properties: {
    ...camel,
    status: 'Active',
    timeGenerated: undefined,
    timeGeneratedUtc: '2026-03-04T12:00:00.123Z',
    azureResourceId: undefined,
    resourceIdentifiers: [{ type: 'AAD' }, { azureResourceId: vm, type: 'AzureResource' }],
    entities: [{ $id: 'x_1', address: '192.0.2.1', type: 'ip' }],
    extendedProperties: { 'process Path': '/bin/x' },
  },
}

const arm2019 = {
  id: `/${armId}`,
  name,
  type: 'Microsoft.Security/Locations/alerts',
  properties: {
    alertDisplayName: 'Something ran',
    alertName: 'VM_Ran',
    description: 'It ran.',
    reportedSeverity: 'High',
    state: 'Active',
    detectedTimeUtc: '2026-03-04T12:00:00.123Z',
    reportedTimeUtc: '2026-03-04T13:00:00Z',
    associatedResource: vm,
    subscriptionId: sub,
    remediationSteps: 'Look at it.\r\nStop it.',
    entities: [{ address: '192.0.2.1', type: 'ip' }],
    extendedProperties: { 'process Path': '/bin/x', killChainIntent: 'Execution,Persistence' },
  },
}

const logAnalytics = {
  Type: 'SecurityAlert',
  SystemAlertId: name,
  AlertType: 'VM_Ran',
  DisplayName: 'Something ran',
  Description: 'It ran.',
  AlertSeverity: 'High',
  Status: 'New',
  Tactics: 'Execution, Persistence',
  TimeGenerated: '2026-03-04T12:00:00.123Z',
  ResourceId: vm,
  Entities: '[{"Address":"192.0.2.1","Type":"ip"}]',
  RemediationSteps: '["Look at it.","Stop it."]',
  ExtendedProperties: '{"Process Path":"/bin/x"}',
  AlertLink: uri,
}

const { portalUrl: _, ...withoutLink } = alert

test.each<[string, unknown, AlertEvent]>([
  ['connector, Pascal case', pascal, alert],
  ['connector, camel case', camel, alert],
  ['any case at all', respelt(pascal, key => key.toUpperCase()), alert],
  ['inside body', { body: pascal }, alert],
  ['inside body, with headers, camel case', { headers: { 'content-type': 'application/json' }, Body: camel }, alert],
  ['inside body twice', { body: { body: pascal } }, alert],
  ['inside body as text', { body: JSON.stringify(pascal) }, alert],
  ['ARM 2021 and 2022, another guid in the id than in the name', arm2022, alert],
  ['ARM 2022 inside body', { body: arm2022 }, alert],
  [
    'ARM 2019',
    arm2019,
    {
      ...withoutLink,
      properties: [
        ['Process Path', '/bin/x'],
        ['Kill chain intent', 'Execution,Persistence'],
      ],
    },
  ],
  ['Log Analytics', logAnalytics, alert],
  ['remediation as JSON text', { ...pascal, RemediationSteps: '["Look at it.","Stop it."]' }, alert],
  ['remediation as one text', { ...pascal, RemediationSteps: '\r\nLook at it.\r\n\r\nStop it.' }, alert],
  ['intent as JSON text', { ...pascal, Intent: '["Execution","Persistence"]' }, alert],
  ['nulls where a field may be null', { ...pascal, CorrelationKey: null, ExtendedLinks: null, AgentId: null }, alert],
  ['a severity of the future', { ...pascal, Severity: 'Catastrophic' }, { ...alert, severity: 'Catastrophic' }],
])('an alert: %s', (_name, value, expected) => {
  expect(readEvent(JSON.parse(JSON.stringify(value)), now)).toEqual({ event: expected })
})

test.each([
  ['New', 'active'],
  ['Active', 'active'],
  ['Unknown', 'active'],
  ['SomethingNew', 'active'],
  ['InProgress', 'in-progress'],
  ['In progress', 'in-progress'],
  ['resolved', 'resolved'],
  ['DISMISSED', 'dismissed'],
  [undefined, 'active'],
  [7, 'active'],
])('the status word %s is %s', (word, status) => {
  expect(readEvent({ ...pascal, Status: word }, now)).toMatchObject({ event: { status } })
})

test.each([
  ['activate', 'active'],
  ['dismiss', 'dismissed'],
  ['resolve', 'resolved'],
])('the Activity Log’s operation %s makes it %s', (operation, status) => {
  const activity = {
    operationName: { value: `Microsoft.Security/locations/alerts/${operation}/action` },
    resourceId: `/${armId}`,
    eventName: { value: 'Something ran' },
    eventTimestamp: '2026-03-04T12:00:00Z',
    status: { value: 'Active' },
    properties: { severity: 'Low', intent: '["Persistence"]', remediationSteps: '["Look."]', actionTaken: 'Detected' },
  }
  expect(readEvent(activity, now)).toMatchObject({
    event: {
      key: '2516_ab',
      status,
      severity: 'Low',
      tactics: ['Persistence'],
      remediation: ['Look.'],
      properties: [['Action taken', 'Detected']],
      armId,
    },
  })
})

test.each<[string, object, Partial<AlertEvent>]>([
  ['the link without scheme', { AlertUri: uri.replace('https://', '') }, { portalUrl: uri }],
  ['a http link is dropped, its parts still tell the ARM id', { AlertUri: uri.replace('https', 'http') }, { armId }],
  [
    'a subscription-level alert',
    { AlertUri: uri.replace('/resourceGroup/rg-shop', '') },
    { armId: armId.replace('/resourceGroups/rg-shop', '') },
  ],
  [
    'the year 0001 gives way to the processing time',
    { TimeGenerated: '0001-01-01T00:00:00Z', ProcessingEndTime: '2026-03-04T12:00:01Z' },
    { at: '2026-03-04T12:00:01.000Z' },
  ],
  ['the far future gives way to our clock', { TimeGenerated: '9999-12-31T23:59:59.9999999Z' }, { at: now.toISOString() }],
  ['no time at all is our clock', { TimeGenerated: undefined }, { at: now.toISOString() }],
  ['a time without zone is UTC', { TimeGenerated: '2026-03-04T12:00:00' }, { at: '2026-03-04T12:00:00.000Z' }],
  ['a time with an offset', { TimeGenerated: '2026-03-04T12:00:00+02:00' }, { at: '2026-03-04T10:00:00.000Z' }],
  [
    'start and end, absurd ones ignored',
    { StartTimeUtc: '2026-03-04T11:00:00Z', EndTimeUtc: 'soon' },
    { startedAt: '2026-03-04T11:00:00.000Z' },
  ],
  ['an incident', { IsIncident: true, CorrelationKey: 'k' }, { incident: true, correlationKey: 'k' }],
  [
    'optional fields of a wrong type are ignored',
    { Intent: 5, Entities: 'x', RemediationSteps: {}, ExtendedProperties: [1], AlertUri: [], CompromisedEntity: 4 },
    { tactics: [], entities: [], remediation: [], properties: [] },
  ],
  [
    'techniques from the properties',
    { ExtendedProperties: { techniques: '["T1059.001", "T1105"]' } },
    { techniques: ['T1059.001', 'T1105'] },
  ],
  ['techniques from ARM', { techniques: ['T1059'], subTechniques: ['T1059.001'] }, { techniques: ['T1059', 'T1059.001'] }],
  ['an unknown intent is none', { Intent: 'Unknown' }, { tactics: [] }],
  [
    'a resource that is only named',
    { AzureResourceId: undefined, CompromisedEntity: 'arn:example:1' },
    { resource: { id: 'arn:example:1', name: 'arn:example:1' } },
  ],
  [
    'a subscription as resource keeps the name of what was attacked',
    { AzureResourceId: `/subscriptions/${sub}` },
    { resource: { id: `/subscriptions/${sub}`, name: 'vm-1', type: 'Microsoft.Resources/subscriptions' } },
  ],
  [
    'nothing says where',
    { AzureResourceId: undefined, CompromisedEntity: undefined, AlertUri: undefined },
    { resource: { id: '', name: 'unknown resource' }, subscription: '' },
  ],
  [
    'a placeholder that nothing fills',
    { Description: 'by %{User Name} in %{process path}' },
    { description: 'by [User Name] in /bin/x' },
  ],
  [
    'JSON inside a property',
    {
      ExtendedProperties: {
        a: '{"kind":"Link","displayValue":"See","value":"https://example.com"}',
        b: 944,
        c: { d: [1, 2] },
        e: null,
      },
    },
    {
      properties: [
        ['A', 'See https://example.com'],
        ['B', '944'],
        ['C', 'D: 1, 2'],
      ],
    },
  ],
])('an alert: %s', (_name, change, expected) => {
  const reading = readEvent(JSON.parse(JSON.stringify({ ...pascal, ...change })), now)
  expect(reading).toMatchObject({ event: expected })
})

test('references between entities are named wherever they lead: before, after, inside, more than once, nowhere, to themselves', () => {
  const Entities = [
    {
      $id: '1',
      Type: 'process',
      CommandLine: 'ran',
      Host: { $ref: '3' },
      ParentProcess: { $ref: '9' },
      ImageFile: { $ref: '4' },
    },
    { $id: '2', Type: 'account', Name: 'svc', Host: { $ref: '3' } },
    { $id: '3', Type: 'host', HostName: 'vm-1', Files: [{ $id: '4', Type: 'file', Name: 'setup.exe' }] },
    { $ref: '2' },
    { $ref: '2' },
    { $ref: '77' },
    { $id: '5', Type: 'process', CommandLine: 'itself', ParentProcess: { $ref: '5' } },
  ]
  const { event } = z
    .object({ event: z.object({ entities: z.array(z.unknown()) }) })
    .parse(readEvent({ ...pascal, Entities }, now))
  expect(event.entities).toEqual([
    {
      type: 'process',
      name: 'ran',
      details: [
        ['Host', 'vm-1'],
        ['Image file', 'setup.exe'],
      ],
    },
    { type: 'account', name: 'svc', details: [['Host', 'vm-1']] },
    { type: 'host', name: 'vm-1', details: [['Files', 'setup.exe']] },
    { type: 'process', name: 'itself', details: [['Parent process', 'itself']] },
  ])
})

test('parts of a portal link that could lead a request elsewhere tell no ARM id', () => {
  for (const hostile of [
    uri.replace('westeurope', '..'),
    uri.replace('rg-shop', '..%2f..%2fx'),
    uri.replace('westeurope', 'a%3Fb'),
    uri.replace(sub, 'me'),
  ])
    expect(readEvent({ ...pascal, AlertUri: hostile }, now)).not.toHaveProperty('event.armId')
  expect(readEvent({ ...pascal, SystemAlertId: '../../x' }, now)).not.toHaveProperty('event.armId')
})

const key = '3c5b7d91-4a2e-4f60-9b8c-0d1e2f3a4b5c'
const assessmentId = `${vm}/providers/Microsoft.Security/assessments/${key}`
const recommendation: RecommendationEvent = {
  kind: 'recommendation',
  key: assessmentId.toLowerCase(),
  id: assessmentId,
  title: 'Close the ports',
  description: 'Open ports invite.',
  severity: 'Medium',
  resource: { id: vm, name: 'vm-1', group: 'rg-shop', type: 'Microsoft.Compute/virtualMachines' },
  subscription: sub,
  at: '2026-02-01T00:00:00.000Z',
  portalUrl: 'https://portal.azure.com/#blade/x',
  snapshot: false,
  assessmentKey: key,
  status: 'unhealthy',
  cause: 'Port 22 is open.',
  since: '2026-02-01T00:00:00.000Z',
  withdrawn: false,
  effort: 'Low',
  impact: 'High',
  threats: ['AccountBreach'],
  categories: ['Networking'],
  remediation: ['Open the group.', 'Close the port.'],
}
const metadata = {
  severity: 'Medium',
  description: 'Open ports invite.',
  remediationDescription: '<ul><li>Open the group.</li><li>Close the port.</li></ul>',
  userImpact: 'High',
  implementationEffort: 'Low',
  threats: ['accountBreach'],
  categories: ['Networking'],
}
const assessment = {
  type: 'Microsoft.Security/assessments',
  id: assessmentId,
  name: key,
  properties: {
    displayName: 'Close the ports',
    resourceDetails: { source: 'Azure', id: vm },
    status: { code: 'Unhealthy', cause: 'OpenPorts', description: 'Port 22 is open.', statusChangeDate: '2026-02-01T00:00:00Z' },
    metadata,
    links: { azurePortal: 'portal.azure.com/#blade/x' },
  },
}
const { properties } = assessment

function deepPascal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deepPascal)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([word, item]) => [word.charAt(0).toUpperCase() + word.slice(1), deepPascal(item)]),
  )
}

test.each<[string, unknown, Partial<RecommendationEvent>]>([
  ['connector, camel case', assessment, {}],
  ['Pascal case at every depth', deepPascal(assessment), {}],
  ['inside body', { body: assessment }, {}],
  [
    'capitals in resourceDetails as ARM lists them',
    { ...assessment, properties: { ...properties, resourceDetails: { Source: 'Azure', Id: vm } } },
    {},
  ],
  [
    'the link as ARM names it',
    { ...assessment, properties: { ...properties, links: { azurePortaluri: 'https://portal.azure.com/#blade/x' } } },
    {},
  ],
  ['an id without leading slash', { ...assessment, id: assessmentId.slice(1) }, {}],
  [
    'a group spelt otherwise in the id is the same thing',
    { ...assessment, id: assessmentId.replace('resourceGroups', 'resourcegroups') },
    { id: assessmentId.replace('resourceGroups', 'resourcegroups') },
  ],
  ['no id, but resource and name', { ...assessment, id: undefined }, {}],
  ['no type, told by its id', { ...assessment, type: undefined }, {}],
  ['deleted', { ...assessment, securityEventDataEnrichment: { action: 'Delete', isSnapshot: false } }, { withdrawn: true }],
  [
    'a weekly snapshot',
    { ...assessment, AssessmentEventDataEnrichment: { Action: 'Write', IsSnapshot: true } },
    { snapshot: true },
  ],
  [
    'a severity of a newer API',
    { ...assessment, properties: { ...properties, metadata: { ...metadata, severity: 'Critical' } } },
    { severity: 'Critical' },
  ],
])('a recommendation: %s', (_name, value, change) => {
  expect(readEvent(JSON.parse(JSON.stringify(value)), now)).toEqual({ event: { ...recommendation, ...change } })
})

test('a recommendation listed without metadata: no severity, no steps; its risk stands in when told', () => {
  const bare = {
    ...assessment,
    properties: { displayName: 'Close the ports', resourceDetails: { Id: vm }, status: { code: 'NotApplicable' } },
  }
  expect(readEvent(bare, now)).toMatchObject({
    event: { severity: 'None', status: 'not-applicable', remediation: [], at: now.toISOString() },
  })
  expect(readEvent({ ...bare, properties: { ...bare.properties, risk: { level: 'High' } } }, now)).toMatchObject({
    event: { severity: 'High' },
  })
})

const complianceId = `/subscriptions/${sub}/providers/Microsoft.Security/regulatoryComplianceStandards/PCI-DSS-4/regulatoryComplianceControls/1.1/regulatoryComplianceAssessments/${key}`
const compliance: ComplianceEvent = {
  kind: 'compliance',
  key: complianceId.toLowerCase(),
  id: complianceId,
  title: 'Close the ports',
  description: '',
  severity: 'None',
  resource: { id: `/subscriptions/${sub}`, name: sub, type: 'Microsoft.Resources/subscriptions' },
  subscription: sub,
  at: now.toISOString(),
  portalUrl: 'https://portal.azure.com/#blade/y',
  snapshot: false,
  standard: 'PCI-DSS-4',
  control: '1.1',
  status: 'failed',
  passed: 1,
  failed: 2,
  skipped: 0,
}
const regulation = {
  type: 'Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/regulatoryComplianceAssessments',
  id: complianceId,
  name: key,
  properties: {
    description: 'Close the ports',
    state: 'Failed',
    passedResources: 1,
    failedResources: 2,
    skippedResources: 0,
    assessmentDetailsLink: 'https://portal.azure.com/#blade/y',
  },
}

test.each<[string, unknown, Partial<ComplianceEvent>]>([
  ['connector', regulation, {}],
  ['Pascal case at every depth', deepPascal(regulation), {}],
  ['the state in lower case', { ...regulation, properties: { ...regulation.properties, state: 'failed' } }, {}],
  ['the short type ARM’s example has', { ...regulation, type: 'Microsoft.Security/regulatoryComplianceAssessment' }, {}],
  ['as text under body, as its connector describes it', { body: JSON.stringify(regulation) }, {}],
  ['a snapshot', { ...regulation, securityEventDataEnrichment: { isSnapshot: true } }, { snapshot: true }],
  [
    'no counts',
    {
      ...regulation,
      properties: { description: 'Close the ports', state: 'Unsupported', assessmentDetailsLink: 'portal.azure.com/#blade/y' },
    },
    { status: 'unsupported', passed: 0, failed: 0 },
  ],
])('a compliance change: %s', (_name, value, change) => {
  expect(readEvent(value, now)).toEqual({ event: { ...compliance, ...change } })
})
