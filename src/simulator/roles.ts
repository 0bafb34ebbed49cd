import { ArmError } from './arm-error.ts'
import type { Principal } from './principal.ts'
import type { RoleDefinition, State } from './state.ts'

/** Whether a principal holds an action on a scope: some assignment at or above it allows, in one entry, and nothing denies. */
export function may(state: State, principal: Principal, action: string, scope: string): boolean {
  const at = normal(scope)
  return (
    !isDenied(state, principal, action, at) && definitionsAt(state, principal.objectId, at).some(role => allows(role, action))
  )
}

/** Whether a list at this scope can hold anything for the principal: the right at, above or below it. */
export function mayBelow(state: State, principal: Principal, action: string, scope: string): boolean {
  const at = normal(scope)
  const below = given(state, principal.objectId).filter(assignment => covers(at, assignment.scope))
  return may(state, principal, action, at) || definitions(state, below).some(role => allows(role, action))
}

function isDenied(state: State, principal: Principal, action: string, at: string): boolean {
  return state.denyAssignments.some(
    deny =>
      deny.principalId === principal.objectId && covers(deny.scope, at) && deny.actions.some(pattern => fits(pattern, action)),
  )
}

/** Assignments that act already: a new one takes its time. */
function given(state: State, principalId: string): State['roleAssignments'] {
  const now = state.clock.now()
  return state.roleAssignments.filter(
    one => one.principalId === principalId && (one.actsFrom === undefined || one.actsFrom <= now),
  )
}

function definitionsAt(state: State, principalId: string, scope: string): RoleDefinition[] {
  return definitions(
    state,
    given(state, principalId).filter(assignment => covers(assignment.scope, scope)),
  )
}

function definitions(state: State, assignments: State['roleAssignments']): RoleDefinition[] {
  const names = new Set(assignments.map(({ roleDefinition }) => roleDefinition))
  return state.roleDefinitions.filter(({ name }) => names.has(name))
}

/** Entries in force for a principal at a scope, one for each assigned role. */
export function permissionsAt(state: State, principal: Principal, scope: string): RoleDefinition['permissions'] {
  return definitionsAt(state, principal.objectId, normal(scope)).flatMap(({ permissions }) => permissions)
}

/** What notActions take away they take only within their own entry. */
function allows(role: RoleDefinition, action: string): boolean {
  return role.permissions.some(
    ({ actions, notActions }) =>
      actions.some(pattern => fits(pattern, action)) && !notActions.some(pattern => fits(pattern, action)),
  )
}

const patterns = new Map<string, RegExp>()

function fits(pattern: string, action: string): boolean {
  const regex = patterns.get(pattern) ?? compile(pattern)
  patterns.set(pattern, regex)
  return regex.test(action)
}

function compile(pattern: string): RegExp {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
  return new RegExp(`^${source}$`, 'i')
}

export function covers(scope: string, of: string): boolean {
  const above = normal(scope)
  const below = normal(of)
  return above === '/' || below === above || below.startsWith(`${above}/`)
}

/** One leading slash, no other doubled or trailing, lower case. */
function normal(scope: string): string {
  const path = `/${scope}`.toLowerCase().replace(/\/+/g, '/').replace(/\/$/, '')
  return path === '' ? '/' : path
}

export function forbidden({ name, objectId }: Principal, action: string, scope: string): ArmError {
  return new ArmError(
    403,
    'AuthorizationFailed',
    `The client '${name}' with object id '${objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  )
}
