import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError, WebClient } from '@slack/web-api'
import { z } from 'zod'
import type { Log } from '../../log.ts'
import { limits } from './limits.ts'
import { slackLogger } from './logger.ts'

/** Slack's Web API with one workspace's token: one try, bounded in time; retries are the outbox's. */
export interface SlackWeb {
  /** Throws SlackFailure only. */
  call<Shape extends z.ZodType>(method: string, args: Record<string, unknown>, shape: Shape): Promise<z.output<Shape>>
}

/** Why a call failed: Slack's own code (`channel_not_found`), or `http_5xx`, `unreachable`, `cut`, `unreadable`. */
export class SlackFailure extends Error {
  readonly code: string
  /** Slack may have carried the call out all the same. */
  readonly uncertain: boolean
  readonly retryAfterS: number | undefined

  constructor(code: string, uncertain: boolean, retryAfterS?: number) {
    super(`Slack: ${code}`)
    this.name = 'SlackFailure'
    this.code = code
    this.uncertain = uncertain
    this.retryAfterS = retryAfterS
  }
}

/** Text as it stands: Slack makes no links, channels or people of it. */
export const literally = { parse: 'none', link_names: false }
export const Done = z.object({})

export function openWeb(token: string, apiUrl: string | undefined, log: Log): SlackWeb {
  const client = new WebClient(token, webOptions(apiUrl, log))
  return { call }

  async function call<Shape extends z.ZodType>(
    method: string,
    args: Record<string, unknown>,
    shape: Shape,
  ): Promise<z.output<Shape>> {
    const result = await client.apiCall(method, args).catch(thrown => {
      throw failure(thrown)
    })
    const read = shape.safeParse(result)
    if (!read.success) throw new SlackFailure('unreadable', true)
    return read.data
  }
}

export function webOptions(apiUrl: string | undefined, log: Log) {
  return {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: limits.callMs,
    logger: slackLogger(log),
    fetch: fetchWithRetryAfter,
  }
}

/**
 * The client turns a 429 whose Retry-After is missing or no number into a nameless error; 0 stands for "it did not say". What was never sent
 * is told apart here, where the error is still whole.
 */
async function fetchWithRetryAfter(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init).catch(thrown => {
    throw neverSent(thrown) ? new SlackFailure('unreachable', false) : new SlackFailure('cut', true)
  })
  if (response.status !== 429 || /^\d+$/.test(response.headers.get('retry-after') ?? '')) return response
  return new Response(null, { status: 429, headers: { 'retry-after': '0' } })
}

const Platform = z.object({ error: z.string(), response_metadata: z.object({ retryAfter: z.number().optional() }).optional() })
const rateLimitCodes = ['ratelimited', 'rate_limited', 'rate_limit_exceeded', 'message_limit_exceeded']
/** Slack's page of errors: some part of the operation may have succeeded before these. */
const halfDone = ['fatal_error', 'internal_error', 'request_timeout']

function failure(thrown: unknown): SlackFailure {
  if (thrown instanceof WebAPIRateLimitedError) return new SlackFailure('ratelimited', false, thrown.retryAfter || undefined)
  if (thrown instanceof WebAPIHTTPError) return new SlackFailure(`http_${thrown.statusCode}`, thrown.statusCode >= 500)
  if (thrown instanceof WebAPIPlatformError) return platformFailure(thrown.data)
  if (thrown instanceof WebAPIRequestError && thrown.original instanceof SlackFailure) return thrown.original
  return new SlackFailure('cut', true)
}

/** An answer that is no JSON arrives here with its whole text as the error: that text is not passed on. */
function platformFailure(data: unknown): SlackFailure {
  const read = Platform.safeParse(data)
  if (!read.success || !/^[a-z][a-z0-9_]{1,60}$/.test(read.data.error)) return new SlackFailure('unreadable', true)
  const { error, response_metadata } = read.data
  if (rateLimitCodes.includes(error)) return new SlackFailure('ratelimited', false, response_metadata?.retryAfter)
  return new SlackFailure(error, halfDone.includes(error))
}

const Caused = z.object({ cause: z.object({ code: z.string() }) })
const beforeSending = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']

function neverSent(error: unknown): boolean {
  const read = Caused.safeParse(error)
  return read.success && beforeSending.includes(read.data.cause.code)
}
