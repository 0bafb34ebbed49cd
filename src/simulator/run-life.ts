import { own } from '../table.ts'
import type { Failure, Plan, Run, Workflow } from './logic.ts'
import { failureOf, makePlan, thrown } from './run-circumstances.ts'
import type { State } from './state.ts'
import { descending63 } from './ticks.ts'
import { isMet, turnOf } from './trigger-gate.ts'

/** Azure keeps runs for 90 days; here also no more than this for each app. */
const keptRuns = 500
const keptMs = 90 * 86_400_000
export type RunStatus = 'Waiting' | 'Running' | Plan['outcome']

/** Oldest first. */
export function runsOf(state: State, app: Workflow): Run[] {
  return state.runs.get(app.id.toLowerCase()) ?? []
}

/** A run is what the clock makes of it: nothing has to happen for it to end. */
export function statusOf(state: State, run: Run): RunStatus {
  const now = state.clock.now()
  if (run.cancelled !== undefined) return 'Cancelled'
  if (run.begins > now) return 'Waiting'
  return run.plan === undefined || endOf(run) > now ? 'Running' : run.plan.outcome
}

/** When it ended or will end; never, while a real call is under way. */
export function endOf({ cancelled, begins, plan }: Run): Date {
  return cancelled ?? new Date(plan === undefined ? 8.64e15 : begins.getTime() + plan.lastsMs)
}

export interface Begun {
  trigger: string
  trackingId: string | undefined
  headers: Record<string, string>
  body: string
}

export function begin(state: State, app: Workflow, { trigger, trackingId, headers, body }: Begun): Run {
  const started = state.clock.now()
  const before = runsOf(state, app).filter(run => run.started.getTime() > started.getTime() - keptMs)
  const name = `${descending63(started, state.noise.int(10_000))}${state.noise.digits(9)}CU${state.noise.digits(2)}`
  const condition = own(app.definition.triggers, trigger)
  const wanted = condition === undefined || isMet(condition, body)
  const ends = before.map(endOf).filter(end => end > started)
  const failure = failureOf(app, trigger, body, runsOf(state, app).length + 1)
  const run: Run = {
    name,
    workflowId: app.id,
    trigger,
    trackingId: trackingId ?? name,
    started,
    begins: wanted ? turnOf(ends, condition, started) : started,
    plan: wanted ? planned(state, app, failure) : { steps: [], lastsMs: 0, outcome: 'Skipped' },
    retries: 0,
    headers,
    body,
  }
  state.runs.set(app.id.toLowerCase(), [...before, run].slice(-keptRuns))
  if (wanted && app.behaviour.forwards) state.carryOut(app, run)
  return run
}

/** A real call has ended; the run with it. */
export function finish(state: State, app: Workflow, run: Run, failure: Failure | undefined): void {
  run.plan = makePlan(state, app, state.clock.now().getTime() - run.begins.getTime(), failure)
}

function planned(state: State, app: Workflow, failure: Failure | undefined): Plan | undefined {
  return app.behaviour.forwards ? undefined : makePlan(state, app, thrown(state, app.behaviour.lastsMs), failure)
}
