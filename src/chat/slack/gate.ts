import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { parse } from 'node:querystring'
import type { Clock } from '../../ports.ts'
import { limits } from './limits.ts'

const form = 'application/x-www-form-urlencoded'

/**
 * What must hold before Bolt reads a request: not stopping, a body of sensible size and kind, a date neither too old nor too new
 * (Bolt checks the first only). The body is read here; Bolt then verifies its signature.
 */
export function slackGate(listener: RequestListener, clock: Clock, isStopping: () => boolean) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    enter(request, response).catch(() => refuse(response, 400))
  }

  async function enter(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isStopping()) return refuse(response, 503)
    const type = contentType(request)
    if (type !== form && type !== 'application/json') return refuse(response, 415)
    if (isDatedWrong(request, clock.now())) return refuse(response, 401)
    const body = await readBody(request)
    if (body === undefined) return refuse(response, 413)
    if (!isObject(type, body)) return refuse(response, 400)
    request.headers['content-type'] = type
    listener(Object.assign(request, { rawBody: body }), response)
  }
}

/** Without parameters: Bolt knows the form type only to the letter. */
function contentType(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
}

/** A request without a date goes on: Bolt refuses it unless it is Slack's harmless, unsigned certificate check. */
function isDatedWrong(request: IncomingMessage, now: Date): boolean {
  const header = request.headers['x-slack-request-timestamp']
  if (header === undefined) return false
  const seconds = typeof header === 'string' && /^\d{1,12}$/.test(header) ? Number(header) : Number.NaN
  return !(Math.abs(now.getTime() / 1000 - seconds) <= limits.clockSkewS)
}

/** Undefined when it is too large; the rest of such a body is read and dropped, so that the sender gets its answer. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    size += bytes.length
    if (size <= limits.maxBodyBytes) chunks.push(bytes)
    else chunks.length = 0
    if (size > limits.maxBodyBytes * 32) return undefined
  }
  return size <= limits.maxBodyBytes ? Buffer.concat(chunks) : undefined
}

/** Bolt takes JSON that is no object for an event and fails where nobody catches it; what is no JSON at all it refuses itself. */
function isObject(type: string, body: Buffer): boolean {
  const text = type === form ? parse(body.toString()).payload : body.toString()
  if (typeof text !== 'string') return true
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return true
  }
}

function refuse(response: ServerResponse, status: number): void {
  if (response.headersSent) return
  response.writeHead(status, status === 503 ? { 'retry-after': '1' } : {})
  response.end()
}
