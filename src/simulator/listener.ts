import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { ArmError } from './arm-error.ts'
import type { Reply } from './call.ts'
import type { Dice } from './dice.ts'
import { type Fault, type Faults, refusalOf } from './faults.ts'

const maxBody = 4 * 1024 * 1024
const slowMs = 600_000

export interface Listening {
  /** What a request is answered; throws an ArmError to refuse. */
  answer(request: IncomingMessage, text: string): Promise<Reply>
  /** Headers that every answer of Azure has. */
  headers(request: IncomingMessage): Record<string, string>
  faults: Faults
  noise: Dice
  latency: boolean
  /** Something that should not happen did. */
  report(error: unknown): void
}

/** The HTTP side: bodies, waiting times and everything that goes wrong on purpose. */
export async function listen(parts: Listening, port: number, host: string): Promise<Server> {
  const server = createServer((request, response) => void serve(parts, request, response).catch(parts.report))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  return server
}

async function serve(parts: Listening, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = await textOf(request)
  const fault = parts.faults.strike(request.method ?? '', request.url ?? '')
  if (fault?.kind === 'cut') return void request.socket.destroy()
  if (fault?.kind === 'slow') await pause(fault.slowMs ?? slowMs, undefined, { ref: false })
  const reply = await replyTo(parts, request, text, fault)
  if (fault?.kind === 'cut-after') return void request.socket.destroy()
  if (parts.latency) await pause(latencyOf(parts.noise, request, reply), undefined, { ref: false })
  send(response, { ...reply, headers: { ...parts.headers(request), ...reply.headers } }, fault, request.url ?? '')
}

/** Reads are faster than writes, lists by size; one in fifty takes four times as long. */
function latencyOf(noise: Dice, { method }: IncomingMessage, { body }: Reply): number {
  const items = body !== undefined && 'value' in body && Array.isArray(body.value) ? body.value.length : 0
  const base = (method === 'GET' ? 40 : 80) + Math.min(items, 100) + noise.int(40)
  return noise.int(50) === 0 ? base * 4 : base
}

async function replyTo(parts: Listening, request: IncomingMessage, text: string, fault: Fault | undefined): Promise<Reply> {
  try {
    const refusal = fault && refusalOf(fault)
    if (refusal !== undefined) throw refusal
    if (Buffer.byteLength(text) > maxBody)
      throw new ArmError(413, 'RequestContentTooLarge', 'The request content size exceeds the limit of 4 MB.')
    return await parts.answer(request, text)
  } catch (thrown) {
    if (!(thrown instanceof ArmError)) parts.report(thrown)
    const error =
      thrown instanceof ArmError ? thrown : new ArmError(500, 'InternalServerError', 'Encountered internal server error.')
    return { status: error.status, body: error.body(), headers: error.headers }
  }
}

function send(response: ServerResponse, { status, body, headers }: Reply, fault: Fault | undefined, url: string): void {
  const endless = fault?.kind === 'endless-next-link' && body !== undefined && 'value' in body
  const whole = endless ? { ...body, nextLink: `https://management.azure.com${url}` } : body
  const json = whole === undefined ? '' : JSON.stringify(whole)
  response.writeHead(status, { ...(json !== '' && { 'content-type': 'application/json; charset=utf-8' }), ...headers })
  response.end(fault?.kind === 'truncated' ? json.slice(0, Math.floor(json.length / 2)) : json)
}

/** What is longer than allowed is read to its end and kept only so far that it shows. */
async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    if (size <= maxBody) chunks.push(bytes)
    size += bytes.length
  }
  return Buffer.concat(chunks).toString()
}
