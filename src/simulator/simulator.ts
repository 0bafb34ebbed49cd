import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { alerts } from './alerts.ts'
import { ArmError } from './arm-error.ts'
import { assessments, turn } from './assessments.ts'
import { automations, matching } from './automations.ts'
import { authorization, base } from './base.ts'
import type { Reply } from './call.ts'
import { compliance } from './compliance.ts'
import { createDice } from './dice.ts'
import { createFaults, type Fault, failingOf } from './faults.ts'
import { judge } from './gateway.ts'
import { live } from './life.ts'
import { type Raise, raise } from './raise.ts'
import { invoke, runs } from './runs.ts'
import { createState, people, tenantId } from './seed.ts'
import type { Alert, Assessment, Automation, Emitted, RoleName, Run, State, Workflow } from './state.ts'
import { createThrottle } from './throttle.ts'
import { workflows } from './workflows.ts'

export interface SimulatorOptions {
  port?: number
  seed?: number
  /** Seconds between new events; 0: none by itself. */
  eventEveryS?: number
  now?: () => Date
  /** Answers take as long as Azure's, small scale. */
  latency?: boolean
  /** The product's `/api/events`; the seeded Send-… apps post there. */
  forwardTo?: string
  /** Pauses between attempts to deliver to a logic app, ms. */
  deliveryPausesMs?: number[]
}

export interface Simulator {
  origin: string
  tenantId: string
  subscriptionIds: string[]
  tokens: Record<RoleName, string>
  people: { role: RoleName; objectId: string; name: string }[]
  setForwardTo(url: string, key?: string): void
  fire(wish?: Raise): Alert
  changeAssessment(status: Assessment['status'], match?: (assessment: Assessment) => boolean): Assessment | undefined
  faults(faults: Fault[]): void
  /** What automations delivered so far. */
  deliveries(): Record<string, Automation['counts']>
  /** For tests that arrange things no API arranges. */
  state: State
  /** Resolves when no delivery is under way. */
  settled(): Promise<void>
  stop(): Promise<void>
}

const operations = [...base, ...authorization, ...alerts, ...assessments, ...compliance, ...automations, ...workflows, ...runs]
const maxBody = 4 * 1024 * 1024

/** A management API on loopback with a company behind it: any ARM client can use it; nothing in it knows the product. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { seed = 1, eventEveryS = 0, now = () => new Date(), latency = false, deliveryPausesMs = [1000, 4000, 10_000] } = options
  const dice = createDice(seed)
  const throttle = createThrottle(now)
  const faults = createFaults(dice.next)
  const underWay = new Set<Promise<void>>()
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((done, failed) => server.once('error', failed).listen(options.port ?? 0, '127.0.0.1', done))
  const address = server.address()
  const origin = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`
  const forward: State['forward'] = options.forwardTo === undefined ? {} : { to: options.forwardTo }
  const state = createState({ now, dice, origin, forward, emit })
  const stopLiving = live(state, eventEveryS)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(request)
    const fault = faults.strike(request.method ?? '', request.url ?? '')
    if (fault?.kind === 'cut') return void request.socket.destroy()
    if (fault?.kind === 'slow') await pause(60_000, undefined, { ref: false })
    if (latency) await pause(15 + dice.int(60))
    const reply = replyTo(request, text, fault)
    send(request, response, reply, fault?.kind === 'truncated')
  }

  function replyTo(request: IncomingMessage, text: string, fault: Fault | undefined): Reply {
    try {
      const failing = fault && failingOf(fault)
      if (failing !== undefined) throw new ArmError(failing.status, failing.code, failing.message, {}, failing.headers)
      const url = new URL(request.url ?? '/', origin)
      if (/^\/workflows\//.test(url.pathname))
        return invoke(state, called(request, url, text), (app, run) => track(forwardRun(app, run)))
      return judge(state, operations, throttle, {
        method: request.method ?? '',
        url: request.url ?? '/',
        headers: request.headers,
        text,
      })
    } catch (thrown) {
      const error =
        thrown instanceof ArmError ? thrown : new ArmError(500, 'InternalServerError', 'Encountered internal server error.')
      return { status: error.status, body: error.body(), headers: { ...error.headers, 'x-ms-failure-cause': 'gateway' } }
    }
  }

  function send(request: IncomingMessage, response: ServerResponse, { status, body, headers }: Reply, truncated: boolean): void {
    const id = dice.guid()
    const at = state
      .now()
      .toISOString()
      .replace(/[-:]|\.\d+/g, '')
    const json = body === undefined ? '' : JSON.stringify(body)
    response.writeHead(status, {
      ...(json !== '' && { 'content-type': 'application/json; charset=utf-8' }),
      'cache-control': 'no-cache',
      pragma: 'no-cache',
      expires: '-1',
      'x-ms-request-id': id,
      'x-ms-correlation-request-id': String(request.headers['x-ms-correlation-request-id'] ?? id),
      'x-ms-routing-request-id': `WESTEUROPE:${at}:${id}`,
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      ...throttle.remaining(people[0] ?? unknownCaller(), request.url ?? '', request.method ?? 'GET'),
      ...headers,
    })
    response.end(truncated ? json.slice(0, Math.floor(json.length / 2)) : json)
  }

  function track(work: Promise<void>): void {
    const tracked = work.finally(() => underWay.delete(tracked))
    underWay.add(tracked)
  }

  /** Azure's side of a rule: each match is one post to the stored address, tried again some times, then dropped and counted. */
  function emit(event: Emitted): void {
    for (const automation of matching(state, event)) {
      automation.counts.matches += 1
      track(deliver(automation, JSON.stringify(event.body)))
    }
  }

  async function deliver(automation: Automation, body: string): Promise<void> {
    for (const before of [0, ...deliveryPausesMs]) {
      if (before > 0) await pause(before, undefined, { ref: false })
      const outcome = await post(automation.uri ?? '', body, {})
      if (outcome === 'ok') {
        automation.counts.deliveries += 1
        return
      }
      automation.counts.lastError = outcome
    }
    automation.counts.failures += 1
  }

  async function forwardRun(app: Workflow, run: Run): Promise<void> {
    const key: Record<string, string> = forward.key === undefined ? {} : { 'x-api-key': forward.key }
    const outcome = forward.to === undefined ? 'no address is set' : await post(forward.to, run.body, key)
    if (outcome !== 'ok') {
      run.outcome = 'Failed'
      run.failure = { ...app.behaviour.failure, message: `${app.behaviour.failure.message} ${outcome}` }
    }
    run.ends = state.now()
  }

  return {
    origin,
    tenantId,
    subscriptionIds: state.subscriptions.filter(({ state: at }) => at === 'Enabled').map(({ id }) => id),
    tokens: {
      bot: tokenOf('bot'),
      analyst: tokenOf('analyst'),
      admin: tokenOf('admin'),
      stakeholder: tokenOf('stakeholder'),
      nobody: tokenOf('nobody'),
    },
    people: people.map(({ role, objectId, name }) => ({ role, objectId, name })),
    setForwardTo(url, key) {
      forward.to = url
      if (key !== undefined) forward.key = key
    },
    fire: wish => raise(state, wish),
    changeAssessment(status, match = () => true) {
      const found = [...state.assessments.values()].find(assessment => assessment.status !== status && match(assessment))
      if (found !== undefined) turn(state, found, status)
      return found
    },
    faults: faults.set,
    deliveries: () => Object.fromEntries([...state.automations.values()].map(({ name, counts }) => [name, { ...counts }])),
    state,
    async settled() {
      while (underWay.size > 0) await Promise.allSettled([...underWay])
    },
    async stop() {
      stopLiving()
      server.closeAllConnections()
      await new Promise<void>(done => server.close(() => done()))
    },
  }
}

function tokenOf(role: RoleName): string {
  return people.find(person => person.role === role)?.token ?? ''
}

function unknownCaller() {
  return { role: 'nobody', objectId: '', name: '', token: '' } as const
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size <= maxBody) chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString()
}

function called(request: IncomingMessage, url: URL, body: string) {
  const tracking = request.headers['x-ms-client-tracking-id']
  return {
    url,
    trackingId: typeof tracking === 'string' ? tracking : undefined,
    bearer: request.headers.authorization !== undefined,
    body,
  }
}

/** `ok`, or what went wrong in words. */
async function post(url: string, body: string, headers: Record<string, string>): Promise<string> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal: AbortSignal.timeout(15_000),
    })
    await response.arrayBuffer()
    return response.ok ? 'ok' : `answered ${response.status}`
  } catch (error) {
    return error instanceof Error ? error.message : 'failed'
  }
}
