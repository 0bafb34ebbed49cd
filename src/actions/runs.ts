import { z } from 'zod'
import { saidCard } from '../../cards/answer.ts'
import { runFormCard } from '../../cards/forms.ts'
import { runListCard } from '../../cards/list.ts'
import { Problem, toProblem } from '../errors.ts'
import { changed, type Finding } from '../model/finding.ts'
import { type LogicApp, triggerFor, whyNot } from '../model/logic-app.ts'
import { type Run, RunState, runIdOf } from '../model/run.ts'
import { type Action, type Answer, type FindingContext, findingVerb, personal, verb } from './action.ts'
import { appNamed } from './apps/find.ts'
import { appsFor, runRight } from './eligible.ts'
import { allReadable } from './scope.ts'
import { afterId, readsFinding } from './show.ts'

const run = findingVerb<{ logicApp: string }>({
  name: 'run',
  title: 'Trigger logic app',
  help: 'Starts a logic app with the event of a finding; without a name it asks which.',
  usage: 'run <logic app> on <id>',
  topic: 'Findings',
  input: z.object({ logicApp: z.string('Choose a logic app.').min(1, 'Choose a logic app.').max(500) }),
  read: readRun,
  effect: true,
  needs: async ({ logicApp }, on) => [...readsFinding(on), runRight(await appNamed(on.world, logicApp))],
  offeredOn: finding => !(finding.event.kind === 'recommendation' && finding.event.withdrawn),
  form: async (on, _input, errors) => runFormCard({ finding: on.finding, ...(await appsFor(on, on.finding.event.kind)), errors }),
  async choices(on, _field, typed) {
    const { eligible } = await appsFor(on, on.finding.event.kind)
    const near = eligible.filter(app => app.name.toLowerCase().includes(typed.toLowerCase()))
    return near.slice(0, 100).map(app => ({ value: app.id, title: app.name, note: app.group }))
  },
  run: async (on, { logicApp }) => start(on, await appNamed(on.world, logicApp)),
})

/** `run <app> on <id>`, `run <id>` and `run on <id>`. */
function readRun(words: string[]) {
  const at = words.findLastIndex(word => word.toLowerCase() === 'on')
  if (at < 0) return words.length > 1 ? { input: { logicApp: words.join(' ') } } : afterId(words)
  const app = words.slice(0, at).join(' ')
  return { ...afterId(words.slice(at + 1)), input: app === '' ? {} : { logicApp: app } }
}

const runAgain = findingVerb<{ run?: string | undefined }>({
  name: 'run again',
  title: 'Run again',
  help: 'Starts the logic app of a finished run once more.',
  usage: 'run again <id>',
  topic: 'Findings',
  input: z.object({ run: z.string().optional() }),
  read: words => afterId(words),
  effect: true,
  needs: async (input, on) => [...readsFinding(on), runRight(await appNamed(on.world, earlier(on, input.run).logicAppId))],
  run: async (on, input) => start(on, await appNamed(on.world, earlier(on, input.run).logicAppId)),
})

function earlier({ finding }: FindingContext, id: string | undefined): Run {
  const found = id === undefined ? finding.runs.at(-1) : finding.runs.find(candidate => candidate.id === id)
  if (found === undefined) throw new Problem('NotFound', 'There is no such run on this finding.', { field: 'run' })
  return found
}

/** Recorded first, then started once, then followed. What Azure says goes onto the card either way. */
async function start(on: FindingContext, app: LogicApp): Promise<Answer> {
  const { world, finding } = on
  const planned = plannedRun(on, app)
  await world.store.change(finding.id, current => (find(current, planned.id) ? undefined : begun(current, planned, on)))
  try {
    const workflowRunId = await startOnce(on, app, planned)
    const running: Run = {
      ...planned,
      state: 'running',
      workflowRunId,
      link: world.azure.portalLink(`${app.id.replace(/^\//, '')}/runs/${workflowRunId}`),
    }
    const now = await world.store.change(finding.id, current => replaced(current, running, on, [running.id]))
    return { card: saidCard(`${app.name} is running.`, now ?? finding), changed: [finding.id], personal: true }
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

function plannedRun({ world, finding, person, now, request }: FindingContext, app: LogicApp): Run {
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
      startedAt: now.toISOString(),
      link: world.azure.portalLink(app.id.replace(/^\//, '')),
    }
  )
}

/** A start whose answer was lost, or that lies before a crash, is looked for in Azure before it is repeated. */
async function startOnce(on: FindingContext, app: LogicApp, planned: Run): Promise<string> {
  const { world, finding, resumed } = on
  const before = resumed ? await lookFor(on, app, planned) : undefined
  if (before !== undefined) return before
  const body = await world.store.findings.body(finding.id)
  if (body === undefined)
    throw new Problem('NotFound', 'The event’s body is no longer kept, so nothing can be sent to the logic app.')
  try {
    return (await world.azure.logicApps.start(app, planned.trigger, body, planned.id)).workflowRunId
  } catch (thrown) {
    const found = toProblem(thrown).code === 'AzureUnavailable' ? await lookFor(on, app, planned) : undefined
    if (found === undefined) throw thrown
    return found
  }
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
  const entry = { at: now.toISOString(), by: person, what: `started ${planned.logicAppName}` }
  return { finding: changed(finding, { runs: [...finding.runs, planned] }, entry), places: [] }
}

function replaced(finding: Finding, next: Run, { world }: FindingContext, watch: string[]) {
  const runs = finding.runs.map(candidate => (candidate.id === next.id ? next : candidate))
  const entry = { at: world.clock.now().toISOString(), what: `${next.logicAppName} ${next.state}` }
  return { finding: changed(finding, { runs }, entry), places: [], watch }
}

const runs = verb<{ mine: boolean; states?: RunState[] | undefined }>({
  name: 'runs',
  title: 'Runs',
  help: 'Lists recent runs.',
  usage: 'runs [mine] [failed]',
  topic: 'Findings',
  input: z.object({ mine: z.boolean().default(false), states: z.array(RunState).optional() }),
  read: words => ({ input: { mine: words.includes('mine'), ...statesIn(words) } }),
  effect: false,
  needs: () => [],
  async run({ world, person, now }, { mine, states }) {
    const readable = await allReadable(world, person.id)
    const filter = { readable, ...(mine && { startedBy: person.id }), ...(states && { states }) }
    const found = await world.store.findings.runs(filter, 10)
    return personal(
      runListCard({ runs: found, now, filter: [mine ? 'yours' : '', ...(states ?? [])].filter(word => word !== '').join(', ') }),
    )
  },
})

function statesIn(words: string[]): { states?: string[] } {
  const states = words.filter(word => RunState.safeParse(word.toLowerCase()).success).map(word => word.toLowerCase())
  return states.length === 0 ? {} : { states }
}

export const running: Action[] = [run, runAgain, runs]
