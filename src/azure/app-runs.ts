import type { WorkflowRun } from '@azure/arm-logic'
import { z } from 'zod'
import type { AppRun, RunOf } from '../ports.ts'
import type { Connection } from './connection.ts'
import { consumptionApp } from './consumption-app.ts'
import { readContent } from './content.ts'
import { inParallel } from './gate.ts'
import { bounded } from './paged.ts'
import { progressOf } from './runs.ts'

/** Of runs that are looked into: as many as Azure gives in one page. */
const lookedInto = 100
const contentsAtOnce = 4

/** What a trigger gave to its run: the body, with the headers beside it. */
const Outputs = z.object({ body: z.unknown() })

interface Limits {
  timeLimitMs: number
}

export async function recentRuns(connection: Connection, appId: string, limit: number): Promise<AppRun[]> {
  return (await newest(connection, appId, { top: limit })).map(readRun)
}

export async function runsOf<Known>(
  connection: Connection,
  limits: Limits,
  { appId, since, which }: { appId: string; since: Date; which: (body: unknown) => Known | undefined },
): Promise<RunOf<Known>[]> {
  const filter = `StartTime ge ${since.toISOString()}`
  const runs = await newest(connection, appId, { top: lookedInto, filter })
  const looked = await inParallel(
    runs.filter(({ startTime }) => startTime !== undefined && startTime >= since),
    contentsAtOnce,
    async run => {
      const body = await triggerBody(connection, limits, run)
      const of = body === undefined ? undefined : which(body)
      return of === undefined ? [] : [{ ...readRun(run), of }]
    },
  )
  return looked.flat()
}

async function newest(connection: Connection, appId: string, options: { top: number; filter?: string }): Promise<WorkflowRun[]> {
  const { subscription, group, name } = consumptionApp(appId)
  const { workflowRuns } = await connection.logic(subscription)
  const runs: WorkflowRun[] = []
  for await (const page of bounded(workflowRuns.list(group, name, options))) {
    runs.push(...page)
    if (runs.length >= options.top) break
  }
  return runs.slice(0, options.top)
}

function readRun(run: WorkflowRun): AppRun {
  const trackingId = run.correlation?.clientTrackingId
  return {
    ...progressOf(run),
    workflowRunId: run.name ?? '',
    trigger: run.trigger?.name ?? '',
    startedAt: run.startTime?.toISOString() ?? '',
    ...(trackingId === undefined ? {} : { trackingId }),
  }
}

/** Small outputs stand in the run itself; those of triggers are behind a link. */
async function triggerBody(connection: Connection, limits: Limits, { trigger }: WorkflowRun): Promise<unknown> {
  const { outputs, outputsLink } = trigger ?? {}
  const content: unknown = outputs ?? (await readContent(connection, limits, outputsLink))
  return Outputs.safeParse(content).data?.body
}
