import { z } from 'zod'
import { type Breach, type Exchange, nameOf } from './exchange.ts'

const ErrorBody = z.object({ error: z.object({ code: z.string().min(1), message: z.string().min(1) }) })
const Listed = z.looseObject({ value: z.array(z.unknown()), nextLink: z.string().optional() })
const One = z.looseObject({ id: z.string() })

/** Codes that people search for, and the status each comes with. */
const statuses: Record<string, number> = {
  AuthenticationFailed: 401,
  InvalidAuthenticationToken: 401,
  ExpiredAuthenticationToken: 401,
  MissingApiVersionParameter: 400,
  InvalidApiVersionParameter: 400,
  NoRegisteredProviderFound: 400,
  LocationRequired: 400,
  LocationNotAvailableForResourceType: 400,
  InvalidRequestContent: 400,
  InvalidSubscriptionId: 400,
  BadRequest: 400,
  InvalidTemplate: 400,
  InvalidTemplateDeployment: 400,
  AuthorizationFailed: 403,
  LinkedAuthorizationFailed: 403,
  RequestDisallowedByPolicy: 403,
  SubscriptionNotFound: 404,
  InvalidResourceNamespace: 404,
  InvalidResourceType: 404,
  ResourceGroupNotFound: 404,
  ResourceNotFound: 404,
  WorkflowTriggerNotFound: 404,
  WorkflowRunNotFound: 404,
  RoleAssignmentNotFound: 404,
  DeploymentNotFound: 404,
  PolicyAssignmentNotFound: 404,
  PolicyDefinitionNotFound: 404,
  PolicySetDefinitionNotFound: 404,
  MissingPolicyParameter: 400,
  ScopeLocked: 409,
  DeploymentActive: 409,
  ReadOnlyDisabledSubscription: 409,
  MissingSubscriptionRegistration: 409,
  InvalidResourceLocation: 409,
  RoleAssignmentExists: 409,
  PreconditionFailed: 412,
  SubscriptionRequestsThrottled: 429,
  ResourceRequestsThrottled: 429,
  TooManyRequests: 429,
}

type Rule = (exchange: Exchange, body: unknown) => string[]

const asked: Rule[] = [
  ({ url }) => (/\/\//.test(url.split('?')[0] ?? '') ? ['the path holds //'] : []),
  ({ url }) => (/%7B|[{}]|\/undefined(\/|$)/i.test(url.split('?')[0] ?? '') ? ['a part of the path was not filled in'] : []),
  ({ url }) => (/[?&]api-version=[^&]+/.test(url) ? [] : ['no api-version']),
]

const answered: Rule[] = [requestIds, counter, contentType, errorShape, retryAfter, links, ownId, secrets]

/** What the specifications do not say about an exchange with the management API. */
export function judgeByRules(exchange: Exchange): Breach[] {
  const body: unknown = exchange.answer === '' ? undefined : JSON.parse(exchange.answer)
  const of = (side: Breach['side'], rules: Rule[]) =>
    rules.flatMap(rule => rule(exchange, body)).map(what => ({ on: nameOf(exchange), side, what }))
  return [...(exchange.status < 400 ? of('request', asked) : []), ...of('answer', answered)]
}

function requestIds({ answerHeaders }: Exchange): string[] {
  const wanted = ['x-ms-request-id', 'x-ms-correlation-request-id', 'x-ms-routing-request-id', 'cache-control', 'date']
  return wanted.filter(name => (answerHeaders[name] ?? '') === '').map(name => `no header ${name}`)
}

function counter({ answerHeaders }: Exchange): string[] {
  return Object.keys(answerHeaders).some(name => name.startsWith('x-ms-ratelimit-remaining-')) ? [] : ['no throttle counter']
}

function contentType({ answer, answerHeaders }: Exchange): string[] {
  if (answer === '') return []
  return answerHeaders['content-type'] === 'application/json; charset=utf-8' ? [] : ['content-type is not JSON in UTF-8']
}

function errorShape({ status }: Exchange, body: unknown): string[] {
  if (status < 400) return []
  const read = ErrorBody.safeParse(body)
  if (!read.success) return ['the error has not the shape of an error']
  const { code } = read.data.error
  const right = statuses[code]
  return right === undefined || right === status ? [] : [`${code} comes with ${right}, not ${status}`]
}

function retryAfter({ status, answerHeaders }: Exchange): string[] {
  return status === 429 && !/^\d+$/.test(answerHeaders['retry-after'] ?? '') ? ['429 without Retry-After in whole seconds'] : []
}

function links({ answerHeaders }: Exchange, body: unknown): string[] {
  const { location, 'azure-asyncoperation': operation } = answerHeaders
  const all = [location, operation, Listed.safeParse(body).data?.nextLink]
  return all
    .filter(link => link !== undefined && link !== '' && !link.startsWith('https://management.azure.com/'))
    .map(link => `a link leads to ${new URL(link ?? '').origin}`)
}

/** Ids keep the case of creation; paths have none. The operations of a deployment have another path than their id. */
function ownId({ method, url, status }: Exchange, body: unknown): string[] {
  const { id } = One.safeParse(body).data ?? {}
  if (id === undefined || status >= 400 || !['GET', 'PUT', 'PATCH'].includes(method)) return []
  if (/\/deployments\/[^/]+\/operations\//i.test(url)) return []
  const path = decodeURIComponent(url.split('?')[0] ?? '').toLowerCase()
  return path.endsWith(id.toLowerCase()) ? [] : [`the id ${id} is not that of the path`]
}

function secrets({ url, answer }: Exchange): string[] {
  const found = [/"uri"\s*:/, /"connectionString"\s*:/, /[?&]sig=/].filter(pattern => pattern.test(answer))
  return /\/automations/i.test(url) && found.length > 0 ? ['an answer about a rule holds a write-only value'] : []
}
