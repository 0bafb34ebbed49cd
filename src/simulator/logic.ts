import type { Tracked } from './tracked.ts'

/** Logic apps, their runs and the connections that their actions go through. */
export interface Workflow extends Tracked {
  enabled: boolean
  created: Date
  changed: Date
  /** Managed, of its own or borrowed. */
  identity: Record<string, unknown> | undefined
  /** Settings that are kept and shown and mean nothing here: who may call it, integration account. */
  settings: Record<string, unknown>
  definition: Definition
  parameters: Record<string, unknown>
  /** Changes with every regeneration; signatures hang on it. */
  key: string
  behaviour: Behaviour
}

export interface Definition {
  $schema?: string
  contentVersion?: string
  triggers: Record<string, Trigger>
  actions: Record<string, unknown>
  [more: string]: unknown
}

export interface Trigger {
  type: string
  kind?: string | undefined
  inputs?: unknown
  recurrence?: unknown
  [more: string]: unknown
}

/** How runs of an app go beside what its definition says. */
export interface Behaviour {
  /** What the actions that do something take together. */
  lastsMs: [number, number]
  /** Every how many runs one fails; 0: none. */
  failsEvery: number
  failure: Failure
  /** Really posts the event to the product. */
  forwards?: boolean
}

export interface Failure {
  /** The action that fails; the first one when empty. */
  action: string
  code: string
  message: string
}

/** What becomes of one action; times are counted from the start of the run. */
export interface Step {
  name: string
  fromMs: number
  untilMs: number
  status: 'Succeeded' | 'Failed' | 'TimedOut' | 'Skipped'
  error?: { code: string; message: string }
}

/** How a run will go, known from its start: it is what the clock makes of it, and nothing has to happen for it to end. */
export interface Plan {
  steps: Step[]
  lastsMs: number
  outcome: 'Succeeded' | 'Failed' | 'TimedOut' | 'Cancelled' | 'Skipped'
}

export interface Run {
  name: string
  workflowId: string
  trigger: string
  trackingId: string
  /** When it was triggered. */
  started: Date
  /** When it begins: later, when the trigger lets only so many run at once. */
  begins: Date
  /** Undefined while a real call is under way. */
  plan: Plan | undefined
  /** How often a real call was tried again. */
  retries: number
  cancelled?: Date
  /** Of the request that triggered it. */
  headers: Record<string, string>
  body: string
}

/** An API connection: `Microsoft.Web/connections`. */
export interface Connection extends Tracked {
  /** Of the managed API: `ascalert`, `teams`. */
  api: string
  displayName: string
  /** Whether somebody signed in to it; some need nobody. */
  authorised: boolean
  created: Date
  changed: Date
}
