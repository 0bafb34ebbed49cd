import type { PipelineResponse } from '@azure/core-rest-pipeline'
import { Problem } from '../errors.ts'
import type { LogicApp } from '../model/logic-app.ts'
import { callbackUrl } from './callback.ts'
import type { Connection } from './connection.ts'
import { sendSigned } from './signed.ts'
import { readErrorBody, refused, safe } from './to-error.ts'

interface Start {
  app: LogicApp
  trigger: string
  body: string
  trackingId: string
}

/**
 * Asks Azure for the trigger's signed address and posts the body there once, without a token (signature and token together are refused).
 * The address is a secret and lives only in here. AzureUnavailable means that the run may have begun: look with findRun before repeating.
 */
export async function startRun(
  connection: Connection,
  limits: { timeLimitMs: number },
  start: Start,
): Promise<{ workflowRunId: string }> {
  const address = new URL(await callbackUrl(connection, start.app.id, start.trigger))
  const response = await post(address, start, limits.timeLimitMs)
  const workflowRunId = response.headers.get('x-ms-workflow-run-id')
  // A workflow may answer by itself, with any status: the run's name alone says that it began.
  if (workflowRunId !== undefined && workflowRunId !== '') return { workflowRunId }
  throw notStarted(response)
}

async function post(address: URL, { body, trackingId }: Start, timeLimitMs: number): Promise<PipelineResponse> {
  const { createHttpHeaders } = await import('@azure/core-rest-pipeline')
  const headers = createHttpHeaders({ 'content-type': 'application/json', 'x-ms-client-tracking-id': trackingId })
  try {
    return await sendSigned(address, { method: 'POST', headers, body, timeout: timeLimitMs })
  } catch (thrown) {
    throw neverSent(thrown) ? unreachable() : maybeStarted('The connection broke before Azure answered')
  }
}

const beforeSending = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

function neverSent(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && beforeSending.has(String(thrown.code))
}

function unreachable(): Problem {
  return new Problem('AzureUnavailable', "The logic app's address can't be reached; the run did not begin.")
}

function maybeStarted(why: string): Problem {
  return new Problem('AzureUnavailable', `${why}; it is not known whether the run began.`)
}

function notStarted(response: PipelineResponse): Problem {
  const { status, headers, bodyAsText } = response
  if (status < 300) return maybeStarted('Azure took the event without naming a run')
  if (status >= 500) return maybeStarted(`Azure answered with status ${status}`)
  const body = readErrorBody(bodyAsText)
  if (status === 429) return refused({ status, refusal: body ?? { code: '', message: '' }, headers })
  const said = body === undefined ? `Status ${status}.` : `${body.code}: ${body.message}`
  return new Problem('AzureRefused', `The run did not begin. ${causes[status] ?? ''} ${safe(said)}`.replace(/\s+/g, ' ').trim())
}

const causes: Record<number, string> = {
  401: "The trigger's key may have been regenerated, or its address is barred.",
  403: "The trigger's address is barred for this caller.",
  404: 'The logic app may be disabled or deleted, or its trigger renamed.',
}
