import { type RunStatus, statusOf } from './run-life.ts'
import type { Run, State, Workflow } from './state.ts'
import { versionReference, workflowType } from './workflow-body.ts'

const actionFailed = { code: 'ActionFailed', message: 'An action failed. No dependent actions succeeded.' }

function endOf(state: State, run: Run): string | undefined {
  return statusOf(state, run) === 'Running' ? undefined : (run.cancelled ?? run.ends ?? run.started).toISOString()
}

export function runBody(state: State, app: Workflow, run: Run): object {
  const status = statusOf(state, run)
  const started = run.started.toISOString()
  const endTime = endOf(state, run)
  return {
    id: `${app.id}/runs/${run.name}`,
    name: run.name,
    type: `${workflowType}/runs`,
    properties: {
      waitEndTime: started,
      startTime: started,
      ...(endTime !== undefined && { endTime }),
      status,
      ...(status === 'Failed' && { code: actionFailed.code, error: actionFailed }),
      correlation: { clientTrackingId: run.trackingId },
      workflow: versionReference(app),
      trigger: {
        name: run.trigger,
        startTime: started,
        endTime: started,
        correlation: { clientTrackingId: run.trackingId },
        code: 'OK',
        status: 'Succeeded',
      },
      outputs: {},
    },
  }
}

export interface ActionRun {
  name: string
  status: RunStatus | 'Skipped'
}

/** As far as the run has come: the first failed action tells why, those after it are skipped. */
export function actionsOf(state: State, app: Workflow, run: Run): ActionRun[] {
  const names = Object.keys(app.definition.actions)
  const status = statusOf(state, run)
  if (status === 'Running') return names.slice(0, 1).map(name => ({ name, status }))
  if (status === 'Succeeded') return names.map(name => ({ name, status }))
  const broken = status === 'Failed' ? Math.max(names.indexOf(run.failure?.action ?? ''), 0) : 0
  return names.map((name, index) => ({ name, status: index < broken ? 'Succeeded' : index === broken ? status : 'Skipped' }))
}

const failedStatus: Record<string, number> = { Unauthorized: 401, NotFound: 404, Conflict: 409, ServiceUnavailable: 503 }

export function actionBody(state: State, app: Workflow, run: Run, { name, status }: ActionRun): object {
  const id = `${app.id}/runs/${run.name}/actions/${name}`
  const endTime = endOf(state, run)
  const failure = status === 'Failed' ? run.failure : undefined
  const contents = (kind: string) => ({
    uri: `${state.origin}/contents${id}/${kind}`,
    contentVersion: '1',
    contentSize: run.body.length,
  })
  return {
    id,
    name,
    type: `${workflowType}/runs/actions`,
    properties: {
      startTime: run.started.toISOString(),
      ...(endTime !== undefined && { endTime }),
      status,
      code: failure?.code ?? (status === 'Skipped' ? 'ActionSkipped' : 'OK'),
      ...(failure !== undefined && { error: { code: failure.code, message: failure.message } }),
      correlation: { actionTrackingId: run.name, clientTrackingId: run.trackingId },
      trackingId: run.name,
      ...(status !== 'Skipped' && { inputsLink: contents('inputs') }),
      ...(endTime !== undefined && status !== 'Skipped' && { outputsLink: contents('outputs') }),
      retryHistory: Array.from({ length: run.retries }, () => ({
        startTime: run.started.toISOString(),
        code: failure?.code ?? 'ServiceUnavailable',
      })),
    },
  }
}

/** What an action's link to its contents answers. */
export function contentsOf(run: Run, kind: string): unknown {
  if (kind === 'inputs') return { method: 'post', body: run.body }
  const { failure } = run
  return failure === undefined
    ? { statusCode: 200 }
    : { statusCode: failedStatus[failure.code] ?? 400, body: { error: { code: failure.code, message: failure.message } } }
}

export function historyBody(app: Workflow, run: Run): object {
  const at = run.started.toISOString()
  return {
    id: `${app.id}/triggers/${run.trigger}/histories/${run.name}`,
    name: run.name,
    type: `${workflowType}/triggers/histories`,
    properties: {
      startTime: at,
      endTime: at,
      scheduledTime: at,
      status: 'Succeeded',
      code: 'OK',
      correlation: { clientTrackingId: run.trackingId },
      fired: true,
      run: { id: `${app.id}/runs/${run.name}`, name: run.name, type: `${workflowType}/runs` },
    },
  }
}
