import { ArmError } from './arm-error.ts'
import type { Operation } from './call.ts'
import type { Principal } from './principal.ts'
import { covers, forbidden, may, mayBelow } from './roles.ts'
import { decoded } from './route.ts'
import type { State } from './state.ts'

const guidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export function checkSubscription(state: State, path: string, method: string): void {
  const id = /^\/subscriptions\/([^/]+)/i.exec(path)?.[1]
  if (id === undefined) return
  if (!guidForm.test(id))
    throw new ArmError(400, 'InvalidSubscriptionId', `The provided subscription identifier '${id}' is malformed or invalid.`)
  const found = state.subscriptions.find(subscription => subscription.id === id.toLowerCase())
  if (found === undefined) throw new ArmError(404, 'SubscriptionNotFound', `The subscription '${id}' could not be found.`)
  if (found.state === 'Disabled' && method !== 'GET')
    throw new ArmError(
      409,
      'ReadOnlyDisabledSubscription',
      `The subscription '${id}' is disabled and therefore marked as read only. You cannot perform any write actions on this subscription until it is re-enabled.`,
    )
}

/** Everything between the operation being known and its provider being asked, in Azure's order. */
export function checkGates(state: State, caller: Principal, operation: Operation, path: string): void {
  authorize(state, caller, operation, path)
  checkGroup(state, path)
  checkRegistered(state, path, operation.method)
  checkLocks(state, path, operation.method)
}

function authorize(state: State, caller: Principal, { action, list }: Operation, path: string): void {
  if (action === undefined) return
  const scope = action.endsWith('/action') ? path.slice(0, path.lastIndexOf('/')) : path
  const allowed = list ? mayBelow(state, caller, action, listScope(path)) : may(state, caller, action, scope)
  if (!allowed) throw forbidden(caller, action, scope)
}

/** What a list covers: everything before its last provider. */
function listScope(path: string): string {
  return path.replace(/\/providers\/(?!.*\/providers\/).*$/i, '') || '/'
}

function checkGroup(state: State, path: string): void {
  const [, subscription = '', group] = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)(?:\/|$)/i.exec(path) ?? []
  if (group === undefined) return
  const name = decoded(group)
  const known = state.groups.some(
    one => one.subscription === subscription.toLowerCase() && one.name.toLowerCase() === name.toLowerCase(),
  )
  if (!known) throw new ArmError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`)
}

function checkRegistered(state: State, path: string, method: string): void {
  if (method === 'GET') return
  const [, subscription, namespace] = /^\/subscriptions\/([^/]+)\/.*?providers\/([^/]+)/i.exec(path) ?? []
  if (!state.unregistered.has(`${subscription} ${namespace}`.toLowerCase())) return
  const message = `The subscription is not registered to use namespace '${namespace}'. See https://aka.ms/rps-not-found for how to register subscriptions.`
  const details = [{ code: 'MissingSubscriptionRegistration', target: namespace, message }]
  throw new ArmError(409, 'MissingSubscriptionRegistration', message, { details })
}

/** ReadOnly stops POST actions too, and then speaks of a write. */
function checkLocks(state: State, path: string, method: string): void {
  if (method === 'GET') return
  const held = state.locks.find(({ scope, level }) => covers(scope, path) && (level === 'ReadOnly' || method === 'DELETE'))
  if (held === undefined) return
  const operation = method === 'DELETE' ? 'delete' : 'write'
  throw new ArmError(
    409,
    'ScopeLocked',
    `The scope '${path}' cannot perform ${operation} operation because following scope(s) are locked: '${held.scope}'. Please remove the lock and try again.`,
  )
}
