import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { matches, valueAt } from '../../../src/model/condition.ts'
import { connectorBody, connectorText } from '../../../src/model/connector-body.ts'

function published(file: string): string {
  return readFileSync(new URL(`../../payloads/events/${file}`, import.meta.url), 'utf8')
}

/** The alerts inside a published example or recording. */
function alertsIn(file: string): unknown[] {
  const whole: unknown = JSON.parse(published(file))
  const body = valueAt(whole, 'responses.200.body') ?? whole
  const list = valueAt(body, 'value') ?? body
  return Array.isArray(list) ? list : [list]
}

function asConnector(alert: unknown): unknown {
  return connectorBody('alert', JSON.stringify(alert))
}

test('an alert as the management API of 2022 has it takes the connector’s form', () => {
  const [alert] = alertsIn('alert-arm-2022-simulated.json')
  expect(asConnector(alert)).toEqual({
    VendorName: 'Microsoft',
    AlertType: 'SIMULATED_APPS_WpThemeInjection',
    ProductName: 'Microsoft Defender for Cloud',
    StartTimeUtc: '2022-09-08T07:51:21.1811182Z',
    EndTimeUtc: '2022-09-08T07:51:21.1811182Z',
    TimeGenerated: '2022-09-08T07:51:23.53895Z',
    ProcessingEndTime: '2022-09-08T07:51:23.1811182Z',
    Severity: 'High',
    Status: 'New',
    ProviderAlertStatus: null,
    ConfidenceLevel: null,
    ConfidenceScore: null,
    ConfidenceReasons: null,
    IsIncident: false,
    SystemAlertId: '2517396773188188817_5c67ef0a-f746-44f5-8922-dfd4e92ac6cb',
    CorrelationKey: null,
    Intent: 'Unknown',
    AzureResourceId:
      '/SUBSCRIPTIONS/0f907ea4-bc8b-4c11-9d7e-805c2fd144fb/RESOURCEGROUPS/Sample-RG/providers/Microsoft.Web/sites/Sample-App',
    AzureResourceSubscriptionId: '0f907ea4-bc8b-4c11-9d7e-805c2fd144fb',
    WorkspaceId: null,
    WorkspaceSubscriptionId: null,
    WorkspaceResourceGroup: null,
    AgentId: null,
    CompromisedEntity: 'Sample-App',
    AlertDisplayName: '[SAMPLE ALERT] Suspicious WordPress theme invocation detected',
    Description: expect.stringMatching(/^THIS IS A SAMPLE ALERT/),
    Entities: [
      {
        $id: 'centralus_2',
        HostName: 'Sample-App',
        AzureID:
          '/SUBSCRIPTIONS/0f907ea4-bc8b-4c11-9d7e-805c2fd144fb/RESOURCEGROUPS/Sample-RG/providers/Microsoft.Web/sites/Sample-App',
        Type: 'host',
      },
    ],
    ExtendedLinks: null,
    ResourceIdentifiers: [
      {
        $id: 'centralus_1',
        AzureResourceId:
          '/SUBSCRIPTIONS/0f907ea4-bc8b-4c11-9d7e-805c2fd144fb/RESOURCEGROUPS/Sample-RG/providers/Microsoft.Web/sites/Sample-App',
        Type: 'AzureResource',
        AzureResourceTenantId: 'ebac1a16-81bf-449b-8d43-5732c3c1d999',
      },
    ],
    RemediationSteps: [expect.stringMatching(/^1\. If WordPress/), expect.stringMatching(/^2\. If only/)],
    ExtendedProperties: expect.objectContaining({ resourceType: 'App Service', 'sample URIs': '/login.php' }),
    AlertUri: expect.stringContaining('/alertId/2517396773188188817_5c67ef0a'),
    Version: '3.0',
  })
})

test('one of 2019 as well: other names, remediation as one text, the workspace as an ARM id', () => {
  const [alert] = alertsIn('alert-arm-2019-simulated.json')
  expect(asConnector(alert)).toMatchObject({
    AlertType: 'SIMULATED_APPS_WpThemeInjection',
    Severity: 'High',
    Status: 'New',
    SystemAlertId: '2517297133950573398_b85301c4-eb33-4210-bc4c-274bdbe93c76',
    StartTimeUtc: '2023-01-01T15:36:44.9426601Z',
    TimeGenerated: '2023-01-01T15:36:47.5880814Z',
    AzureResourceId: expect.stringMatching(/sites\/Sample-App$/),
    AzureResourceSubscriptionId: '0f907ea4-bc8b-4c11-9d7e-805c2fd144fb',
    WorkspaceSubscriptionId: '0f907ea4-bc8b-4c11-9d7e-805c2fd144fb',
    WorkspaceResourceGroup: 'defaultresourcegroup-eus',
    RemediationSteps: [expect.stringMatching(/^1\./), expect.stringMatching(/^2\./)],
    ActionTaken: 'Detected',
    Version: '3.0',
  })
  expect(asConnector(alertsIn('alert-arm-2019-simulated.json')[1])).toMatchObject({ Intent: 'Collection' })
})

const files = [
  'alert-arm-2019.json',
  'alert-arm-2019-simulated.json',
  'alert-arm-2022.json',
  'alert-arm-2022-simulated.json',
  'alert-minimal.json',
]
const always = { path: 'Version', type: 'String', operator: 'Contains', value: '3.' } as const

test.each(files)('what Microsoft’s own rules ask about stands where they ask: %s', file => {
  for (const alert of alertsIn(file)) {
    const body = asConnector(alert)
    expect(matches([[always]], body)).toBe(true)
    for (const path of ['Severity', 'AlertDisplayName', 'SystemAlertId', 'CompromisedEntity'])
      expect([path, typeof valueAt(body, path)]).toEqual([path, 'string'])
  }
})

test.each([
  ['Active', 'New'],
  ['InProgress', 'New'],
  ['resolved', 'Resolved'],
  ['Dismissed', 'Dismissed'],
  ['Mitigated', 'Unknown'],
])('status %s is the connector’s %s', (status, word) => {
  expect(asConnector({ name: 'a', properties: { alertDisplayName: 'x', status } })).toMatchObject({ Status: word })
})

test.each([
  ['alert', 'alert-connector.json'],
  ['alert', 'alert-activity-log.json'],
  ['recommendation', 'recommendation-delete.json'],
  ['compliance', 'compliance-skipped.json'],
] as const)('what came in another form is sent to the letter: %s, %s', (kind, file) => {
  const text = published(file)
  expect(connectorText(kind, text)).toBe(text)
  expect(connectorBody(kind, text)).toEqual(JSON.parse(text))
})

test('a wrapping body is taken off, and text that is no JSON is a Problem', () => {
  const inner = { SystemAlertId: '1', Severity: 'Low' }
  expect(connectorBody('alert', JSON.stringify({ headers: {}, body: inner }))).toEqual(inner)
  expect(JSON.parse(connectorText('alert', JSON.stringify({ Body: inner })))).toEqual(inner)
  expect(() => connectorBody('alert', '{')).toThrow('The body is not valid JSON.')
})

test('sent again it is the same', () => {
  const text = connectorText('alert', JSON.stringify(alertsIn('alert-arm-2022.json')[0]))
  expect(connectorText('alert', text)).toBe(text)
})
