import { expect, test } from '@jest/globals'
import type { FaultKind } from '../../src/simulator/faults.ts'
import { ask, simulate, subscriptionOf } from './ground.ts'

test.each<[FaultKind, number, string | null]>([
  ['401', 401, null],
  ['403', 403, null],
  ['404', 404, null],
  ['409', 409, null],
  ['412', 412, null],
  ['429', 429, '1'],
  ['429-without-retry-after', 429, null],
  ['500', 500, null],
  ['502', 502, null],
  ['503', 503, '1'],
])('%s as often as asked, then no more', async (kind, status, retryAfter) => {
  const simulator = await simulate()
  simulator.faults([{ on: 'GET /subscriptions?', kind, times: 2 }])
  const answers = [1, 2, 3].map(() => ask(simulator, '/subscriptions', { version: '2022-12-01' }))
  const [first, ...rest] = await Promise.all(answers)
  const all = [first, ...rest].map(answer => answer?.status).sort()
  expect(all).toEqual([200, status, status])
  const spoilt = (await Promise.all(answers)).find(answer => answer.status === status)
  expect(spoilt?.headers.get('retry-after')).toBe(retryAfter)
})

test('a cut line, a late cut, half an answer, a link that never ends', async () => {
  const simulator = await simulate()
  const path = '/subscriptions'
  const get = () => ask(simulator, path, { version: '2022-12-01' })
  for (const kind of ['cut', 'cut-after'] as const) {
    simulator.faults([{ on: '*', kind, times: 1 }])
    await expect(get()).rejects.toThrow()
  }
  simulator.faults([{ on: path, kind: 'truncated', times: 1 }])
  const { text } = await get()
  expect(() => JSON.parse(text)).toThrow()
  simulator.faults([{ on: path, kind: 'endless-next-link', times: 1 }])
  expect((await get()).body().nextLink).toBe('https://management.azure.com/subscriptions?api-version=2022-12-01')
  expect((await get()).status).toBe(200)
})

test('a late cut comes after the work is done', async () => {
  const simulator = await simulate()
  const alert = simulator.fire({ resource: 'vm-web-01' })
  const path = `/subscriptions/${subscriptionOf(simulator)}/resourceGroups/rg-shop/providers/Microsoft.Security/locations/westeurope/alerts/${alert.name}/resolve`
  simulator.faults([{ on: '/resolve', kind: 'cut', times: 1 }])
  await expect(ask(simulator, path, { method: 'POST' })).rejects.toThrow()
  expect(alert.status).toBe('Active')
  simulator.faults([{ on: '/resolve', kind: 'cut-after', times: 1 }])
  await expect(ask(simulator, path, { method: 'POST' })).rejects.toThrow()
  expect(alert.status).toBe('Resolved')
})

test('a share of the requests', async () => {
  const simulator = await simulate()
  simulator.faults([{ on: '*', kind: '500', share: 0.5 }])
  const answers = await Promise.all(Array.from({ length: 60 }, () => ask(simulator, '/subscriptions', { version: '2022-12-01' })))
  const failed = answers.filter(({ status }) => status === 500).length
  expect(failed).toBeGreaterThan(10)
  expect(failed).toBeLessThan(50)
})

test('a slow answer comes when it was told to', async () => {
  const simulator = await simulate()
  simulator.faults([{ on: '*', kind: 'slow', slowMs: 50, times: 1 }])
  const begun = performance.now()
  expect((await ask(simulator, '/subscriptions', { version: '2022-12-01' })).status).toBe(200)
  expect(performance.now() - begun).toBeGreaterThanOrEqual(45)
})

test('a body beyond four megabytes is refused', async () => {
  const simulator = await simulate()
  const answer = await ask(simulator, '/subscriptions', { method: 'PUT', body: 'x'.repeat(5 * 1024 * 1024) })
  expect([answer.status, answer.code]).toEqual([413, 'RequestContentTooLarge'])
})
