import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'

/** Teams' end of the Bot Framework as a small programmable server: keeps what was sent, signs what people do, fails when told to. */

export type CardNode = Record<string, unknown>

export interface ConnectorCall {
  kind: CallKind
  conversation: string
  body: Record<string, unknown>
  authorization: string
  /** Milliseconds of `performance.now()`. */
  at: number
}

export interface TeamsMessage {
  id: string
  /** With `;messageid=` when it went into a thread. */
  conversation: string
  summary: string
  /** What the message shows now. */
  card: CardNode
  /** What it showed before, oldest first. */
  before: CardNode[]
  at: number
}

export type CallKind = 'post' | 'update' | 'create' | 'keys' | 'token'

export type TeamsFault =
  | { status: number; code?: string; retryAfter?: string }
  /** The line is cut: before the call is carried out, or after. */
  | { cut: 'before' | 'after' }
  /** Carried out and answered only after so long. */
  | { hangMs: number }

export interface Signing {
  key?: CryptoKey
  kid?: string
  algorithm?: string
  audience?: string
  issuer?: string
  serviceUrl?: string
  /** Seconds from now. */
  expiresIn?: number
  claims?: Record<string, unknown>
}

export interface TeamsConnector {
  readonly appId: string
  readonly tenantId: string
  readonly serviceUrl: string
  /** What `connectTeams` or the environment needs to know this connector for Teams. */
  readonly settings: Record<string, string>
  /**
   * Where the bot gets its own tokens: `IDENTITY_ENDPOINT` and `IDENTITY_HEADER` of its process. The SDK keeps the first endpoint a process has
   * used, so of several connectors in one process the first hands out the tokens of all, and stays to the end.
   */
  readonly identity: Record<string, string>
  readonly calls: ConnectorCall[]
  readonly messages: TeamsMessage[]
  token(signing?: Signing): Promise<string>
  failNext(kind: CallKind, ...faults: TeamsFault[]): void
  /** Every call of the kind fails until told otherwise. */
  failAlways(kind: CallKind, fault: TeamsFault | undefined): void
  /** Takes at most so many messages a second and conversation, others get 429. */
  pace(messagesPerSecond: number | undefined): void
  /** Messages of a conversation, threads included. */
  in(conversation: string): TeamsMessage[]
  delete(messageId: string): void
  stop(): Promise<void>
}

/** The real keys vouch for many channels at once. */
const endorsements = ['msteams', 'webchat', 'directline', 'emulator', 'AseChannel']
const cloudIssuer = 'https://api.botframework.com'

export async function startTeamsConnector(options: { tenantId?: string; appId?: string } = {}): Promise<TeamsConnector> {
  const { tenantId = randomUUID(), appId = randomUUID() } = options
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'test', use: 'sig', endorsements }] }
  const state = openState()
  const botToken = `bot-${appId}`
  const secret = randomUUID()
  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${portOf(server)}`
  const serviceUrl = `${origin}/teams/`

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin)
    const body = await bodyOf(request)
    if (url.pathname === '/openid') return json(response, 200, { issuer: cloudIssuer, jwks_uri: `${origin}/keys` })
    const call = callOf(request, url, body)
    if (call === undefined) return json(response, 404, { error: { code: 'NotFound', message: url.pathname } })
    state.calls.push(call)
    await withFault(state, call, response, () => answerTo(call, url))
  }

  function answerTo(call: ConnectorCall, url: URL): [number, object] {
    if (call.kind === 'keys') return [200, keys]
    if (call.kind === 'token') return tokenAnswer(url)
    if (call.authorization !== `Bearer ${botToken}` && call.authorization !== '')
      return [401, { error: { code: 'Unauthorized', message: 'not the bot' } }]
    return state.carryOut(call, url)
  }

  async function token(signing: Signing = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    return new SignJWT({ serviceurl: signing.serviceUrl ?? serviceUrl, ...signing.claims })
      .setProtectedHeader({ alg: signing.algorithm ?? 'RS256', kid: signing.kid ?? 'test', typ: 'JWT' })
      .setIssuer(signing.issuer ?? cloudIssuer)
      .setAudience(signing.audience ?? appId)
      .setNotBefore(now - 3600 * 24)
      .setExpirationTime(now + (signing.expiresIn ?? 3600))
      .sign(signing.key ?? privateKey)
  }

  return {
    appId,
    tenantId,
    serviceUrl,
    settings: settingsFor(origin, appId, tenantId),
    identity: { IDENTITY_ENDPOINT: `${origin}/token`, IDENTITY_HEADER: secret },
    calls: state.calls,
    messages: state.messages,
    token,
    failNext: state.failNext,
    failAlways: state.failAlways,
    pace: state.pace,
    in: conversation => state.messages.filter(message => baseOf(message.conversation) === baseOf(conversation)),
    delete: state.remove,
    stop: () => stop(server),
  }
}

function tokenAnswer(url: URL): [number, object] {
  const resource = url.searchParams.get('resource') ?? ''
  const token = `bot-${url.searchParams.get('client_id')}`
  return [200, { access_token: token, expires_on: Math.floor(Date.now() / 1000) + 3600, resource, token_type: 'Bearer' }]
}

function settingsFor(origin: string, appId: string, tenantId: string): Record<string, string> {
  return {
    MicrosoftAppId: appId,
    MicrosoftAppType: 'UserAssignedMSI',
    MicrosoftAppTenantId: tenantId,
    ToChannelFromBotLoginUrl: origin,
    ToChannelFromBotOAuthScope: cloudIssuer,
    ToBotFromChannelTokenIssuer: cloudIssuer,
    ToBotFromChannelOpenIdMetadataUrl: `${origin}/openid`,
    ToBotFromEmulatorOpenIdMetadataUrl: `${origin}/openid`,
    OAuthUrl: origin,
    CallerId: 'urn:botframework:azure',
  }
}

interface State {
  calls: ConnectorCall[]
  messages: TeamsMessage[]
  carryOut(call: ConnectorCall, url: URL): [number, object]
  nextFault(kind: CallKind): TeamsFault | undefined
  failNext: TeamsConnector['failNext']
  failAlways: TeamsConnector['failAlways']
  pace: TeamsConnector['pace']
  remove(messageId: string): void
}

function openState(): State {
  const calls: ConnectorCall[] = []
  const messages: TeamsMessage[] = []
  const faults = new Map<CallKind, TeamsFault[]>()
  const always = new Map<CallKind, TeamsFault>()
  const ids = { next: 1_700_000_000_000 }
  const limit: { perSecond?: number | undefined } = {}

  function carryOut(call: ConnectorCall, url: URL): [number, object] {
    if (call.kind === 'create') return [201, { id: chatIdOf(call.body) }]
    if (isTooFast(call)) return [429, { error: { code: 'TooManyRequests', message: 'slow down' } }]
    return call.kind === 'post' ? posted(call) : updated(call, url)
  }

  function isTooFast({ conversation, at }: ConnectorCall): boolean {
    if (limit.perSecond === undefined) return false
    const taken = messages.filter(message => baseOf(message.conversation) === baseOf(conversation) && message.at > at - 1000)
    return taken.length >= limit.perSecond
  }

  function posted({ conversation, body, at }: ConnectorCall): [number, object] {
    const id = String(ids.next++)
    messages.push({ id, conversation, summary: String(body.summary ?? ''), card: cardIn(body), before: [], at })
    return [201, { id }]
  }

  function updated({ body }: ConnectorCall, url: URL): [number, object] {
    const id = decodeURIComponent(url.pathname.split('/').at(-1) ?? '')
    const message = messages.find(candidate => candidate.id === id)
    if (message === undefined) return [404, { error: { code: 'ActivityNotFoundInConversation', message: 'no such message' } }]
    message.before.push(message.card)
    message.card = cardIn(body)
    message.summary = String(body.summary ?? '')
    return [200, { id }]
  }

  return {
    calls,
    messages,
    carryOut,
    nextFault: kind => faults.get(kind)?.shift() ?? always.get(kind),
    failNext: (kind, ...more) => void faults.set(kind, [...(faults.get(kind) ?? []), ...more]),
    failAlways: (kind, fault) => void (fault === undefined ? always.delete(kind) : always.set(kind, fault)),
    pace: perSecond => {
      limit.perSecond = perSecond
    },
    remove: id => void messages.splice(0, messages.length, ...messages.filter(message => message.id !== id)),
  }
}

async function withFault(
  state: State,
  call: ConnectorCall,
  response: ServerResponse,
  carryOut: () => [number, object],
): Promise<void> {
  const fault = state.nextFault(call.kind)
  if (fault === undefined) return json(response, ...carryOut())
  if ('status' in fault) {
    if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter)
    return json(response, fault.status, { error: { code: fault.code ?? 'ServiceError', message: 'as told' } })
  }
  if ('cut' in fault) {
    if (fault.cut === 'after') carryOut()
    response.destroy()
    return
  }
  const answer = carryOut()
  await new Promise(resolve => setTimeout(resolve, fault.hangMs).unref())
  json(response, ...answer)
}

function callOf(request: IncomingMessage, url: URL, text: string): ConnectorCall | undefined {
  const [, conversation = '', activity] = /\/v3\/conversations(?:\/([^/]+)\/activities(?:\/([^/]+))?)?$/.exec(url.pathname) ?? []
  const kind = kindOf(request.method ?? '', url.pathname, conversation, activity)
  if (kind === undefined) return undefined
  const authorization = request.headers.authorization ?? ''
  return { kind, conversation: decodeURIComponent(conversation), body: objectIn(text), authorization, at: performance.now() }
}

function kindOf(method: string, path: string, conversation: string, activity: string | undefined): CallKind | undefined {
  if (path === '/keys') return 'keys'
  if (path === '/token') return 'token'
  if (method === 'PUT' && activity !== undefined) return 'update'
  if (method !== 'POST' || !path.includes('/v3/conversations')) return undefined
  return conversation === '' ? 'create' : 'post'
}

function chatIdOf(body: Record<string, unknown>): string {
  const { members } = body
  const first: unknown = Array.isArray(members) ? members[0] : undefined
  return `a:chat-${typeof first === 'object' && first !== null && 'id' in first ? String(first.id) : ''}`
}

function cardIn({ attachments }: Record<string, unknown>): CardNode {
  const first: unknown = Array.isArray(attachments) ? attachments[0] : undefined
  return isNode(first) && isNode(first.content) ? first.content : {}
}

export function isNode(value: unknown): value is CardNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function baseOf(conversation: string): string {
  return conversation.split(';', 1)[0] ?? conversation
}

function objectIn(text: string): Record<string, unknown> {
  const value: unknown = text === '' ? {} : JSON.parse(text)
  return isNode(value) ? value : {}
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

function json(response: ServerResponse, status: number, body: object): void {
  response.statusCode = status
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(body))
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise<void>(resolve => server.close(() => resolve()))
}
