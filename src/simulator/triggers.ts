import { z } from 'zod'
import { ArmError } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply } from './call.ts'
import { callbackOf, flowAt, flowId, isSigned, runOf } from './callback.ts'
import type { Run, Workflow } from './logic.ts'
import { historyBody } from './run-body.ts'
import { begin, runsOf } from './run-life.ts'
import type { State } from './state.ts'
import { triggerBody, versionOf, workflowType } from './workflow-body.ts'
import { appPattern, logicVersions as versions, workflowOf } from './workflows.ts'

const type = `${workflowType}/triggers`
const root = `${appPattern}/triggers`
const one = `${root}/{trigger}`
const histories = `${one}/histories`

export const triggers: Operation[] = [
  { method: 'GET', pattern: root, versions, action: `${type}/read`, handle: listed },
  { method: 'GET', pattern: one, versions, action: `${type}/read`, handle: get },
  { method: 'POST', pattern: `${one}/listCallbackUrl`, versions, action: `${type}/listCallbackUrl/action`, handle: callback },
  { method: 'POST', pattern: `${one}/run`, versions, action: `${type}/run/action`, handle: runEmpty },
  { method: 'POST', pattern: `${one}/reset`, versions, action: `${type}/reset/action`, handle: reset },
  { method: 'GET', pattern: histories, versions, action: `${type}/histories/read`, handle: listHistories },
  { method: 'GET', pattern: `${histories}/{history}`, versions, action: `${type}/histories/read`, handle: getHistory },
  {
    method: 'POST',
    pattern: `${histories}/{history}/resubmit`,
    versions,
    action: `${type}/histories/resubmit/action`,
    handle: resubmit,
  },
]

function listed(call: Call): Reply {
  const app = workflowOf(call)
  return page(call, Object.keys(app.definition.triggers), { idOf: name => name, body: name => triggerBody(app, name) })
}

function get(call: Call): Reply {
  return { status: 200, body: triggerBody(workflowOf(call), triggerOf(call)) }
}

function noTrigger(app: string, name: string): ArmError {
  return new ArmError(404, 'WorkflowTriggerNotFound', `The workflow '${app}' trigger '${name}' could not be found.`)
}

/** Its name in the case of the definition. */
function triggerOf(call: Call): string {
  const { definition, name: app } = workflowOf(call)
  const wanted = param(call, 'trigger').toLowerCase()
  const found = Object.keys(definition.triggers).find(name => name.toLowerCase() === wanted)
  if (found === undefined) throw noTrigger(app, param(call, 'trigger'))
  return found
}

const CallbackBody = z.object({ notAfter: z.iso.datetime({ offset: true }).optional() })

function callback(call: Call): Reply {
  const { notAfter } = CallbackBody.safeParse(call.body ?? {}).data ?? {}
  return { status: 200, body: callbackOf(call.state, workflowOf(call), triggerOf(call), notAfter) }
}

/** Starts a run with nothing in it, as the designer's button does. */
function runEmpty(call: Call): Reply {
  const app = workflowOf(call)
  const trigger = triggerOf(call)
  checkEnabled(app, trigger)
  const run = begin(call.state, app, { trigger, trackingId: undefined, headers: {}, body: '' })
  return { status: 202, headers: headersOf(call.state, app, run) }
}

function reset(call: Call): Reply {
  triggerOf(call)
  return { status: 200 }
}

function historiesOf(call: Call): Run[] {
  const trigger = triggerOf(call)
  return runsOf(call.state, workflowOf(call)).filter(run => run.trigger === trigger)
}

function listHistories(call: Call): Reply {
  const app = workflowOf(call)
  return page(call, historiesOf(call).toReversed(), { idOf: ({ name }) => name, body: run => historyBody(call.state, app, run) })
}

function historyOf(call: Call): Run {
  const found = historiesOf(call).find(({ name }) => name === param(call, 'history'))
  if (found !== undefined) return found
  const message = `The workflow trigger history '${param(call, 'history')}' could not be found.`
  throw new ArmError(404, 'WorkflowTriggerHistoryNotFound', message)
}

function getHistory(call: Call): Reply {
  return { status: 200, body: historyBody(call.state, workflowOf(call), historyOf(call)) }
}

/** A new run with the same body. */
function resubmit(call: Call): Reply {
  const app = workflowOf(call)
  const { trigger, headers, body } = historyOf(call)
  const run = begin(call.state, app, { trigger, trackingId: undefined, headers, body })
  return { status: 202, headers: headersOf(call.state, app, run) }
}

/** The status is not written anywhere; Azure's code is. */
function checkEnabled(app: Workflow, trigger: string): void {
  if (app.enabled) return
  throw new ArmError(
    404,
    'WorkflowTriggerIsNotEnabled',
    `Could not execute workflow '${app.name}' trigger '${trigger}' with state 'Disabled': trigger is not enabled.`,
  )
}

export interface Called {
  /** Path and query of the callback. */
  url: URL
  trackingId: string | undefined
  /** Whether a token came along; a signature and a token together are refused. */
  bearer: boolean
  /** Of the request, without what belongs to the line. */
  headers: Record<string, string>
  body: string
}

/** The callback address itself: a valid signature starts a run, whoever asks. */
export function invoke(state: State, { url, trackingId, bearer, headers, body }: Called): Reply {
  const [, flow, name = ''] = /^\/workflows\/([^/]+)\/triggers\/([^/]+)\/paths\/invoke$/i.exec(url.pathname) ?? []
  const app = flowAt(state, flow ?? '')
  const trigger = app && Object.keys(app.definition.triggers).find(known => encodeURIComponent(known) === name)
  if (app === undefined || trigger === undefined) throw noTrigger(app?.name ?? '', name)
  // Azure's code for a wrong signature is not written anywhere.
  if (bearer || !isSigned(state, app, runOf(trigger), url.searchParams))
    throw new ArmError(401, 'DirectApiAuthorizationRequired', 'The request must be authenticated only by Shared Access scheme.')
  checkEnabled(app, trigger)
  const run = begin(state, app, { trigger, trackingId, headers, body })
  return { status: 202, headers: headersOf(state, app, run) }
}

function headersOf(state: State, app: Workflow, run: Run): Record<string, string> {
  return {
    'x-ms-workflow-run-id': run.name,
    'x-ms-trigger-history-name': run.name,
    'x-ms-workflow-id': flowId(app),
    'x-ms-workflow-name': app.name,
    'x-ms-workflow-version': versionOf(app),
    'x-ms-client-tracking-id': run.trackingId,
    'x-ms-correlation-id': state.noise.guid(),
  }
}
