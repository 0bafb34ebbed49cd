import { expect, test } from '@jest/globals'
import { readArmId, scopePath } from '../../../src/azure/arm-id.ts'
import { cached } from '../../../src/azure/cached.ts'
import { cloudAt } from '../../../src/azure/cloud.ts'
import { connectAzure } from '../../../src/azure/connect.ts'
import { gate, inParallel } from '../../../src/azure/gate.ts'
import { createPortalLink } from '../../../src/azure/portal.ts'
import { pauseAfter, retryAfterMs } from '../../../src/azure/retry.ts'
import { stateOf } from '../../../src/azure/runs.ts'
import { toError } from '../../../src/azure/to-error.ts'
import { Problem } from '../../../src/errors.ts'
import { silent } from '../../../src/log.ts'

const subscription = '11111111-1111-4111-8111-111111111111'

test('reads ids of every level', () => {
  expect(readArmId(`/subscriptions/${subscription}/resourceGroups/a (b).ü/providers/Microsoft.Logic/workflows/x`)).toEqual({
    subscription,
    group: 'a (b).ü',
    type: 'microsoft.logic/workflows',
    names: ['x'],
  })
  expect(readArmId(`SUBSCRIPTIONS/${subscription}/providers/Microsoft.Security/Locations/centralus/alerts/1_2`).names).toEqual([
    'centralus',
    '1_2',
  ])
})

const badIds = [
  '',
  '/',
  'subscriptions/1',
  `subscriptions/${subscription}/resourceGroups/..`,
  `subscriptions/${subscription}/resourceGroups/a%2f`,
]
const worse = ['/x?y', '/x#y', '/x\\y', '/x\ny', '/../x', '//x', '/x/y'].map(
  rest => `subscriptions/${subscription}/providers/Microsoft.Logic/workflows${rest}`,
)
test.each([...badIds, ...worse])('refuses %j', id => {
  expect(() => readArmId(id)).toThrow(Problem)
})

test('a scope is ready for an address', () => {
  expect(scopePath('/subscriptions/1/resourceGroups/a b/')).toBe('subscriptions/1/resourceGroups/a%20b')
  for (const scope of ['', 'x/y', 'subscriptions', 'subscriptions/..', 'subscriptions/a/../b', 'subscriptions/a?b'])
    expect(() => scopePath(scope)).toThrow(Problem)
})

test('only Azure over https and this machine over http', () => {
  expect(cloudAt('https://management.azure.com/').swap).toBeUndefined()
  expect(cloudAt('https://management.usgovcloudapi.net').portal).toBe('https://portal.azure.us')
  for (const local of ['http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1', 'http://127.255.0.9'])
    expect(cloudAt(local).swap?.href).toContain(local)
  for (const other of [
    '',
    'x',
    'http://management.azure.com',
    'https://127.0.0.1:1',
    'http://127.0.0.1.example.com',
    'http://198.51.100.1',
    'https://example.com',
    'http://127.0.0.1@example.com',
  ])
    expect(() => cloudAt(other)).toThrow(Problem)
  const options = { armEndpoint: 'https://management.azure.com', token: 'x', log: silent, userAgent: 'x/1' }
  expect(() => connectAzure(options)).toThrow(/this machine only/)
})

test('portal links of the clouds', () => {
  const link = createPortalLink(cloudAt('https://management.chinacloudapi.cn'), () => 'tenant')
  expect(link('/subscriptions/1')).toBe('https://portal.azure.cn/#@tenant/resource/subscriptions/1')
  expect(createPortalLink(cloudAt('http://127.0.0.1:1'), () => undefined)('a/b')).toBe('https://portal.azure.com/#@/resource/a/b')
})

const headers = (values: Record<string, string>) => ({ get: (name: string) => values[name] })
const waitTable: [Record<string, string>, number | undefined][] = [
  [{}, undefined],
  [{ 'retry-after': '7' }, 7000],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '-3' }, undefined],
  [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' }, 9000],
  [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:00 GMT' }, 0],
  [{ 'retry-after': '7', 'retry-after-ms': '20' }, 20],
  [{ 'x-ms-retry-after-ms': '30' }, 30],
]
test.each(waitTable)('Retry-After %j is %s ms', (values, ms) => {
  expect(retryAfterMs(headers(values), Date.parse('2026-01-01T00:00:00Z'))).toBe(ms)
})

test('pauses grow, spread, and end where trying again is useless', () => {
  const cut = Object.assign(new Error('socket hang up'), { name: 'RestError' })
  expect([1, 2, 3].map(attempt => pauseAfter({ error: cut }, attempt, 1))).toEqual([500, 1000, 2000])
  expect(pauseAfter({ error: cut }, 1, 0)).toBe(250)
  expect(pauseAfter({ error: Object.assign(new Error('x'), { name: 'AbortError' }) }, 1, 1)).toBeUndefined()
  expect(pauseAfter({ error: new Problem('AzureRefused') }, 1, 1)).toBeUndefined()
})

function named(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more })
}
const errorTable: [string, unknown, string, RegExp][] = [
  ['abort', named('AbortError', 'aborted'), 'AzureUnavailable', /in time/],
  [
    'no sign-in',
    named('CredentialUnavailableError', 'EnvironmentCredential is unavailable'),
    'AzureRefused',
    /no sign-in.*Environment/,
  ],
  ['no sign-in, many ways', named('AggregateAuthenticationError', 'ChainedTokenCredential failed'), 'AzureRefused', /no sign-in/],
  ['long-running', new Error('The long-running operation has failed. X. Text.'), 'AzureRefused', /X\. Text/],
  [
    'validation in the client',
    new Error('"resourceGroupName" with value "?" should satisfy the constraint'),
    'AzureRefused',
    /constraint/,
  ],
  ['no connection', named('RestError', 'connect ECONNREFUSED', { code: 'ECONNREFUSED' }), 'AzureUnavailable', /ECONNREFUSED/],
  [
    'newer client',
    named('RestError', 'Pagination failed with unexpected statusCode 403', { statusCode: 403, code: 'AuthorizationFailed' }),
    'Forbidden',
    /itself.*AuthorizationFailed\.$/,
  ],
  ['a fault of ours', new TypeError('x is not a function'), 'Internal', /went wrong here/],
  ['no error at all', 'text?sig=abc', 'Internal', /went wrong here/],
  ['nothing', undefined, 'Internal', /went wrong here/],
]
test.each(errorTable)('toError: %s', (_, thrown, code, text) => {
  const problem = toError(thrown)
  expect(problem.code).toBe(code)
  expect(problem.message).toMatch(text)
  expect(String(problem.cause ?? '')).not.toContain('abc')
})

test('a Problem stays what it is', () => {
  const problem = new Problem('Locked')
  expect(toError(problem)).toBe(problem)
})

test('run states of Azure', () => {
  const states = [
    'Waiting',
    'Running',
    'Paused',
    'Succeeded',
    'Failed',
    'Faulted',
    'TimedOut',
    'Cancelled',
    'Aborted',
    'Skipped',
    'Fresh',
    undefined,
  ]
  expect(states.map(stateOf)).toEqual([
    'queued',
    'running',
    'running',
    'succeeded',
    'failed',
    'failed',
    'failed',
    'cancelled',
    'cancelled',
    'cancelled',
    'running',
    'running',
  ])
})

test('what is kept is shared, ends, and never holds a failure', async () => {
  let now = 0
  let loads = 0
  const kept = cached<number>(
    10,
    () => now,
    async key => {
      loads += 1
      if (key === 'bad') throw new Error('no')
      return loads
    },
    2,
  )
  expect(await Promise.all([kept.get('a'), kept.get('a')])).toEqual([1, 1])
  now = 10
  expect(await kept.get('a')).toBe(2)
  await expect(kept.get('bad')).rejects.toThrow('no')
  await expect(kept.get('bad')).rejects.toThrow('no')
  expect(loads).toBe(4)
  await kept.get('b')
  await kept.get('c')
  expect(await kept.get('a')).toBe(7)
})

test('at most so many at once, all of them, in order; a failure frees its place', async () => {
  let running = 0
  let most = 0
  const results = await inParallel([...Array(20).keys()], 3, async item => {
    running += 1
    most = Math.max(most, running)
    await new Promise(resolve => setImmediate(resolve))
    running -= 1
    return item * 2
  })
  expect(results).toEqual([...Array(20).keys()].map(item => item * 2))
  expect(most).toBe(3)
  const through = gate(1)
  await expect(through(async () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await through(async () => 1)).toBe(1)
})

test('a failure in parallel work begins nothing more', async () => {
  const begun: number[] = []
  const work = inParallel([1, 2, 3, 4, 5], 2, async item => {
    begun.push(item)
    await Promise.resolve()
    if (item === 1) throw new Error('one')
    return item
  })
  await expect(work).rejects.toThrow('one')
  await new Promise(resolve => setImmediate(resolve))
  expect(begun.length).toBeLessThan(5)
})
