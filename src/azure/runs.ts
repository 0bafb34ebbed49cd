import { z } from 'zod'
import type { RunState } from '../model/run.ts'
import type { RunProgress } from '../ports.ts'
import { tableOf } from '../table.ts'
import type { Connection } from './connection.ts'
import { type App, consumptionApp } from './consumption-app.ts'
import { bounded } from './paged.ts'
import { safe } from './to-error.ts'

/** Azure's clock and ours may differ; a tracking id is unique, so looking further back does no harm. */
const skewMs = 120_000

const states = tableOf<RunState>({
  notspecified: 'queued',
  waiting: 'queued',
  running: 'running',
  paused: 'running',
  suspended: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  faulted: 'failed',
  timedout: 'failed',
  cancelled: 'cancelled',
  aborted: 'cancelled',
  skipped: 'cancelled',
  ignored: 'cancelled',
})

const RunError = z.object({ code: z.string().catch(''), message: z.string().catch('') })
const unexplained = ['', 'ActionFailed']

export async function findRun(
  connection: Connection,
  appId: string,
  trackingId: string,
  since: Date,
): Promise<string | undefined> {
  const app = consumptionApp(appId)
  const { workflowRuns } = await connection.logic(app.subscription)
  const from = since.getTime() - skewMs
  for await (const page of bounded(workflowRuns.list(app.group, app.name))) {
    const run = page.find(({ correlation }) => correlation?.clientTrackingId === trackingId)
    if (run !== undefined) return run.name
    // Newest first: the rest is older still.
    if (page.some(({ startTime }) => startTime !== undefined && startTime.getTime() < from)) return undefined
  }
  return undefined
}

export async function getRun(connection: Connection, appId: string, workflowRunId: string): Promise<RunProgress> {
  const app = consumptionApp(appId)
  const { workflowRuns } = await connection.logic(app.subscription)
  const run = await workflowRuns.get(app.group, app.name, workflowRunId)
  const failed = stateOf(run.status) === 'failed'
  return progressOf(run, failed ? await failure(connection, app, workflowRunId, run) : note(run.status))
}

/** As the run itself tells it: of a failure no more than that. */
export function progressOf(run: Told, error = ownError(run)): RunProgress {
  return {
    state: stateOf(run.status),
    ...(run.endTime === undefined ? {} : { endedAt: run.endTime.toISOString() }),
    ...(error === undefined ? {} : { error }),
  }
}

function ownError(run: Told): string | undefined {
  return stateOf(run.status) === 'failed' ? ownFailure(run) : note(run.status)
}

/** A status that is not known yet counts as running: it will be asked again. */
export function stateOf(status = ''): RunState {
  return states.get(status.toLowerCase()) ?? 'running'
}

function note(status = ''): string | undefined {
  const passedOver = ['skipped', 'ignored'].includes(status.toLowerCase())
  return passedOver ? `Azure did not carry it out (${status}): the condition of its trigger was not met.` : undefined
}

interface Told {
  status?: string
  code?: string
  error?: unknown
  endTime?: Date
}

/** What the run says itself, or, when that is only "an action failed", what the first failed action says. */
async function failure(connection: Connection, app: App, workflowRunId: string, run: Told): Promise<string> {
  if (!unexplained.includes(errorOf(run).code)) return ownFailure(run)
  const action = await firstFailed(connection, app, workflowRunId).catch(() => undefined)
  return action ?? ownFailure(run)
}

function errorOf({ code = '', error }: Told): z.infer<typeof RunError> {
  return RunError.safeParse(error).data ?? { code, message: '' }
}

function ownFailure(run: Told): string {
  const { code, message } = errorOf(run)
  return sentence({ code: code || (run.status ?? 'Failed'), message })
}

async function firstFailed(connection: Connection, { subscription, group, name }: App, run: string): Promise<string | undefined> {
  const { workflowRunActions } = await connection.logic(subscription)
  let first: (Told & { name?: string }) | undefined
  for await (const page of bounded(workflowRunActions.list(group, name, run))) {
    for (const action of page) {
      const error = RunError.safeParse(action.error).data
      if (stateOf(action.status) !== 'failed' || unexplained.includes(error?.code ?? '')) continue
      if (first === undefined || endOf(action) < endOf(first)) first = action
    }
  }
  return first === undefined ? undefined : `${first.name ?? 'An action'} failed. ${sentence(RunError.parse(first.error))}`
}

function endOf({ endTime }: Told): number {
  return endTime?.getTime() ?? Number.POSITIVE_INFINITY
}

/** Connectors quote what they were given: masked like everything that others wrote. */
function sentence({ code, message }: z.infer<typeof RunError>): string {
  return safe(message === '' ? code : `${code}: ${message}`)
}
