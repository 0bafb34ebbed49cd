import type { Principal } from './principal.ts'
import type { Planned, Typed } from './template/expand.ts'

/** One resource of a template deployment on its way. */
export interface Step extends Planned {
  operationId: string
  /** Waiting: for those before it; it is not among the operations yet. */
  state: 'Waiting' | 'Running' | 'Succeeded' | 'Failed' | 'Canceled'
  started?: Date
  ended?: Date
  /** Of the write: 200, 201, or that of the refusal. */
  status?: number
  error?: { code: string; message: string }
}

export interface Deployment {
  id: string
  name: string
  group: string
  subscription: string
  caller: Principal
  correlationId: string
  /** Names the run of it that the client follows. */
  operation: string
  state: 'Accepted' | 'Running' | 'Succeeded' | 'Failed' | 'Canceled'
  started: Date
  changed: Date
  /** Values of secure ones are not kept here. */
  parameters: Record<string, Typed>
  templateHash: string
  steps: Step[]
  makeOutputs(): Record<string, Typed>
  outputs?: Record<string, Typed>
  error?: { code: string; message: string; details?: object[] }
}
