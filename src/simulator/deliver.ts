import type { Clock } from './clock.ts'
import type { Run, Workflow } from './logic.ts'
import { matching } from './matching.ts'
import { type Posted, post } from './post.ts'
import { finish } from './run-life.ts'
import type { Automation, AutomationAction, Emitted, State } from './state.ts'
import { takesOf } from './takes.ts'

/** Pauses before each further attempt; then the event is dropped and counted. How often Azure tries is not written anywhere. */
const pausesMs = [1000, 4000, 10_000]

/** Where the seeded Send-… apps post events to. */
export interface Forward {
  to?: string
  key?: string
}

export interface Delivery {
  /** Azure's side of a rule: each match is one post of the event to the stored address. */
  emit(state: State, event: Emitted): void
  /** The HTTP action of a seeded app, which really posts. */
  carryOut(state: State, app: Workflow, run: Run): void
  /** Resolves when no post is under way; those that wait for another attempt do not count. */
  settled(): Promise<void>
}

export function createDelivery(clock: Clock, forward: Forward): Delivery {
  const underWay = new Set<Promise<void>>()

  function track(work: Promise<void>): void {
    const tracked = work.finally(() => underWay.delete(tracked))
    underWay.add(tracked)
  }

  function again(attempt: number, act: (attempt: number) => Promise<void>): boolean {
    const pause = pausesMs[attempt]
    if (pause !== undefined) clock.after(pause, () => track(act(attempt + 1)))
    return pause !== undefined
  }

  async function deliver(counts: Automation['counts'], uri: string, body: string, attempt: number): Promise<void> {
    const posted = await post(uri, body)
    if (posted.ok) {
      counts.deliveries += 1
      return
    }
    counts.lastError = posted.why
    if (!again(attempt, next => deliver(counts, uri, body, next))) counts.failures += 1
  }

  function start(state: State, { counts }: Automation, action: AutomationAction, body: string): void {
    if (isLegacy(state, action)) counts.lastError = 'the trigger is of the legacy kind, which is not started'
    else if (action.uri !== undefined) track(deliver(counts, action.uri, body, 0))
  }

  async function send(state: State, app: Workflow, run: Run, attempt: number): Promise<void> {
    if (run.cancelled !== undefined) return
    const headers = { ...sentAlong(app, run), ...(forward.key === undefined ? {} : { 'x-api-key': forward.key }) }
    const posted: Posted =
      forward.to === undefined ? { ok: false, why: 'no address is set' } : await post(forward.to, run.body, headers)
    run.retries = attempt
    if (!posted.ok && forward.to !== undefined && isPassing(posted.status) && again(attempt, next => send(state, app, run, next)))
      return
    const { failure } = app.behaviour
    finish(state, app, run, posted.ok ? undefined : { ...failure, message: `${failure.message} ${posted.why}` })
  }

  return {
    emit(state, event) {
      const body = JSON.stringify(event.body)
      for (const automation of matching(state, event)) {
        automation.counts.matches += 1
        for (const action of automation.properties.actions) start(state, automation, action, body)
      }
    },
    carryOut: (state, app, run) => track(send(state, app, run, 0)),
    async settled() {
      while (underWay.size > 0) await Promise.allSettled([...underWay])
    },
  }
}

/** Workflow automation does not start the trigger of its own first version. Source: Azure/logicapps, removed from the gallery in 2019. */
function isLegacy({ workflows }: State, { logicAppResourceId = '' }: AutomationAction): boolean {
  const triggers = Object.values(workflows.get(logicAppResourceId.toLowerCase())?.definition.triggers ?? {})
  return triggers.length > 0 && triggers.every(trigger => takesOf(trigger) === 'legacy')
}

/** What an HTTP action adds by itself. Source: Microsoft.Logic 2016-06-01, example of a run action's request history. */
function sentAlong(app: Workflow, run: Run): Record<string, string> {
  return {
    'x-ms-workflow-name': app.name,
    'x-ms-workflow-run-id': run.name,
    'x-ms-workflow-subscription-id': app.subscription,
    'x-ms-workflow-resourcegroup-name': app.group,
  }
}

/** What an HTTP action tries again by itself. Source: Logic Apps, default retry policy. */
function isPassing(status: number | undefined): boolean {
  return status === undefined || status === 408 || status === 429 || status >= 500
}
