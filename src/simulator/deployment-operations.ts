import { ArmError } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply } from './call.ts'
import type { Deployment, Step } from './deployment.ts'
import { operationBody, statusBody } from './deployment-body.ts'
import { isOpen } from './deployment-life.ts'
import { stored, deploymentType as type, deploymentVersions as versions } from './deployment-request.ts'

const group = '/subscriptions/{subscription}/resourceGroups/{group}'
const root = `${group}/deployments/{deployment}/operations`
const read = `${type}/operations/read`

/** How far a deployment is: resource by resource, and as one word for the client that waits. */
export const deploymentOperations: Operation[] = [
  { method: 'GET', pattern: root, versions, action: read, handle: listed },
  { method: 'GET', pattern: `${root}/{operation}`, versions, action: read, handle: one },
  {
    method: 'GET',
    pattern: `${group}/providers/${type}/{deployment}/operationStatuses/{operation}`,
    versions,
    action: `${type}/read`,
    handle: status,
  },
]

function stepsSeen({ steps }: Deployment): Step[] {
  return steps.filter(({ state }) => state !== 'Waiting')
}

function listed(call: Call): Reply {
  const deployment = stored(call)
  return page(call, stepsSeen(deployment), {
    idOf: ({ operationId }) => operationId,
    body: step => operationBody(call.state, deployment, step),
  })
}

function one(call: Call): Reply {
  const deployment = stored(call)
  const step = stepsSeen(deployment).find(({ operationId }) => operationId === param(call, 'operation'))
  if (step === undefined) throw unknown(call)
  return { status: 200, body: operationBody(call.state, deployment, step) }
}

function status(call: Call): Reply {
  const deployment = stored(call)
  if (deployment.operation !== param(call, 'operation')) throw unknown(call)
  return { status: 200, body: statusBody(deployment), ...(isOpen(deployment) && { headers: { 'retry-after': '1' } }) }
}

function unknown(call: Call): ArmError {
  const message = `The deployment operation '${param(call, 'operation')}' could not be found.`
  return new ArmError(404, 'DeploymentOperationNotFound', message)
}
