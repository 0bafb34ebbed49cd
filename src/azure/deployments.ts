import type {
  Deployment,
  DeploymentExtended,
  DeploymentOperation,
  DeploymentOperationProperties,
} from '@azure/arm-resourcesdeployments'
import type { DeployedResource, DeploymentState } from '../model/deployment.ts'
import type { DeploymentProgress, Deployments, DeploymentTarget } from '../ports.ts'
import { tableOf } from '../table.ts'
import { readArmId, scopePath } from './arm-id.ts'
import { asked, ifThere } from './asked.ts'
import type { Connection } from './connection.ts'
import { Refusal } from './in-words.ts'
import { everything } from './paged.ts'
import { reasonOf } from './to-error.ts'

const version = '2025-04-01'

/** Azure's words for how far a deployment or one of its resources is; one that is not known yet is under way. */
const states = tableOf<DeploymentState>({
  notspecified: 'starting',
  accepted: 'starting',
  ready: 'succeeded',
  created: 'succeeded',
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'cancelled',
  cancelled: 'cancelled',
})

const passing = ['Read', 'Action', 'EvaluateDeploymentOutput', 'DeploymentCleanup']

export function createDeployments(connection: Connection): Deployments {
  return {
    start: (target, template, parameters) => asked(() => start(connection, target, template, parameters)),
    progress: target => asked(() => progress(connection, target)),
  }
}

/** Sent raw: the client (arm-resourcesdeployments 1.0.0) drops the details of a refusal, which alone say what is wrong. */
async function start(
  connection: Connection,
  target: DeploymentTarget,
  template: object,
  parameters: Record<string, unknown>,
): Promise<void> {
  const path = pathOf(target)
  if (await goesOn(connection, target)) return
  const values = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, { value }]))
  const body: Deployment = { properties: { mode: 'Incremental', template, parameters: values } }
  try {
    await connection.raw.send('PUT', path, version, body)
  } catch (thrown) {
    // Begun meanwhile by another, or by us over a line that broke.
    if (await goesOn(connection, target).catch(() => false)) return
    throw thrown
  }
}

function pathOf({ subscription, group, name }: DeploymentTarget): string {
  const id = `subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Resources/deployments/${name}`
  readArmId(id)
  return `/${scopePath(id)}`
}

/** It is under way, or ended well. */
async function goesOn(connection: Connection, target: DeploymentTarget): Promise<boolean> {
  const there = await ifThere(() => get(connection, target))
  return there !== undefined && ['starting', 'running', 'succeeded'].includes(stateOf(there.properties?.provisioningState))
}

async function get(connection: Connection, { subscription, group, name }: DeploymentTarget): Promise<DeploymentExtended> {
  const { deployments } = await connection.deployments(subscription)
  return await deployments.get(group, name)
}

async function progress(connection: Connection, target: DeploymentTarget): Promise<DeploymentProgress> {
  pathOf(target)
  const { properties } = await get(connection, target)
  const { deploymentOperations } = await connection.deployments(target.subscription)
  const resources = readResources(await everything(deploymentOperations.list(target.group, target.name)))
  const state = stateOf(properties?.provisioningState)
  const error = state === 'failed' ? whyFailed(properties?.error, resources) : undefined
  return { state, resources, ...(error === undefined ? {} : { error }) }
}

function stateOf(word = ''): DeploymentState {
  return states.get(word.toLowerCase()) ?? 'running'
}

/** The deployment's own error often says no more than that something failed. */
function whyFailed(error: unknown, resources: DeployedResource[]): string {
  const own = Refusal.safeParse(error).data
  if (own?.details !== undefined && own.details.length > 0) return reasonOf(own)
  const resource = resources.find(one => one.error !== undefined)
  return resource?.error ?? (own === undefined ? 'Azure does not say why it failed.' : reasonOf(own))
}

/** Of what is made; what is only read or asked on the way is left out. Each resource once, as its last operation tells it. */
function readResources(operations: DeploymentOperation[]): DeployedResource[] {
  const latest = new Map<string, DeploymentOperationProperties>()
  for (const { properties } of operations.toSorted((a, b) => timeOf(a) - timeOf(b))) {
    const id = properties?.targetResource?.id
    if (id === undefined || passing.includes(properties?.provisioningOperation ?? '')) continue
    latest.set(id.toLowerCase(), properties ?? {})
  }
  return [...latest.values()].map(readResource)
}

function timeOf({ properties }: DeploymentOperation): number {
  return properties?.timestamp?.getTime() ?? 0
}

function readResource({ targetResource, provisioningState, statusMessage }: DeploymentOperationProperties): DeployedResource {
  const state = stateOf(provisioningState)
  const refusal = state === 'failed' ? Refusal.safeParse(statusMessage?.error).data : undefined
  return {
    name: targetResource?.resourceName ?? '',
    type: targetResource?.resourceType ?? '',
    state,
    ...(refusal === undefined ? {} : { error: reasonOf(refusal) }),
  }
}
