import type { WorkflowRun } from '@azure/arm-logic'
import { z } from 'zod'
import type { AppRun, LookBack, RunOf } from '../ports.ts'
import type { Connection } from './connection.ts'
import { consumptionApp } from './consumption-app.ts'
import { readContent } from './content.ts'
import { inParallel } from './gate.ts'
import { bounded } from './paged.ts'
import { progressOf } from './runs.ts'

/** Of runs that are looked into: as many as Azure gives in one page. */
const lookedInto = 100
/** An app that runs more often than so in the time asked about is judged by the newest of them. */
const lookedBackAtMost = 1000
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
  const runs = await newest(connection, appId, { top: lookedInto, filter: startedFrom(since) })
  return recognised(connection, limits, runs.filter(startedIn(since)), which)
}

/** Page by page, newest first, no further than needed; without `$top`, which may mean the page or the whole. */
export async function anyRunOf(
  connection: Connection,
  limits: Limits,
  { appId, since, isIt }: { appId: string; since: Date; isIt: (body: unknown, run: AppRun) => boolean },
): Promise<LookBack> {
  let looked = 0
  for await (const page of runPages(connection, appId, { filter: startedFrom(since) })) {
    const runs = page.filter(startedIn(since))
    const found = await recognised(connection, limits, runs, body => ({ body }))
    if (found.some(({ of: { body }, ...run }) => isIt(body, run))) return { found: true, back: since.toISOString() }
    looked += page.length
    const oldest = runs.at(-1)?.startTime
    if (looked >= lookedBackAtMost && oldest !== undefined) return { found: false, back: oldest.toISOString() }
  }
  return { found: false, back: since.toISOString() }
}

function startedFrom(since: Date): string {
  return `StartTime ge ${since.toISOString()}`
}

/** Not everything that plays Azure's part filters. */
function startedIn(since: Date): (run: WorkflowRun) => boolean {
  return ({ startTime }) => startTime !== undefined && startTime >= since
}

async function recognised<Known>(
  connection: Connection,
  limits: Limits,
  runs: WorkflowRun[],
  which: (body: unknown) => Known | undefined,
): Promise<RunOf<Known>[]> {
  const looked = await inParallel(runs, contentsAtOnce, async run => {
    const body = await triggerBody(connection, limits, run)
    const of = body === undefined ? undefined : which(body)
    return of === undefined ? [] : [{ ...readRun(run), of }]
  })
  return looked.flat()
}

interface Asked {
  top?: number
  filter?: string
}

async function* runPages(connection: Connection, appId: string, options: Asked): AsyncGenerator<WorkflowRun[]> {
  const { subscription, group, name } = consumptionApp(appId)
  const { workflowRuns } = await connection.logic(subscription)
  yield* bounded(workflowRuns.list(group, name, options))
}

async function newest(connection: Connection, appId: string, options: Asked & { top: number }): Promise<WorkflowRun[]> {
  const runs: WorkflowRun[] = []
  for await (const page of runPages(connection, appId, options)) {
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
