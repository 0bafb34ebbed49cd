import { tableOf } from '../table.ts'
import { linkTo } from './contents.ts'
import type { Run, Workflow } from './logic.ts'
import { endOf, statusOf } from './run-life.ts'
import type { State } from './state.ts'
import { versionReference, workflowType } from './workflow-body.ts'

const errors = tableOf<{ code: string; message: string }>({
  Failed: { code: 'ActionFailed', message: 'An action failed. No dependent actions succeeded.' },
  TimedOut: { code: 'ActionTimedOut', message: 'An action was not answered within its time limit.' },
})

export function runBody(state: State, app: Workflow, run: Run): object {
  const status = statusOf(state, run)
  const error = errors.get(status)
  return {
    id: `${app.id}/runs/${run.name}`,
    name: run.name,
    type: `${workflowType}/runs`,
    properties: {
      waitEndTime: run.begins.toISOString(),
      startTime: run.started.toISOString(),
      ...(!isOpen(status) && { endTime: endOf(run).toISOString() }),
      status,
      ...(error !== undefined && { code: error.code, error }),
      correlation: { clientTrackingId: run.trackingId },
      workflow: versionReference(app),
      trigger: triggerPart(state, app, run, status),
      outputs: {},
    },
  }
}

function isOpen(status: string): boolean {
  return status === 'Running' || status === 'Waiting'
}

/** What triggered it is behind a link, as in Azure: headers and body of the request. */
function triggerPart(state: State, app: Workflow, run: Run, status: string): object {
  const at = run.started.toISOString()
  return {
    name: run.trigger,
    startTime: at,
    endTime: at,
    scheduledTime: at,
    correlation: { clientTrackingId: run.trackingId },
    outputsLink: linkTo(state, app, run, 'contents/TriggerOutputs'),
    code: 'OK',
    status: status === 'Skipped' ? status : 'Succeeded',
  }
}

export function historyBody(state: State, app: Workflow, run: Run): object {
  const at = run.started.toISOString()
  const fired = statusOf(state, run) !== 'Skipped'
  return {
    id: `${app.id}/triggers/${run.trigger}/histories/${run.name}`,
    name: run.name,
    type: `${workflowType}/triggers/histories`,
    properties: {
      startTime: at,
      endTime: at,
      scheduledTime: at,
      status: fired ? 'Succeeded' : 'Skipped',
      code: 'OK',
      correlation: { clientTrackingId: run.trackingId },
      outputsLink: linkTo(state, app, run, 'contents/TriggerOutputs'),
      fired,
      ...(fired && { run: { id: `${app.id}/runs/${run.name}`, name: run.name, type: `${workflowType}/runs` } }),
    },
  }
}
