import type { Run, State, Workflow } from './state.ts'
import { takesOf } from './takes.ts'
import { descending63 } from './ticks.ts'

/** Azure keeps runs for 90 days; here also no more than this for each app. */
const keptRuns = 500
const keptMs = 90 * 86_400_000

export type RunStatus = 'Running' | 'Succeeded' | 'Failed' | 'Cancelled'

/** Oldest first. */
export function runsOf(state: State, app: Workflow): Run[] {
  return state.runs.get(app.id.toLowerCase()) ?? []
}

/** A run is what the clock makes of it: nothing has to happen for it to end. */
export function statusOf(state: State, run: Run): RunStatus {
  if (run.cancelled !== undefined) return 'Cancelled'
  return run.ends === undefined || run.ends > state.clock.now() ? 'Running' : run.outcome
}

export interface Begun {
  trigger: string
  trackingId: string | undefined
  body: string
}

export function begin(state: State, app: Workflow, { trigger, trackingId, body }: Begun): Run {
  const started = state.clock.now()
  const before = runsOf(state, app).filter(run => run.started.getTime() > started.getTime() - keptMs)
  const name = `${descending63(started, state.noise.int(10_000))}${state.noise.digits(9)}CU${state.noise.digits(2)}`
  const failure = failureOf(app, trigger, body, runsOf(state, app).length + 1)
  const run: Run = {
    name,
    workflowId: app.id,
    trigger,
    trackingId: trackingId ?? name,
    started,
    ends: app.behaviour.forwards ? undefined : new Date(started.getTime() + duration(state, app)),
    outcome: failure === undefined ? 'Succeeded' : 'Failed',
    failure,
    retries: 0,
    body,
  }
  state.runs.set(app.id.toLowerCase(), [...before, run].slice(-keptRuns))
  if (app.behaviour.forwards) state.carryOut(app, run)
  return run
}

function duration(state: State, { behaviour: { lastsMs } }: Workflow): number {
  const [least, most] = lastsMs
  return least + state.noise.int(most - least + 1)
}

/** Without an event a Defender workflow stumbles over its first expression, as the designer's own run button shows. */
function failureOf(app: Workflow, trigger: string, body: string, ordinal: number): Run['failure'] {
  const [first = ''] = Object.keys(app.definition.actions)
  const { failsEvery, failure } = app.behaviour
  if (body === '' && expectsEvent(app, trigger)) return { action: first, code: 'InvalidTemplate', message: nullBody(first) }
  if (failsEvery === 0 || ordinal % failsEvery !== 0) return undefined
  return { ...failure, action: failure.action === '' ? first : failure.action }
}

function expectsEvent(app: Workflow, trigger: string): boolean {
  const found = app.definition.triggers[trigger]
  return found !== undefined && !['other', 'http'].includes(takesOf(found))
}

function nullBody(action: string): string {
  return `Unable to process template language expressions in action '${action}' inputs at line '0' and column '0': 'The template language function 'split' expects its first parameter to be of type string. The provided value is of type 'Null'. Please see https://aka.ms/logicexpressions#split for usage details.'.`
}
