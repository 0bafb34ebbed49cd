import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Fault {
  method?: string
  path: RegExp
  /** How many matching requests it spoils; all when absent. */
  times?: number
  /** An answer instead of the real one. */
  answer?: { status: number; body?: string; headers?: Record<string, string> }
  /** The connection is closed: before the request goes on, or after the other side has done its work. */
  cut?: 'before' | 'after'
  /** Half of the real answer, with a length that fits. */
  truncate?: boolean
  /** Half of the real answer and then silence, the line still open; called once the half has left. */
  stall?(): void
  /** Never answers: the request does not go on, or the other side has done its work. */
  hang?: 'before' | 'after'
  /** Rewrites the real answer's body. */
  rewrite?(body: string): string
}

export interface Seen {
  method: string
  url: string
  headers: NodeJS.Dict<string | string[]>
  body: string
}

/** Stands between a client and a server: records what goes by, and spoils what it is told to. */
export async function startProxy(target: string) {
  const faults: Fault[] = []
  const seen: Seen[] = []
  const server = createServer((incoming, outgoing) => void pass(target, incoming, outgoing, faults, seen))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${portOf(server.address())}`,
    seen,
    spoil: (...more: Fault[]) => void faults.push(...more),
    reset() {
      faults.length = 0
      seen.length = 0
    },
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
export type FaultyProxy = Awaited<ReturnType<typeof startProxy>>

function portOf(address: string | AddressInfo | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function pass(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  faults: Fault[],
  seen: Seen[],
): Promise<void> {
  const { method = '', url = '', headers } = incoming
  const body = await text(incoming)
  seen.push({ method, url, headers, body })
  const fault = faults.find(one => one.times !== 0 && one.path.test(url) && (one.method ?? method) === method)
  if (fault?.times !== undefined) fault.times -= 1
  if (fault?.hang === 'before') return
  if (fault?.cut === 'before') return void incoming.socket.destroy()
  if (fault?.answer !== undefined)
    return void outgoing.writeHead(fault.answer.status, fault.answer.headers).end(fault.answer.body)
  const answer = await forward(target, { method, url, headers, body }).catch(() => undefined)
  if (answer === undefined || fault?.cut === 'after') return void incoming.socket.destroy()
  if (fault?.hang === 'after') return
  if (fault?.stall !== undefined) {
    outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) })
    return void outgoing.write(answer.body.slice(0, answer.body.length / 2), fault.stall)
  }
  const spoiled = spoil(answer.body, fault)
  outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(spoiled) }).end(spoiled)
}

function spoil(body: string, fault: Fault | undefined): string {
  if (fault?.truncate === true) return body.slice(0, body.length / 2)
  return fault?.rewrite?.(body) ?? body
}

function forward(target: string, { method, url, headers, body }: Seen) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>((resolve, reject) => {
    const { 'transfer-encoding': _encoding, 'accept-encoding': _accepted, ...rest } = headers
    const outgoing = request(target + url, { method, headers: { ...rest, host: new URL(target).host } }, async answer => {
      const { 'transfer-encoding': _, ...kept } = answer.headers
      resolve({ status: answer.statusCode ?? 0, headers: kept, body: await text(answer) })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

async function text(stream: IncomingMessage): Promise<string> {
  let all = ''
  stream.setEncoding('utf8')
  for await (const chunk of stream) all += chunk
  return all
}
