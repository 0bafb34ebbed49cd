import { type IncomingMessage, ServerResponse } from 'node:http'
import restify, { type AsyncHandler, type Handler, type RestifyRequest, type RestifyServer } from 'restify'
import { errorBody, Problem, toProblem } from './errors.ts'
import type { Log } from './log.ts'
import type { Door, HttpReply, HttpRequest, Route } from './route.ts'

export interface Server {
  /** `http://127.0.0.1:3978` */
  address: string
  /** Takes no new requests, lets those under way end, then closes what stays open. */
  stop(): Promise<void>
}

export interface Listening {
  host: string
  port: number
  log: Log
}

const headers = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' }
const drainMs = 8000
/** Longer than proxies and load balancers keep an idle connection, a minute as a rule: who closes first must be they, or a request is lost on the way. */
const idleMs = 75_000
const lookForIdleMs = 100

keepNodesPromise()

/** restify 12 replaces `writeHead` of every response in the process with one that returns nothing; Node's returns the response, and others chain on it. */
function keepNodesPromise(): void {
  const { writeHead } = ServerResponse.prototype
  const value = function (this: ServerResponse, ...args: unknown[]): ServerResponse {
    Reflect.apply(writeHead, this, args)
    return this
  }
  Object.defineProperty(ServerResponse.prototype, 'writeHead', { value, writable: true, configurable: true })
}

/** Mounts every door on one HTTP server. Port 0 picks a free one. */
export async function startServer(doors: Door[], { host, port, log }: Listening): Promise<Server> {
  const server = restify.createServer({ name: 'defender-chatops', handleUncaughtExceptions: false })
  server.server.keepAliveTimeout = idleMs
  for (const door of doors) mount(server, door, log)
  answerStrays(server)
  await listening(server, host, port)
  return { address: addressOf(server, host), stop: () => stop(server) }
}

async function listening(server: RestifyServer, host: string, port: number): Promise<void> {
  // restify tells the error once more itself; unheard, that would end the process with a stack.
  server.on('error', () => undefined)
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(port, host, resolve)
  }).catch(thrown => Promise.reject(cannotListen(thrown, host, port)))
}

function cannotListen(thrown: unknown, host: string, port: number): Problem {
  const taken = thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE'
  const why = taken ? 'another program listens there' : thrown instanceof Error ? thrown.message : String(thrown)
  return new Problem(
    'Internal',
    `The bot can't listen on ${host}, port ${port}: ${why}. Set PORT or HOST to others; PORT=0 takes a free port.`,
    {
      cause: thrown,
    },
  )
}

function mount(server: RestifyServer, door: Door, log: Log): void {
  if ('raw' in door) {
    const raw: Handler = (request, response, next) => {
      response.once('close', () => next(false))
      door.raw(request, response)
    }
    server[door.method](door.path, raw)
    return
  }
  const handler: AsyncHandler = async (request, response) => reply(response, await answer(door, request, log))
  server[door.method](door.path, handler)
}

async function answer(route: Route, request: RestifyRequest, log: Log): Promise<HttpReply> {
  try {
    return await route.handle(await read(route, request))
  } catch (thrown) {
    const problem = toProblem(thrown)
    if (problem.code === 'Internal') log.error({ path: route.path, error: thrown }, 'a request failed')
    return problemReply(problem)
  }
}

function problemReply(problem: Problem): HttpReply {
  const retry = problem.retryAfterS === undefined ? {} : { 'retry-after': String(problem.retryAfterS) }
  return { status: problem.status, headers: retry, body: { error: errorBody(problem) } }
}

async function read(route: Route, request: RestifyRequest): Promise<HttpRequest> {
  const url = new URL(request.url ?? '/', 'http://server.invalid')
  return {
    method: request.method ?? '',
    path: url.pathname,
    params: request.params,
    query: url.searchParams,
    headers: request.headers,
    remoteAddress: request.socket.remoteAddress ?? '',
    body: route.method === 'get' ? Buffer.alloc(0) : await bodyOf(request, route.maxBytes),
  }
}

/** A body over the limit is read no further; what is announced as too long is not read at all. */
function bodyOf(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((done, failed) => {
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) return failed(tooLarge(maxBytes))
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBytes) return chunks.push(chunk)
      request.pause()
      failed(tooLarge(maxBytes))
    })
    request.on('end', () => done(Buffer.concat(chunks)))
    request.on('error', failed)
  })
}

function tooLarge(maxBytes: number): Problem {
  return new Problem('TooLarge', `The body may have at most ${maxBytes} bytes.`, { field: 'body' })
}

function reply(response: ServerResponse, { status, headers: own = {}, body }: HttpReply): void {
  if (response.headersSent || response.destroyed) return
  const isText = typeof body === 'string' || Buffer.isBuffer(body)
  const type = isText || body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }
  const close = status === 413 ? { connection: 'close' } : {}
  const content = isText ? body : body === undefined ? '' : JSON.stringify(body)
  // Of a known length it leaves in one piece; else head, lengths and content are pieces of their own.
  response.writeHead(status, { ...headers, ...type, ...close, ...own, 'content-length': Buffer.byteLength(content) })
  response.end(content)
}

/** What is mounted nowhere, in our own shape of error; restify itself writes the answer. */
function answerStrays(server: RestifyServer): void {
  const body = { error: errorBody(new Problem('NotFound', 'There is nothing at this address.')) }
  for (const event of ['NotFound', 'MethodNotAllowed'] as const)
    server.on(event, (_request, _response, error, done) => {
      Object.assign(error, { toJSON: () => body })
      done()
    })
}

function addressOf(server: RestifyServer, host: string): string {
  const address = server.server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

async function stop(server: RestifyServer): Promise<void> {
  const cut = setTimeout(() => server.server.closeAllConnections(), drainMs)
  const closeIdle = setInterval(() => server.server.closeIdleConnections(), lookForIdleMs)
  server.server.closeIdleConnections()
  await new Promise<void>(resolve => server.close(resolve))
  clearInterval(closeIdle)
  clearTimeout(cut)
}
