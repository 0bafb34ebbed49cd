import { createHash, createHmac } from 'node:crypto'
import { z } from 'zod'
import { ArmError, notFound } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply } from './call.ts'
import { may } from './roles.ts'
import type { State, Trigger, Workflow } from './state.ts'
import { descending63 } from './ticks.ts'

export const logicVersions = ['2019-05-01'] as const
export const appPattern = '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Logic/workflows/{workflow}'
const type = 'Microsoft.Logic/workflows'

const WorkflowBody = z.object({
  location: z.string(),
  tags: z.record(z.string(), z.string()).default({}),
  properties: z.object({
    state: z.string().optional(),
    definition: z.looseObject({
      triggers: z.record(z.string(), z.looseObject({ type: z.string(), kind: z.string().optional() })).default({}),
      actions: z.record(z.string(), z.unknown()).default({}),
    }),
    parameters: z.record(z.string(), z.unknown()).default({}),
  }),
})

export const workflows: Operation[] = [
  {
    method: 'GET',
    pattern: '/subscriptions/{subscription}/providers/Microsoft.Logic/workflows',
    versions: logicVersions,
    action: undefined,
    handle: listed,
  },
  {
    method: 'GET',
    pattern: '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Logic/workflows',
    versions: logicVersions,
    action: undefined,
    handle: listed,
  },
  {
    method: 'GET',
    pattern: appPattern,
    versions: logicVersions,
    action: 'Microsoft.Logic/workflows/read',
    handle: call => ({ status: 200, body: workflowBody(call.state, workflowOf(call)) }),
  },
  { method: 'PUT', pattern: appPattern, versions: logicVersions, action: 'Microsoft.Logic/workflows/write', handle: put },
  { method: 'DELETE', pattern: appPattern, versions: logicVersions, action: 'Microsoft.Logic/workflows/delete', handle: remove },
  toggling('enable', true),
  toggling('disable', false),
  {
    method: 'POST',
    pattern: `${appPattern}/regenerateAccessKey`,
    versions: logicVersions,
    action: 'Microsoft.Logic/workflows/regenerateAccessKey/action',
    handle: regenerate,
  },
  {
    method: 'GET',
    pattern: `${appPattern}/triggers`,
    versions: logicVersions,
    action: 'Microsoft.Logic/workflows/triggers/read',
    handle: call =>
      page(
        call,
        Object.keys(workflowOf(call).definition.triggers).map(name => triggerBody(workflowOf(call), name)),
      ),
  },
  {
    method: 'GET',
    pattern: `${appPattern}/triggers/{trigger}`,
    versions: logicVersions,
    action: 'Microsoft.Logic/workflows/triggers/read',
    handle: call => ({ status: 200, body: triggerBody(workflowOf(call), triggerOf(call).name) }),
  },
  {
    method: 'POST',
    pattern: `${appPattern}/triggers/{trigger}/listCallbackUrl`,
    versions: logicVersions,
    action: 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action',
    handle: call => ({ status: 200, body: callbackOf(call.state, workflowOf(call), triggerOf(call).name) }),
  },
]

function toggling(verb: 'enable' | 'disable', enabled: boolean): Operation {
  return {
    method: 'POST',
    pattern: `${appPattern}/${verb}`,
    versions: logicVersions,
    action: `Microsoft.Logic/workflows/${verb}/action`,
    handle(call) {
      const app = workflowOf(call)
      app.enabled = enabled
      app.changed = call.state.now()
      return { status: 200 }
    },
  }
}

export function workflowOf(call: Call): Workflow {
  const { subscription = '', group = '', workflow = '' } = call.params
  const found = call.state.workflows.get(
    `/subscriptions/${subscription}/resourceGroups/${group}/providers/${type}/${workflow}`.toLowerCase(),
  )
  if (found === undefined) throw notFound(type, workflow, group)
  return found
}

export function triggerOf(call: Call): { name: string; trigger: Trigger } {
  const { definition, name: app } = workflowOf(call)
  const wanted = param(call, 'trigger').toLowerCase()
  const found = Object.entries(definition.triggers).find(([name]) => name.toLowerCase() === wanted)
  if (found === undefined)
    throw new ArmError(
      404,
      'WorkflowTriggerNotFound',
      `The workflow '${app}' trigger '${param(call, 'trigger')}' could not be found.`,
    )
  return { name: found[0], trigger: found[1] }
}

function listed(call: Call): Reply {
  const group = call.params.group?.toLowerCase()
  const found = [...call.state.workflows.values()].filter(
    app =>
      app.subscription === param(call, 'subscription').toLowerCase() &&
      (group === undefined || app.group.toLowerCase() === group) &&
      may(call.state, call.caller, 'Microsoft.Logic/workflows/read', app.id),
  )
  return page(
    call,
    found.map(app => workflowBody(call.state, app)),
  )
}

function put(call: Call): Reply {
  const read = WorkflowBody.safeParse(call.body)
  if (!read.success)
    throw new ArmError(
      400,
      read.error.issues[0]?.path[0] === 'location' ? 'LocationRequired' : 'InvalidRequestContent',
      read.error.issues[0]?.path[0] === 'location'
        ? 'The location property is required for this definition.'
        : `The request content was invalid and could not be deserialized: '${read.error.issues[0]?.message ?? ''}'.`,
    )
  const { subscription = '', group = '', workflow = '' } = call.params
  const id = `/subscriptions/${subscription}/resourceGroups/${group}/providers/${type}/${workflow}`
  const before = call.state.workflows.get(id.toLowerCase())
  if (before !== undefined && before.location !== read.data.location)
    throw new ArmError(
      409,
      'InvalidResourceLocation',
      `The resource '${workflow}' already exists in location '${before.location}' in resource group '${group}'. A resource with the same name cannot be created in location '${read.data.location}'. Please select a new resource name.`,
    )
  const now = call.state.now()
  const { location, tags, properties } = read.data
  const next: Workflow = {
    id: before?.id ?? id,
    name: before?.name ?? workflow,
    group,
    subscription: subscription.toLowerCase(),
    location,
    tags,
    enabled: properties.state !== 'Disabled',
    created: before?.created ?? now,
    changed: now,
    definition: properties.definition,
    parameters: properties.parameters,
    key: before?.key ?? call.state.dice.guid(),
    behaviour: before?.behaviour ?? {
      lastsMs: [800, 2500],
      failShare: 0,
      failure: { action: 'Response', code: 'ActionFailed', message: 'An action failed.' },
    },
  }
  call.state.workflows.set(id.toLowerCase(), next)
  return { status: before === undefined ? 201 : 200, body: workflowBody(call.state, next) }
}

function remove(call: Call): Reply {
  const { subscription = '', group = '', workflow = '' } = call.params
  const there = call.state.workflows.delete(
    `/subscriptions/${subscription}/resourceGroups/${group}/providers/${type}/${workflow}`.toLowerCase(),
  )
  return { status: there ? 200 : 204 }
}

function regenerate(call: Call): Reply {
  workflowOf(call).key = call.state.dice.guid()
  return { status: 200 }
}

function workflowBody(state: State, app: Workflow): object {
  return {
    id: app.id,
    name: app.name,
    type,
    location: app.location,
    tags: app.tags,
    properties: {
      provisioningState: 'Succeeded',
      createdTime: app.created.toISOString(),
      changedTime: app.changed.toISOString(),
      state: app.enabled ? 'Enabled' : 'Disabled',
      version: descending63(app.changed),
      accessEndpoint: `${state.origin}/workflows/${flowId(app)}`,
      definition: app.definition,
      parameters: app.parameters,
    },
  }
}

function triggerBody(app: Workflow, name: string): object {
  return {
    id: `${app.id}/triggers/${name}`,
    name,
    type: `${type}/triggers`,
    properties: {
      provisioningState: 'Succeeded',
      createdTime: app.created.toISOString(),
      changedTime: app.changed.toISOString(),
      state: app.enabled ? 'Enabled' : 'Disabled',
      workflow: {
        id: `${app.id}/versions/${descending63(app.changed)}`,
        name: descending63(app.changed),
        type: `${type}/versions`,
      },
    },
  }
}

export function flowId(app: Workflow): string {
  return createHash('sha256').update(app.id.toLowerCase()).digest('hex').slice(0, 32)
}

export function signatureOf(app: Workflow, trigger: string): string {
  return createHmac('sha256', app.key).update(`${app.id.toLowerCase()} ${trigger}`).digest('base64url').slice(0, 43)
}

/** The one address of the simulator that is not https: it must really answer. */
export function callbackOf(state: State, app: Workflow, trigger: string): { value: string } & Record<string, unknown> {
  const basePath = `${state.origin}/workflows/${flowId(app)}/triggers/${trigger}/paths/invoke`
  const queries = { 'api-version': '2016-06-01', sp: `/triggers/${trigger}/run`, sv: '1.0', sig: signatureOf(app, trigger) }
  return { value: `${basePath}?${new URLSearchParams(queries)}`, method: 'POST', basePath, queries }
}
