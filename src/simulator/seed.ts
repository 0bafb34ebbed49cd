import { derived } from './assessments.ts'
import recommendations from './data/recommendations.json' with { type: 'json' }
import roles from './data/roles.json' with { type: 'json' }
import { guidOf } from './dice.ts'
import { seedApps } from './seed-apps.ts'
import type { Assessment, Group, Inventory, Principal, RoleName, State } from './state.ts'
import { production, staging } from './subscriptions.ts'

export const tenantId = '00000000-5eed-4000-8000-000000000001'

const retired = '33333333-5eed-4000-8000-000000000003'
const reader = {
  name: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  roleName: 'Reader',
  description: 'View all resources, but does not allow you to make any changes.',
  permissions: [{ actions: ['*/read'], notActions: [], dataActions: [], notDataActions: [] }],
}

/** The people of the simulated tenant are called by what they do. Their ids are the same for every seed. */
export const people: Principal[] = (['bot', 'analyst', 'admin', 'stakeholder', 'nobody'] as const).map(role => ({
  role,
  objectId: guidOf(`person ${role}`),
  name: `${role.charAt(0).toUpperCase()}${role.slice(1)}`,
  token: `simulated-${role}`,
}))

const groups: Group[] = [
  ...(['rg-shop', 'rg-data', 'rg-platform', 'rg-soc'] as const).map((name, index) => ({
    subscription: production,
    name,
    location: index === 1 ? 'northeurope' : 'westeurope',
  })),
  ...(['rg-shop-stg', 'rg-soc-stg'] as const).map(name => ({ subscription: staging, name, location: 'eastus' })),
]

/** Type, name stem, group, how many. */
const inventory: [string, string, string, number][] = [
  ['Microsoft.Compute/virtualMachines', 'vm-web', 'rg-shop', 6],
  ['Microsoft.Compute/virtualMachines', 'vm-batch', 'rg-data', 3],
  ['Microsoft.Compute/virtualMachines', 'vm-jump', 'rg-platform', 2],
  ['Microsoft.Compute/virtualMachines', 'vm-web-stg', 'rg-shop-stg', 3],
  ['Microsoft.Storage/storageAccounts', 'stshop', 'rg-shop', 4],
  ['Microsoft.Storage/storageAccounts', 'stlogs', 'rg-platform', 3],
  ['Microsoft.Storage/storageAccounts', 'stshopstg', 'rg-shop-stg', 2],
  ['Microsoft.Sql/servers/databases', 'sql-orders', 'rg-data', 4],
  ['Microsoft.Sql/managedInstances', 'sqlmi-ledger', 'rg-data', 1],
  ['Microsoft.SqlVirtualMachine/sqlVirtualMachines', 'sqlvm-legacy', 'rg-data', 1],
  ['Microsoft.KeyVault/vaults', 'kv-shop', 'rg-shop', 2],
  ['Microsoft.KeyVault/vaults', 'kv-platform', 'rg-platform', 2],
  ['Microsoft.ContainerService/managedClusters', 'aks-shop', 'rg-shop', 2],
  ['Microsoft.ContainerService/managedClusters', 'aks-shop-stg', 'rg-shop-stg', 1],
  ['Microsoft.Web/sites', 'app-checkout', 'rg-shop', 3],
  ['Microsoft.Web/sites', 'app-intranet', 'rg-platform', 2],
  ['Microsoft.DocumentDB/databaseAccounts', 'cosmos-catalog', 'rg-data', 2],
  ['Microsoft.ApiManagement/service', 'apim-public', 'rg-platform', 1],
  ['Microsoft.Synapse/workspaces/sqlPools', 'synw-bi', 'rg-data', 1],
]

const categoryTypes: Record<string, string[]> = {
  Compute: ['Microsoft.Compute/virtualMachines'],
  Data: ['Microsoft.Sql/servers/databases', 'Microsoft.Storage/storageAccounts'],
  AppServices: ['Microsoft.Web/sites'],
  Container: ['Microsoft.ContainerService/managedClusters'],
  Networking: ['Microsoft.Storage/storageAccounts', 'Microsoft.KeyVault/vaults'],
  IdentityAndAccess: ['Microsoft.Resources/subscriptions'],
}

const assignments: [RoleName, string, string][] = [
  ['bot', 'Owner', `/subscriptions/${production}`],
  ['bot', 'Owner', `/subscriptions/${staging}`],
  ['admin', 'Owner', `/subscriptions/${production}`],
  ['admin', 'Owner', `/subscriptions/${staging}`],
  ['analyst', 'Security Admin', `/subscriptions/${production}`],
  ['analyst', 'Security Admin', `/subscriptions/${staging}`],
  ['analyst', 'Microsoft Sentinel Playbook Operator', `/subscriptions/${production}/resourceGroups/rg-soc`],
  ['analyst', 'Reader', `/subscriptions/${production}`],
  ['stakeholder', 'Security Reader', `/subscriptions/${production}`],
]

/** A company of some sixty resources, its people, apps and rules, at this moment. */
export function createState(parts: Pick<State, 'now' | 'dice' | 'emit' | 'origin' | 'forward'>): State {
  const state: State = {
    ...parts,
    tenantId,
    subscriptions: [
      { id: production, name: 'Production', state: 'Enabled', ascLocation: 'westeurope' },
      { id: staging, name: 'Staging', state: 'Enabled', ascLocation: 'centralus' },
      { id: retired, name: 'Retired', state: 'Disabled', ascLocation: 'westeurope' },
    ],
    groups,
    resources: resources(),
    principals: people,
    roleDefinitions: [...roles, reader],
    roleAssignments: [],
    denyAssignments: [],
    locks: [],
    workflows: new Map(),
    sites: [],
    runs: new Map(),
    automations: new Map(),
    alerts: new Map(),
    assessments: new Map(),
    metadata: recommendations
      .filter(({ severity }) => severity !== null)
      .map(({ key, displayName, severity, category, preview, deprecated, policyDefinitionId }) => ({
        key,
        displayName,
        severity: severityOf(severity),
        category: category ?? 'Compute',
        preview,
        deprecated,
        policyDefinitionId: policyDefinitionId ?? undefined,
      })),
    compliance: new Map(),
  }
  for (const [role, name, scope] of assignments) assign(state, role, name, scope)
  seedAssessments(state)
  seedCompliance(state)
  seedApps(state)
  return state
}

function severityOf(word: string | null): 'High' | 'Medium' | 'Low' {
  return word === 'High' || word === 'Low' ? word : 'Medium'
}

function assign(state: State, role: RoleName, name: string, scope: string): void {
  const person = people.find(one => one.role === role)
  const definition = state.roleDefinitions.find(({ roleName }) => roleName === name)
  if (person === undefined || definition === undefined) throw new Error(`no ${role} or ${name}`)
  state.roleAssignments.push({
    name: guidOf(`${role} ${name} ${scope}`),
    scope,
    principalId: person.objectId,
    roleDefinition: definition.name,
  })
}

function resources(): Inventory[] {
  const subscriptions = [production, staging].map(id => ({
    id: `/subscriptions/${id}`,
    name: id === production ? 'Production' : 'Staging',
    type: 'Microsoft.Resources/subscriptions',
    group: '',
    subscription: id,
    location: '',
  }))
  return [
    ...inventory.flatMap(([type, stem, group, count]) =>
      Array.from({ length: count }, (_, index) => resource(type, stem, group, index + 1)),
    ),
    ...subscriptions,
  ]
}

function resource(type: string, stem: string, groupName: string, number: number): Inventory {
  const group = groups.find(({ name }) => name === groupName) ?? {
    subscription: production,
    name: groupName,
    location: 'westeurope',
  }
  const [provider, ...kinds] = type.split('/')
  const name = type === 'Microsoft.Storage/storageAccounts' ? `${stem}${number}` : `${stem}-0${number}`
  const segments = kinds.map((kind, index) => `${kind}/${index === kinds.length - 1 ? name : `${stem}-host`}`).join('/')
  return {
    id: `/subscriptions/${group.subscription}/resourceGroups/${group.name}/providers/${provider}/${segments}`,
    name,
    type,
    group: group.name,
    subscription: group.subscription,
    location: group.location,
  }
}

const perResource = 6

function seedAssessments(state: State): void {
  const now = state.now().getTime()
  for (const resource of state.resources) {
    const fitting = state.metadata.filter(({ category }) => categoryTypes[category]?.includes(resource.type))
    for (let index = 0; index < Math.min(perResource, fitting.length); index++) {
      const data = fitting[(index * 7 + resource.name.length) % fitting.length]
      if (data === undefined) continue
      const id = `${resource.id}/providers/Microsoft.Security/assessments/${data.key}`
      const since = new Date(now - (1 + state.dice.int(60)) * 86_400_000)
      const chance = state.dice.next()
      const status: Assessment['status'] = chance < 0.7 ? 'Healthy' : chance < 0.95 ? 'Unhealthy' : 'NotApplicable'
      state.assessments.set(id.toLowerCase(), {
        id,
        key: data.key,
        resource,
        status,
        since,
        first: new Date(since.getTime() - 86_400_000),
      })
    }
  }
}

const standards: [string, string[]][] = [
  ['Microsoft-cloud-security-benchmark', ['NS-1', 'NS-2', 'IM-3', 'DP-3', 'DP-4', 'LT-1', 'PV-5', 'ES-2']],
  ['PCI-DSS-v4', ['1.2.1', '2.2.7', '3.5.1', '8.3.1', '10.2.1']],
  ['ISO-27001-2022', ['A.5.15', 'A.8.8', 'A.8.24']],
]

function seedCompliance(state: State): void {
  for (const subscription of [production, staging]) {
    const keys = [
      ...new Set([...state.assessments.values()].filter(one => one.resource.subscription === subscription).map(({ key }) => key)),
    ]
    let next = 0
    for (const [standard, controls] of standards)
      for (const control of controls)
        for (let index = 0; index < 3; index++) {
          const key = keys[next++ % keys.length]
          if (key !== undefined)
            state.compliance.set(`${subscription} ${standard} ${control} ${key}`, {
              subscription,
              standard,
              control,
              key,
              state: derived(state, key, subscription),
            })
        }
  }
}
