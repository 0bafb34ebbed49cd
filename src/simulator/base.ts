import { ArmError } from './arm-error.ts'
import { type Operation, page, param } from './call.ts'
import { may, permissionsAt } from './roles.ts'
import type { RoleDefinition, State } from './state.ts'

const subscriptionVersions = ['2022-12-01', '2021-01-01']
const authorizationVersions = ['2022-04-01']

export const base: Operation[] = [
  {
    method: 'GET',
    pattern: '/subscriptions',
    versions: subscriptionVersions,
    action: undefined,
    handle(call) {
      const { state, caller } = call
      const visible = state.subscriptions.filter(
        ({ id }) =>
          may(state, caller, 'Microsoft.Resources/subscriptions/read', `/subscriptions/${id}`) ||
          permissionsAt(state, caller, `/subscriptions/${id}`).length > 0,
      )
      const { body } = page(
        call,
        visible.map(subscription => subscriptionBody(state, subscription)),
      )
      return { status: 200, body: { nextLink: '', ...body } }
    },
  },
  {
    method: 'GET',
    pattern: '/subscriptions/{subscription}/resourceGroups',
    versions: ['2021-04-01', '2024-03-01', '2025-03-01'],
    action: undefined,
    handle(call) {
      const groups = call.state.groups.filter(({ subscription }) => subscription === param(call, 'subscription').toLowerCase())
      const body = (name: string, location: string) => ({
        id: `/subscriptions/${param(call, 'subscription')}/resourceGroups/${name}`,
        name,
        type: 'Microsoft.Resources/resourceGroups',
        location,
        properties: { provisioningState: 'Succeeded' },
      })
      return page(
        call,
        groups.map(({ name, location }) => body(name, location)),
      )
    },
  },
  {
    method: 'GET',
    pattern: '/subscriptions/{subscription}/providers/Microsoft.Security/locations',
    versions: ['2015-06-01-preview'],
    action: 'Microsoft.Security/locations/read',
    handle(call) {
      const subscription = param(call, 'subscription')
      const found = call.state.subscriptions.find(({ id }) => id === subscription.toLowerCase())
      const name = found?.ascLocation ?? ''
      return page(call, [
        {
          id: `/subscriptions/${subscription}/providers/Microsoft.Security/locations/${name}`,
          name,
          type: 'Microsoft.Security/locations',
          properties: { homeRegionName: name },
        },
      ])
    },
  },
  {
    method: 'GET',
    pattern: '/subscriptions/{subscription}/providers/Microsoft.Web/sites',
    versions: ['2022-03-01', '2023-12-01', '2024-04-01'],
    action: undefined,
    handle(call) {
      const { state, caller } = call
      const sites = state.sites.filter(
        ({ id, subscription }) =>
          subscription === param(call, 'subscription').toLowerCase() && may(state, caller, 'Microsoft.Web/sites/read', id),
      )
      return page(
        call,
        sites.map(({ id, name, location, group }) => ({
          id,
          name,
          type: 'Microsoft.Web/sites',
          kind: 'functionapp,workflowapp',
          location,
          properties: { state: 'Running', enabled: true, resourceGroup: group },
        })),
      )
    },
  },
]

function subscriptionBody(state: State, { id, name, state: at }: State['subscriptions'][number]): object {
  return {
    id: `/subscriptions/${id}`,
    subscriptionId: id,
    tenantId: state.tenantId,
    displayName: name,
    state: at,
    subscriptionPolicies: {
      locationPlacementId: 'Public_2014-09-01',
      quotaId: 'EnterpriseAgreement_2014-09-01',
      spendingLimit: 'Off',
    },
    authorizationSource: 'RoleBased',
  }
}

export const authorization: Operation[] = [
  {
    method: 'GET',
    pattern: '/{scope+}/providers/Microsoft.Authorization/roleAssignments',
    versions: authorizationVersions,
    action: 'Microsoft.Authorization/roleAssignments/read',
    handle(call) {
      const scope = `/${param(call, 'scope')}`
      const wanted = principalIn(call.query.get('$filter'))
      const found = call.state.roleAssignments.filter(
        ({ scope: at, principalId }) =>
          (inside(at, scope) || inside(scope, at)) && (wanted === undefined || principalId === wanted),
      )
      return page(
        call,
        found.map(assignment => ({
          id: `${assignment.scope}/providers/Microsoft.Authorization/roleAssignments/${assignment.name}`,
          name: assignment.name,
          type: 'Microsoft.Authorization/roleAssignments',
          properties: {
            scope: assignment.scope,
            roleDefinitionId: definitionId(assignment.roleDefinition),
            principalId: assignment.principalId,
            principalType: 'User',
          },
        })),
      )
    },
  },
  {
    method: 'GET',
    pattern: '/{scope+}/providers/Microsoft.Authorization/roleDefinitions',
    versions: authorizationVersions,
    action: undefined,
    handle: call => page(call, call.state.roleDefinitions.map(definitionBody)),
  },
  {
    method: 'GET',
    pattern: '/providers/Microsoft.Authorization/roleDefinitions/{name}',
    versions: authorizationVersions,
    action: undefined,
    handle: call => ({ status: 200, body: definitionBody(definitionNamed(call.state, param(call, 'name'))) }),
  },
  {
    method: 'GET',
    pattern: '/{scope+}/providers/Microsoft.Authorization/roleDefinitions/{name}',
    versions: authorizationVersions,
    action: undefined,
    handle: call => ({ status: 200, body: definitionBody(definitionNamed(call.state, param(call, 'name'))) }),
  },
  {
    method: 'GET',
    pattern: '/{scope+}/providers/Microsoft.Authorization/denyAssignments',
    versions: authorizationVersions,
    action: 'Microsoft.Authorization/denyAssignments/read',
    handle(call) {
      const scope = `/${param(call, 'scope')}`
      const found = call.state.denyAssignments.filter(({ scope: at }) => inside(scope, at))
      return page(
        call,
        found.map(deny => ({
          id: `${deny.scope}/providers/Microsoft.Authorization/denyAssignments/${deny.name}`,
          name: deny.name,
          type: 'Microsoft.Authorization/denyAssignments',
          properties: {
            denyAssignmentName: deny.name,
            scope: deny.scope,
            permissions: [{ actions: deny.actions, notActions: [], dataActions: [], notDataActions: [] }],
            principals: [{ id: deny.principalId, type: 'User' }],
            isSystemProtected: false,
            doNotApplyToChildScopes: false,
          },
        })),
      )
    },
  },
  {
    method: 'GET',
    pattern: '/{scope+}/providers/Microsoft.Authorization/permissions',
    versions: authorizationVersions,
    action: undefined,
    handle: call => page(call, permissionsAt(call.state, call.caller, param(call, 'scope'))),
  },
]

function principalIn(filter: string | null): string | undefined {
  return /assignedTo\('([^']+)'\)|principalId eq '([^']+)'/i
    .exec(filter ?? '')
    ?.slice(1)
    .find(id => id !== undefined)
}

function inside(scope: string, above: string): boolean {
  return `${scope.toLowerCase()}/`.startsWith(`${above.toLowerCase().replace(/\/$/, '')}/`)
}

function definitionId(name: string): string {
  return `/providers/Microsoft.Authorization/roleDefinitions/${name}`
}

function definitionNamed(state: State, name: string): RoleDefinition {
  const found = state.roleDefinitions.find(role => role.name === name.toLowerCase())
  if (found === undefined)
    throw new ArmError(404, 'RoleDefinitionDoesNotExist', `The specified role definition with ID '${name}' does not exist.`)
  return found
}

function definitionBody({ name, roleName, description, permissions }: RoleDefinition): object {
  return {
    id: definitionId(name),
    name,
    type: 'Microsoft.Authorization/roleDefinitions',
    properties: { roleName, type: 'BuiltInRole', description, assignableScopes: ['/'], permissions },
  }
}
