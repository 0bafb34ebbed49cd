import { expect, test } from '@jest/globals'
import { z } from 'zod'
import type { Simulator } from '../../src/simulator/simulator.ts'
import { appId, ask, callbackOf, run, simulate, statusOfRun } from './ground.ts'

const version = '2019-05-01'

test('Notify-SOC succeeds within three seconds, and the run carries the tracking id it was given', async () => {
  const simulator = await simulate()
  const callback = await callbackOf(simulator, 'Notify-SOC')
  const { status, name, headers } = await run(callback, '{}', { 'x-ms-client-tracking-id': 'mine-1' })
  expect([status, headers.get('x-ms-client-tracking-id'), headers.get('x-ms-workflow-name')]).toEqual([
    202,
    'mine-1',
    'Notify-SOC',
  ])
  expect(name).toMatch(/^0\d{28}CU\d\d$/)
  expect(await statusOfRun(simulator, 'Notify-SOC', name)).toBe('Running')
  simulator.advance(3000)
  expect(await statusOfRun(simulator, 'Notify-SOC', name)).toBe('Succeeded')
  const listed = await ask(simulator, `${appId(simulator, 'Notify-SOC')}/runs`, { version })
  expect(listed.text).toContain('"correlation":{"clientTrackingId":"mine-1"}')
})

test('Isolate-VM takes its time and fails now and then', async () => {
  const simulator = await simulate()
  const callback = await callbackOf(simulator, 'Isolate-VM')
  const names: string[] = []
  for (let count = 0; count < 8; count++) names.push((await run(callback)).name)
  simulator.advance(6000)
  expect(await Promise.all(names.map(name => statusOfRun(simulator, 'Isolate-VM', name)))).toEqual(names.map(() => 'Running'))
  simulator.advance(15_000)
  const ended = await Promise.all(names.map(name => statusOfRun(simulator, 'Isolate-VM', name)))
  expect(ended).toEqual(['Succeeded', 'Succeeded', 'Succeeded', 'Failed', 'Succeeded', 'Succeeded', 'Succeeded', 'Failed'])
  const actions = await ask(simulator, `${appId(simulator, 'Isolate-VM')}/runs/${names[3]}/actions`, { version })
  expect(actions.list().value.map(({ name, properties }) => [name, properties])).toEqual([
    ['Parse', expect.objectContaining({ status: 'Succeeded' })],
    [
      'Isolate',
      expect.objectContaining({ status: 'Failed', code: 'Conflict', error: expect.objectContaining({ code: 'Conflict' }) }),
    ],
    ['Send', expect.objectContaining({ status: 'Skipped' })],
  ])
})

test.each<[string, (url: URL) => void, Record<string, string>]>([
  ['no signature', url => url.searchParams.delete('sig'), {}],
  ['a wrong signature', url => url.searchParams.set('sig', 'x'.repeat(43)), {}],
  ['a later end than was signed', url => url.searchParams.set('se', '2030-01-01T00:00:00Z'), {}],
  ['a token beside the signature', () => undefined, { authorization: 'Bearer x' }],
])('%s is refused and starts nothing', async (_name, change, headers) => {
  const simulator = await simulate()
  const url = new URL(await callbackOf(simulator, 'Notify-SOC'))
  change(url)
  expect((await run(url.href, '{}', headers)).status).toBe(401)
  expect(simulator.state.runs.size).toBe(0)
})

test('an address can be made to end', async () => {
  const simulator = await simulate()
  const app = appId(simulator, 'Open-Ticket')
  const path = `${app}/triggers/manual/listCallbackUrl`
  const answer = await ask(simulator, path, { method: 'POST', version, body: { notAfter: '2026-03-02T10:00:00Z' } })
  const value = String(answer.body().value)
  expect((await run(value)).status).toBe(202)
  simulator.advance(3_600_001)
  expect((await run(value)).status).toBe(401)
})

test('a run without an event stumbles over it, as the button of the designer shows', async () => {
  const simulator = await simulate()
  const app = appId(simulator, 'Notify-SOC')
  const [trigger] = (await ask(simulator, `${app}/triggers`, { version })).list().value
  const begun = await ask(simulator, `${app}/triggers/${trigger?.name}/run`, { method: 'POST', version })
  const name = begun.headers.get('x-ms-workflow-run-id') ?? ''
  simulator.advance(3000)
  expect(await statusOfRun(simulator, 'Notify-SOC', name)).toBe('Failed')
  const actions = await ask(simulator, `${app}/runs/${name}/actions`, { version })
  expect(actions.text).toMatch(/InvalidTemplate.*'split' expects its first parameter to be of type string.*'Null'/)
})

test('runs are found by status and by when they began, newest first', async () => {
  const simulator = await simulate()
  const callback = await callbackOf(simulator, 'Notify-SOC')
  const first = await run(callback)
  simulator.advance(60_000)
  const second = await run(callback)
  const names = async (filter?: string) => {
    const answer = await ask(simulator, `${appId(simulator, 'Notify-SOC')}/runs`, {
      version,
      query: filter === undefined ? {} : { $filter: filter },
    })
    return answer.list().value.map(({ name }) => name)
  }
  expect(await names()).toEqual([second.name, first.name])
  expect(await names("Status eq 'Running'")).toEqual([second.name])
  expect(await names('StartTime ge 2026-03-02T09:00:30Z')).toEqual([second.name])
  expect(second.name < first.name).toBe(true)
})

test('secure parameters go in and never come out', async () => {
  const simulator = await simulate()
  const definition = { triggers: {}, actions: {}, parameters: { key: { type: 'SecureString' }, open: { type: 'String' } } }
  const parameters = { key: { value: 'hunter2' }, open: { value: 'yes' } }
  const body = { location: 'westeurope', properties: { definition, parameters } }
  const made = await ask(simulator, appId(simulator, 'With-Secret'), { method: 'PUT', version, body })
  expect(made.status).toBe(201)
  expect(made.text).toContain('yes')
  expect(made.text).not.toContain('hunter2')
})

const Triggered = z.object({
  properties: z.object({
    status: z.string(),
    trigger: z.object({ outputsLink: z.object({ uri: z.string(), contentSize: z.number() }) }),
  }),
})

async function triggeredBy(simulator: Simulator, app: string, name: string): Promise<{ uri: string; content: unknown }> {
  const answer = await ask(simulator, `${appId(simulator, app)}/runs/${name}`, { version })
  const { uri, contentSize } = Triggered.parse(answer.body()).properties.trigger.outputsLink
  const text = await (await fetch(uri)).text()
  expect(Buffer.byteLength(text)).toBe(contentSize)
  return { uri, content: JSON.parse(text) }
}

test('a run that a rule started tells which event it is about', async () => {
  const simulator = await simulate()
  const alert = simulator.fire({ resource: 'vm-web-01', type: 'VM_AmDisablementAndCodeExecution' })
  await simulator.settled()
  const [begun] = (await ask(simulator, `${appId(simulator, 'Notify-SOC')}/runs`, { version })).list().value
  const { uri, content } = await triggeredBy(simulator, 'Notify-SOC', begun?.name ?? '')
  expect(content).toMatchObject({
    headers: { 'Content-Type': 'application/json' },
    body: { SystemAlertId: alert.name, AlertDisplayName: alert.displayName },
  })
  expect((await fetch(uri.replace(/sig=./, 'sig=_'))).status).toBe(401)
  simulator.advance(5 * 3_600_000)
  expect((await fetch(uri)).status).toBe(401)
})

test('so does one that a person started', async () => {
  const simulator = await simulate()
  const { name } = await run(await callbackOf(simulator, 'Notify-SOC'), '{"Severity":"Low"}', {
    'x-ms-client-tracking-id': 'mine',
  })
  const { content } = await triggeredBy(simulator, 'Notify-SOC', name)
  expect(content).toMatchObject({ headers: { 'x-ms-client-tracking-id': 'mine' }, body: { Severity: 'Low' } })
})

test('runs wait for their turn, are skipped by a condition, or end because nobody answers', async () => {
  const simulator = await simulate()
  const rebuild = await callbackOf(simulator, 'Rebuild-Host')
  const first = await run(rebuild)
  const second = await run(rebuild)
  expect(await statusOfRun(simulator, 'Rebuild-Host', first.name)).toBe('Running')
  expect(await statusOfRun(simulator, 'Rebuild-Host', second.name)).toBe('Waiting')
  simulator.advance(12_000)
  expect(await statusOfRun(simulator, 'Rebuild-Host', first.name)).toBe('Succeeded')
  expect(await statusOfRun(simulator, 'Rebuild-Host', second.name)).toBe('Running')
  const page = await callbackOf(simulator, 'Page-On-Call')
  const quiet = await run(page, '{"Severity":"Low"}')
  const loud = await run(page, '{"Severity":"High"}')
  expect(await statusOfRun(simulator, 'Page-On-Call', quiet.name)).toBe('Skipped')
  expect(await statusOfRun(simulator, 'Page-On-Call', loud.name)).toBe('Running')
  const asked = await run(await callbackOf(simulator, 'Approve-Isolation'))
  simulator.advance(10_000)
  expect(await statusOfRun(simulator, 'Approve-Isolation', asked.name)).toBe('TimedOut')
})
