import type { IncomingMessage } from 'node:http'
import type { Reply } from './call.ts'
import { createClock } from './clock.ts'
import { control } from './control.ts'
import { createDelivery, type Forward } from './deliver.ts'
import { createDice } from './dice.ts'
import { createFaults, type Fault } from './faults.ts'
import { callerOf, judge } from './gateway.ts'
import { change, live } from './life.ts'
import { listen } from './listener.ts'
import { operations } from './operations.ts'
import { people } from './people.ts'
import { type Raise, raise } from './raise.ts'
import { contents } from './runs.ts'
import { createState, tenantId } from './seed.ts'
import type { Alert, Assessment, Automation, RoleName, State } from './state.ts'
import { createThrottle } from './throttle.ts'
import { invoke } from './triggers.ts'
import { withdraw } from './turn.ts'

export interface SimulatorOptions {
  /** 0 picks a free one. */
  port?: number
  /** A loopback address. */
  host?: string
  seed?: number
  /** Seconds between new events; 0: none by itself. */
  eventEveryS?: number
  /** The time that the simulator's clock starts from and runs with. */
  now?: () => Date
  /** Answers take time, lists and new roles lag behind writes, as in Azure on a small scale. */
  latency?: boolean
  /** Items on a page of a list. */
  pageSize?: number
  /** The product's `/api/events`, and its key; the seeded Send-… apps post there. */
  forwardTo?: string
  forwardKey?: string
  /** Opens `/_simulator`, by which other programs arrange things. */
  control?: boolean
  log?: { error(fields: object, message: string): void }
}

export interface Simulator {
  origin: string
  tenantId: string
  /** The enabled ones. */
  subscriptionIds: string[]
  tokens: Record<RoleName, string>
  people: { role: RoleName; objectId: string; name: string }[]
  setForwardTo(url: string, key?: string): void
  /** A new alert, told to the automations. */
  fire(wish?: Raise): Alert
  /** A new status for the first assessment that fits and has another. */
  changeAssessment(status: Assessment['status'], match?: (assessment: Assessment) => boolean): Assessment | undefined
  /** The resource is gone or the recommendation was withdrawn; told as a deletion. */
  withdraw(match: (assessment: Assessment) => boolean): Assessment | undefined
  now(): Date
  /** Puts the clock forward; what falls due on the way happens. */
  advance(ms: number): void
  setClock(time: Date): void
  /** Replaces what goes wrong on purpose. */
  faults(faults: Fault[]): void
  /** What automations delivered so far, by their names. */
  deliveries(): Record<string, Automation['counts']>
  /** Back to the seed, at the present time. */
  reset(): void
  /** For tests that arrange things no API arranges. */
  state: State
  /** Resolves when no delivery is under way. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/** A management API on loopback with a company behind it: any ARM client can use it; nothing in it knows the product. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { seed = 1, eventEveryS = 0, latency = false, pageSize = 100, host = '127.0.0.1' } = options
  const clock = createClock(options.now ?? (() => new Date()))
  const noise = createDice(seed + 1)
  const forward: Forward = {
    ...(options.forwardTo !== undefined && { to: options.forwardTo }),
    ...(options.forwardKey !== undefined && { key: options.forwardKey }),
  }
  const { emit, carryOut, settled } = createDelivery(clock, forward)
  const faults = createFaults(noise.next)
  const throttle = createThrottle(clock.now)
  const report = (error: unknown) => options.log?.error({ error }, 'simulator: something failed')

  const server = await listen({ answer, headers, faults, noise, latency, report }, options.port ?? 0, host)
  const address = server.address()
  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${typeof address === 'object' ? (address?.port ?? 0) : 0}`
  const state = begin()
  live(state, eventEveryS)

  function begin(): State {
    const tell: State['emit'] = event => emit(state, event)
    return createState({ clock, dice: createDice(seed), noise, emit: tell, carryOut, origin, pageSize, lags: latency })
  }

  async function answer(request: IncomingMessage, text: string): Promise<Reply> {
    const { method = 'GET', url = '/', headers: sent } = request
    const { pathname } = new URL(url, origin)
    if (pathname.startsWith('/workflows/')) return invoke(state, called(request, new URL(url, origin), text))
    if (pathname.startsWith('/contents/')) return contents(state, pathname)
    if (options.control && pathname.startsWith('/_simulator')) return control(simulator, method, pathname, text)
    return judge(state, operations, throttle, { method, url, headers: sent, text })
  }

  function headers({ method = 'GET', url = '/', headers: sent }: IncomingMessage): Record<string, string> {
    const { pathname } = new URL(url, origin)
    const counter = throttle.counter(callerOf(state, sent.authorization), pathname, method)
    return { ...azureHeaders(noise.guid(), clock.now(), sent['x-ms-correlation-request-id']), ...counter }
  }

  function reset(): void {
    clock.clear()
    faults.set([])
    Object.assign(state, begin())
    live(state, eventEveryS)
  }

  const simulator: Simulator = {
    origin,
    tenantId,
    subscriptionIds: state.subscriptions.filter(({ state: at }) => at === 'Enabled').map(({ id }) => id),
    tokens: tokens(),
    people: people.map(({ role, objectId, name }) => ({ role, objectId, name })),
    setForwardTo(url, key) {
      forward.to = url
      if (key !== undefined) forward.key = key
    },
    fire: wish => raise(state, wish),
    changeAssessment: (status, match = () => true) => change(state, status, match),
    withdraw(match) {
      const found = [...state.assessments.values()].find(match)
      if (found !== undefined) withdraw(state, found)
      return found
    },
    now: clock.now,
    advance: clock.advance,
    setClock: clock.set,
    faults: faults.set,
    deliveries: () => countsOf(state),
    reset,
    state,
    settled,
    async stop() {
      clock.clear()
      server.closeAllConnections()
      await new Promise<void>(done => server.close(() => done()))
      await settled()
    },
  }
  return simulator
}

function azureHeaders(id: string, now: Date, correlation: string | string[] | undefined): Record<string, string> {
  return {
    'cache-control': 'no-cache',
    pragma: 'no-cache',
    expires: '-1',
    'x-ms-request-id': id,
    'x-ms-correlation-request-id': typeof correlation === 'string' ? correlation : id,
    'x-ms-routing-request-id': `WESTEUROPE:${now.toISOString().replace(/[-:]|\.\d+/g, '')}:${id}`,
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff',
  }
}

function tokens(): Record<RoleName, string> {
  const of = (role: RoleName) => people.find(person => person.role === role)?.token ?? ''
  return { bot: of('bot'), analyst: of('analyst'), admin: of('admin'), stakeholder: of('stakeholder'), nobody: of('nobody') }
}

function countsOf({ automations }: State): Record<string, Automation['counts']> {
  return Object.fromEntries([...automations.values()].map(({ name, counts }) => [name, { ...counts }]))
}

function called({ headers }: IncomingMessage, url: URL, body: string) {
  const tracking = headers['x-ms-client-tracking-id']
  const trackingId = typeof tracking === 'string' ? tracking : undefined
  return { url, trackingId, bearer: headers.authorization !== undefined, body }
}
