import { z } from 'zod'
import { ArmError } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply } from './call.ts'
import { covers, permissionsAt } from './roles.ts'
import type { DenyAssignment, RoleAssignment, RoleDefinition, State } from './state.ts'

const versions = ['2022-04-01', '2020-10-01', '2015-07-01']
const provider = 'Microsoft.Authorization'
const namedAssignment = `/{scope+}/providers/${provider}/roleAssignments/{name}`
/** A new role takes this long to act, ms. Source: Microsoft Learn says minutes; shorter here. */
const actsAfterMs = [5000, 60_000] as const

export const authorization: Operation[] = [
  {
    method: 'GET',
    pattern: `/{scope+}/providers/${provider}/roleAssignments`,
    versions,
    action: `${provider}/roleAssignments/read`,
    handle: assignments,
  },
  { method: 'GET', pattern: namedAssignment, versions, action: `${provider}/roleAssignments/read`, handle: assignment },
  { method: 'PUT', pattern: namedAssignment, versions, action: `${provider}/roleAssignments/write`, handle: assign },
  { method: 'DELETE', pattern: namedAssignment, versions, action: `${provider}/roleAssignments/delete`, handle: unassign },
  { method: 'GET', pattern: `/{scope+}/providers/${provider}/roleDefinitions`, versions, action: undefined, handle: definitions },
  { method: 'GET', pattern: `/providers/${provider}/roleDefinitions/{name}`, versions, action: undefined, handle: definition },
  {
    method: 'GET',
    pattern: `/{scope+}/providers/${provider}/roleDefinitions/{name}`,
    versions,
    action: undefined,
    handle: definition,
  },
  {
    method: 'GET',
    pattern: `/{scope+}/providers/${provider}/denyAssignments`,
    versions,
    action: `${provider}/denyAssignments/read`,
    handle: denials,
  },
  { method: 'GET', pattern: `/{scope+}/providers/${provider}/permissions`, versions, action: undefined, handle: permissions },
]

/** Whom a filter names: `assignedTo` counts groups too (there are none here), `principalId eq` does not. */
function principalIn(call: Call): string | undefined {
  const match = /assignedTo\('([^']+)'\)|principalId eq '?([^'\s]+)'?/i.exec(call.query.get('$filter') ?? '')
  return (match?.[1] ?? match?.[2])?.toLowerCase()
}

function scopeOf(call: Call): string {
  return `/${param(call, 'scope')}`
}

/** At and above the scope, and below it unless `atScope()` is asked. */
function concerns(call: Call, at: string): boolean {
  const scope = scopeOf(call)
  const only = /atScope\(\)/i.test(call.query.get('$filter') ?? '')
  return covers(at, scope) || (!only && covers(scope, at))
}

function assignments(call: Call): Reply {
  const wanted = principalIn(call)
  const found = call.state.roleAssignments.filter(
    ({ scope, principalId }) => concerns(call, scope) && (wanted === undefined || principalId === wanted),
  )
  return page(call, found, { idOf: assignmentId, body: assignmentBody })
}

function assignmentId({ scope, name }: RoleAssignment): string {
  return `${scope}/providers/${provider}/roleAssignments/${name}`
}

function assignmentBody(one: RoleAssignment): object {
  return {
    id: assignmentId(one),
    name: one.name,
    type: `${provider}/roleAssignments`,
    properties: {
      scope: one.scope,
      roleDefinitionId: definitionId(one.scope, one.roleDefinition),
      principalId: one.principalId,
      principalType: 'User',
    },
  }
}

function named(call: Call): RoleAssignment | undefined {
  const name = param(call, 'name').toLowerCase()
  return call.state.roleAssignments.find(one => one.name.toLowerCase() === name && covers(one.scope, scopeOf(call)))
}

function assignment(call: Call): Reply {
  const found = named(call)
  if (found === undefined)
    throw new ArmError(404, 'RoleAssignmentNotFound', `The role assignment '${param(call, 'name')}' is not found.`)
  return { status: 200, body: assignmentBody(found) }
}

const AssignmentBody = z.object({ properties: z.object({ roleDefinitionId: z.string(), principalId: z.string() }) })

function assign(call: Call): Reply {
  const body = AssignmentBody.safeParse(call.body)
  if (!body.success)
    throw new ArmError(
      400,
      'InvalidRequestContent',
      'The request content was invalid and could not be deserialized: roleDefinitionId and principalId are required.',
    )
  const { state } = call
  const principalId = body.data.properties.principalId.toLowerCase()
  const role = definitionNamed(state, body.data.properties.roleDefinitionId.split('/').at(-1) ?? '')
  const scope = scopeOf(call)
  if (
    state.roleAssignments.some(
      one =>
        one.scope.toLowerCase() === scope.toLowerCase() && one.principalId === principalId && one.roleDefinition === role.name,
    )
  )
    throw new ArmError(409, 'RoleAssignmentExists', 'The role assignment already exists.')
  const [least, most] = actsAfterMs
  const actsFrom = new Date(state.clock.now().getTime() + least + state.noise.int(most - least))
  const made = { name: param(call, 'name'), scope, principalId, roleDefinition: role.name, ...(state.lags && { actsFrom }) }
  state.roleAssignments.push(made)
  return { status: 201, body: assignmentBody(made) }
}

function unassign(call: Call): Reply {
  const found = named(call)
  if (found === undefined) return { status: 204 }
  call.state.roleAssignments = call.state.roleAssignments.filter(one => one !== found)
  return { status: 200, body: assignmentBody(found) }
}

function definitions(call: Call): Reply {
  const name = /roleName eq '([^']+)'/i.exec(call.query.get('$filter') ?? '')?.[1]
  const found = call.state.roleDefinitions.filter(({ roleName }) => name === undefined || roleName === name)
  return page(call, found, { idOf: one => one.name, body: role => definitionBody(call, role) })
}

function definition(call: Call): Reply {
  return { status: 200, body: definitionBody(call, definitionNamed(call.state, param(call, 'name'))) }
}

/** Azure names a definition within the subscription where it is used. */
function definitionId(scope: string, name: string): string {
  const subscription = /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? ''
  return `${subscription}/providers/${provider}/roleDefinitions/${name}`
}

function definitionNamed(state: State, name: string): RoleDefinition {
  const found = state.roleDefinitions.find(role => role.name === name.toLowerCase())
  if (found === undefined)
    throw new ArmError(404, 'RoleDefinitionDoesNotExist', `The specified role definition with ID '${name}' does not exist.`)
  return found
}

function definitionBody(call: Call, { name, roleName, description, permissions: entries }: RoleDefinition): object {
  return {
    id: definitionId(scopeOf(call), name),
    name,
    type: `${provider}/roleDefinitions`,
    properties: { roleName, type: 'BuiltInRole', description, assignableScopes: ['/'], permissions: entries.map(permissionBody) },
  }
}

function permissionBody({ actions, notActions, dataActions, notDataActions }: RoleDefinition['permissions'][number]): object {
  return { actions, notActions, dataActions, notDataActions }
}

function denials(call: Call): Reply {
  const wanted = principalIn(call)
  const found = call.state.denyAssignments.filter(
    ({ scope, principalId }) => concerns(call, scope) && (wanted === undefined || principalId === wanted),
  )
  return page(call, found, { idOf: ({ name }) => name, body: denialBody })
}

function denialBody({ name, scope, actions, principalId }: DenyAssignment): object {
  return {
    id: `${scope}/providers/${provider}/denyAssignments/${name}`,
    name,
    type: `${provider}/denyAssignments`,
    properties: {
      denyAssignmentName: name,
      scope,
      permissions: [{ actions, notActions: [], dataActions: [], notDataActions: [] }],
      principals: [{ id: principalId, type: 'User' }],
      excludePrincipals: [],
      doNotApplyToChildScopes: false,
      isSystemProtected: false,
    },
  }
}

/** The entries in force for whoever asks; the union is theirs to build. */
function permissions(call: Call): Reply {
  const entries = permissionsAt(call.state, call.caller, scopeOf(call))
  return { status: 200, body: { value: entries.map(permissionBody) } }
}
