import { createServer, type IncomingHttpHeaders } from 'node:http'
import { afterEach } from '@jest/globals'
import { z } from 'zod'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/simulator.ts'

const started: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map(stop => stop()))
})

const begin = new Date('2026-03-02T09:00:00Z')

/** A simulator whose clock stands still until a test moves it; stopped after the test. */
export async function simulate(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({ now: () => begin, ...options })
  started.push(simulator.stop)
  return simulator
}

export interface Asked {
  method?: string
  version?: string
  as?: keyof Simulator['tokens']
  /** Instead of a principal's token; empty: none. */
  token?: string
  body?: unknown
  query?: Record<string, string>
}

const ErrorBody = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.array(z.unknown()).optional() }),
})
const Body = z.record(z.string(), z.unknown())
const ListBody = z.object({
  value: z.array(z.looseObject({ id: z.string(), name: z.string() })),
  nextLink: z.string().optional(),
})

export interface Answer {
  status: number
  headers: Headers
  text: string
  code: string
  message: string
  /** The body of an answer that is none of an error. */
  body(): z.infer<typeof Body>
  list(): z.infer<typeof ListBody>
}

/** One request to the management API, as any program would send it. */
export async function ask(simulator: Simulator, path: string, asked: Asked = {}): Promise<Answer> {
  const { method = 'GET', version = '2021-11-01', as = 'admin', token = simulator.tokens[as], body, query = {} } = asked
  const search = new URLSearchParams({ ...(version !== '' && { 'api-version': version }), ...query })
  const response = await fetch(`${simulator.origin}${path}?${search}`, {
    method,
    headers: { ...(token !== '' && { authorization: `Bearer ${token}` }), 'content-type': 'application/json' },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const error = response.ok ? undefined : ErrorBody.parse(JSON.parse(text)).error
  return {
    status: response.status,
    headers: response.headers,
    text,
    code: error?.code ?? '',
    message: error?.message ?? '',
    body: () => Body.parse(JSON.parse(text)),
    list: () => ListBody.parse(JSON.parse(text)),
  }
}

export function subscriptionOf(simulator: Simulator): string {
  const [first = ''] = simulator.subscriptionIds
  return first
}

export function appId(simulator: Simulator, name: string, group = 'rg-soc'): string {
  return `/subscriptions/${subscriptionOf(simulator)}/resourceGroups/${group}/providers/Microsoft.Logic/workflows/${name}`
}

const logic = '2019-05-01'
const Callback = z.object({ value: z.string() })

export async function callbackOf(simulator: Simulator, name: string, group?: string): Promise<string> {
  const app = appId(simulator, name, group)
  const [trigger] = (await ask(simulator, `${app}/triggers`, { version: logic })).list().value
  const answer = await ask(simulator, `${app}/triggers/${trigger?.name}/listCallbackUrl`, { method: 'POST', version: logic })
  return Callback.parse(answer.body()).value
}

/** Posts to a callback address; the name of the run that began. */
export async function run(callback: string, body = '{"Severity":"High"}', headers: Record<string, string> = {}) {
  const response = await fetch(callback, { method: 'POST', headers, body })
  return { status: response.status, name: response.headers.get('x-ms-workflow-run-id') ?? '', headers: response.headers }
}

const RunBody = z.object({ properties: z.object({ status: z.string(), code: z.string().optional() }) })

export async function statusOfRun(simulator: Simulator, name: string, runName: string, group?: string): Promise<string> {
  const answer = await ask(simulator, `${appId(simulator, name, group)}/runs/${runName}`, { version: logic })
  return RunBody.parse(answer.body()).properties.status
}

export interface Received {
  headers: IncomingHttpHeaders
  body: string
}

/** Something that takes events; answers each with the next of the statuses, the last one for ever. */
export async function receiver(...statuses: number[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    request.setEncoding('utf8')
    for await (const chunk of request) body += chunk
    received.push({ headers: request.headers, body })
    response.writeHead(statuses[received.length - 1] ?? statuses.at(-1) ?? 202).end('{}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  started.push(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/api/events`, received }
}
