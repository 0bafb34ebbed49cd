import { createHash } from 'node:crypto'
import { z } from 'zod'
import { ArmError } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply, subscriptionOf } from './call.ts'
import type { Deployment, Step } from './deployment.ts'
import { deploymentBody, operationBody, statusBody } from './deployment-body.ts'
import { begin, cancel, isOpen } from './deployment-life.ts'
import { type Expanded, expand } from './template/expand.ts'
import type { Given } from './template/parameters.ts'
import type { Surroundings } from './template/surroundings.ts'

const type = 'Microsoft.Resources/deployments'
const versions = ['2025-04-01', '2025-03-01', '2024-03-01', '2021-04-01'] as const
const group = '/subscriptions/{subscription}/resourceGroups/{group}'
const root = `${group}/providers/${type}`
const one = `${root}/{deployment}`
const operations = `${group}/deployments/{deployment}/operations`
const nameForm = /^[-\w.()]{1,64}$/
const read = `${type}/read`
const readOperations = `${type}/operations/read`

export const deployments: Operation[] = [
  { method: 'GET', pattern: root, versions, action: read, list: true, handle: listed },
  { method: 'GET', pattern: one, versions, action: read, handle: get },
  { method: 'PUT', pattern: one, versions, action: `${type}/write`, handle: put },
  { method: 'DELETE', pattern: one, versions, action: `${type}/delete`, handle: remove },
  { method: 'POST', pattern: `${one}/validate`, versions, action: `${type}/validate/action`, handle: validate },
  { method: 'POST', pattern: `${one}/cancel`, versions, action: `${type}/cancel/action`, handle: stop },
  { method: 'GET', pattern: operations, versions, action: readOperations, handle: listOperations },
  { method: 'GET', pattern: `${operations}/{operation}`, versions, action: readOperations, handle: getOperation },
  { method: 'GET', pattern: `${one}/operationStatuses/{operation}`, versions, action: read, handle: status },
]

function idOf({ params: { subscription = '', group: at = '', deployment = '' } }: Call): string {
  return `/subscriptions/${subscription}/resourceGroups/${at}/providers/${type}/${deployment}`
}

function stored(call: Call): Deployment {
  const found = call.state.deployments.get(idOf(call).toLowerCase())
  if (found !== undefined) return found
  throw new ArmError(404, 'DeploymentNotFound', `Deployment '${param(call, 'deployment')}' could not be found.`)
}

function get(call: Call): Reply {
  return { status: 200, body: deploymentBody(call.state, stored(call)) }
}

/** Newest first. */
function listed(call: Call): Reply {
  const at = param(call, 'group').toLowerCase()
  const here = [...call.state.deployments.values()].filter(
    ({ subscription, group: of }) => subscription === subscriptionOf(call) && of.toLowerCase() === at,
  )
  const wanted = /provisioningState eq '(\w+)'/i.exec(call.query.get('$filter') ?? '')?.[1]?.toLowerCase()
  const found = here.filter(({ state }) => wanted === undefined || state.toLowerCase() === wanted).toReversed()
  return page(call, found, { idOf: ({ id }) => id, body: deployment => deploymentBody(call.state, deployment) })
}

const Body = z.object({
  properties: z.object({
    mode: z.enum(['Incremental'], 'the simulator deploys incrementally only'),
    template: z.record(z.string(), z.unknown(), 'a template is required; links to templates are not followed'),
    parameters: z.record(z.string(), z.looseObject({ value: z.unknown().optional() })).nullish(),
  }),
})

function wantedBy(call: Call): { template: object; given: Given } {
  const body = Body.safeParse(call.body)
  if (!nameForm.test(param(call, 'deployment')))
    throw new ArmError(
      400,
      'InvalidDeploymentName',
      `The deployment name '${param(call, 'deployment')}' is invalid: 1 to 64 letters, digits and '-_.()' are allowed.`,
    )
  if (body.success) return { template: body.data.properties.template, given: body.data.properties.parameters ?? {} }
  const [issue] = body.error.issues
  const reason = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`
  throw new ArmError(400, 'InvalidRequestContent', `The request content was invalid and could not be deserialized: '${reason}'.`)
}

/** In the name of whoever asks, then and later. */
function surroundings(call: Call): Surroundings {
  const { state, caller } = call
  const at = state.groups.find(
    ({ subscription, name }) =>
      subscription === subscriptionOf(call) && name.toLowerCase() === param(call, 'group').toLowerCase(),
  )
  const subscription = state.subscriptions.find(({ id }) => id === subscriptionOf(call))
  return {
    tenantId: state.tenantId,
    subscription: { id: subscriptionOf(call), name: subscription?.name ?? '' },
    group: { name: at?.name ?? param(call, 'group'), location: at?.location ?? '' },
    deployment: param(call, 'deployment'),
    now: state.clock.now(),
    listCallbackUrl: (id, version) => state.perform({ caller, method: 'POST', path: `${id}/listCallbackUrl`, version }).body,
  }
}

function put(call: Call): Reply {
  const { state } = call
  const before = state.deployments.get(idOf(call).toLowerCase())
  const { template, given } = wantedBy(call)
  if (before !== undefined && isOpen(before)) throw active(before)
  const made = deploymentOf(call, template, expand(template, given, surroundings(call)))
  state.deployments.delete(made.id.toLowerCase())
  state.deployments.set(made.id.toLowerCase(), made)
  begin(state, made)
  return { status: before === undefined ? 201 : 200, body: deploymentBody(state, made), headers: following(call, made) }
}

function active({ name, started }: Deployment): ArmError {
  const expires = new Date(started.getTime() + 7 * 86_400_000)
  return new ArmError(
    409,
    'DeploymentActive',
    `Unable to edit or replace deployment '${name}': previous deployment from '${started.toISOString()}' is still active (expiration time is '${expires.toISOString()}'). Please see https://aka.ms/arm-deploy for usage details.`,
  )
}

function deploymentOf(call: Call, template: object, { parameters, resources, outputs }: Expanded): Deployment {
  const { state, caller } = call
  const now = state.clock.now()
  return {
    id: idOf(call),
    name: param(call, 'deployment'),
    group: param(call, 'group'),
    subscription: subscriptionOf(call),
    caller,
    correlationId: state.noise.guid(),
    operation: `0858${state.noise.digits(16)}`,
    state: 'Accepted',
    started: now,
    changed: now,
    parameters,
    templateHash: BigInt(`0x${createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 16)}`).toString(),
    steps: resources.map((planned): Step => ({ ...planned, operationId: state.noise.digits(16), state: 'Waiting' })),
    makeOutputs: outputs,
  }
}

/** Where the client learns how far it is; seconds until it should ask again. */
function following(call: Call, { operation }: Deployment): Record<string, string> {
  const path = `https://management.azure.com${call.path}/operationStatuses/${operation}`
  return { 'azure-asyncoperation': `${path}?api-version=${call.version}`, 'retry-after': '1' }
}

function status(call: Call): Reply {
  const deployment = stored(call)
  if (deployment.operation !== param(call, 'operation'))
    throw new ArmError(
      404,
      'DeploymentOperationNotFound',
      `The deployment operation '${param(call, 'operation')}' could not be found.`,
    )
  return { status: 200, body: statusBody(deployment), ...(isOpen(deployment) && { headers: { 'retry-after': '1' } }) }
}

/** Takes the history away, not what was deployed. */
function remove(call: Call): Reply {
  const deployment = call.state.deployments.get(idOf(call).toLowerCase())
  if (deployment !== undefined && isOpen(deployment)) throw active(deployment)
  call.state.deployments.delete(idOf(call).toLowerCase())
  return { status: 204 }
}

/** The code for a deployment that has ended is not written anywhere. */
function stop(call: Call): Reply {
  const deployment = stored(call)
  if (!isOpen(deployment))
    throw new ArmError(
      409,
      'DeploymentCannotBeCancelled',
      `The deployment '${deployment.name}' cannot be cancelled because its state is '${deployment.state}'.`,
    )
  cancel(call.state, deployment)
  return { status: 204 }
}

/** The same checks as before a deployment, and whether each resource would be let through. */
function validate(call: Call): Reply {
  const { state, caller } = call
  const { template, given } = wantedBy(call)
  const expanded = expand(template, given, surroundings(call))
  const refusals = expanded.resources.flatMap(
    ({ id: path, apiVersion: version }) => state.refusal({ caller, method: 'PUT', path, version }) ?? [],
  )
  if (refusals.length > 0) throw invalidDeployment(refusals)
  const { parameters, templateHash, correlationId, started } = deploymentOf(call, template, expanded)
  const timestamp = started.toISOString()
  const validatedResources = expanded.resources.map(({ id }) => ({ id }))
  const properties = {
    provisioningState: 'Succeeded',
    mode: 'Incremental',
    parameters,
    templateHash,
    correlationId,
    timestamp,
    duration: 'PT0S',
    validatedResources,
  }
  return { status: 200, body: { properties } }
}

function invalidDeployment(refusals: ArmError[]): ArmError {
  const details = refusals.map(({ code, message, extra }) => ({ code, message, ...extra }))
  return new ArmError(400, 'InvalidTemplateDeployment', 'The template deployment failed: see the inner errors for details.', {
    details,
  })
}

function stepsSeen({ steps }: Deployment): Step[] {
  return steps.filter(({ state }) => state !== 'Waiting')
}

function listOperations(call: Call): Reply {
  const deployment = stored(call)
  return page(call, stepsSeen(deployment), {
    idOf: ({ operationId }) => operationId,
    body: step => operationBody(call.state, deployment, step),
  })
}

function getOperation(call: Call): Reply {
  const deployment = stored(call)
  const step = stepsSeen(deployment).find(({ operationId }) => operationId === param(call, 'operation'))
  if (step === undefined)
    throw new ArmError(
      404,
      'DeploymentOperationNotFound',
      `The deployment operation '${param(call, 'operation')}' could not be found.`,
    )
  return { status: 200, body: operationBody(call.state, deployment, step) }
}
