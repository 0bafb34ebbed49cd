import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parse } from 'node:querystring'

/** Slack's Web API and response_urls as a small programmable server: keeps what was sent, and fails when told to. */

export interface SinkCall {
  method: string
  args: Record<string, unknown>
  token: string
  /** Milliseconds of `performance.now()`. */
  at: number
}

export interface SinkMessage {
  channel: string
  ts: string
  text: string
  blocks: SinkBlock[]
  metadata?: { event_type: string; event_payload: Record<string, unknown> }
  threadTs?: string
  /** Set when only this person sees it. */
  onlyFor?: string
  /** Texts shown before, oldest first. */
  before: string[]
  at: number
}

export interface SinkView {
  id: string
  hash: string
  user: string
  view: SinkViewBody
}

export interface SinkViewBody {
  type: string
  private_metadata?: string
  title?: unknown
  blocks: SinkBlock[]
  submit?: unknown
}

export interface SinkBlock {
  type: string
  block_id?: string
  [part: string]: unknown
}

export type Fault =
  | { status: number; retryAfter?: string; text?: string }
  | { error: string }
  /** The line is cut: before the call is carried out, or after. */
  | { cut: 'before' | 'after' }
  | { hangMs: number }
  /** Carried out, and never answered; called once it is. */
  | { silent: () => void }

export interface SlackSink {
  /** Base address of the Web API, with a slash at its end. */
  readonly apiUrl: string
  readonly team: string
  readonly calls: SinkCall[]
  readonly messages: SinkMessage[]
  readonly views: Map<string, SinkView>
  readonly homes: Map<string, SinkViewBody>
  /** What came to response_urls, oldest first. */
  readonly responses: { url: string; body: Record<string, unknown> }[]
  /** Answers of `users.info` by user: parts of the user object. */
  readonly users: Map<string, Record<string, unknown>>
  /** The next calls of a method (`*`: of any; `response`: to a response_url) fail, in this order. */
  failNext(method: string, ...faults: Fault[]): void
  /** Every call of the method fails until told otherwise. */
  failAlways(method: string, fault: Fault | undefined): void
  /** The same for what goes to one channel. */
  failIn(channel: string, fault: Fault | undefined): void
  /** Takes at most one message a second and channel, others get 429 with Retry-After. */
  pace(messagesPerSecond: number | undefined): void
  trigger(user: string): string
  responseUrl(): string
  channelMessages(channel: string): SinkMessage[]
  /** Keeps a file for whoever holds the token; returns its private address. */
  addFile(name: string, content: string): string
  /** Somebody else's message. */
  addMessage(channel: string, text: string): void
  /** Stops listening, keeping the port; `up` listens there again. */
  down(): Promise<void>
  up(): Promise<void>
  close(): Promise<void>
}

export interface SinkSettings {
  team?: string
  botUserId?: string
  botId?: string
  /** Accepted; absent: any. */
  token?: string
  channels?: { id: string; name: string }[]
  /** What `auth.test` says of the token; absent: nothing. */
  scopes?: readonly string[]
}

interface Call {
  method: string
  args: Record<string, unknown>
  token: string
}

export async function startSlackSink(settings: SinkSettings = {}): Promise<SlackSink> {
  const { team = 'T0000TEST', botUserId = 'U00000BOT', botId = 'B00000BOT', token, channels = [], scopes } = settings
  const state = emptyState()
  const nexts = new Map<string, Fault[]>()
  const always = new Map<string, Fault>()
  const inChannel = new Map<string, Fault>()
  const lastPost = new Map<string, number>()
  let paceMs: number | undefined
  let server = createServer(handle)
  const port = await listen(server, 0)
  const origin = `http://127.0.0.1:${port}`

  function handle(request: IncomingMessage, response: ServerResponse): void {
    serve(request, response).catch(() => response.destroy())
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request)
    const path = new URL(request.url ?? '/', origin).pathname
    if (path.startsWith('/files/')) return serveFile(request, response, path)
    if (path.startsWith('/response/')) return respond(response, `${origin}${path}`, body)
    const call = {
      method: path.slice('/api/'.length),
      args: argsOf(body),
      token: (request.headers.authorization ?? '').replace(/^Bearer /, ''),
    }
    state.calls.push({ ...call, at: performance.now() })
    const fault = faultOf(call.method) ?? inChannel.get(String(call.args.channel)) ?? paced(call)
    if (fault !== undefined) return fail(response, fault, () => carryOut(call))
    if (scopes !== undefined) response.setHeader('x-oauth-scopes', scopes.join(','))
    send(response, 200, carryOut(call))
  }

  /** Without the right token Slack leads to its page for signing in. */
  function serveFile({ headers }: IncomingMessage, response: ServerResponse, path: string): void {
    const content = state.files.get(path)
    if (content === undefined || headers.authorization !== `Bearer ${token}`) response.writeHead(302, { location: `${origin}/` })
    response.end(content)
  }

  async function respond(response: ServerResponse, url: string, body: string): Promise<void> {
    const fault = faultOf('response')
    if (fault !== undefined) return fail(response, fault, () => ({}))
    state.responses.push({ url, body: JSON.parse(body) })
    send(response, 200, {})
  }

  function faultOf(method: string): Fault | undefined {
    const queue = [method, '*'].map(name => nexts.get(name) ?? []).find(faults => faults.length > 0)
    return queue?.shift() ?? always.get(method) ?? always.get('*')
  }

  function paced({ method, args }: Call): Fault | undefined {
    if (paceMs === undefined || method !== 'chat.postMessage') return undefined
    const channel = String(args.channel)
    const now = performance.now()
    const waitMs = (lastPost.get(channel) ?? -Infinity) + paceMs - now
    if (waitMs > 0) return { status: 429, retryAfter: String(Math.ceil(waitMs / 1000)) }
    lastPost.set(channel, now)
    return undefined
  }

  function carryOut(call: Call): object {
    if (token !== undefined && call.token !== token) return { ok: false, error: 'invalid_auth' }
    const carry = Object.hasOwn(methods, call.method) ? methods[call.method] : undefined
    return carry === undefined ? { ok: false, error: 'unknown_method' } : carry(state, call.args)
  }

  const methods: Record<string, (state: State, args: Record<string, unknown>) => object> = {
    ...messageMethods,
    ...viewMethods,
    'auth.test': () => ({ ok: true, team_id: team, team: 'Test', user_id: botUserId, bot_id: botId }),
    'oauth.v2.access': () => ({
      ok: true,
      app_id: 'A1',
      token_type: 'bot',
      access_token: 'xoxb-installed',
      scope: 'chat:write',
      bot_user_id: botUserId,
      team: { id: team, name: 'Test' },
      enterprise: null,
      authed_user: { id: 'U0INSTALLER' },
      is_enterprise_install: false,
    }),
    'conversations.list': () => ({ ok: true, channels, response_metadata: { next_cursor: '' } }),
    'users.info': ({ users }, { user }) => {
      const id = String(user)
      return { ok: true, user: { id, team_id: team, name: id.toLowerCase(), ...users.get(id) } }
    },
  }

  return {
    ...state,
    apiUrl: `${origin}/api/`,
    team,
    failNext: (method, ...faults) => void nexts.set(method, [...(nexts.get(method) ?? []), ...faults]),
    failAlways: (method, fault) => void (fault === undefined ? always.delete(method) : always.set(method, fault)),
    failIn: (channel, fault) => void (fault === undefined ? inChannel.delete(channel) : inChannel.set(channel, fault)),
    pace: perSecond => {
      paceMs = perSecond === undefined ? undefined : 1000 / perSecond
    },
    trigger: user => {
      const id = `${Date.now()}.${randomBytes(8).toString('hex')}`
      state.triggers.set(id, user)
      return id
    },
    responseUrl: () => `${origin}/response/${randomBytes(8).toString('hex')}`,
    addFile: (name, content) => {
      const path = `/files/${state.files.size}/${name}`
      state.files.set(path, content)
      return `${origin}${path}`
    },
    addMessage: (channel, text) => void state.messages.push(messageOf({ channel, text })),
    channelMessages: channel => state.messages.filter(message => message.channel === channel && message.onlyFor === undefined),
    down: () => shut(server),
    up: async () => {
      server = createServer(handle)
      await listen(server, port)
    },
    close: () => shut(server),
  }
}

interface State extends Pick<SlackSink, 'calls' | 'messages' | 'views' | 'homes' | 'responses' | 'users'> {
  triggers: Map<string, string>
  files: Map<string, string>
}

function emptyState(): State {
  return {
    calls: [],
    messages: [],
    views: new Map(),
    homes: new Map(),
    responses: [],
    users: new Map(),
    triggers: new Map(),
    files: new Map(),
  }
}

type Method = (state: State, args: Record<string, unknown>) => object
let lastTs = Math.floor(Date.now() / 1000) * 1e6

function newTs(): string {
  lastTs += 1
  return `${Math.floor(lastTs / 1e6)}.${String(lastTs % 1e6).padStart(6, '0')}`
}

const messageMethods: Record<string, Method> = {
  'chat.postMessage': (state, args) => {
    const message = messageOf(args)
    state.messages.push(message)
    return { ok: true, channel: message.channel, ts: message.ts }
  },
  'chat.postEphemeral': (state, args) => {
    const message = { ...messageOf(args), onlyFor: String(args.user) }
    state.messages.push(message)
    return { ok: true, message_ts: message.ts }
  },
  'chat.update': (state, args) => {
    const message = state.messages.find(({ channel, ts }) => channel === args.channel && ts === args.ts)
    if (message === undefined) return { ok: false, error: 'message_not_found' }
    message.before.push(message.text)
    Object.assign(message, { text: String(args.text), blocks: args.blocks ?? message.blocks })
    return { ok: true, channel: message.channel, ts: message.ts }
  },
  'conversations.replies': threadIn,
  'conversations.history': (state, { channel, limit = 100, cursor, include_all_metadata }) => {
    const own = state.messages
      .filter(message => message.channel === channel && message.onlyFor === undefined && message.threadTs === undefined)
      .reverse()
    const from = Number(cursor ?? 0)
    const to = from + Number(limit)
    const messages = own
      .slice(from, to)
      .map(({ ts, text, metadata }) => ({ ts, text, ...(String(include_all_metadata) === 'true' && { metadata }) }))
    return { ok: true, messages, response_metadata: { next_cursor: to < own.length ? String(to) : '' } }
  },
}

/** The message that begins the thread comes first. */
function threadIn(state: State, args: Record<string, unknown>): object {
  const thread = state.messages.filter(
    ({ channel, ts, threadTs }) => channel === args.channel && (ts === args.ts || threadTs === args.ts),
  )
  if (thread.length === 0) return { ok: false, error: 'thread_not_found' }
  const messages = thread.map(({ ts, text, metadata }) => ({
    ts,
    text,
    ...(String(args.include_all_metadata) === 'true' && { metadata }),
  }))
  return { ok: true, messages, response_metadata: { next_cursor: '' } }
}

function messageOf(args: Record<string, unknown>): SinkMessage {
  return {
    channel: String(args.channel),
    ts: newTs(),
    text: String(args.text ?? ''),
    blocks: list(args.blocks),
    ...(args.metadata === undefined ? {} : { metadata: metadataOf(args.metadata) }),
    ...(args.thread_ts === undefined ? {} : { threadTs: String(args.thread_ts) }),
    before: [],
    at: performance.now(),
  }
}

function metadataOf(value: unknown): NonNullable<SinkMessage['metadata']> {
  return JSON.parse(JSON.stringify(value))
}

const viewMethods: Record<string, Method> = {
  'views.open': (state, args) => {
    const user = state.triggers.get(String(args.trigger_id))
    if (user === undefined) return { ok: false, error: 'invalid_trigger_id' }
    state.triggers.delete(String(args.trigger_id))
    const view: SinkView = {
      id: `V${randomBytes(5).toString('hex').toUpperCase()}`,
      hash: newTs(),
      user,
      view: viewOf(args.view),
    }
    state.views.set(view.id, view)
    return { ok: true, view: { id: view.id, hash: view.hash } }
  },
  'views.update': (state, args) => {
    const view = state.views.get(String(args.view_id))
    if (view === undefined) return { ok: false, error: 'not_found' }
    if (args.hash !== undefined && args.hash !== view.hash) return { ok: false, error: 'hash_conflict' }
    Object.assign(view, { view: viewOf(args.view), hash: newTs() })
    return { ok: true, view: { id: view.id, hash: view.hash } }
  },
  'views.publish': (state, args) => {
    state.homes.set(String(args.user_id), viewOf(args.view))
    return { ok: true, view: { id: 'VHOME' } }
  },
}

function viewOf(value: unknown): SinkViewBody {
  return JSON.parse(JSON.stringify(value))
}

function list(value: unknown): SinkBlock[] {
  return Array.isArray(value) ? value : []
}

const structured = ['blocks', 'metadata', 'view']

/** Form fields; those that hold JSON are read. */
function argsOf(body: string): Record<string, unknown> {
  const fields = Object.entries(parse(body)).map(([name, value]) => [
    name,
    structured.includes(name) ? JSON.parse(String(value)) : value,
  ])
  return Object.fromEntries(fields)
}

async function fail(response: ServerResponse, fault: Fault, carryOut: () => object): Promise<void> {
  if ('error' in fault) return send(response, 200, { ok: false, error: fault.error })
  if ('status' in fault) {
    response.writeHead(fault.status, fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter })
    response.end(fault.text ?? '')
    return
  }
  if ('hangMs' in fault) {
    await new Promise(resolve => setTimeout(resolve, fault.hangMs).unref())
    return send(response, 200, carryOut())
  }
  if ('silent' in fault) {
    carryOut()
    return fault.silent()
  }
  if (fault.cut === 'after') carryOut()
  response.destroy()
}

function send(response: ServerResponse, status: number, body: object): void {
  // Not chained: restify, when it is loaded, replaces writeHead of every response of the process by one that returns nothing.
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString()
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const address: AddressInfo | string | null = server.address()
  return address !== null && typeof address === 'object' ? address.port : port
}

async function shut(server: Server): Promise<void> {
  server.closeAllConnections()
  if (server.listening) await new Promise(resolve => server.close(resolve))
}
