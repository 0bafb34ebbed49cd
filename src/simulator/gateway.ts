import type { IncomingHttpHeaders } from 'node:http'
import { ArmError, undeserialized } from './arm-error.ts'
import type { Call, Operation, Reply } from './call.ts'
import { checkGates, checkSubscription } from './gates.ts'
import { checkPolicy } from './policy-denial.ts'
import type { Principal } from './principal.ts'
import { route } from './route.ts'
import type { Asked, State } from './state.ts'
import type { Throttle } from './throttle.ts'

export interface Request {
  method: string
  /** Path and query as sent. */
  url: string
  headers: IncomingHttpHeaders
  text: string
}

interface Admitted {
  call: Call
  operation: Operation
}

const versionForm = /^\d{4}-\d{2}-\d{2}(-preview)?$/

/** Judges a request in Azure's order, so that one with several faults gets the same first error; then does it. */
export function judge(state: State, operations: Operation[], throttle: Throttle, request: Request): Reply {
  const { call, operation } = atGateway(() => admit(state, operations, throttle, request))
  return operation.handle(call)
}

/** What one part of Azure asks of another in somebody's name: judged like any request, but for its token and the throttling. */
export function perform(state: State, operations: Operation[], asked: Asked): Reply {
  const { call, operation } = atGateway(() => passed(state, operations, asked))
  return operation.handle(call)
}

/** What would stop such a request before its provider sees it. */
export function refusalOf(state: State, operations: Operation[], asked: Asked): ArmError | undefined {
  try {
    passed(state, operations, asked)
    return undefined
  } catch (thrown) {
    if (thrown instanceof ArmError) return thrown
    throw thrown
  }
}

function passed(state: State, operations: Operation[], { caller, method, path, version, body }: Asked): Admitted {
  checkSubscription(state, path, method)
  const { operation, params } = route(operations, method, path, version)
  checkGates(state, caller, operation, path)
  checkPolicy(state, path, method)
  return { call: { state, caller, params, version, query: new URLSearchParams(), body, path }, operation }
}

function admit(state: State, operations: Operation[], throttle: Throttle, request: Request): Admitted {
  const url = new URL(request.url, 'https://management.azure.com')
  const path = url.pathname.replace(/\/+$/, '')
  const caller = authenticate(state, request.headers.authorization)
  const version = apiVersion(url)
  checkSubscription(state, path, request.method)
  const { operation, params } = route(operations, request.method, path, version)
  throttle.take(caller, path, request.method)
  checkGates(state, caller, operation, path)
  const body = bodyOf(request)
  checkPolicy(state, path, request.method)
  return { call: { state, caller, params, version, query: url.searchParams, body, path }, operation }
}

function atGateway(admitted: () => Admitted): Admitted {
  try {
    return admitted()
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

function bodyOf(request: Request): unknown {
  if (request.text.trim() === '') return undefined
  try {
    return JSON.parse(request.text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'not JSON'
    throw undeserialized(reason)
  }
}
