import { createHash } from 'node:crypto'
import { z } from 'zod'
import { ParameterValue } from './parameter.ts'

export const RunState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'refused'])
export type RunState = z.infer<typeof RunState>

/** Who set a run going: a person here, or a rule in Azure; `id` is then the rule's ARM id. */
export const Starter = z.object({ as: z.enum(['person', 'rule']).default('person'), id: z.string(), name: z.string() })
export type Starter = z.infer<typeof Starter>

/** One execution of a logic app. `id` is also the client tracking id sent along, by which Azure can be asked whether it began. */
export const Run = z.object({
  id: z.string(),
  findingId: z.string(),
  /** ARM id of the workflow, with leading slash as Azure returns it. */
  logicAppId: z.string(),
  logicAppName: z.string(),
  trigger: z.string(),
  state: RunState,
  startedBy: Starter,
  /** What was said at the click, for an app that asks. */
  parameters: z.record(z.string(), ParameterValue).optional(),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  error: z.string().optional(),
  /** Portal page of the run; the workflow's page until the run has a name. */
  link: z.string(),
  /** Azure's name of the run (`x-ms-workflow-run-id`), once it began. */
  workflowRunId: z.string().optional(),
})
export type Run = z.infer<typeof Run>

const ended: readonly RunState[] = ['succeeded', 'failed', 'cancelled', 'refused']

export function hasEnded(run: { state: RunState }): boolean {
  return ended.includes(run.state)
}

/** Made from the request that asked for it, so that the same click can only ever be this run. */
export function runIdOf(findingId: string, requestId: string): string {
  return `${findingId}.${createHash('sha256').update(requestId).digest('hex').slice(0, 16)}`
}

/** Of a run that Azure began on its own: named by what Azure calls it, so that it is recorded once. */
export function foreignRunId(findingId: string, appId: string, workflowRunId: string): string {
  return runIdOf(findingId, `${appId.toLowerCase()}/runs/${workflowRunId}`)
}

/** Whether a run was started from here: its tracking id is one of ours. */
export function isOurs(trackingId: string | undefined): boolean {
  return /^[arc]-[0-9a-z]{12}\.[0-9a-f]{16}$/.test(trackingId ?? '')
}

export function findingOfRun(runId: string): string {
  return runId.slice(0, runId.indexOf('.'))
}
