import { ArmError } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply } from './call.ts'
import type { Run, State, Workflow } from './state.ts'
import { descending63 } from './ticks.ts'
import { appPattern, flowId, logicVersions, signatureOf, workflowOf } from './workflows.ts'

const read = 'Microsoft.Logic/workflows/runs/read'

export const runs: Operation[] = [
  { method: 'GET', pattern: `${appPattern}/runs`, versions: logicVersions, action: read, handle: listed },
  {
    method: 'GET',
    pattern: `${appPattern}/runs/{run}`,
    versions: logicVersions,
    action: read,
    handle: call => ({ status: 200, body: runBody(call.state, workflowOf(call), runOf(call)) }),
  },
  {
    method: 'GET',
    pattern: `${appPattern}/runs/{run}/actions`,
    versions: logicVersions,
    action: 'Microsoft.Logic/workflows/runs/actions/read',
    handle: call => page(call, actionBodies(call.state, workflowOf(call), runOf(call))),
  },
  {
    method: 'POST',
    pattern: `${appPattern}/runs/{run}/cancel`,
    versions: logicVersions,
    action: 'Microsoft.Logic/workflows/runs/cancel/action',
    handle: cancel,
  },
  {
    method: 'GET',
    pattern: `${appPattern}/triggers/{trigger}/histories`,
    versions: logicVersions,
    action: 'Microsoft.Logic/workflows/triggers/histories/read',
    handle: histories,
  },
]

function runsOf(state: State, app: Workflow): Run[] {
  return state.runs.get(app.id.toLowerCase()) ?? []
}

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
  const status = /status eq '(\w+)'/i.exec(filter)?.[1]
  const since = /startTime ge ([\w.:+-]+)/i.exec(filter)?.[1]
  const app = workflowOf(call)
  const found = runsOf(call.state, app)
    .filter(
      run =>
        (status === undefined || statusOf(call.state, run) === status) && (since === undefined || run.started >= new Date(since)),
    )
    .toReversed()
  return page(
    call,
    found.map(run => runBody(call.state, app, run)),
  )
}

function statusOf(state: State, run: Run): 'Running' | 'Succeeded' | 'Failed' | 'Cancelled' {
  if (run.cancelled !== undefined) return 'Cancelled'
  return run.ends === undefined || run.ends > state.now() ? 'Running' : run.outcome
}

function runBody(state: State, app: Workflow, run: Run): object {
  const status = statusOf(state, run)
  const ended = status === 'Running' ? {} : { endTime: (run.cancelled ?? run.ends ?? state.now()).toISOString() }
  const failed =
    status === 'Failed' && run.failure !== undefined
      ? { code: 'ActionFailed', error: { code: 'ActionFailed', message: 'An action failed. No dependent actions succeeded.' } }
      : {}
  return {
    id: `${app.id}/runs/${run.name}`,
    name: run.name,
    type: 'Microsoft.Logic/workflows/runs',
    properties: {
      startTime: run.started.toISOString(),
      ...ended,
      waitEndTime: run.started.toISOString(),
      status,
      ...failed,
      correlation: { clientTrackingId: run.trackingId },
      workflow: {
        id: `${app.id}/versions/${descending63(app.changed)}`,
        name: descending63(app.changed),
        type: 'Microsoft.Logic/workflows/versions',
      },
      trigger: {
        name: run.trigger,
        startTime: run.started.toISOString(),
        endTime: run.started.toISOString(),
        status: 'Succeeded',
      },
      outputs: {},
    },
  }
}

/** The first failed action tells why; those after it are skipped. */
function actionBodies(state: State, app: Workflow, run: Run): object[] {
  const status = statusOf(state, run)
  let broken = false
  return Object.keys(app.definition.actions).map(name => {
    const fails = status === 'Failed' && run.failure?.action === name
    const at = status === 'Running' ? 'Running' : broken ? 'Skipped' : fails ? 'Failed' : 'Succeeded'
    broken ||= fails
    const error =
      fails && run.failure !== undefined
        ? { code: run.failure.code, error: { code: run.failure.code, message: run.failure.message } }
        : {}
    const ended = at === 'Running' ? {} : { endTime: (run.ends ?? run.started).toISOString() }
    return {
      id: `${app.id}/runs/${run.name}/actions/${name}`,
      name,
      type: 'Microsoft.Logic/workflows/runs/actions',
      properties: { startTime: run.started.toISOString(), ...ended, status: at, trackingId: state.dice.guid(), ...error },
    }
  })
}

function cancel(call: Call): Reply {
  const run = runOf(call)
  if (statusOf(call.state, run) !== 'Running')
    throw new ArmError(409, 'WorkflowRunCannotBeCancelled', `The run '${run.name}' has ended and cannot be cancelled.`)
  run.cancelled = call.state.now()
  return { status: 200 }
}

function histories(call: Call): Reply {
  const app = workflowOf(call)
  const found = runsOf(call.state, app).filter(({ trigger }) => trigger.toLowerCase() === param(call, 'trigger').toLowerCase())
  return page(
    call,
    found.toReversed().map(run => ({
      id: `${app.id}/triggers/${run.trigger}/histories/${run.name}`,
      name: run.name,
      type: 'Microsoft.Logic/workflows/triggers/histories',
      properties: {
        startTime: run.started.toISOString(),
        endTime: run.started.toISOString(),
        status: 'Succeeded',
        fired: true,
        correlation: { clientTrackingId: run.trackingId },
        run: { id: `${app.id}/runs/${run.name}`, name: run.name, type: 'Microsoft.Logic/workflows/runs' },
      },
    })),
  )
}

export interface Called {
  /** Path and query of the callback. */
  url: URL
  trackingId: string | undefined
  bearer: boolean
  body: string
}

/** The callback address itself: a valid signature starts a run, whoever asks. */
export function invoke(state: State, called: Called, forward: (app: Workflow, run: Run) => void): Reply {
  const [, flow, name] = /^\/workflows\/([^/]+)\/triggers\/([^/]+)\/paths\/invoke$/i.exec(called.url.pathname) ?? []
  const app = [...state.workflows.values()].find(candidate => flowId(candidate) === flow)
  const trigger = app && Object.keys(app.definition.triggers).find(one => one === decodeURIComponent(name ?? ''))
  if (app === undefined || trigger === undefined)
    throw new ArmError(404, 'WorkflowTriggerNotFound', `The workflow trigger '${name ?? ''}' could not be found.`)
  if (called.bearer || called.url.searchParams.get('sig') !== signatureOf(app, trigger))
    throw new ArmError(401, 'DirectApiAuthorizationRequired', 'The request must be authenticated only by Shared Access scheme.')
  if (!app.enabled)
    throw new ArmError(
      404,
      'WorkflowTriggerIsNotEnabled',
      `Could not execute workflow '${app.name}' trigger '${trigger}' with state 'Disabled': trigger is not enabled.`,
    )
  const run = begin(state, app, trigger, called)
  if (app.behaviour.forwards === true) forward(app, run)
  return { status: 202, headers: headersOf(state, app, run) }
}

function begin(state: State, app: Workflow, trigger: string, { trackingId, body }: Called): Run {
  const started = state.now()
  const { lastsMs, failShare, failure, forwards } = app.behaviour
  const [least, most] = lastsMs
  const fails = state.dice.next() < failShare
  const name = `${descending63(started)}${state.dice.digits(9)}CU${state.dice.digits(2)}`
  const run: Run = {
    name,
    workflowId: app.id,
    trigger,
    trackingId: trackingId ?? name,
    started,
    ends: forwards === true ? undefined : new Date(started.getTime() + least + state.dice.int(most - least + 1)),
    outcome: fails ? 'Failed' : 'Succeeded',
    ...(fails && { failure }),
    body,
  }
  state.runs.set(app.id.toLowerCase(), [...runsOf(state, app), run].slice(-500))
  return run
}

function headersOf(state: State, app: Workflow, run: Run): Record<string, string> {
  return {
    'x-ms-workflow-run-id': run.name,
    'x-ms-trigger-history-name': run.name,
    'x-ms-workflow-id': flowId(app),
    'x-ms-workflow-name': app.name,
    'x-ms-workflow-version': descending63(app.changed),
    'x-ms-client-tracking-id': run.trackingId,
    'x-ms-correlation-id': state.dice.guid(),
  }
}
