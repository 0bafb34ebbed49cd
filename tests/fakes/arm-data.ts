/** What the stand-in for Azure holds: just enough of each resource type, by hand, independent of the simulator. */

export const subscription = '11111111-1111-4111-8111-111111111111'
export const tenantId = '99999999-9999-4999-8999-999999999999'
export const token = 'stand-in-token'
export const people = {
  analyst: 'aaaaaaaa-0000-4000-8000-000000000001',
  admin: 'aaaaaaaa-0000-4000-8000-000000000002',
  stakeholder: 'aaaaaaaa-0000-4000-8000-000000000003',
  nobody: 'aaaaaaaa-0000-4000-8000-000000000004',
}

const root = `/subscriptions/${subscription}`
const group = `${root}/resourceGroups/rg-soc`
const workflow = (name: string) => `${group}/providers/Microsoft.Logic/workflows/${name}`

export const subscriptions = [
  { id: root, subscriptionId: subscription, displayName: 'Example', tenantId, state: 'Enabled' },
  {
    id: '/subscriptions/2',
    subscriptionId: '22222222-2222-4222-8222-222222222222',
    displayName: 'Off',
    tenantId,
    state: 'Disabled',
  },
]

const levels = ['', '/resourceGroups/rg-web', '/resourceGroups/rg-data']
export const alerts = Array.from({ length: 205 }, (_, index) => alert(index))

function alert(index: number) {
  const name = `25${String(index).padStart(17, '0')}_3d6f1f6e-8a54-4f3e-9a39-0a4f6f3b2c1d`
  const level = levels[index % levels.length] ?? ''
  return {
    id: `${root}${level}/providers/Microsoft.Security/locations/centralus/alerts/${name}`,
    name,
    type: 'Microsoft.Security/Locations/alerts',
    properties: {
      version: '2022-01-01.0',
      systemAlertId: name,
      alertType: 'VM_SuspiciousActivity',
      alertDisplayName: 'Suspicious activity',
      severity: 'High',
      status: 'Active',
      techniques: ['T1059'],
      intent: 'Execution',
      compromisedEntity: 'web-01',
      timeGeneratedUtc: '2026-01-01T00:00:00.0000000Z',
    },
  }
}

const keys = [
  '4fb67663-9ab9-475d-b026-8c544cced439',
  '1f655fb7-63ca-4980-91a3-56dbc2b715c6',
  '00000000-0000-4000-8000-00000000abcd',
]
export const assessments = Array.from({ length: 205 }, (_, index) => {
  const id = `${root}/resourceGroups/rg-web/providers/Microsoft.Compute/virtualMachines/web-${index}`
  const name = keys[index % keys.length] ?? ''
  return {
    id: `${id}/providers/Microsoft.Security/assessments/${name}`,
    name,
    type: 'Microsoft.Security/assessments',
    properties: {
      resourceDetails: { Source: 'Azure', Id: id },
      displayName: 'Fix it',
      status: { code: 'Unhealthy' },
      risk: { level: 'High' },
    },
  }
})
export const metadata = keys.slice(0, 2).map(name => ({
  id: `/providers/Microsoft.Security/assessmentMetadata/${name.toUpperCase()}`,
  name: name.toUpperCase(),
  type: 'Microsoft.Security/assessmentMetadata',
  properties: {
    displayName: 'Fix it',
    severity: 'Medium',
    assessmentType: 'BuiltIn',
    remediationDescription: 'Do <b>this</b>',
    preview: false,
    plannedDeprecationDate: '03/2027',
  },
}))

export const standards = ['PCI-DSS-4', 'Empty'].map(name => ({
  name,
  properties: { state: name === 'Empty' ? 'Unsupported' : 'Failed' },
}))
export const controls = ['1.1', '1.2'].map(name => ({ name, properties: { state: 'Failed' } }))
export const complianceAssessments = (standard: string, control: string) =>
  keys.map(name => ({
    id: `${root}/providers/Microsoft.Security/regulatoryComplianceStandards/${standard}/regulatoryComplianceControls/${control}/regulatoryComplianceAssessments/${name}`,
    name,
    type: 'Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/regulatoryComplianceAssessments',
    properties: { description: 'Fix it', state: 'Failed', failedResources: 2, passedResources: 1, skippedResources: 0 },
  }))

const webhook = (key: string, path?: string) => ({
  type: 'ApiConnectionWebhook',
  inputs: {
    host: { connection: { name: `@parameters('$connections')['${key}']['connectionId']` } },
    ...(path === undefined ? {} : { path }),
  },
})
const byPath = { alert: webhook('a', '/Microsoft.Security/Alert/subscribe') }
const api = (name: string) => ({ id: `${root}/providers/Microsoft.Web/locations/westeurope/managedApis/${name}` })

const connectionId = (name: string) => `${group}/providers/Microsoft.Web/connections/${name}`
/** As answers of several ages tell it: the word for all, or its parts only. */
export const connections = [
  {
    name: 'failing-office365',
    properties: { overallStatus: 'Error', api: { name: 'office365', displayName: 'Office 365 Outlook' } },
  },
  { name: 'failing-slack', properties: { statuses: [{ status: 'Error' }], api: { name: 'slack', displayName: 'Slack' } } },
  { name: 'failing-ascalert', properties: { statuses: [{ status: 'Connected' }], api: { name: 'ascalert' } } },
].map(one => ({ id: connectionId(one.name), ...one }))

function connectionsOf(app: string, keys: string[]): object {
  return Object.fromEntries(keys.map(key => [key, { ...api(key), connectionId: connectionId(`${app}-${key}`) }]))
}

const definitions: [string, object, object][] = [
  ['Notify-SOC', { When_a_Microsoft_Defender_for_Cloud_alert_is_created_or_triggered: byPath.alert }, {}],
  ['Isolate-VM', byPath, {}],
  ['By-Connection', { recommendation: webhook('x') }, { x: api('Ascassessment') }],
  ['Failing-App', byPath, connectionsOf('failing', ['office365', 'slack', 'ascalert', 'gone'])],
  ['Disabled-App', byPath, {}],
  ['Legacy-Responder', { manual: { type: 'Request', kind: 'SecurityCenterAlert' } }, {}],
]
export const workflows = definitions.map(([name, triggers, value]) => ({
  id: workflow(name),
  name,
  type: 'Microsoft.Logic/workflows',
  location: 'westeurope',
  properties: {
    definition: { triggers, actions: {} },
    parameters: { $connections: { value } },
  },
}))
export const sites = [
  ['Standard-Responder', 'functionapp,workflowapp'],
  ['web-shop', 'app'],
].map(([name, kind]) => ({
  id: `${group}/providers/Microsoft.Web/sites/${name}`,
  name,
  kind,
  location: 'westeurope',
  properties: { state: 'Running' },
}))

const rolesOf: [string, string[], string[]][] = [
  [
    '00000000-0000-4000-8000-0000000000a1',
    ['Microsoft.Logic/workflows/read', 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action'],
    [],
  ],
  ['00000000-0000-4000-8000-0000000000a2', ['*'], ['Microsoft.Authorization/*/Write']],
  ['00000000-0000-4000-8000-0000000000a3', ['*/read'], []],
  ['00000000-0000-4000-8000-0000000000a4', ['Microsoft.Security/locations/alerts/*'], []],
]
export const roles = rolesOf.map(([name, actions, notActions]) => ({
  id: `${root}/providers/Microsoft.Authorization/roleDefinitions/${name}`,
  name,
  properties: { roleName: name, permissions: [{ actions, notActions }] },
}))
const grantsOf: [string, string, number][] = [
  [people.analyst, workflow('Notify-SOC'), 0],
  [people.analyst, root, 3],
  [people.admin, '/providers/Microsoft.Management/managementGroups/mg', 1],
  [people.stakeholder, root, 2],
]
export const roleAssignments = grantsOf.map(([principalId, scope, role], index) => ({
  id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${index}`,
  name: String(index),
  properties: { principalId, scope, roleDefinitionId: roles[role]?.id },
}))
/** The admin may not start `Isolate-VM`. */
export const denyAssignments = [
  {
    id: `${workflow('Isolate-VM')}/providers/Microsoft.Authorization/denyAssignments/1`,
    name: '1',
    properties: {
      scope: workflow('Isolate-VM'),
      permissions: [{ actions: ['Microsoft.Logic/*'], notActions: ['Microsoft.Logic/*/read'] }],
      principals: [{ id: people.admin, type: 'User' }],
      excludePrincipals: [],
    },
  },
]

export const groups = ['rg-soc', 'rg-web'].map(name => ({
  id: `${root}/resourceGroups/${name}`,
  name,
  type: 'Microsoft.Resources/resourceGroups',
  location: 'westeurope',
}))

function assignment(name: string, definition: string, more: object = {}) {
  return {
    id: `/providers/Microsoft.Management/managementGroups/corp/providers/Microsoft.Authorization/policyAssignments/${name}`,
    name,
    type: 'Microsoft.Authorization/policyAssignments',
    properties: {
      policyDefinitionId: `/providers/Microsoft.Authorization/policyDefinitions/${definition}`,
      scope: '/providers/Microsoft.Management/managementGroups/corp',
      enforcementMode: 'Default',
      parameters: {
        automationName: { value: 'By-Policy' },
        resourceGroupName: { value: 'rg-policy' },
        alertSeverities: { value: ['High'] },
      },
      ...more,
    },
  }
}

export const policyAssignments = [
  assignment('alerts', 'F1525828-9a90-4fcf-be48-268cdd02361e'),
  assignment('tried', '73d6ab6c-2475-4850-afd6-43795f3492ef', { enforcementMode: 'DoNotEnforce' }),
  assignment('other', '00000000-0000-4000-8000-000000000001'),
  assignment('bare', '509122b9-ddd9-47ba-a5f1-d0dac20be63c', { parameters: undefined, scope: root }),
  assignment('all-of-it', '', {
    policyDefinitionId: `${root}/providers/Microsoft.Authorization/policySetDefinitions/soc`,
    scope: root,
    parameters: { Severities: { value: ['High'] }, group: { value: 'rg-soc' } },
  }),
]

function member(definition: string, parameters: Record<string, unknown>) {
  return {
    policyDefinitionId: `/providers/Microsoft.Authorization/policyDefinitions/${definition}`,
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, { value }])),
  }
}

/** An initiative: one policy of ours that gets what it is told, one whose name is reckoned out, and one that is none of ours. */
export const policySets = [
  {
    id: `${root}/providers/Microsoft.Authorization/policySetDefinitions/soc`,
    name: 'soc',
    properties: {
      parameters: { severities: {}, group: {}, name: { defaultValue: 'SQL' } },
      policyDefinitions: [
        member('f1525828-9a90-4fcf-be48-268cdd02361e', {
          automationName: 'By-Initiative',
          resourceGroupName: "[parameters('group')]",
          alertSeverities: "[parameters('severities')]",
          alertName: "[parameters('name')]",
        }),
        member('73d6ab6c-2475-4850-afd6-43795f3492ef', { automationName: "[concat('a', 'b')]" }),
        member('00000000-0000-4000-8000-000000000001', {}),
      ],
    },
  },
]
