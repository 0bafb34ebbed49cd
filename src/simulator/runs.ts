import { actionBody, actionsOf } from './action-body.ts'
import { ArmError } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply } from './call.ts'
import type { Run } from './logic.ts'
import { runBody } from './run-body.ts'
import { runsOf, statusOf } from './run-life.ts'
import { workflowType } from './workflow-body.ts'
import { appPattern, logicVersions as versions, workflowOf } from './workflows.ts'

const read = `${workflowType}/runs/read`
const readActions = `${workflowType}/runs/actions/read`

export const runs: Operation[] = [
  { method: 'GET', pattern: `${appPattern}/runs`, versions, action: read, handle: listed },
  { method: 'GET', pattern: `${appPattern}/runs/{run}`, versions, action: read, handle: one },
  { method: 'GET', pattern: `${appPattern}/runs/{run}/actions`, versions, action: readActions, handle: actions },
  { method: 'GET', pattern: `${appPattern}/runs/{run}/actions/{action}`, versions, action: readActions, handle: action },
  {
    method: 'POST',
    pattern: `${appPattern}/runs/{run}/cancel`,
    versions,
    action: `${workflowType}/runs/cancel/action`,
    handle: cancel,
  },
]

function runOf(call: Call): Run {
  const app = workflowOf(call)
  const found = runsOf(call.state, app).find(({ name }) => name === param(call, 'run'))
  if (found === undefined)
    throw new ArmError(404, 'WorkflowRunNotFound', `The workflow '${app.name}' run '${param(call, 'run')}' could not be found.`)
  return found
}

/** Newest first. */
function listed(call: Call): Reply {
  const filter = call.query.get('$filter') ?? ''
  const status = /status eq '(\w+)'/i.exec(filter)?.[1]?.toLowerCase()
  const since = /startTime ge '?([\w.:+-]+)'?/i.exec(filter)?.[1]
  const tracking = /clientTrackingId eq '([^']+)'/i.exec(filter)?.[1]
  const app = workflowOf(call)
  const found = runsOf(call.state, app).filter(
    run =>
      (status === undefined || statusOf(call.state, run).toLowerCase() === status) &&
      (since === undefined || run.started >= new Date(since)) &&
      (tracking === undefined || run.trackingId === tracking),
  )
  return page(call, found.toReversed(), { idOf: ({ name }) => name, body: run => runBody(call.state, app, run) })
}

function one(call: Call): Reply {
  return { status: 200, body: runBody(call.state, workflowOf(call), runOf(call)) }
}

function actions(call: Call): Reply {
  const app = workflowOf(call)
  const run = runOf(call)
  return page(call, actionsOf(call.state, app, run), {
    idOf: ({ name }) => name,
    body: part => actionBody(call.state, app, run, part),
  })
}

function action(call: Call): Reply {
  const app = workflowOf(call)
  const run = runOf(call)
  const found = actionsOf(call.state, app, run).find(({ name }) => name === param(call, 'action'))
  if (found === undefined)
    throw new ArmError(
      404,
      'WorkflowRunActionNotFound',
      `The workflow '${app.name}' run '${run.name}' action '${param(call, 'action')}' could not be found.`,
    )
  return { status: 200, body: actionBody(call.state, app, run, found) }
}

function cancel(call: Call): Reply {
  const run = runOf(call)
  if (!['Running', 'Waiting'].includes(statusOf(call.state, run)))
    throw new ArmError(409, 'WorkflowRunCannotBeCancelled', `The run '${run.name}' has ended and cannot be cancelled.`)
  run.cancelled = call.state.clock.now()
  return { status: 200 }
}
