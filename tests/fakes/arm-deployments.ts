/** Template deployments of the stand-in: they know parameters and no other expression. A look at one moves it on. */

interface Resource {
  type: string
  name: string
}
interface Deployment {
  id: string
  name: string
  resources: Resource[]
  /** How often it was looked at; it ends at the third. */
  looks: number
  /** What a failing one says: `metadata.error` of its template. */
  error?: object
}
export type Deployments = Map<string, Deployment>

interface Answer {
  status: number
  body?: object
  headers?: Record<string, string>
}

function failed(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message } } }
}

export function putDeployment(all: Deployments, id: string, text: string): Answer {
  const { template, parameters = {}, mode } = JSON.parse(text).properties
  const before = all.get(id.toLowerCase())
  if (/resourceGroups\/rg-absent\//i.test(id))
    return failed(404, 'ResourceGroupNotFound', "Resource group 'rg-absent' could not be found.")
  if (before !== undefined && stateOf(before) === 'Running')
    return failed(409, 'DeploymentActive', 'Unable to edit or replace the deployment: it is still active.')
  if (!Array.isArray(template.resources) || mode !== 'Incremental')
    return failed(
      400,
      'InvalidTemplate',
      "Deployment template validation failed: 'Required property 'resources' not found in JSON.'.",
    )
  const filled = (value: string) => value.replace(/^\[parameters\('(\w+)'\)\]$/, (_, name) => parameters[name]?.value ?? '')
  const resources = template.resources.map((one: Resource) => ({ type: one.type, name: filled(one.name) }))
  const error = template.metadata?.error
  const deployment = { id, name: id.split('/').at(-1) ?? '', resources, looks: 0, ...(error === undefined ? {} : { error }) }
  all.set(id.toLowerCase(), deployment)
  return { status: before === undefined ? 201 : 200, body: deploymentBody(deployment), headers: { 'retry-after': '1' } }
}

export function getDeployment(all: Deployments, id: string): Answer {
  const deployment = all.get(id.toLowerCase())
  if (deployment === undefined)
    return failed(404, 'DeploymentNotFound', `Deployment '${id.split('/').at(-1)}' could not be found.`)
  deployment.looks += 1
  return { status: 200, body: deploymentBody(deployment) }
}

/** Two operations for each resource, the older one last; and some that are no resources. */
export function operationsOf(all: Deployments, id: string): object[] {
  const deployment = all.get(id.toLowerCase())
  if (deployment === undefined) return []
  const { resources, error, looks } = deployment
  const passing = [{ provisioningOperation: 'EvaluateDeploymentOutput', provisioningState: 'Succeeded' }]
  const made = resources.flatMap(({ type, name }, index) => {
    const targetResource = { id: `${id}/${name}`, resourceType: type, resourceName: name }
    const last = error !== undefined && index === 0 ? 'Failed' : 'Succeeded'
    const now = {
      provisioningOperation: 'Create',
      targetResource,
      timestamp: '2026-01-01T00:00:02Z',
      provisioningState: looks < 3 ? 'Running' : last,
      ...(looks >= 3 && last === 'Failed' ? { statusCode: 'BadRequest', statusMessage: { status: 'Failed', error } } : {}),
    }
    const before = { ...now, timestamp: '2026-01-01T00:00:01Z', provisioningState: 'Accepted', statusMessage: undefined }
    const read = {
      provisioningOperation: 'Read',
      targetResource: { ...targetResource, id: `${id}/other` },
      provisioningState: 'Succeeded',
    }
    return [now, before, read]
  })
  return [...passing, ...made].map((properties, index) => ({
    id: `${id}/operations/${index}`,
    operationId: String(index),
    properties,
  }))
}

function stateOf({ looks, error }: Deployment): string {
  if (looks === 0) return 'Accepted'
  if (looks < 3) return 'Running'
  return error === undefined ? 'Succeeded' : 'Failed'
}

function deploymentBody(deployment: Deployment): object {
  const provisioningState = stateOf(deployment)
  const error = {
    code: 'DeploymentFailed',
    message: 'At least one resource deployment operation failed. Please list deployment operations for details.',
    details: [deployment.error],
  }
  const { id, name } = deployment
  const type = 'Microsoft.Resources/deployments'
  return { id, name, type, properties: { provisioningState, ...(provisioningState === 'Failed' ? { error } : {}) } }
}
