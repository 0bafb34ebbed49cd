import { saidCard } from '../../cards/answer.ts'
import { saidWords } from '../../cards/run-line.ts'
import { Problem, toProblem } from '../errors.ts'
import { connectorText } from '../model/connector-body.ts'
import { changed, type Finding } from '../model/finding.ts'
import { type LogicApp, triggerFor, whyNot } from '../model/logic-app.ts'
import { type Run, runIdOf } from '../model/run.ts'
import { withParameters } from '../model/run-body.ts'
import type { Answer, FindingContext } from './action.ts'
import { readRunParameters } from './run-parameters.ts'

/** Recorded first, then started once, then followed. What Azure says goes onto the card either way. */
export async function startRun(on: FindingContext, app: LogicApp, given: Record<string, unknown>): Promise<Answer> {
  const { world, finding } = on
  const planned = plannedRun(on, app, given)
  await world.store.change(finding.id, current => (find(current, planned.id) ? undefined : begun(current, planned, on)))
  try {
    const workflowRunId = await startOnce(on, app, planned)
    const running: Run = {
      ...planned,
      state: 'running',
      workflowRunId,
      link: world.azure.portalLink(`${app.id}/runs/${workflowRunId}`),
    }
    const now = await world.store.change(finding.id, current => replaced(current, running, on, [running.id]))
    return {
      card: saidCard(`${app.name}${saidWords(planned)} is running.`, now ?? finding),
      changed: [finding.id],
      personal: true,
    }
  } catch (thrown) {
    const problem = toProblem(thrown)
    const refused: Run = {
      ...planned,
      state: problem.retry ? 'failed' : 'refused',
      error: problem.message,
      endedAt: world.clock.now().toISOString(),
    }
    await world.store.change(finding.id, current => replaced(current, refused, on, []))
    throw problem
  }
}

function plannedRun(
  { world, finding, person, now, request }: FindingContext,
  app: LogicApp,
  given: Record<string, unknown>,
): Run {
  const { kind } = finding.event
  const trigger = triggerFor(app, kind)
  const obstacle = whyNot(app, kind)
  if (trigger === undefined || obstacle !== undefined)
    throw new Problem('NotOffered', `${app.name} can’t be run for this. ${obstacle ?? ''}`.trim(), { field: 'logicApp' })
  const id = runIdOf(finding.id, request.requestId)
  const known = find(finding, id)
  return (
    known ?? {
      id,
      findingId: finding.id,
      logicAppId: app.id,
      logicAppName: app.name,
      trigger: trigger.name,
      state: 'queued',
      startedBy: { as: 'person', ...person },
      ...(app.parameters.length > 0 && { parameters: readRunParameters(app, given) }),
      startedAt: now.toISOString(),
      link: world.azure.portalLink(app.id),
    }
  )
}

/** A start whose answer was lost, or that lies before a crash, is looked for in Azure before it is repeated. */
async function startOnce(on: FindingContext, app: LogicApp, planned: Run): Promise<string> {
  const { world, resumed } = on
  const before = resumed ? await lookFor(on, app, planned) : undefined
  if (before !== undefined) return before
  const body = await bodyFor(on, planned)
  try {
    return (await world.azure.logicApps.start(app, planned.trigger, body, planned.id)).workflowRunId
  } catch (thrown) {
    const problem = toProblem(thrown)
    if (problem.code === 'NotFound') throw gone(app, problem)
    const found = problem.code === 'AzureUnavailable' ? await lookFor(on, app, planned) : undefined
    if (found === undefined) throw problem
    return found
  }
}

function gone({ name }: LogicApp, cause: Problem): Problem {
  return new Problem('NotFound', `${name} may have been deleted since it was chosen. ${cause.message}`, {
    field: 'logicApp',
    cause,
  })
}

/** The event in the form in which Defender for Cloud sends it, to the letter where it came so, and what was said at the click. */
async function bodyFor({ world, finding }: FindingContext, { parameters }: Run): Promise<string> {
  const kept = await world.store.findings.body(finding.id)
  if (kept === undefined)
    throw new Problem('NotFound', 'The event’s body is no longer kept, so nothing can be sent to the logic app.')
  const body = connectorText(finding.event.kind, kept)
  return parameters === undefined ? body : withParameters(body, parameters)
}

/** Azure's list of runs lags by up to some seconds. */
const looksMs = [0, 1500, 3000]

async function lookFor({ world }: FindingContext, app: LogicApp, planned: Run): Promise<string | undefined> {
  const since = new Date(Date.parse(planned.startedAt) - 60_000)
  for (const pauseMs of looksMs) {
    await new Promise(resolve => setTimeout(resolve, pauseMs))
    const found = await world.azure.logicApps.findRun(app.id, planned.id, since).catch(() => undefined)
    if (found !== undefined) return found
  }
  return undefined
}

function find(finding: Finding, id: string): Run | undefined {
  return finding.runs.find(candidate => candidate.id === id)
}

function begun(finding: Finding, planned: Run, { person, now }: FindingContext) {
  const entry = { at: now.toISOString(), by: person, what: `started ${planned.logicAppName}`, run: planned.id }
  return { finding: changed(finding, { runs: [...finding.runs, planned] }, entry), places: [] }
}

function replaced(finding: Finding, next: Run, { world }: FindingContext, watch: string[]) {
  const runs = finding.runs.map(candidate => (candidate.id === next.id ? next : candidate))
  const entry = { at: world.clock.now().toISOString(), what: `${next.logicAppName} ${next.state}`, run: next.id }
  return { finding: changed(finding, { runs }, entry), places: [], watch }
}
