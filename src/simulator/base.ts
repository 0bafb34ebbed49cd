import { ArmError } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply, readable, subscriptionOf } from './call.ts'
import type { Principal } from './principal.ts'
import { regions } from './regions.ts'
import { covers } from './roles.ts'
import type { Group, State, Subscription } from './state.ts'

const subscriptionVersions = ['2022-12-01', '2021-01-01', '2020-01-01']
const resourceVersions = ['2021-04-01', '2022-09-01', '2024-03-01', '2025-03-01', '2025-04-01']
const siteVersions = ['2022-03-01', '2022-09-01', '2023-01-01', '2023-12-01', '2024-04-01']
const root = '/subscriptions/{subscription}'

const namespaces = ['Microsoft.Authorization', 'Microsoft.Logic', 'Microsoft.Resources', 'Microsoft.Security', 'Microsoft.Web']

export const base: Operation[] = [
  { method: 'GET', pattern: '/tenants', versions: subscriptionVersions, action: undefined, handle: tenants },
  { method: 'GET', pattern: '/subscriptions', versions: subscriptionVersions, action: undefined, handle: subscriptions },
  {
    method: 'GET',
    pattern: root,
    versions: subscriptionVersions,
    action: 'Microsoft.Resources/subscriptions/read',
    list: true,
    handle: subscription,
  },
  {
    method: 'GET',
    pattern: `${root}/locations`,
    versions: subscriptionVersions,
    action: 'Microsoft.Resources/subscriptions/locations/read',
    list: true,
    handle: locations,
  },
  {
    method: 'GET',
    pattern: `${root}/resourceGroups`,
    versions: resourceVersions,
    action: 'Microsoft.Resources/subscriptions/resourceGroups/read',
    list: true,
    handle: groups,
  },
  {
    method: 'GET',
    pattern: `${root}/resourceGroups/{group}`,
    versions: resourceVersions,
    action: 'Microsoft.Resources/subscriptions/resourceGroups/read',
    handle: group,
  },
  { method: 'GET', pattern: `${root}/providers`, versions: resourceVersions, action: undefined, handle: providers },
  { method: 'GET', pattern: `${root}/providers/{namespace}`, versions: resourceVersions, action: undefined, handle: provider },
  {
    method: 'GET',
    pattern: `${root}/resources`,
    versions: resourceVersions,
    action: 'Microsoft.Resources/subscriptions/resources/read',
    list: true,
    handle: resources,
  },
  {
    method: 'GET',
    pattern: `${root}/providers/Microsoft.Security/locations`,
    versions: ['2015-06-01-preview'],
    action: 'Microsoft.Security/locations/read',
    handle: call => page(call, [homeOf(call)], { idOf: ({ id }) => id, body: home }),
  },
  {
    method: 'GET',
    pattern: `${root}/providers/Microsoft.Security/locations/{location}`,
    versions: ['2015-06-01-preview'],
    action: 'Microsoft.Security/locations/read',
    handle: call => ({ status: 200, body: home(homeOf(call)) }),
  },
  {
    method: 'GET',
    pattern: `${root}/providers/Microsoft.Web/sites`,
    versions: siteVersions,
    action: 'Microsoft.Web/sites/read',
    list: true,
    handle: sites,
  },
  {
    method: 'GET',
    pattern: `${root}/resourceGroups/{group}/providers/Microsoft.Web/sites`,
    versions: siteVersions,
    action: 'Microsoft.Web/sites/read',
    list: true,
    handle: sites,
  },
  {
    method: 'GET',
    pattern: `${root}/resourceGroups/{group}/providers/Microsoft.Web/sites/{site}`,
    versions: siteVersions,
    action: 'Microsoft.Web/sites/read',
    handle: site,
  },
]

function tenants(call: Call): Reply {
  const { tenantId } = call.state
  const tenant = { id: `/tenants/${tenantId}`, tenantId, tenantCategory: 'Home', displayName: 'Example', countryCode: 'NL' }
  return { status: 200, body: { value: [tenant], nextLink: '' } }
}

/** Whoever has any role there sees a subscription. */
function sees({ roleAssignments }: State, { objectId }: Principal, id: string): boolean {
  const scope = `/subscriptions/${id}`
  return roleAssignments.some(
    assignment => assignment.principalId === objectId && (covers(assignment.scope, scope) || covers(scope, assignment.scope)),
  )
}

function subscriptions(call: Call): Reply {
  const visible = call.state.subscriptions.filter(({ id }) => sees(call.state, call.caller, id))
  const { body } = page(call, visible, { idOf: ({ id }) => id, body: one => subscriptionBody(call.state, one) })
  // The specification requires the link even where there is no more.
  return { status: 200, body: { nextLink: '', ...body } }
}

function found(call: Call): Subscription {
  const one = call.state.subscriptions.find(({ id }) => id === subscriptionOf(call))
  if (one === undefined)
    throw new ArmError(404, 'SubscriptionNotFound', `The subscription '${param(call, 'subscription')}' could not be found.`)
  return one
}

function subscription(call: Call): Reply {
  return { status: 200, body: subscriptionBody(call.state, found(call)) }
}

function subscriptionBody({ tenantId }: State, { id, name, state }: Subscription): object {
  return {
    id: `/subscriptions/${id}`,
    subscriptionId: id,
    tenantId,
    displayName: name,
    state,
    subscriptionPolicies: {
      locationPlacementId: 'Public_2014-09-01',
      quotaId: 'EnterpriseAgreement_2014-09-01',
      spendingLimit: 'Off',
    },
    authorizationSource: 'RoleBased',
    managedByTenants: [],
  }
}

function locations(call: Call): Reply {
  const id = `/subscriptions/${param(call, 'subscription')}/locations`
  return page(call, regions, {
    idOf: ([name]) => name,
    body: ([name, displayName]) => ({ id: `${id}/${name}`, name, type: 'Region', displayName, regionalDisplayName: displayName }),
  })
}

function groupId({ subscription: of, name }: Group): string {
  return `/subscriptions/${of}/resourceGroups/${name}`
}

function groupBody(one: Group): object {
  const { name, location } = one
  const properties = { provisioningState: 'Succeeded' }
  return { id: groupId(one), name, type: 'Microsoft.Resources/resourceGroups', location, properties }
}

function groups(call: Call): Reply {
  const all = call.state.groups.filter(one => one.subscription === subscriptionOf(call))
  const mine = readable(call, 'Microsoft.Resources/subscriptions/resourceGroups/read', all, groupId)
  return page(call, mine, { idOf: groupId, body: groupBody })
}

function group(call: Call): Reply {
  const name = param(call, 'group').toLowerCase()
  const one = call.state.groups.find(at => at.subscription === subscriptionOf(call) && at.name.toLowerCase() === name)
  if (one === undefined)
    throw new ArmError(404, 'ResourceGroupNotFound', `Resource group '${param(call, 'group')}' could not be found.`)
  return { status: 200, body: groupBody(one) }
}

function providerBody(call: Call, namespace: string): object {
  const off = call.state.unregistered.has(`${subscriptionOf(call)} ${namespace}`.toLowerCase())
  return {
    id: `/subscriptions/${param(call, 'subscription')}/providers/${namespace}`,
    namespace,
    registrationPolicy: 'RegistrationRequired',
    registrationState: off ? 'NotRegistered' : 'Registered',
    resourceTypes: [],
  }
}

function providers(call: Call): Reply {
  return page(call, namespaces, { idOf: name => name, body: name => providerBody(call, name) })
}

function provider(call: Call): Reply {
  const wanted = param(call, 'namespace')
  const name = namespaces.find(one => one.toLowerCase() === wanted.toLowerCase())
  if (name === undefined) throw new ArmError(404, 'InvalidResourceNamespace', `The resource namespace '${wanted}' is invalid.`)
  return { status: 200, body: providerBody(call, name) }
}

/** Everything there is, as the portal's list of all resources shows it. */
function resources(call: Call): Reply {
  const type = /resourceType eq '([^']+)'/i.exec(call.query.get('$filter') ?? '')?.[1]?.toLowerCase()
  const { state } = call
  const apps = [...state.workflows.values()].map(app => ({ ...app, type: 'Microsoft.Logic/workflows', kind: undefined }))
  const standard = state.sites.map(one => ({ ...one, type: 'Microsoft.Web/sites', kind: siteKind }))
  const inventory = state.resources.filter(one => one.group !== '').map(one => ({ ...one, kind: undefined }))
  const all = [...inventory, ...apps, ...standard].filter(
    one => one.subscription === subscriptionOf(call) && (type === undefined || one.type.toLowerCase() === type),
  )
  const mine = readable(call, 'Microsoft.Resources/subscriptions/resources/read', all, ({ id }) => id)
  return page(call, mine, {
    idOf: ({ id }) => id,
    body: ({ id, name, type: of, location, kind }) => ({ id, name, type: of, location, ...(kind !== undefined && { kind }) }),
  })
}

function homeOf(call: Call): { id: string; name: string } {
  const name = found(call).ascLocation
  return { id: `/subscriptions/${param(call, 'subscription')}/providers/Microsoft.Security/locations/${name}`, name }
}

function home({ id, name }: { id: string; name: string }): object {
  return { id, name, type: 'Microsoft.Security/locations', properties: { homeRegionName: name } }
}

/** How a Standard logic app shows itself among the sites. */
const siteKind = 'functionapp,workflowapp'

function siteBody({ id, name, location, group: resourceGroup }: State['sites'][number]): object {
  const properties = { state: 'Running', enabled: true, resourceGroup }
  return { id, name, type: 'Microsoft.Web/sites', kind: siteKind, location, properties }
}

function sitesHere(call: Call): State['sites'] {
  const name = call.params.group?.toLowerCase()
  return call.state.sites.filter(
    one => one.subscription === subscriptionOf(call) && (name === undefined || one.group.toLowerCase() === name),
  )
}

function sites(call: Call): Reply {
  const mine = readable(call, 'Microsoft.Web/sites/read', sitesHere(call), ({ id }) => id)
  return page(call, mine, { idOf: ({ id }) => id, body: siteBody })
}

function site(call: Call): Reply {
  const name = param(call, 'site')
  const one = sitesHere(call).find(at => at.name.toLowerCase() === name.toLowerCase())
  if (one === undefined)
    throw new ArmError(
      404,
      'ResourceNotFound',
      `The Resource 'Microsoft.Web/sites/${name}' under resource group '${param(call, 'group')}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    )
  return { status: 200, body: siteBody(one) }
}
