import { z } from 'zod'
import type { Failure, Plan, Step, Workflow } from './logic.ts'
import { durationMs, intervalMs } from './waits.ts'

/** What a plan has to know beside the definition. */
export interface Circumstances {
  /** What the actions take together that wait neither for a time nor for a person. */
  worksMs: number
  /** How long people take to answer an action that asks them. */
  answersMs: number
  /** What goes wrong by the behaviour of the app, or for want of an event. */
  failure: Failure | undefined
  /** Why the connection of this name in the app's parameters does not work. */
  brokenConnection(app: Workflow, name: string): Step['error']
}

const Actions = z.record(z.string(), z.unknown())
const Action = z.looseObject({
  type: z.string().default('Compose'),
  inputs: z.unknown().optional(),
  runAfter: z.record(z.string(), z.array(z.string())).nullish(),
  actions: Actions.optional(),
  else: z.object({ actions: Actions }).optional(),
  limit: z.looseObject({ timeout: z.string().optional() }).optional(),
})
type Action = z.infer<typeof Action>
const Host = z.object({ host: z.object({ connection: z.object({ name: z.string() }) }) })
const Terminate = z.object({ runStatus: z.enum(['Succeeded', 'Failed', 'Cancelled']) })

const actionFailed = { code: 'ActionFailed', message: 'An action failed. No dependent actions succeeded.' }
const timedOut = { code: 'ActionTimedOut', message: 'The action was not answered within its time limit.' }

export function readActions(actions: Record<string, unknown>): [string, Action][] {
  return Object.entries(actions).map(([name, action]) => [name, Action.safeParse(action).data ?? { type: 'Compose', inputs: {} }])
}

/** Goes through a definition as Logic Apps would: each action after those it names, and only when they ended as it wants. */
export function planOf(app: Workflow, circumstances: Circumstances): Plan {
  const { actions } = app.definition
  const steps = createWalk(app, circumstances)(actions, 0)
  const lastsMs = steps.length === 0 ? circumstances.worksMs : Math.max(...steps.map(({ untilMs }) => untilMs))
  return terminated(readActions(actions), { steps, lastsMs, outcome: resultOf(actions, steps) })
}

type Walk = (actions: Record<string, unknown>, fromMs: number) => Step[]

function createWalk(app: Workflow, circumstances: Circumstances): Walk {
  const eachMs = circumstances.worksMs / Math.max(1, countWorking(app.definition.actions))

  function walk(actions: Record<string, unknown>, fromMs: number): Step[] {
    const own = new Map<string, Step>()
    const steps: Step[] = []
    let open = readActions(actions)
    for (let ready = next(open, own); ready !== undefined; ready = next(open, own)) {
      const [name, action] = ready
      const done = stepsOf(name, action, own, fromMs)
      own.set(name, done.own)
      steps.push(done.own, ...done.inner)
      open = open.filter(one => one !== ready)
    }
    return steps
  }

  function stepsOf(name: string, action: Action, before: Map<string, Step>, earliestMs: number): { own: Step; inner: Step[] } {
    const after = Object.entries(action.runAfter ?? {}).map(([dep, wanted]) => ({ step: before.get(dep), wanted }))
    const fromMs = Math.max(earliestMs, ...after.map(({ step }) => step?.untilMs ?? 0))
    const runs = after.every(({ step, wanted }) => wanted.some(one => one.toLowerCase() === step?.status.toLowerCase()))
    const inner = [...namesIn(action.actions), ...namesIn(action.else?.actions)]
    if (!runs) return { own: skipped(name, fromMs), inner: inner.map(one => skipped(one, fromMs)) }
    if (action.actions === undefined) return { own: leaf(name, action, fromMs), inner: [] }
    const steps = walk(action.actions, fromMs)
    const untilMs = Math.max(fromMs, ...steps.map(step => step.untilMs))
    const status = resultOf(action.actions, steps)
    const own: Step = { name, fromMs, untilMs, status, ...(status !== 'Succeeded' && { error: actionFailed }) }
    return { own, inner: [...steps, ...namesIn(action.else?.actions).map(one => skipped(one, fromMs))] }
  }

  function leaf(name: string, action: Action, fromMs: number): Step {
    const limitMs = durationMs(action.limit?.timeout) ?? Number.POSITIVE_INFINITY
    const wantedMs = /webhook$/i.test(action.type) ? circumstances.answersMs : (waitOf(action) ?? eachMs)
    const error = errorOf(name, action)
    if (error !== undefined) return { name, fromMs, untilMs: fromMs + eachMs, status: 'Failed', error }
    const untilMs = fromMs + Math.min(wantedMs, limitMs)
    return wantedMs > limitMs
      ? { name, fromMs, untilMs, status: 'TimedOut', error: timedOut }
      : { name, fromMs, untilMs, status: 'Succeeded' }
  }

  function errorOf(name: string, { inputs }: Action): Step['error'] {
    const { failure } = circumstances
    if (failure?.action === name) return { code: failure.code, message: failure.message }
    const connection = Host.safeParse(inputs).data?.host.connection.name
    const key = /\['\$connections'\]\['([^']+)'\]|\('\$connections'\)\['([^']+)'\]/.exec(connection ?? '')
    return key === null ? undefined : circumstances.brokenConnection(app, key[1] ?? key[2] ?? '')
  }

  return walk
}

function next(open: [string, Action][], done: Map<string, Step>): [string, Action] | undefined {
  return open.find(([, { runAfter }]) => Object.keys(runAfter ?? {}).every(dep => done.has(dep)))
}

function waitOf({ type, inputs }: Action): number | undefined {
  return type.toLowerCase() === 'wait' ? intervalMs(inputs) : undefined
}

function countWorking(actions: Record<string, unknown>): number {
  return readActions(actions)
    .map(([, action]) => (action.actions === undefined ? (waitOf(action) === undefined ? 1 : 0) : countWorking(action.actions)))
    .reduce((sum, count) => sum + count, 0)
}

function namesIn(actions: Record<string, unknown> = {}): string[] {
  return readActions(actions).flatMap(([name, action]) => [name, ...namesIn(action.actions), ...namesIn(action.else?.actions)])
}

function skipped(name: string, atMs: number): Step {
  return { name, fromMs: atMs, untilMs: atMs, status: 'Skipped' }
}

/** The end of each branch decides: what was skipped is judged by what came before it. Source: Microsoft Learn, handle errors in workflows. */
function resultOf(actions: Record<string, unknown>, steps: Step[]): 'Succeeded' | 'Failed' | 'TimedOut' {
  const read = readActions(actions)
  const before = new Map(read.map(([name, { runAfter }]) => [name, Object.keys(runAfter ?? {})]))
  const followed = new Set([...before.values()].flat())
  const judge = (name: string): string[] => {
    const status = steps.find(step => step.name === name)?.status ?? 'Skipped'
    return status === 'Skipped' ? (before.get(name) ?? []).flatMap(judge) : [status]
  }
  const ends = read
    .map(([name]) => name)
    .filter(name => !followed.has(name))
    .flatMap(judge)
  return ends.includes('Failed') ? 'Failed' : ends.includes('TimedOut') ? 'TimedOut' : 'Succeeded'
}

/** A `Terminate` action ends the run as it says; what has not begun by then never does. */
function terminated(actions: [string, Action][], plan: Plan): Plan {
  const ends = actions.filter(([, { type }]) => type.toLowerCase() === 'terminate').map(([name]) => name)
  const step = plan.steps.find(({ name, status }) => ends.includes(name) && status === 'Succeeded')
  if (step === undefined) return plan
  const inputs = actions.find(([name]) => name === step.name)?.[1].inputs
  const outcome = Terminate.safeParse(inputs).data?.runStatus ?? 'Failed'
  const steps = plan.steps.map(one => (one !== step && one.fromMs >= step.untilMs ? skipped(one.name, step.untilMs) : one))
  return { steps, lastsMs: step.untilMs, outcome }
}
