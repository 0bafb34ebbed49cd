import type { ConfigurationBotFrameworkAuthentication } from 'botbuilder'
import { z } from 'zod'
import { Problem } from '../../errors.ts'
import { refusalProblem } from './failures.ts'
import { limits } from './limits.ts'
import { isLoopback } from './loopback.ts'

type Options = NonNullable<ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[4]>
type HttpClient = NonNullable<Options['httpClient']>
type WebResource = Parameters<HttpClient['sendRequest']>[0]
type WebResponse = Awaited<ReturnType<HttpClient['sendRequest']>>

const Refused = z.object({ error: z.object({ code: z.string() }) })
/** Set by the transport; our own values of them would contradict it. */
const hopHeaders = ['host', 'connection', 'content-length', 'accept-encoding', 'transfer-encoding']
const neverSent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']

/**
 * The line to the connector: one try, bounded in time, every failure already a Problem. The SDK's pipeline repeats only failures it knows,
 * so with this its own retries are off.
 */
export function connectorHttp(loopbackOnly: boolean): HttpClient {
  return { sendRequest }

  async function sendRequest(request: WebResource): Promise<WebResponse> {
    if (loopbackOnly && !isLoopback(request.url))
      throw new Problem('PlaceGone', 'Without authentication the bot calls this machine only, and the conversation is elsewhere.')
    const response = await call(request)
    const text = await response.text().catch(thrown => {
      throw lost(request, thrown)
    })
    if (!response.ok) throw refusalProblem({ status: response.status, code: codeIn(text), retryAfterS: retryAfter(response) })
    return { request, status: response.status, headers: headersOf(request, response), bodyAsText: text }
  }
}

async function call(request: WebResource): Promise<Response> {
  const headers = Object.fromEntries(
    Object.entries(request.headers.rawHeaders()).filter(([name]) => !hopHeaders.includes(name.toLowerCase())),
  )
  const body: unknown = request.body
  const signal = AbortSignal.timeout(limits.callMs)
  const content = typeof body === 'string' ? { body } : {}
  try {
    return await fetch(request.url, { method: request.method, headers, redirect: 'manual', signal, ...content })
  } catch (thrown) {
    throw lost(request, thrown)
  }
}

/** Whether a post reached Teams cannot be told once it left; an update may simply be repeated. */
function lost(request: WebResource, thrown: unknown): Problem {
  const left = !neverSent.includes(causeCode(thrown))
  const code = left && request.method === 'POST' ? 'ChatUncertain' : 'ChatUnavailable'
  return new Problem(code, undefined, { cause: thrown })
}

const Cause = z.object({
  cause: z.object({ code: z.string().optional(), errors: z.array(z.object({ code: z.string() })).optional() }),
})

/** Several addresses of one host fail together; the first tells. */
function causeCode(thrown: unknown): string {
  const read = Cause.safeParse(thrown)
  return read.success ? (read.data.cause.code ?? read.data.cause.errors?.[0]?.code ?? '') : ''
}

function codeIn(text: string): string {
  try {
    const body = Refused.safeParse(JSON.parse(text))
    return body.success ? body.data.error.code.slice(0, 100) : ''
  } catch {
    return ''
  }
}

/** Seconds, or a date. */
function retryAfter(response: Response): number | undefined {
  const said = response.headers.get('retry-after')
  if (said === null) return undefined
  const seconds = /^\d+$/.test(said)
    ? Number(said)
    : Math.ceil((Date.parse(said) - Date.parse(response.headers.get('date') ?? '')) / 1000)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined
}

function headersOf(request: WebResource, response: Response): WebResponse['headers'] {
  const headers = request.headers.clone()
  for (const name of headers.headerNames()) headers.remove(name)
  for (const [name, value] of response.headers) headers.set(name, value)
  return headers
}
