import type { Deployment, Step } from './deployment.ts'
import { isOpen } from './deployment-life.ts'
import type { State } from './state.ts'

const type = 'Microsoft.Resources/deployments'

/** `PT1M2.5S`, as Azure writes how long something took. */
function lasted(from: Date, until: Date): string {
  const ms = until.getTime() - from.getTime()
  const minutes = Math.floor(ms / 60_000)
  return `PT${minutes > 0 ? `${minutes}M` : ''}${(ms % 60_000) / 1000}S`
}

export function deploymentBody(state: State, deployment: Deployment): object {
  const { id, name, started, changed, parameters, templateHash, correlationId, steps, outputs, error } = deployment
  const until = isOpen(deployment) ? state.clock.now() : changed
  return {
    id,
    name,
    type,
    properties: {
      provisioningState: deployment.state,
      mode: 'Incremental',
      templateHash,
      correlationId,
      timestamp: until.toISOString(),
      duration: lasted(started, until),
      parameters,
      ...(outputs !== undefined && { outputs }),
      outputResources: steps.filter(step => step.state === 'Succeeded').map(step => ({ id: step.id })),
      providers: providersOf(steps),
      dependencies: steps
        .filter(({ after }) => after.length > 0)
        .map(step => ({ dependsOn: step.after.map(at => basic(steps, at)), ...basic(steps, step.id) })),
      ...(error !== undefined && { error }),
    },
  }
}

function basic(steps: Step[], id: string): object {
  const step = steps.find(one => one.id === id)
  return { id, resourceType: step?.type ?? '', resourceName: step?.name ?? '' }
}

function providersOf(steps: Step[]): object[] {
  const types = [...new Set(steps.map(step => step.type))]
  const namespaces = [...new Set(types.map(one => one.split('/')[0] ?? ''))]
  return namespaces.map(namespace => ({
    namespace,
    resourceTypes: types
      .filter(one => one.startsWith(`${namespace}/`))
      .map(one => ({ resourceType: one.slice(namespace.length + 1), locations: [] })),
  }))
}

const words: Record<number, string> = {
  200: 'OK',
  201: 'Created',
  400: 'BadRequest',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  412: 'PreconditionFailed',
}

export function operationBody(state: State, deployment: Deployment, step: Step): object {
  const { operationId, started = deployment.started, ended, error, status } = step
  const until = ended ?? state.clock.now()
  return {
    id: `${deployment.id}/operations/${operationId}`,
    operationId,
    properties: {
      provisioningOperation: 'Create',
      provisioningState: step.state,
      timestamp: until.toISOString(),
      duration: lasted(started, until),
      ...(ended !== undefined && { statusCode: words[status ?? 200] ?? String(status), serviceRequestId: operationId }),
      ...(error !== undefined && { statusMessage: { error } }),
      targetResource: { id: step.id, resourceType: step.type, resourceName: step.name },
    },
  }
}

/** What the client that waits asks for again and again. */
export function statusBody({ state, error }: Deployment): object {
  return { status: state, ...(error !== undefined && { error }) }
}
