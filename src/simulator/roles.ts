import type { Principal, RoleDefinition, State } from './state.ts'

/** Whether a principal may do an action on a scope: some assignment at or above it allows, in one entry, and nothing denies. */
export function may(state: State, principal: Principal, action: string, scope: string): boolean {
  const at = normal(scope)
  const denied = state.denyAssignments.some(
    deny =>
      deny.principalId === principal.objectId && covers(deny.scope, at) && deny.actions.some(pattern => fits(pattern, action)),
  )
  return !denied && definitionsAt(state, principal.objectId, at).some(role => allows(role, action))
}

function definitionsAt(state: State, principalId: string, scope: string): RoleDefinition[] {
  const names = state.roleAssignments
    .filter(assignment => assignment.principalId === principalId && covers(assignment.scope, scope))
    .map(({ roleDefinition }) => roleDefinition)
  return state.roleDefinitions.filter(({ name }) => names.includes(name))
}

/** Entries in force for the caller at a scope, one for each assigned role. */
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

function fits(pattern: string, action: string): boolean {
  const source = pattern
    .toLowerCase()
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
  return new RegExp(`^${source}$`).test(action.toLowerCase())
}

export function covers(scope: string, of: string): boolean {
  const above = normal(scope)
  const below = normal(of)
  return above === '/' || below === above || below.startsWith(`${above}/`)
}

function normal(scope: string): string {
  const path = `/${scope}`.toLowerCase().replace(/\/+/g, '/').replace(/\/$/, '')
  return path === '' ? '/' : path
}
