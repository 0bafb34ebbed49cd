import { toProblem } from '../errors.ts'
import { type Deployment, isOver } from '../model/deployment.ts'
import type { Notice } from '../model/notice.ts'
import type { DeploymentProgress, World } from '../ports.ts'

/** So long after it was asked for a deployment may still be on its way to Azure. */
const onItsWayMs = 120_000
const forgotten = 'Azure has forgotten this deployment: somebody deleted it there. "apps" tells whether the logic app is there.'

/** Follows a deployment in Azure: called again and again until it is over. Returns after how many ms to look again; undefined when done. */
export async function followDeployment(world: World, noticeId: string): Promise<number | undefined> {
  const notice = await world.store.notices.get(noticeId)
  if (notice?.content.type !== 'deployment' || isOver(notice.content)) return undefined
  const now = world.clock.now()
  const progress = await progressOf(world, notice.content, now)
  if (progress !== undefined) await world.store.notices.change(noticeId, before => moved(before, progress, now))
  if (progress?.state === 'succeeded') await world.azure.logicApps.list({ including: [notice.content.appId] })
  return progress !== undefined && isOver(progress) ? undefined : pauseMs(notice.content, now)
}

/** Undefined while Azure may not know of it yet. */
async function progressOf({ azure }: World, deployment: Deployment, now: Date): Promise<DeploymentProgress | undefined> {
  try {
    return await azure.deployments.progress(deployment)
  } catch (thrown) {
    const problem = toProblem(thrown)
    if (problem.code !== 'NotFound') throw problem
    if (deployment.state !== 'starting') return { state: 'failed', resources: deployment.resources, error: forgotten }
    if (now.getTime() - Date.parse(deployment.startedAt) < onItsWayMs) return undefined
    return { state: 'failed', resources: [], error: 'The deployment never reached Azure. Try again.' }
  }
}

function moved(before: Notice | undefined, progress: DeploymentProgress, now: Date) {
  if (before?.content.type !== 'deployment' || isOver(before.content) || !differs(before.content, progress)) return undefined
  const { state, resources, error } = progress
  const changedAt = now.toISOString()
  const content: Deployment = {
    ...before.content,
    state,
    resources,
    ...(error !== undefined && { error }),
    ...(isOver(progress) && { endedAt: changedAt }),
  }
  return { notice: { ...before, version: before.version + 1, changedAt, content }, places: [] }
}

function differs({ state, resources, error }: Deployment, progress: DeploymentProgress): boolean {
  return state !== progress.state || error !== progress.error || JSON.stringify(resources) !== JSON.stringify(progress.resources)
}

/** Often while people look, seldom for what takes long. */
function pauseMs({ startedAt }: Deployment, now: Date): number {
  return Math.min(30_000, Math.max(500, (now.getTime() - Date.parse(startedAt)) / 10))
}
