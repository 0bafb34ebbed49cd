import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Simulator } from '../../src/simulator/simulator.ts'
import { ask, callbackOf, receiver, run, simulate, statusOfRun, subscriptionOf } from './ground.ts'
import { alertTemplate } from './templates.ts'

let folder: string
let keptIn: string
let count = 0
const said: string[] = []
const log = { error: (_: object, message: string) => void said.push(message) }
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kept-'))
})
beforeEach(() => {
  keptIn = join(folder, `company-${++count}`, 'azure')
  said.length = 0
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const statuses = ({ state }: Simulator) => [...state.alerts.values()].map(({ name, at, status }) => ({ name, at, status }))

test('the company goes on as it was, and its rules start what they started, wherever it listens now', async () => {
  const { url, received } = await receiver(202, 202)
  const first = await simulate({ keptIn, forwardTo: url, log })
  const { name } = first.fire({ resource: 'vm-web-01' })
  await first.settled()
  await first.stop()
  const second = await simulate({ keptIn, forwardTo: url, log })
  expect(second.origin).not.toBe(first.origin)
  expect(statuses(second)).toEqual(statuses(first))
  expect(second.state.alerts.has(name.toLowerCase())).toBe(true)
  expect([second.state.roleAssignments, second.state.workflows]).toEqual([first.state.roleAssignments, first.state.workflows])
  second.fire({ resource: 'vm-web-01' })
  await second.settled()
  expect(received).toHaveLength(2)
  expect(second.deliveries()['Alerts-To-ChatOps']).toEqual({ matches: 2, deliveries: 2, failures: 0 })
  expect(said).toEqual([])
})

test('what was under way is over: a real call was cut, a deployment failed; a run that only takes its time goes on', async () => {
  const first = await simulate({ keptIn, log })
  const lasting = await run(await callbackOf(first, 'Notify-SOC'))
  first.setForwardTo('http://127.0.0.1:9/')
  first.fire({ resource: 'vm-web-01' })
  const deployment = `/subscriptions/${subscriptionOf(first)}/resourceGroups/rg-soc/providers/Microsoft.Resources/deployments/begun`
  const version = '2025-04-01'
  const body = { properties: { mode: 'Incremental', template: alertTemplate(), parameters: { app: { value: 'Begun' } } } }
  expect((await ask(first, deployment, { method: 'PUT', version, body, as: 'admin' })).status).toBe(201)
  await first.stop()
  const second = await simulate({ keptIn, log })
  expect(await statusOfRun(second, 'Notify-SOC', lasting.name)).toBe('Running')
  const forwarded = [...second.state.runs.values()].flat().filter(({ plan }) => plan === undefined)
  expect(forwarded.map(({ cancelled }) => cancelled !== undefined)).toEqual([true])
  const answer = (await ask(second, deployment, { version })).body()
  expect(answer).toMatchObject({ properties: { provisioningState: 'Failed', error: { code: 'InternalServerError' } } })
})

test('it is kept while it lives: what a dead process leaves is at most a moment old, and only its owner can read it', async () => {
  const first = await simulate({ keptIn, log })
  const { name } = first.fire()
  const holds = async () => (await readFile(keptIn).catch(() => Buffer.of())).includes(name)
  for (const end = Date.now() + 10_000; !(await holds()) && Date.now() < end; ) await new Promise(done => setTimeout(done, 50))
  expect(await holds()).toBe(true)
  expect((await stat(keptIn)).mode & 0o777).toBe(0o600)
  const second = await simulate({ keptIn, log })
  expect(second.state.alerts.has(name.toLowerCase())).toBe(true)
})

test('one that changed nothing leaves what is kept as another left it meanwhile', async () => {
  await (await simulate({ keptIn, log })).stop()
  const second = await simulate({ keptIn, log })
  const first = await simulate({ keptIn, log })
  const { name } = first.fire()
  await first.stop()
  await second.stop()
  expect((await simulate({ keptIn, log })).state.alerts.has(name.toLowerCase())).toBe(true)
})

test('another seed is another company; a file that is none, or of another format, is told and begun anew', async () => {
  const first = await simulate({ keptIn, log })
  const { name } = first.fire()
  await first.stop()
  expect((await simulate({ keptIn: join(folder, 'none', 'azure'), log })).state.alerts.has(name.toLowerCase())).toBe(false)
  expect((await simulate({ keptIn, seed: 2, log })).state.alerts.has(name.toLowerCase())).toBe(false)
  expect(said).toEqual([])
  await writeFile(keptIn, 'x')
  const anew = await simulate({ keptIn, log })
  expect(anew.state.alerts.has(name.toLowerCase())).toBe(false)
  expect(anew.state.alerts.size).toBeGreaterThan(0)
  expect(said).toEqual(['what was kept of the simulated Azure can not be read: it begins anew'])
})

test('where it can not be kept it lives all the same, and says so', async () => {
  await writeFile(join(folder, 'file'), '')
  const simulator = await simulate({ keptIn: join(folder, 'file', 'azure'), log })
  simulator.fire()
  await simulator.stop()
  expect(said).toContain('the simulated Azure could not be kept')
})
