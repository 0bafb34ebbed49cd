import { ArmError } from './arm-error.ts'
import type { Deployment, Step } from './deployment.ts'
import type { State } from './state.ts'

/** How long ARM thinks before it begins. */
const acceptedMs = [600, 1200] as const
/** How long making one takes; those not named take the last. */
const takes: [string, readonly [number, number]][] = [
  ['microsoft.web/connections', [1200, 2500]],
  ['microsoft.logic/workflows', [2500, 5000]],
  ['', [1500, 3000]],
]
const failed =
  'At least one resource deployment operation failed. Please list deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details.'

export function isOpen({ state }: Deployment): boolean {
  return state === 'Accepted' || state === 'Running'
}

/** Sets a deployment going; everything else happens as the clock goes on. */
export function begin(state: State, deployment: Deployment): void {
  state.clock.after(thrown(state, acceptedMs), () => {
    if (deployment.state !== 'Accepted') return
    move(state, deployment, 'Running')
    proceed(state, deployment)
  })
}

/** What has begun in Azure stays there; what has not is not made. */
export function cancel(state: State, deployment: Deployment): void {
  for (const step of deployment.steps.filter(one => one.state === 'Running')) {
    const nested = state.deployments.get(step.id.toLowerCase())
    if (nested !== undefined && isOpen(nested)) cancel(state, nested)
    end(state, step, 'Canceled')
  }
  move(state, deployment, 'Canceled')
}

function thrown({ noise }: State, [least, most]: readonly [number, number]): number {
  return least + noise.int(most - least)
}

function move(state: State, deployment: Deployment, to: Deployment['state']): void {
  deployment.state = to
  deployment.changed = state.clock.now()
}

function end(state: State, step: Step, to: Step['state']): void {
  step.state = to
  step.ended = state.clock.now()
}

/** Starts whatever has all it waits for; ends the deployment when nothing is left to do. */
function proceed(state: State, deployment: Deployment): void {
  const done = (id: string) => deployment.steps.find(step => step.id === id)?.state === 'Succeeded'
  for (const step of deployment.steps) if (step.state === 'Waiting' && step.after.every(done)) start(state, deployment, step)
  if (deployment.steps.some(step => step.state === 'Running')) return
  const errors = deployment.steps.flatMap(({ error, name }) => (error === undefined ? [] : [{ target: name, ...error }]))
  if (errors.length === 0) finish(state, deployment)
  else fail(state, deployment, { code: 'DeploymentFailed', message: failed, details: errors })
}

function fail(state: State, deployment: Deployment, error: NonNullable<Deployment['error']>): void {
  deployment.error = error
  move(state, deployment, 'Failed')
}

function finish(state: State, deployment: Deployment): void {
  try {
    deployment.outputs = deployment.makeOutputs()
    move(state, deployment, 'Succeeded')
  } catch (thrown) {
    if (!(thrown instanceof ArmError)) throw thrown
    fail(state, deployment, { code: 'DeploymentOutputEvaluationFailed', message: thrown.message })
  }
}

/** The write is done at once and in the name of whoever deploys; that it worked is known a while later, that it did not sooner. */
function start(state: State, deployment: Deployment, step: Step): void {
  step.state = 'Running'
  step.started = state.clock.now()
  const refusal = write(state, deployment, step)
  const [, span] = takes.find(([type]) => type === '' || type === step.type.toLowerCase()) ?? ['', acceptedMs]
  const waitMs = thrown(state, refusal === undefined ? span : acceptedMs)
  state.clock.after(waitMs, () => settle(state, deployment, step, refusal))
}

/** A template inside of the template is done when its own deployment is. */
function settle(state: State, deployment: Deployment, step: Step, refusal: Step['error']): void {
  if (step.state !== 'Running') return
  const nested = refusal === undefined ? state.deployments.get(step.id.toLowerCase()) : undefined
  if (nested !== undefined && isOpen(nested)) {
    state.clock.after(thrown(state, acceptedMs), () => settle(state, deployment, step, undefined))
    return
  }
  const error = refusal ?? (nested === undefined || nested.state === 'Succeeded' ? undefined : terminal(nested))
  if (error !== undefined) step.error = error
  end(state, step, error === undefined ? 'Succeeded' : 'Failed')
  proceed(state, deployment)
}

function terminal({ state, error }: Deployment): NonNullable<Step['error']> & { details: object[] } {
  const message = `The resource operation completed with terminal provisioning state '${state}'.`
  return { code: 'ResourceDeploymentFailure', message, details: error === undefined ? [] : [error] }
}

function write(state: State, { caller }: Deployment, step: Step): Step['error'] {
  try {
    const { id: path, apiVersion: version } = step
    step.status = state.perform({ caller, method: 'PUT', path, version, body: step.body() }).status
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof ArmError)) throw thrown
    step.status = thrown.status
    return { code: thrown.code, message: thrown.message, ...thrown.extra }
  }
}
