import { afterAll, beforeAll, expect } from '@jest/globals'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { type Clients, connectClients } from './clients.ts'
import type { Exchange } from './exchange.ts'
import { judgeExchange, type Recorder, recordAndJudge } from './record.ts'

interface Standing {
  simulator: Simulator
  recorder: Recorder
  clients: Clients
  subscription: string
}

interface Stage {
  /** What stands on it once the tests run. */
  on(): Standing
  /** Sends what no client has a method for. */
  raw(method: string, path: string, version: string, body?: object, token?: string): Promise<Response>
}

/** The official clients, as the admin, before a simulator whose clock stands still; all that is said is recorded. */
export function openStage(): Stage {
  let standing: Standing | undefined

  beforeAll(async () => {
    const start = new Date('2026-03-02T09:00:00Z')
    const simulator = await startSimulator({ now: () => start })
    const recorder = await recordAndJudge(simulator.origin)
    const [subscription = ''] = simulator.subscriptionIds
    standing = {
      simulator,
      recorder,
      subscription,
      clients: connectClients(recorder.origin, simulator.tokens.admin, subscription),
    }
  })

  afterAll(async () => {
    await standing?.recorder.stop()
    await standing?.simulator.stop()
  })

  function on(): Standing {
    if (standing === undefined) throw new Error('not started')
    return standing
  }

  return {
    on,
    async raw(method, path, version, body, token = on().simulator.tokens.admin) {
      return await fetch(`${on().recorder.origin}${path}?api-version=${version}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    },
  }
}

/** 200, or the status of the refusal. */
export async function status(work: Promise<unknown>): Promise<number> {
  try {
    await work
    return 200
  } catch (error) {
    return typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 0
  }
}

export function spoil(what: string | RegExp, by: string): (exchange: Exchange) => Exchange {
  return exchange => ({ ...exchange, answer: exchange.answer.replace(what, by) })
}

/** A recorded exchange is judged well as it is, and badly with one thing changed. */
export async function expectComplaint(
  { on }: Stage,
  part: RegExp,
  method: string,
  mutate: (exchange: Exchange) => Exchange,
  complaint: RegExp,
): Promise<void> {
  const exchange = on().recorder.exchanges.find(one => one.method === method && one.status < 300 && part.test(one.url))
  if (exchange === undefined) throw new Error(`no exchange like ${part}`)
  expect(await judgeExchange(exchange)).toEqual([])
  const mutated = mutate(exchange)
  expect(mutated).not.toEqual(exchange)
  expect((await judgeExchange(mutated)).map(({ what }) => what).join('\n')).toMatch(complaint)
}
