import { ArmError } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply, subscriptionOf } from './call.ts'
import type { Deployment } from './deployment.ts'
import { deploymentBody } from './deployment-body.ts'
import { begin, cancel, isOpen } from './deployment-life.ts'
import { idOf, requested, stored, deploymentType as type, deploymentVersions as versions } from './deployment-request.ts'
import { same } from './same.ts'

const root = `/subscriptions/{subscription}/resourceGroups/{group}/providers/${type}`
const one = `${root}/{deployment}`
const read = `${type}/read`

export const deployments: Operation[] = [
  { method: 'GET', pattern: root, versions, action: read, list: true, handle: listed },
  { method: 'GET', pattern: one, versions, action: read, handle: get },
  { method: 'PUT', pattern: one, versions, action: `${type}/write`, handle: put },
  { method: 'DELETE', pattern: one, versions, action: `${type}/delete`, handle: remove },
  { method: 'POST', pattern: `${one}/validate`, versions, action: `${type}/validate/action`, handle: validate },
  { method: 'POST', pattern: `${one}/cancel`, versions, action: `${type}/cancel/action`, handle: stop },
]

function get(call: Call): Reply {
  return { status: 200, body: deploymentBody(call.state, stored(call)) }
}

/** Newest first. */
function listed(call: Call): Reply {
  const here = [...call.state.deployments.values()].filter(
    ({ subscription, group: of }) => subscription === subscriptionOf(call) && same(of, param(call, 'group')),
  )
  const wanted = /provisioningState eq '(\w+)'/i.exec(call.query.get('$filter') ?? '')?.[1]?.toLowerCase()
  const found = here.filter(({ state }) => wanted === undefined || state.toLowerCase() === wanted).toReversed()
  return page(call, found, { idOf: ({ id }) => id, body: deployment => deploymentBody(call.state, deployment) })
}

function put(call: Call): Reply {
  const { state } = call
  const before = state.deployments.get(idOf(call).toLowerCase())
  if (before !== undefined && isOpen(before)) throw active(before)
  const made = requested(call)
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

/** Where the client learns how far it is; seconds until it should ask again. */
function following(call: Call, { operation }: Deployment): Record<string, string> {
  const path = `https://management.azure.com${call.path}/operationStatuses/${operation}`
  return { 'azure-asyncoperation': `${path}?api-version=${call.version}`, 'retry-after': '1' }
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
  const { steps, parameters, templateHash, correlationId, started } = requested(call)
  const refusals = steps.flatMap(
    ({ id: path, apiVersion: version }) => state.refusal({ caller, method: 'PUT', path, version }) ?? [],
  )
  if (refusals.length > 0) throw invalidDeployment(refusals)
  const properties = {
    provisioningState: 'Succeeded',
    mode: 'Incremental',
    parameters,
    templateHash,
    correlationId,
    timestamp: started.toISOString(),
    duration: 'PT0S',
    validatedResources: steps.map(({ id }) => ({ id })),
  }
  return { status: 200, body: { properties } }
}

function invalidDeployment(refusals: ArmError[]): ArmError {
  const details = refusals.map(({ code, message, extra }) => ({ code, message, ...extra }))
  return new ArmError(400, 'InvalidTemplateDeployment', 'The template deployment failed: see the inner errors for details.', {
    details,
  })
}
