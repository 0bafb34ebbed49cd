import { afterAll, beforeAll, beforeEach } from '@jest/globals'
import { z } from 'zod'
import { type ConnectOptions, connectAzure } from '../../src/azure/connect.ts'
import { Problem } from '../../src/errors.ts'
import { createLog } from '../../src/log.ts'
import type { LogicApp } from '../../src/model/logic-app.ts'
import type { Azure } from '../../src/ports.ts'
import { type Fault, type FaultyProxy, startProxy } from '../fakes/proxy.ts'

/** A management API to judge the port against. */
export interface Ground {
  origin: string
  token: string
  tenantId: string
  /** The one that holds what the names below say. */
  subscription: string
  /** Entra object ids. */
  people: Record<'analyst' | 'admin' | 'stakeholder' | 'nobody', string>
  /** Names of apps: its runs fail; disabled. Both have the alert trigger. */
  failingApp: string
  disabledApp: string
  /** What the failed run's error must say. */
  failure: RegExp
  /** How many pages of alerts there are at least. */
  alertPages: number
  /** Person, action, name of the app it is asked on (the subscription when empty), whether it is missing. */
  rights: [keyof Ground['people'], string, string, boolean][]
  stop(): Promise<void>
}

export interface Bench {
  ground: Ground
  proxy: FaultyProxy
  azure: Azure
  /** Pauses that the port asked for, ms. */
  waits: number[]
  /** Everything that was logged. */
  lines: string[]
  connect(more?: Partial<ConnectOptions>): Azure
  app(name: string): Promise<LogicApp>
}

/** One server and one recording proxy for a suite; a fresh connection for every test. */
export function bench(start: () => Promise<Ground>): () => Bench {
  let made: Bench | undefined
  const get = () => {
    if (made === undefined) throw new Error('not started')
    return made
  }
  beforeAll(async () => {
    const ground = await start()
    made = createBench(ground, await startProxy(ground.origin))
  })
  beforeEach(() => {
    const current = get()
    current.proxy.reset()
    current.waits.length = 0
    current.lines.length = 0
    current.azure = current.connect()
  })
  afterAll(async () => {
    await made?.proxy.stop()
    await made?.ground.stop()
  })
  return get
}

function createBench(ground: Ground, proxy: FaultyProxy): Bench {
  const waits: number[] = []
  const lines: string[] = []
  const log = createLog('debug', line => void lines.push(line))
  const wait = async (ms: number) => void waits.push(ms)
  const options = {
    armEndpoint: proxy.origin,
    token: ground.token,
    tenantId: ground.tenantId,
    log,
    userAgent: 'defender-chatops/test',
    wait,
  }
  const connect = (more: Partial<ConnectOptions> = {}) => connectAzure({ ...options, ...more })
  const made: Bench = {
    ground,
    proxy,
    azure: connect(),
    waits,
    lines,
    connect,
    async app(name) {
      const app = (await made.azure.logicApps.list()).find(one => one.name === name)
      if (app === undefined) throw new Error(`no app ${name}`)
      return app
    },
  }
  return made
}

export async function problem(work: Promise<unknown>): Promise<Problem> {
  try {
    await work
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown
    throw thrown
  }
  throw new Error('it did not fail')
}

export async function all(pages: AsyncIterable<string[]>): Promise<string[]> {
  const items: string[] = []
  for await (const page of pages) items.push(...page)
  return items
}

const Item = z.object({
  id: z.string(),
  properties: z.looseObject({ metadata: z.object({ severity: z.string() }).optional() }),
})

export function read(item: string): z.infer<typeof Item> {
  return Item.parse(JSON.parse(item))
}

/** Puts one more subscription into the list. */
export function withSubscription(id: string, state: string, tenantId: string): Fault {
  const extra = JSON.stringify({ id: `/subscriptions/${id}`, subscriptionId: id, displayName: 'Extra', tenantId, state })
  return { path: /\/subscriptions\?/, rewrite: body => body.replace(/"value"\s*:\s*\[/, start => `${start}${extra},`) }
}

/** Polls until `find` finds; for what happens in the server's own time. */
export async function until<Found>(find: () => Promise<Found | undefined>, withinMs = 10_000): Promise<Found> {
  const end = Date.now() + withinMs
  while (Date.now() < end) {
    const found = await find()
    if (found !== undefined) return found
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  throw new Error('it did not happen in time')
}
