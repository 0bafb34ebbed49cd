import { type Clock, createClock } from './clock.ts'
import { authorise } from './connection-kinds.ts'
import { control } from './control.ts'
import { createDelivery, type Delivery, type Forward } from './deliver.ts'
import { createDice, type Dice } from './dice.ts'
import { createDoor } from './door.ts'
import { createFaults, type Fault, type Faults } from './faults.ts'
import { perform, refusalOf } from './gateway.ts'
import { openKeeping } from './keeping.ts'
import { deprecate, replace } from './leaving.ts'
import { change, live } from './life.ts'
import { type Listening, listen } from './listener.ts'
import { operations } from './operations.ts'
import { people } from './people.ts'
import type { RoleName } from './principal.ts'
import { type Raise, raise } from './raise.ts'
import { createState, tenantId } from './seed.ts'
import type { Alert, Assessment, Automation, Denial, Lock, State } from './state.ts'
import { production, staging } from './subscriptions.ts'
import { createThrottle, type Throttle } from './throttle.ts'
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
  /** A file in which the company outlives the simulator; without one every start begins from the seed. */
  keptIn?: string
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
  /** Signs in to the API connections of this name or id, or takes the sign-in away; how many there are. */
  authorise(connection: string, authorised?: boolean): number
  /** A new alert, told to the automations. */
  fire(wish?: Raise): Alert
  /** A new status for the first assessment that fits and has another. */
  changeAssessment(status: Assessment['status'], match?: (assessment: Assessment) => boolean): Assessment | undefined
  /** The resource is gone or the recommendation was withdrawn; told as a deletion. */
  withdraw(match: (assessment: Assessment) => boolean): Assessment | undefined
  /** Defender says when a recommendation goes (`MM/YYYY`), or takes it back; false when there is none of that key. */
  deprecate(key: string, month?: string): boolean
  /** A recommendation is replaced: it is gone from the metadata and its assessments are withdrawn. */
  replace(key: string): boolean
  now(): Date
  /** Puts the clock forward; what falls due on the way happens. */
  advance(ms: number): void
  setClock(time: Date): void
  /** Replaces what goes wrong on purpose. */
  faults(faults: Fault[]): void
  /** Replaces what is locked: writes there, or deletions, are refused as ScopeLocked. */
  locks(locks: Lock[]): void
  /** Replaces what policies deny: writes there are refused as RequestDisallowedByPolicy. */
  denials(denials: Denial[]): void
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
  if (!/^(127(\.\d+){3}|localhost|::1)$/.test(host)) throw new Error(`the simulator listens on loopback only, not on ${host}`)
  const machine = createMachine(options)
  const { clock, noise, faults, delivery } = machine
  const report = (error: unknown) => options.log?.error({ error }, 'simulator: something failed')
  const door = createDoor(
    machine,
    (...asked) => (options.control ? control(simulator, ...asked) : undefined),
    () => state,
  )
  const keeping = options.keptIn === undefined ? undefined : openKeeping({ file: options.keptIn, seed, log: options.log })
  const answer: Listening['answer'] = async (request, text) => {
    if (request.method !== 'GET') keeping?.touch(state)
    return door.answer(request, text)
  }
  const server = await listen({ ...door, answer, faults, noise, latency, report }, options.port ?? 0, host)
  const address = server.address()
  const origin = `http://${host === '::1' ? '[::1]' : host}:${typeof address === 'object' ? (address?.port ?? 0) : 0}`
  const state = create()
  const isKnown = await keeping?.restore(state)
  live(state, eventEveryS, isKnown ? 'known' : 'new')

  function create(): State {
    const emit: State['emit'] = event => {
      keeping?.touch(state)
      delivery.emit(state, event)
    }
    const carryOut: State['carryOut'] = (app, run) => delivery.carryOut(state, app, run)
    const within: Pick<State, 'perform' | 'refusal'> = {
      perform: asked => perform(state, operations, asked),
      refusal: asked => refusalOf(state, operations, asked),
    }
    return createState({ clock, dice: createDice(seed), noise, emit, carryOut, ...within, origin, pageSize, lags: latency })
  }

  const simulator: Simulator = {
    ...identities(),
    ...steering(machine, state),
    origin,
    state,
    reset() {
      clock.clear()
      faults.set([])
      Object.assign(state, create())
      live(state, eventEveryS, 'new')
    },
    async stop() {
      clock.clear()
      server.closeAllConnections()
      await new Promise<void>(done => server.close(() => done()))
      await delivery.settled()
      await keeping?.close(state)
    },
  }
  return simulator
}

interface Machine {
  clock: Clock
  noise: Dice
  faults: Faults
  throttle: Throttle
  forward: Forward
  delivery: Delivery
}

function createMachine({ seed = 1, now = () => new Date(), forwardTo, forwardKey }: SimulatorOptions): Machine {
  const clock = createClock(now)
  const noise = createDice(seed + 1)
  const forward: Forward = {
    ...(forwardTo !== undefined && { to: forwardTo }),
    ...(forwardKey !== undefined && { key: forwardKey }),
  }
  const delivery = createDelivery(clock, forward)
  return { clock, noise, faults: createFaults(noise.next), throttle: createThrottle(clock.now), forward, delivery }
}

/** What the simulator may be told from inside this process. */
function steering({ clock, faults, forward, delivery }: Machine, state: State) {
  return {
    setForwardTo(url: string, key?: string) {
      forward.to = url
      if (key !== undefined) forward.key = key
    },
    fire: (wish?: Raise) => raise(state, wish),
    changeAssessment: (status: Assessment['status'], match: (assessment: Assessment) => boolean = () => true) =>
      change(state, status, match),
    withdraw(match: (assessment: Assessment) => boolean) {
      const found = [...state.assessments.values()].find(match)
      if (found !== undefined) withdraw(state, found)
      return found
    },
    authorise: (connection: string, authorised = true) => authorise(state, connection, authorised),
    deprecate: (key: string, month?: string) => deprecate(state, key, month),
    replace: (key: string) => replace(state, key),
    now: clock.now,
    advance: clock.advance,
    setClock: clock.set,
    faults: faults.set,
    locks(locks: Lock[]) {
      state.locks = locks
    },
    denials(denials: Denial[]) {
      state.denials = denials
    },
    deliveries: () => Object.fromEntries([...state.automations.values()].map(({ name, counts }) => [name, { ...counts }])),
    settled: delivery.settled,
  }
}

function identities(): Pick<Simulator, 'tenantId' | 'subscriptionIds' | 'tokens' | 'people'> {
  const of = (role: RoleName) => people.find(person => person.role === role)?.token ?? ''
  const tokens = {
    bot: of('bot'),
    analyst: of('analyst'),
    admin: of('admin'),
    stakeholder: of('stakeholder'),
    nobody: of('nobody'),
  }
  const known = people.map(({ role, objectId, name }) => ({ role, objectId, name }))
  return { tenantId, subscriptionIds: [production, staging], tokens, people: known }
}
