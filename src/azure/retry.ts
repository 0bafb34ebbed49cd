import type { PipelinePolicy, PipelineRequest, PipelineResponse, SendRequest } from '@azure/core-rest-pipeline'
import type { Log } from '../log.ts'

interface Patience {
  wait(ms: number): Promise<void>
  /** 0 to 1, spreads the pauses. */
  random(): number
  log: Log
}

type Outcome = { response: PipelineResponse } | { error: unknown }

const attempts = 4
const firstPauseMs = 500
/** A person waits for most of these requests: what Azure wants us to wait beyond this becomes the caller's matter. */
const budgetMs = 20_000
const worthAgain = new Set([408, 429, 500, 502, 503, 504])

/** Requests that change nothing, or to a state that stays when asked for twice. Everything else is sent once, unless Azure was too busy. */
const repeatable = /\/(?:listCallbackUrl|validate|dismiss|resolve|activate|inProgress|enable|disable)$/i

/** Our own instead of the clients': theirs repeats POST blindly, and does not repeat a 429 that comes without Retry-After. */
export function retryPolicy(patience: Patience): PipelinePolicy {
  return { name: 'patience', sendRequest: (request, next) => send(patience, request, next) }
}

async function send(patience: Patience, request: PipelineRequest, next: SendRequest): Promise<PipelineResponse> {
  for (let attempt = 1, waited = 0; ; attempt++) {
    const outcome = await tried(request, next)
    const again = attempt < attempts && (isRepeatable(request) || isUntouched(request, outcome))
    const pause = again ? pauseAfter(outcome, attempt, patience.random()) : undefined
    if (pause === undefined || waited + pause > budgetMs) return settle(outcome)
    patience.log.warn({ ...describe(request, outcome), attempt, pause: Math.round(pause) }, 'azure: trying again')
    waited += pause
    await patience.wait(pause)
  }
}

async function tried(request: PipelineRequest, next: SendRequest): Promise<Outcome> {
  try {
    return { response: await next(request) }
  } catch (error) {
    return { error }
  }
}

function settle(outcome: Outcome): PipelineResponse {
  if ('error' in outcome) throw outcome.error
  return outcome.response
}

/** A throttled write was not carried out. */
function isUntouched({ method }: PipelineRequest, outcome: Outcome): boolean {
  return (method === 'PUT' || method === 'PATCH') && 'response' in outcome && outcome.response.status === 429
}

function isRepeatable(request: PipelineRequest): boolean {
  if (request.method === 'GET' || request.method === 'DELETE') return true
  return request.method === 'POST' && repeatable.test(new URL(request.url).pathname)
}

/** Milliseconds to wait before the next attempt; undefined when there should be none. A time limit that ran out is not tried again. */
export function pauseAfter(outcome: Outcome, attempt: number, random: number): number | undefined {
  const backOff = firstPauseMs * 2 ** (attempt - 1) * (0.5 + random / 2)
  if ('error' in outcome) return outcome.error instanceof Error && outcome.error.name === 'RestError' ? backOff : undefined
  const { status, headers } = outcome.response
  if (!worthAgain.has(status)) return undefined
  return retryAfterMs(headers) ?? backOff
}

/** `Retry-After` in seconds or as a date; the two millisecond headers of Azure win. */
export function retryAfterMs(headers: { get(name: string): string | undefined }, now = Date.now()): number | undefined {
  const exact = headers.get('retry-after-ms') ?? headers.get('x-ms-retry-after-ms')
  if (exact !== undefined && /^\d+$/.test(exact)) return Number(exact)
  const value = headers.get('retry-after')
  if (value === undefined) return undefined
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const at = value.endsWith('GMT') ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

function describe(request: PipelineRequest, outcome: Outcome): object {
  const what = 'error' in outcome ? { error: errorCode(outcome.error) } : { status: outcome.response.status }
  return { method: request.method, path: new URL(request.url).pathname, ...what }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
