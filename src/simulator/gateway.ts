import type { IncomingHttpHeaders } from 'node:http'
import { ArmError } from './arm-error.ts'
import type { Call, Operation, Reply } from './call.ts'
import { covers, forbidden, may, mayBelow } from './roles.ts'
import type { Principal, State } from './state.ts'
import type { Throttle } from './throttle.ts'

export interface Request {
  method: string
  /** Path and query as sent. */
  url: string
  headers: IncomingHttpHeaders
  text: string
}

interface Found {
  operation: Operation
  params: Record<string, string>
}

const versionForm = /^\d{4}-\d{2}-\d{2}(-preview)?$/
const guidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Judges a request in Azure's order, so that one with several faults gets the same first error; then does it. */
export function judge(state: State, operations: Operation[], throttle: Throttle, request: Request): Reply {
  const { call, operation } = admit(state, operations, throttle, request)
  return operation.handle(call)
}

function admit(
  state: State,
  operations: Operation[],
  throttle: Throttle,
  request: Request,
): { call: Call; operation: Operation } {
  try {
    const url = new URL(request.url, 'https://management.azure.com')
    const path = url.pathname.replace(/\/+$/, '')
    const caller = authenticate(state, request.headers.authorization)
    const version = apiVersion(url)
    checkSubscription(state, path, request.method)
    const { operation, params } = route(operations, request.method, path, version)
    throttle.take(caller, path, request.method)
    authorize(state, caller, operation, path)
    checkGroup(state, path)
    checkRegistered(state, path, request.method)
    checkLocks(state, path, request.method)
    const call = { state, caller, params, version, query: url.searchParams, body: bodyOf(request), path }
    return { call, operation }
  } catch (thrown) {
    if (thrown instanceof ArmError) thrown.headers['x-ms-failure-cause'] = 'gateway'
    throw thrown
  }
}

/** The principal that a bearer token belongs to. */
export function callerOf(state: State, header: string | undefined): Principal | undefined {
  const token = /^Bearer (.+)$/i.exec(header ?? '')?.[1]
  return state.principals.find(principal => principal.token === token)
}

function authenticate(state: State, header: string | undefined): Principal {
  const challenge = {
    'www-authenticate': `Bearer authorization_uri="https://login.windows.net/${state.tenantId}", error="invalid_token", error_description="The access token is missing or invalid."`,
  }
  if (header === undefined)
    throw new ArmError(
      401,
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing.",
      {},
      challenge,
    )
  const caller = callerOf(state, header)
  if (caller === undefined) throw new ArmError(401, 'InvalidAuthenticationToken', 'The access token is invalid.', {}, challenge)
  return caller
}

function apiVersion(url: URL): string {
  const version = url.searchParams.get('api-version')
  if (version === null || version === '')
    throw new ArmError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    )
  if (!versionForm.test(version))
    throw new ArmError(400, 'InvalidApiVersionParameter', `The api-version '${version}' is invalid.`)
  return version
}

function checkSubscription(state: State, path: string, method: string): void {
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

function route(operations: Operation[], method: string, path: string, version: string): Found {
  const here = operations.flatMap(operation => found(operation, path))
  if (here.length === 0) throw unknownType(path)
  const named = here.filter(({ operation }) => operation.method === method)
  if (named.length === 0)
    throw new ArmError(405, 'MethodNotAllowed', `The requested resource does not support http method '${method}'.`)
  const known = named.find(({ operation }) => operation.versions.includes(version))
  if (known !== undefined) return known
  const versions = [...new Set(named.flatMap(({ operation }) => operation.versions))].join(', ')
  throw new ArmError(
    400,
    'NoRegisteredProviderFound',
    `No registered resource provider found for location 'westeurope' and API version '${version}' for type '${typeOf(path)}'. The supported api-versions are '${versions}'. The supported locations are 'westeurope, northeurope, eastus'.`,
  )
}

function found(operation: Operation, path: string): Found[] {
  const match = regexOf(operation.pattern).exec(path)
  if (match === null) return []
  const parts = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decoded(value ?? '')] as const)
  return [{ operation, params: Object.fromEntries(parts) }]
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new ArmError(400, 'BadRequest', 'The request path is not well formed.')
  }
}

const compiled = new Map<string, RegExp>()

/** `{scope+}` takes several segments, `{name}` one. */
function regexOf(pattern: string): RegExp {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  const source = pattern
    .replace(/[.]/g, '\\.')
    .replace(/\{(\w+)(\+?)\}/g, (_whole, name: string, many: string) => `(?<${name}>${many === '+' ? '.+?' : '[^/]+'})`)
  const regex = new RegExp(`^${source}$`, 'i')
  compiled.set(pattern, regex)
  return regex
}

function unknownType(path: string): ArmError {
  const namespace = /\/providers\/([^/]+)(?!.*\/providers\/)/i.exec(path)?.[1]
  if (namespace === undefined) return new ArmError(404, 'NotFound', 'The requested path was not found.')
  const known = /^microsoft\.(security|logic|web|authorization|resources|management)$/i.test(namespace)
  if (!known) return new ArmError(404, 'InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`)
  return new ArmError(
    404,
    'InvalidResourceType',
    `The resource type could not be found in the namespace '${namespace}' for api version.`,
  )
}

function typeOf(path: string): string {
  return /\/providers\/[^/]+\/([^/]+)/i.exec(path)?.[1] ?? 'subscriptions'
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

function bodyOf(request: Request): unknown {
  if (request.text.trim() === '') return undefined
  try {
    return JSON.parse(request.text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'not JSON'
    throw new ArmError(
      400,
      'InvalidRequestContent',
      `The request content was invalid and could not be deserialized: '${reason}'.`,
    )
  }
}
