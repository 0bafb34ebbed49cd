import { changed, type Finding } from '../model/finding.ts'
import { findingOfRun, hasEnded, type Run } from '../model/run.ts'
import type { Change, RunProgress, World } from '../ports.ts'

/** Follows a run in Azure: called again and again until it has ended. Returns after how many ms to look again; undefined when done. */
export async function watchRun(world: World, runId: string): Promise<number | undefined> {
  const finding = await world.store.findings.get(findingOfRun(runId))
  const run = finding?.runs.find(candidate => candidate.id === runId)
  if (run?.workflowRunId === undefined || hasEnded(run)) return undefined
  const progress = await world.azure.logicApps.getRun(run.logicAppId, run.workflowRunId)
  if (progress.state !== run.state)
    await world.store.change(run.findingId, current => progressed(current, run, progress, world.clock.now()))
  return hasEnded({ ...run, state: progress.state }) ? undefined : pauseMs(run, world.clock.now())
}

/** Often while people look, seldom for what runs for hours. */
function pauseMs(run: Run, now: Date): number {
  const age = now.getTime() - Date.parse(run.startedAt)
  return Math.min(60_000, Math.max(400, age / 10))
}

function progressed(finding: Finding, run: Run, progress: RunProgress, now: Date): Change {
  const ended = hasEnded({ ...run, state: progress.state })
  const next: Run = {
    ...run,
    state: progress.state,
    ...(ended && { endedAt: progress.endedAt ?? now.toISOString() }),
    ...(progress.error !== undefined && { error: progress.error }),
  }
  const runs = finding.runs.map(candidate => (candidate.id === run.id ? next : candidate))
  const entry = { at: now.toISOString(), what: `${run.logicAppName} ${progress.state}`, run: run.id }
  return { finding: changed(finding, { runs }, entry), places: [] }
}
