import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Person } from './person.ts'

export const RunState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'refused'])
export type RunState = z.infer<typeof RunState>

/** One execution of a logic app. `id` is also the client tracking id sent along, by which Azure can be asked whether it began. */
export const Run = z.object({
  id: z.string(),
  findingId: z.string(),
  /** ARM id of the workflow, with leading slash as Azure returns it. */
  logicAppId: z.string(),
  logicAppName: z.string(),
  trigger: z.string(),
  state: RunState,
  startedBy: Person,
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

export function hasEnded(run: Run): boolean {
  return ended.includes(run.state)
}

/** Made from the request that asked for it, so that the same click can only ever be this run. */
export function runIdOf(findingId: string, requestId: string): string {
  return `${findingId}.${createHash('sha256').update(requestId).digest('hex').slice(0, 16)}`
}

export function findingOfRun(runId: string): string {
  return runId.slice(0, runId.indexOf('.'))
}
