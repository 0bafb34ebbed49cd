import { z } from 'zod'
import type { Card } from '../../cards/card.ts'
import { runFormCard, runParametersCard } from '../../cards/forms.ts'
import { runListCard } from '../../cards/list.ts'
import { appChoice } from '../../cards/offered.ts'
import { Problem } from '../errors.ts'
import type { LogicApp } from '../model/logic-app.ts'
import type { ParameterValues } from '../model/parameter.ts'
import { type Run, RunState } from '../model/run.ts'
import { is, type Typed } from '../model/typed.ts'
import type { World } from '../ports.ts'
import { tableOf } from '../table.ts'
import { type Action, type FieldError, type FindingContext, findingVerb, personal, verb } from './action.ts'
import { appNamed, appsNamed } from './apps/find.ts'
import { appsFor, runRight } from './eligible.ts'
import { near } from './near.ts'
import { givenParameters, readRunWords, saidFor, stillAsked, wrongParameters } from './run-parameters.ts'
import { allReadable } from './scope.ts'
import { afterId, readsFinding } from './show.ts'
import { startRun } from './start-run.ts'

interface RunInput {
  logicApp: string
  /** What was said for the app's parameters, by their names. */
  given: Record<string, unknown>
  /** Which of the two forms was submitted. */
  step?: string | undefined
}

const run = findingVerb<RunInput>({
  name: 'run',
  title: 'Trigger logic app',
  help: 'Starts a logic app with the event of a finding; without a name it asks which.',
  usage: 'run <logic app> on <id> [name=value…]',
  tried: ['start', 'execute', 'launch', 'invoke', 'playbook'],
  topic: 'Findings',
  input: z
    .looseObject({
      logicApp: z.string('Choose a logic app.').min(1, 'Choose a logic app.').max(500),
      step: z.string().optional(),
    })
    .transform(input => ({ logicApp: input.logicApp, step: input.step, given: givenParameters(input) })),
  also: tableOf({ trigger: '' }),
  read: readRunWords,
  kept: keptInput,
  effect: true,
  needs: async ({ logicApp }, on) => [...readsFinding(on), runRight(await appNamed(on.world, logicApp))],
  offeredOn: finding => !(finding.event.kind === 'recommendation' && finding.event.withdrawn),
  async check({ logicApp, given, step }, on) {
    const app = await appNamed(on.world, logicApp)
    const more = step === 'app' && app.parameters.length > 0 ? [{ field: 'details', message: `Say what ${app.name} needs.` }] : []
    return [...wrongParameters(app, given), ...more]
  },
  form: runForm,
  async choices(on, _field, typed) {
    const { eligible } = await appsFor(on, on.finding.event.kind)
    return near(eligible.map(appChoice), typed)
  },
  run: async (on, { logicApp, given }) => startRun(on, await appNamed(on.world, logicApp), given),
})

/** What the app does not ask for can't be sent, so it needs no keeping; an app's secrets are among it, whatever they are called. */
async function keptInput(input: Record<string, unknown>, world: Pick<World, 'azure'>): Promise<Record<string, unknown>> {
  if (Object.keys(givenParameters(input)).length === 0) return input
  const apps = await appsNamed(world, String(input.logicApp ?? '')).catch(thrown => {
    if (thrown instanceof Problem && thrown.code === 'NotFound') return []
    throw thrown
  })
  return saidFor(
    input,
    apps.flatMap(({ parameters }) => parameters.map(({ name }) => name)),
  )
}

/** Which app; once it is chosen, what it asks. */
async function runForm(on: FindingContext, input: Record<string, unknown>, errors: FieldError[]): Promise<Card> {
  const isChosen =
    typeof input.logicApp === 'string' && input.logicApp !== '' && !errors.some(({ field }) => field === 'logicApp')
  if (!isChosen) return runFormCard({ finding: on.finding, ...(await appsFor(on, on.finding.event.kind)), errors })
  return parametersForm(on, await appNamed(on.world, String(input.logicApp)), givenParameters(input), errors)
}

function parametersForm({ finding }: FindingContext, app: LogicApp, given: Record<string, unknown>, errors: FieldError[]): Card {
  const told = Object.entries(given).filter(([, value]) => value !== undefined && value !== null)
  const values = Object.fromEntries(
    told.map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
  )
  return runParametersCard({ finding, app, values, errors })
}

const runAgain = findingVerb<{ run?: string | undefined }>({
  name: 'run again',
  title: 'Run again',
  help: 'Starts the logic app of a finished run once more, told the same.',
  usage: 'run again <id>',
  tried: ['rerun', 'retry'],
  topic: 'Findings',
  input: z.object({ run: z.string().optional() }),
  read: typed => afterId(typed),
  effect: true,
  needs: async (input, on) => [...readsFinding(on), runRight(await appNamed(on.world, earlier(on, input.run).logicAppId))],
  async check(input, on) {
    const { app, told } = await again(on, input.run)
    return wrongParameters(app, told)
  },
  async form(on, input) {
    const { app, told } = await again(on, typeof input.run === 'string' ? input.run : undefined)
    return parametersForm(on, app, told, [])
  },
  async run(on, input) {
    const { app, told } = await again(on, input.run)
    return startRun(on, app, told)
  },
})

async function again(on: FindingContext, id: string | undefined): Promise<{ app: LogicApp; told: ParameterValues }> {
  const { logicAppId, parameters } = earlier(on, id)
  const app = await appNamed(on.world, logicAppId)
  return { app, told: stillAsked(app, parameters) }
}

function earlier({ finding }: FindingContext, id: string | undefined): Run {
  const found = id === undefined ? finding.runs.at(-1) : finding.runs.find(candidate => candidate.id === id)
  if (found === undefined) throw new Problem('NotFound', 'There is no such run on this finding.', { field: 'run' })
  return found
}

const runs = verb<{ mine: boolean; states?: RunState[] | undefined }>({
  name: 'runs',
  title: 'Runs',
  help: 'Lists recent runs.',
  usage: 'runs [mine] [failed]',
  topic: 'Findings',
  input: z.object({ mine: z.boolean().default(false), states: z.array(RunState).optional() }),
  read: typed => ({ input: { mine: typed.those(is('mine')).length > 0, ...statesIn(typed) } }),
  effect: false,
  needs: () => [],
  async run({ world, person, now }, { mine, states }) {
    const readable = await allReadable(world, person.id)
    const filter = { readable, ...(mine && { startedBy: person.id }), ...(states && { states }) }
    const found = await world.store.findings.runs(filter, 10)
    const findings = await world.store.findings.some([...new Set(found.map(({ findingId }) => findingId))])
    const words = [mine ? 'yours' : '', ...(states ?? [])].filter(word => word !== '').join(', ')
    return personal(runListCard({ runs: found, findings, now, filter: words }))
  },
})

function statesIn(typed: Typed): { states?: string[] } {
  const states = typed.those(word => RunState.safeParse(word.toLowerCase()).success).map(word => word.toLowerCase())
  return states.length === 0 ? {} : { states }
}

export const running: Action[] = [run, runAgain, runs]
