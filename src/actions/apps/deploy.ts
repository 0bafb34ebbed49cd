import { createHash } from 'node:crypto'
import { Problem, toProblem } from '../../errors.ts'
import type { Deployment } from '../../model/deployment.ts'
import type { Notice } from '../../model/notice.ts'
import type { DeploymentTarget, World } from '../../ports.ts'
import type { Built } from '../../templates/template.ts'
import type { Context, FieldError } from '../action.ts'
import { inTurn } from '../turn.ts'
import type { NewApp } from './new-input.ts'
import { appIdOf, wrongPlace } from './new-place.ts'

/** Above what is routine, below what is High. */
const priority = 3

/** What an interrupted attempt made is no other's: the name is taken by itself. */
export async function wrongName(context: Context, app: NewApp): Promise<FieldError[]> {
  const target = targetOf(context, app)
  return context.resumed && (await hasBegun(context.world, target)) ? [] : wrongPlace(context, app, target.name)
}

/**
 * Begins the deployment once for each request, whatever happens in between: its name comes from the request, and what was begun before is
 * looked for first. A notice tells of it where it was asked; a job follows it from here on. Of two people who want one name at the same moment, the
 * second finds the notice of the first.
 */
export async function deploy(context: Context, app: NewApp, values: Record<string, string>): Promise<Deployment> {
  const { world } = context
  const built = app.template.build({
    kind: app.kind,
    appName: app.name,
    parameters: app.parameters,
    cloud: world.azure.cloud,
  })
  const planned = plan(context, app, built, values)
  const place = await whereToTell(context)
  const id = noticeIdOf(planned)
  await inTurn(world.store, `app ${planned.appId}`, `Someone else is making ${app.name} right now.`, async () => {
    const [taken] = await wrongName(context, app)
    if (taken !== undefined) throw new Problem('Conflict', taken.message, { field: taken.field })
    const open = (before: Notice | undefined) => (before === undefined ? opened(id, planned, context.now, place) : undefined)
    return world.store.notices.change(id, open)
  })
  try {
    await startOnce(context, planned, built)
  } catch (thrown) {
    const problem = toProblem(thrown)
    await failed(world, id, problem)
    throw problem
  }
  return planned
}

/** Where ARM keeps the deployment that a request asks for. */
function targetOf({ request }: Context, { group }: NewApp): DeploymentTarget {
  const digest = createHash('sha256').update(request.requestId).digest('hex').slice(0, 20)
  return { subscription: group.subscription, group: group.name, name: `chatops-${digest}` }
}

function plan(context: Context, app: NewApp, built: Built, values: Record<string, string>): Deployment {
  const { world, person, now } = context
  const appId = appIdOf(app.name, app.group)
  return {
    type: 'deployment',
    ...targetOf(context, app),
    template: app.template.name,
    values,
    appName: app.name,
    kind: app.kind,
    appId,
    link: world.azure.portalLink(appId),
    by: person,
    startedAt: now.toISOString(),
    state: 'starting',
    resources: [],
    toAuthorise: built.toAuthorise,
    roles: built.roles,
  }
}

function noticeIdOf({ name }: Deployment): string {
  return `n-${name}`
}

function opened(id: string, content: Deployment, now: Date, placeId: string | undefined) {
  const at = now.toISOString()
  const notice: Notice = { id, version: 1, at, changedAt: at, content }
  const places = placeId === undefined ? [] : [{ placeId, audience: 'act' as const, priority }]
  return { notice, places, watch: true }
}

/** Where it was asked, when cards can be posted there. */
export async function whereToTell({ world, request }: Context): Promise<string | undefined> {
  const place = request.placeId === undefined ? undefined : await world.store.places.get(request.placeId)
  return place?.blocked === undefined ? place?.id : undefined
}

/**
 * A start whose answer was lost, or that lies before a crash, is looked for in Azure before it is repeated. Where Azure can't be asked that
 * either, nothing has failed yet: the job that follows the deployment finds out.
 */
async function startOnce({ world, resumed }: Context, target: DeploymentTarget, { template, parameters }: Built): Promise<void> {
  if (resumed && (await hasBegun(world, target))) return
  try {
    await world.azure.deployments.start(target, template, parameters)
  } catch (thrown) {
    if (toProblem(thrown).code !== 'AzureUnavailable') throw thrown
    if ((await hasBegun(world, target).catch(() => undefined)) === false) throw thrown
  }
}

async function hasBegun({ azure }: World, target: DeploymentTarget): Promise<boolean> {
  try {
    await azure.deployments.progress(target)
    return true
  } catch (thrown) {
    const problem = toProblem(thrown)
    if (problem.code === 'NotFound') return false
    throw problem
  }
}

async function failed({ store, clock }: World, id: string, { message }: Problem): Promise<void> {
  const at = clock.now().toISOString()
  await store.notices.change(id, before => {
    if (before?.content.type !== 'deployment') return undefined
    const content: Deployment = { ...before.content, state: 'failed', error: message, endedAt: at }
    return { notice: { ...before, version: before.version + 1, changedAt: at, content }, places: [] }
  })
}
