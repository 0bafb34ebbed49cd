import { linkTo } from './contents.ts'
import type { Run, Step, Workflow } from './logic.ts'
import type { RunStatus } from './run-life.ts'
import { readActions } from './run-plan.ts'
import type { State } from './state.ts'
import { workflowType } from './workflow-body.ts'

export interface ActionRun {
  name: string
  status: RunStatus
  started: Date
  /** Absent while it is under way. */
  ended?: Date
  error?: Step['error']
}

/** The actions of a run as far as it has come; what has not begun is not there yet. */
export function actionsOf({ clock }: State, app: Workflow, run: Run): ActionRun[] {
  const until = run.cancelled ?? clock.now()
  if (run.begins > until) return []
  if (run.plan === undefined) return underWay(app, run)
  return run.plan.steps.flatMap(step => seen(step, run, until))
}

function underWay(app: Workflow, { begins, cancelled }: Run): ActionRun[] {
  return readActions(app.definition.actions)
    .slice(0, 1)
    .map(([name]) =>
      cancelled ? { name, status: 'Cancelled', started: begins, ended: cancelled } : { name, status: 'Running', started: begins },
    )
}

function seen({ name, fromMs, untilMs, status, error }: Step, { begins, cancelled }: Run, until: Date): ActionRun[] {
  const at = (ms: number) => new Date(begins.getTime() + ms)
  const [started, ended] = [at(fromMs), at(untilMs)]
  if (ended <= until) return [{ name, status, started, ended, ...(error !== undefined && { error }) }]
  if (started > until) return cancelled ? [{ name, status: 'Skipped', started: until, ended: until }] : []
  return [cancelled ? { name, status: 'Cancelled', started, ended: until } : { name, status: 'Running', started }]
}

export function actionBody(state: State, app: Workflow, run: Run, action: ActionRun): object {
  const { name, status, started, ended, error } = action
  const link = (kind: string) => linkTo(state, app, run, `actions/${encodeURIComponent(name)}/contents/${kind}`)
  return {
    id: `${app.id}/runs/${run.name}/actions/${name}`,
    name,
    type: `${workflowType}/runs/actions`,
    properties: {
      startTime: started.toISOString(),
      ...(ended !== undefined && { endTime: ended.toISOString() }),
      status,
      code: error?.code ?? (status === 'Skipped' ? 'ActionSkipped' : 'OK'),
      ...(error !== undefined && { error }),
      correlation: { actionTrackingId: run.name, clientTrackingId: run.trackingId },
      trackingId: run.name,
      ...(status !== 'Skipped' && { inputsLink: link('ActionInputs') }),
      ...(ended !== undefined && status !== 'Skipped' && { outputsLink: link('ActionOutputs') }),
      retryHistory: Array.from({ length: run.retries }, () => ({
        startTime: started.toISOString(),
        code: error?.code ?? 'ServiceUnavailable',
      })),
    },
  }
}
