import { z } from 'zod'
import { Problem } from '../errors.ts'
import type { RunState } from '../model/run.ts'
import type { RunProgress } from '../ports.ts'
import { readArmId } from './arm-id.ts'
import type { Connection } from './connection.ts'
import { bounded } from './paged.ts'
import { safe } from './to-error.ts'

/** Azure's clock and ours may differ; a tracking id is unique, so looking further back does no harm. */
const skewMs = 120_000

const states: Record<string, RunState> = {
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
}

const RunError = z.object({ code: z.string().catch(''), message: z.string().catch('') })
const unexplained = ['', 'ActionFailed']

interface App {
  subscription: string
  group: string
  name: string
}

export async function findRun(
  connection: Connection,
  appId: string,
  trackingId: string,
  since: Date,
): Promise<string | undefined> {
  const app = readApp(appId)
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
  const app = readApp(appId)
  const { workflowRuns } = await connection.logic(app.subscription)
  const run = await workflowRuns.get(app.group, app.name, workflowRunId)
  const state = stateOf(run.status)
  const error = state === 'failed' ? await failure(connection, app, workflowRunId, run) : note(run.status)
  return {
    state,
    ...(run.endTime === undefined ? {} : { endedAt: run.endTime.toISOString() }),
    ...(error === undefined ? {} : { error }),
  }
}

/** A status that is not known yet counts as running: it will be asked again. */
export function stateOf(status = ''): RunState {
  return states[status.toLowerCase()] ?? 'running'
}

function note(status = ''): string | undefined {
  const passedOver = ['skipped', 'ignored'].includes(status.toLowerCase())
  return passedOver ? `Azure did not carry it out (${status}): the condition of its trigger was not met.` : undefined
}

interface Failed {
  status?: string
  code?: string
  error?: unknown
  endTime?: Date
}

/** What the run says itself, or, when that is only "an action failed", what the first failed action says. */
async function failure(connection: Connection, app: App, workflowRunId: string, run: Failed): Promise<string> {
  const own = RunError.safeParse(run.error).data ?? { code: run.code ?? '', message: '' }
  if (!unexplained.includes(own.code)) return sentence(own)
  const action = await firstFailed(connection, app, workflowRunId).catch(() => undefined)
  return action ?? sentence({ code: own.code || (run.status ?? 'Failed'), message: own.message })
}

async function firstFailed(connection: Connection, { subscription, group, name }: App, run: string): Promise<string | undefined> {
  const { workflowRunActions } = await connection.logic(subscription)
  let first: (Failed & { name?: string }) | undefined
  for await (const page of bounded(workflowRunActions.list(group, name, run))) {
    for (const action of page) {
      const error = RunError.safeParse(action.error).data
      if (stateOf(action.status) !== 'failed' || unexplained.includes(error?.code ?? '')) continue
      if (first === undefined || endOf(action) < endOf(first)) first = action
    }
  }
  return first === undefined ? undefined : `${first.name ?? 'An action'} failed. ${sentence(RunError.parse(first.error))}`
}

function endOf({ endTime }: Failed): number {
  return endTime?.getTime() ?? Number.POSITIVE_INFINITY
}

/** Connectors quote what they were given: masked like everything that others wrote. */
function sentence({ code, message }: z.infer<typeof RunError>): string {
  return safe(message === '' ? code : `${code}: ${message}`)
}

function readApp(appId: string): App {
  const { type, subscription, group, names } = readArmId(appId)
  const [name] = names
  if (type !== 'microsoft.logic/workflows' || group === undefined || name === undefined)
    throw new Problem('NotFound', 'Only runs of consumption logic apps can be looked at.')
  return { subscription, group, name }
}
