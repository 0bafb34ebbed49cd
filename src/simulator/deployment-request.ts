import { createHash } from 'node:crypto'
import { z } from 'zod'
import { ArmError, undeserialized } from './arm-error.ts'
import { type Call, param, subscriptionOf } from './call.ts'
import type { Deployment, Step } from './deployment.ts'
import { same } from './same.ts'
import { type Expanded, expand } from './template/expand.ts'
import type { Given } from './template/parameters.ts'
import type { Surroundings } from './template/surroundings.ts'

export const deploymentType = 'Microsoft.Resources/deployments'
/** The first is what clients send today; nested templates name older ones. */
export const deploymentVersions = [
  '2025-04-01',
  '2025-03-01',
  '2024-03-01',
  '2022-09-01',
  '2021-04-01',
  '2020-10-01',
  '2020-06-01',
  '2019-10-01',
] as const
const nameForm = /^[-\w.()]{1,64}$/

export function idOf({ params: { subscription = '', group: at = '', deployment = '' } }: Call): string {
  return `/subscriptions/${subscription}/resourceGroups/${at}/providers/${deploymentType}/${deployment}`
}

export function stored(call: Call): Deployment {
  const found = call.state.deployments.get(idOf(call).toLowerCase())
  if (found !== undefined) return found
  throw new ArmError(404, 'DeploymentNotFound', `Deployment '${param(call, 'deployment')}' could not be found.`)
}

const Body = z.object({
  properties: z.object({
    mode: z.enum(['Incremental'], 'the simulator deploys incrementally only'),
    template: z.record(z.string(), z.unknown(), 'a template is required; links to templates are not followed'),
    parameters: z.record(z.string(), z.looseObject({ value: z.unknown().optional() })).nullish(),
  }),
})

interface Wanted {
  template: object
  given: Given
}

function readBody(call: Call): Wanted {
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
  throw undeserialized(reason)
}

/** In the name of whoever asks, then and later. */
function surroundings(call: Call): Surroundings {
  const { state, caller } = call
  const at = state.groups.find(one => one.subscription === subscriptionOf(call) && same(one.name, param(call, 'group')))
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

/** What is to be deployed: read, checked, and listed as resources; throws InvalidTemplate and the like. */
export function requested(call: Call): Deployment {
  const { template, given } = readBody(call)
  return deploymentOf(call, template, expand(template, given, surroundings(call)))
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
