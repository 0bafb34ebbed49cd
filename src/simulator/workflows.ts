import { notFound } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply, readable, subscriptionOf } from './call.ts'
import { isListed, lag, listedAfterMs } from './lag.ts'
import { checkLocation } from './location.ts'
import type { Behaviour, Workflow } from './logic.ts'
import type { State } from './state.ts'
import { workflowBody, workflowType } from './workflow-body.ts'
import { readWorkflow } from './workflow-read.ts'

/** The newest is what clients send; templates name older ones. */
export const logicVersions = ['2019-05-01', '2018-07-01-preview', '2017-07-01', '2016-06-01'] as const
const root = '/subscriptions/{subscription}'
export const appPattern = `${root}/resourceGroups/{group}/providers/${workflowType}/{workflow}`
const read = `${workflowType}/read`

/** How runs go of an app that somebody made. */
const ordinary: Behaviour = {
  lastsMs: [1000, 5000],
  failsEvery: 0,
  failure: { action: '', code: 'ActionFailed', message: 'An action failed. No dependent actions succeeded.' },
}

export const workflows: Operation[] = [
  ...[root, `${root}/resourceGroups/{group}`].map((at): Operation => {
    return {
      method: 'GET',
      pattern: `${at}/providers/${workflowType}`,
      versions: logicVersions,
      action: read,
      list: true,
      handle: listed,
    }
  }),
  {
    method: 'GET',
    pattern: appPattern,
    versions: logicVersions,
    action: read,
    handle: call => ({ status: 200, body: workflowBody(call.state, workflowOf(call)) }),
  },
  { method: 'PUT', pattern: appPattern, versions: logicVersions, action: `${workflowType}/write`, handle: put },
  { method: 'DELETE', pattern: appPattern, versions: logicVersions, action: `${workflowType}/delete`, handle: remove },
  acting('enable', call => toggle(call, true)),
  acting('disable', call => toggle(call, false)),
  acting('regenerateAccessKey', regenerate),
  acting('validate', validate),
  {
    method: 'POST',
    pattern: `${root}/resourceGroups/{group}/providers/Microsoft.Logic/locations/{location}/workflows/{workflow}/validate`,
    versions: logicVersions,
    action: 'Microsoft.Logic/locations/workflows/validate/action',
    handle: validate,
  },
]

function acting(verb: string, handle: Operation['handle']): Operation {
  const action = `${workflowType}/${verb}/action`
  return { method: 'POST', pattern: `${appPattern}/${verb}`, versions: logicVersions, action, handle }
}

function idOf({ params: { subscription = '', group = '', workflow = '' } }: Call): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/${workflowType}/${workflow}`
}

export function workflowOf(call: Call): Workflow {
  const found = call.state.workflows.get(idOf(call).toLowerCase())
  if (found === undefined) throw notFound(workflowType, param(call, 'workflow'), param(call, 'group'))
  return found
}

function listed(call: Call): Reply {
  const group = call.params.group?.toLowerCase()
  const state = /state eq '(\w+)'/i.exec(call.query.get('$filter') ?? '')?.[1]?.toLowerCase()
  const here = [...call.state.workflows.values()].filter(
    app =>
      app.subscription === subscriptionOf(call) &&
      (group === undefined || app.group.toLowerCase() === group) &&
      (state === undefined || state === (app.enabled ? 'enabled' : 'disabled')) &&
      isListed(call.state, app.id),
  )
  const mine = readable(call, read, here, ({ id }) => id)
  return page(call, mine, { idOf: ({ id }) => id, body: app => workflowBody(call.state, app) })
}

function put(call: Call): Reply {
  const { state } = call
  const { location, tags, identity, properties } = readWorkflow(param(call, 'workflow'), call.body)
  const before = state.workflows.get(idOf(call).toLowerCase())
  checkLocation(workflowType, { location, group: param(call, 'group'), name: param(call, 'workflow') }, before)
  const now = state.clock.now()
  const next: Workflow = {
    id: before?.id ?? idOf(call),
    name: before?.name ?? param(call, 'workflow'),
    group: before?.group ?? param(call, 'group'),
    subscription: subscriptionOf(call),
    location,
    tags,
    enabled: properties.state?.toLowerCase() !== 'disabled',
    created: before?.created ?? now,
    changed: now,
    identity: identity ? identityOf(state, identity, before) : undefined,
    settings: settingsOf(properties),
    definition: properties.definition,
    parameters: properties.parameters,
    key: before?.key ?? state.noise.guid(),
    behaviour: before?.behaviour ?? ordinary,
  }
  state.workflows.set(next.id.toLowerCase(), next)
  if (before === undefined) lag(state, next.id, ...listedAfterMs)
  return { status: before === undefined ? 201 : 200, body: workflowBody(state, next) }
}

/** One of its own gets a principal, and keeps it. */
function identityOf({ tenantId, noise }: State, wanted: { type: string }, before: Workflow | undefined): Record<string, unknown> {
  if (!/SystemAssigned/i.test(wanted.type)) return wanted
  return { ...wanted, tenantId, principalId: before?.identity?.principalId ?? noise.guid() }
}

function settingsOf({ accessControl, integrationAccount }: { accessControl?: unknown; integrationAccount?: unknown }) {
  return { ...(accessControl != null && { accessControl }), ...(integrationAccount != null && { integrationAccount }) }
}

function remove(call: Call): Reply {
  const key = idOf(call).toLowerCase()
  call.state.runs.delete(key)
  return { status: call.state.workflows.delete(key) ? 200 : 204 }
}

function toggle(call: Call, enabled: boolean): Reply {
  const app = workflowOf(call)
  app.enabled = enabled
  app.changed = call.state.clock.now()
  return { status: 200 }
}

/** Every address signed with the old key stops working. */
function regenerate(call: Call): Reply {
  workflowOf(call).key = call.state.noise.guid()
  return { status: 200 }
}

function validate(call: Call): Reply {
  readWorkflow(param(call, 'workflow'), call.body)
  return { status: 200 }
}
