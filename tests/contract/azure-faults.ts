import { describe, expect, test } from '@jest/globals'
import type { ProblemCode } from '../../src/errors.ts'
import { triggerFor } from '../../src/model/logic-app.ts'
import type { Fault } from '../fakes/proxy.ts'
import { all, type Bench, bench, type Ground, problem, read, until, withSubscription } from './azure-bench.ts'
import { draftOn } from './azure-rules.ts'

/** What goes wrong between us and Azure, put there by the proxy. */
export function azureFaults(name: string, start: () => Promise<Ground>): void {
  describe(name, () => {
    const at = bench(start)
    describe('reads', () => readTests(at))
    describe('effects', () => effectTests(at))
    describe('hostile answers', () => hostileTests(at))
  })
}

function answer(status: number, code: string, headers: Record<string, string> = {}): NonNullable<Fault['answer']> {
  const body = JSON.stringify({ error: { code, message: `Text of ${code}.` } })
  return {
    status,
    body,
    headers: { 'content-type': 'application/json', 'x-ms-correlation-request-id': 'correlation-1', ...headers },
  }
}

/** One way to read by raw path, one by an older client, one by a newer. */
const reads: [string, RegExp, (bench: Bench) => Promise<unknown>][] = [
  ['by path', /\/alerts\?/, ({ azure, ground }) => all(azure.listEvents(ground.subscription, 'alert'))],
  ['by client', /\/assessments\?/, ({ azure, ground }) => all(azure.listEvents(ground.subscription, 'recommendation'))],
  ['by newer client', /\/subscriptions\?/, ({ azure }) => azure.subscriptions()],
]

const passing: [string, Omit<Fault, 'path'>][] = [
  ['429 with Retry-After', { answer: answer(429, 'TooManyRequests', { 'retry-after': '7' }) }],
  ['429 without', { answer: answer(429, 'TooManyRequests') }],
  ['500', { answer: answer(500, 'InternalServerError') }],
  [
    '502 with a page of HTML',
    { answer: { status: 502, body: '<html>Bad gateway</html>', headers: { 'content-type': 'text/html' } } },
  ],
  ['503', { answer: answer(503, 'ServiceUnavailable', { 'retry-after': '3' }) }],
  ['a cut line', { cut: 'before' }],
  ['a line cut late', { cut: 'after' }],
]

const lasting: [string, Omit<Fault, 'path'>, ProblemCode, RegExp][] = [
  ['400', { answer: answer(400, 'BadRequest') }, 'AzureRefused', /BadRequest: Text of BadRequest\./],
  ['401', { answer: answer(401, 'ExpiredAuthenticationToken') }, 'AzureRefused', /sign-in.*ExpiredAuthenticationToken/],
  ['404', { answer: answer(404, 'SubscriptionNotFound') }, 'NotFound', /SubscriptionNotFound/],
  ['409', { answer: answer(409, 'MissingSubscriptionRegistration') }, 'Conflict', /MissingSubscriptionRegistration/],
  ['429', { answer: answer(429, 'SubscriptionRequestsThrottled') }, 'RateLimited', /SubscriptionRequestsThrottled/],
  ['500', { answer: answer(500, 'InternalServerError') }, 'AzureUnavailable', /InternalServerError/],
  ['503', { answer: answer(503, 'ServiceUnavailable') }, 'AzureUnavailable', /ServiceUnavailable/],
]

function readTests(at: () => Bench): void {
  describe.each(reads)('%s', (_, path, read) => {
    test.each(passing)('a passing fault is lived through: %s', async (_name, fault) => {
      const { proxy, waits } = at()
      proxy.spoil({ ...fault, path, times: 2 })
      await read(at())
      expect(waits.length).toBe(2)
      const told = Number(fault.answer?.headers?.['retry-after'] ?? 0) * 1000
      expect(waits.every(wait => (told > 0 ? wait === told : wait > 0 && wait <= 2000))).toBe(true)
    })

    test.each(lasting)('a lasting fault becomes a Problem: %s', async (name, fault, code, text) => {
      const { proxy } = at()
      proxy.spoil({ ...fault, path })
      const found = await problem(read(at()))
      expect(found).toMatchObject({ code, reference: 'correlation-1' })
      // The newer clients lose Azure's text on lists; the code stays.
      expect(found.message).toMatch(path.test('/subscriptions?') && name === '400' ? /BadRequest/ : text)
      const attempts = proxy.seen.filter(({ url }) => path.test(url)).length
      expect(attempts).toBe(['429', '500', '503'].includes(name) ? 4 : 1)
    })

    test('no answer and half an answer', async () => {
      const { connect, proxy } = at()
      proxy.spoil({ path, hang: 'before', times: 1 }, { path, truncate: true, times: 1 })
      const hasty = { ...at(), azure: connect({ timeLimitMs: 200 }) }
      expect((await problem(read(hasty))).message).toMatch(/in time/)
      expect(await problem(read(at()))).toMatchObject({ code: 'AzureUnavailable', message: expect.stringMatching(/cut off/) })
    })
  })

  test('does not wait longer than a person would', async () => {
    const { azure, proxy, waits } = at()
    proxy.spoil({ path: /\/subscriptions\?/, answer: answer(429, 'TooManyRequests', { 'retry-after': '300' }) })
    expect(await problem(azure.subscriptions())).toMatchObject({ code: 'RateLimited', retryAfterS: 300 })
    expect(waits).toEqual([])
  })

  test('a subscription whose logic apps are forbidden or unknown hides no others', async () => {
    const { azure, proxy, ground, lines } = at()
    const other = '33333333-3333-4333-8333-333333333333'
    proxy.spoil(
      withSubscription(other, 'Enabled', ground.tenantId),
      { path: new RegExp(`${other}/.*workflows`), answer: answer(403, 'AuthorizationFailed') },
      { path: /Microsoft.Web\/sites/, answer: answer(404, 'InvalidResourceNamespace') },
    )
    expect((await azure.logicApps.list()).map(({ name }) => name)).toContain('Notify-SOC')
    expect(lines.join('')).toMatch(/out of reach/)
  })

  test('a proxy named by the environment is not used on this machine', async () => {
    process.env.HTTPS_PROXY = 'http://127.0.0.1:9'
    try {
      const azure = at().connect()
      expect((await azure.subscriptions()).length).toBeGreaterThan(0)
      expect((await all(azure.listEvents(at().ground.subscription, 'alert'))).length).toBeGreaterThan(0)
    } finally {
      delete process.env.HTTPS_PROXY
    }
  })

  test('a role that was deleted grants nothing', async () => {
    const { azure, proxy, ground } = at()
    const right = { action: 'Microsoft.Security/alerts/read', scope: `subscriptions/${ground.subscription}` }
    proxy.spoil({ path: /roleDefinitions/, answer: answer(404, 'RoleDefinitionDoesNotExist') })
    expect(await azure.access.missing(ground.people.admin, [right])).toEqual([right])
  })

  test('a right that can not be checked is not taken for held', async () => {
    const { connect, proxy, ground } = at()
    const right = { action: 'Microsoft.Security/alerts/read', scope: `subscriptions/${ground.subscription}` }
    for (const path of [/roleAssignments/, /denyAssignments/, /roleDefinitions/]) {
      proxy.reset()
      proxy.spoil({ path, answer: answer(403, 'AuthorizationFailed') })
      expect((await problem(connect().access.missing(ground.people.admin, [right]))).code).toBe('Forbidden')
    }
  })
}

function effectTests(at: () => Bench): void {
  async function someAlert(): Promise<string> {
    const { azure, ground } = at()
    const [first = '{}'] = await all(azure.listEvents(ground.subscription, 'alert'))
    return read(first).id.slice(1)
  }

  test.each(['resolved', 'in-progress', 'active'] as const)('setting %s is repeated, since twice is once', async status => {
    const { azure, proxy } = at()
    const alert = await someAlert()
    const path = /\/(?:resolve|inProgress|activate)\?/
    proxy.spoil({ path, cut: 'after', times: 1 }, { path, answer: answer(503, 'ServiceUnavailable'), times: 1 })
    await azure.setAlertStatus(alert, status)
    expect(proxy.seen.filter(({ url }) => path.test(url)).length).toBe(3)
  })

  test('a lock is told as a lock, a missing right as the bot’s', async () => {
    const { azure, proxy } = at()
    const alert = await someAlert()
    proxy.spoil(
      { path: /\/dismiss\?/, answer: answer(409, 'ScopeLocked') },
      { path: /\/resolve\?/, answer: answer(403, 'AuthorizationFailed') },
    )
    expect((await problem(azure.setAlertStatus(alert, 'dismissed'))).code).toBe('Locked')
    const forbidden = await problem(azure.setAlertStatus(alert, 'resolved'))
    expect(forbidden.code).toBe('Forbidden')
    expect(forbidden.message).toMatch(/^The bot itself/)
  })

  const once: [string, Omit<Fault, 'path'>][] = [
    ['a cut line', { cut: 'after' }],
    ['503', { answer: answer(503, 'ServiceUnavailable') }],
  ]
  test.each(once)('sample alerts are asked for once, whatever happens: %s', async (_, fault) => {
    const { azure, proxy, ground } = at()
    proxy.spoil({ ...fault, path: /\/simulate\?/ })
    expect((await problem(azure.simulateAlerts(ground.subscription, ['DNS']))).code).toBe('AzureUnavailable')
    expect(proxy.seen.filter(({ url }) => /\/simulate\?/.test(url)).length).toBe(1)
  })

  const called = /[?&]sig=/
  async function start(trackingId: string, fault: Omit<Fault, 'path'>, more: Fault[] = [], timeLimitMs = 15_000) {
    const { proxy, ground, connect, app } = at()
    const azure = connect({ timeLimitMs })
    const found = await app('Notify-SOC')
    const through: Fault = { path: /listCallbackUrl/, rewrite: body => body.replaceAll(ground.origin, proxy.origin) }
    proxy.spoil({ ...fault, path: called }, ...more, through)
    const failed = await problem(azure.logicApps.start(found, triggerFor(found, 'alert')?.name ?? '', '{}', trackingId))
    return { failed, found, posts: proxy.seen.filter(({ url }) => called.test(url)).length }
  }

  test('a line cut after the run began: said so, posted once, found again', async () => {
    const { azure } = at()
    const since = new Date()
    const { failed, found, posts } = await start('track-cut-after', { cut: 'after' })
    expect(failed.code).toBe('AzureUnavailable')
    expect(failed.message).toMatch(/not known/)
    expect(posts).toBe(1)
    expect(await until(() => azure.logicApps.findRun(found.id, 'track-cut-after', since))).toMatch(/CU/)
  })

  test('a line cut before: said so, posted once, nothing found', async () => {
    const { azure } = at()
    const { failed, found, posts } = await start('track-cut-before', { cut: 'before' })
    expect(failed.code).toBe('AzureUnavailable')
    expect(posts).toBe(1)
    expect(await azure.logicApps.findRun(found.id, 'track-cut-before', new Date())).toBeUndefined()
  })

  const answers: [number, ProblemCode, RegExp][] = [
    [400, 'AzureRefused', /did not begin/],
    [401, 'AzureRefused', /did not begin.*regenerated/],
    [404, 'AzureRefused', /did not begin.*renamed/],
    [302, 'AzureRefused', /did not begin/],
    [429, 'RateLimited', /right now/],
    [500, 'AzureUnavailable', /not known/],
    [503, 'AzureUnavailable', /not known/],
    [202, 'AzureUnavailable', /not known/],
  ]
  test.each(answers)('the callback answers %s', async (status, code, text) => {
    const { failed, posts } = await start('track-answer', {
      answer: answer(status, 'SomeCode', { location: 'http://127.0.0.1:9/', 'retry-after': '4' }),
    })
    expect(failed.code).toBe(code)
    expect(failed.message).toMatch(text)
    expect(posts).toBe(1)
    if (status === 429) expect(failed.retryAfterS).toBe(4)
  })

  test('a callback that does not answer in time', async () => {
    expect((await start('track-hang', { hang: 'before' }, [], 300)).failed.message).toMatch(/not known/)
  })

  test.each([
    'http://198.51.100.7/run?sig=abc',
    'ftp://127.0.0.1/run?sig=abc',
    'https://user:word@example.com/run?sig=abc',
    'nonsense',
    '',
  ])('an unsafe callback address is not used: %s', async value => {
    const bad: Fault = {
      path: /listCallbackUrl/,
      answer: { status: 200, body: JSON.stringify({ value }), headers: { 'content-type': 'application/json' } },
    }
    const { failed, posts } = await start('track-unsafe', {}, [bad])
    expect(failed.code).toBe('AzureRefused')
    expect(failed.message).not.toMatch(/abc|word/)
    expect(posts).toBe(0)
  })

  test('an address where nobody listens: the run certainly did not begin', async () => {
    const value = 'http://127.0.0.1:9/run?sig=abc'
    const dead: Fault = {
      path: /listCallbackUrl/,
      answer: { status: 200, body: JSON.stringify({ value }), headers: { 'content-type': 'application/json' } },
    }
    const { failed } = await start('track-dead', {}, [dead])
    expect(failed).toMatchObject({ code: 'AzureUnavailable', message: expect.stringMatching(/did not begin/) })
  })
}

function hostileTests(at: () => Bench): void {
  test('a link to another address gets neither request nor token', async () => {
    const { connect, proxy, ground } = at()
    for (const [path, kind] of [
      [/\/alerts\?/, 'alert'],
      [/\/assessments\?/, 'recommendation'],
    ] as const)
      for (const link of ['https://example.com/alerts?api-version=1', `${ground.origin}/alerts?api-version=1`]) {
        proxy.reset()
        proxy.spoil({ path, rewrite: body => JSON.stringify({ ...JSON.parse(body), nextLink: link }) })
        expect((await problem(all(connect().listEvents(ground.subscription, kind)))).code).toBe('AzureRefused')
      }
  })

  test('a list that goes round in circles ends', async () => {
    const { azure, proxy, ground } = at()
    const nextLink = (path: string) =>
      `https://management.azure.com/subscriptions/${ground.subscription}/providers/Microsoft.Security/${path}`
    for (const [path, kind] of [
      ['alerts', 'alert'],
      ['assessments', 'recommendation'],
    ] as const) {
      const version = kind === 'alert' ? '2022-01-01' : '2021-06-01'
      const link = nextLink(`${path}?api-version=${version}&again=1`)
      proxy.spoil({ path: new RegExp(`/${path}\\?`), rewrite: body => JSON.stringify({ ...JSON.parse(body), nextLink: link }) })
      expect((await problem(all(azure.listEvents(ground.subscription, kind)))).message).toMatch(/does not end/)
    }
  })

  const secret = 'S3cretSignature_0123456789abcdefghijklmnopq'
  const jwt = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ0ZXN0In0.c2lnbmF0dXJl'
  const message = `Failed for https://example.com/run?sp=%2Frun&sig=${secret} with Bearer ${jwt} and ${jwt}`
  const leaky: NonNullable<Fault['answer']> = {
    status: 400,
    body: JSON.stringify({ error: { code: 'BadRequest', message } }),
    headers: { 'content-type': 'application/json', 'x-ms-correlation-request-id': `id sig=${secret}` },
  }

  test('no secret leaves in an error, its cause or the log', async () => {
    const { proxy, ground, connect, app, lines } = at()
    const found = await app('Notify-SOC')
    const trigger = triggerFor(found, 'alert')?.name ?? ''
    const begin = () => connect().logicApps.start(found, trigger, '{}', 'track-leak')
    const through: Fault = { path: /listCallbackUrl/, rewrite: body => body.replaceAll(ground.origin, proxy.origin) }
    const draft = await draftOn(at())
    const rule = await connect().rules.save(draft)
    const save = () => connect().rules.save(rule, rule)
    const target = { subscription: ground.subscription, group: found.group, name: 'leaky' }
    const link = { path: /\/runs\?/, rewrite: (body: string) => body.replaceAll(ground.origin, proxy.origin) }
    await begin()
    const broken = `{"value":"https://example.com/run?sig=${secret}","meth`
    const cases: [Fault[], () => Promise<unknown>][] = [
      [[{ path: /\/alerts\?/, answer: leaky }], () => all(connect().listEvents(ground.subscription, 'alert'))],
      [[{ path: /\/subscriptions\?/, answer: leaky }], () => connect().subscriptions()],
      [[{ path: /\/workflows\?/, answer: leaky }], () => connect().logicApps.list()],
      [[{ path: /listCallbackUrl/, answer: leaky }], begin],
      [[{ path: /listCallbackUrl/, answer: { ...leaky, status: 200, body: broken } }], begin],
      [[{ path: /[?&]sig=/, answer: leaky }, through], begin],
      [[{ path: /[?&]sig=/, cut: 'after' }, through], begin],
      [[{ path: /listCallbackUrl/, answer: { ...leaky, status: 503 } }], begin],
      [[{ path: /listCallbackUrl/, answer: leaky }], save],
      [[{ method: 'PUT', path: /\/automations\//, answer: leaky }], save],
      [[{ method: 'PUT', path: /\/automations\//, answer: { ...leaky, status: 503 } }], save],
      [[{ method: 'PUT', path: /\/automations\//, answer: { ...leaky, status: 200, body: broken } }], save],
      [[{ method: 'PUT', path: /\/automations\//, cut: 'before' }], save],
      [[{ path: /\/validate\?/, answer: { ...leaky, status: 409 } }], () => connect().rules.validate(rule, rule)],
      [
        [{ path: /[?&]sig=/, answer: { ...leaky, status: 503 } }, link],
        () => connect().logicApps.runsOf(found.id, new Date(0), () => 1),
      ],
      [[{ path: /\/deployments\//, answer: leaky }], () => connect().deployments.start(target, {}, { key: secret })],
      [
        [{ method: 'PUT', path: /\/deployments\//, answer: leaky }],
        () => connect().deployments.start(target, {}, { key: secret }),
      ],
    ]
    for (const [faults, ask] of cases) {
      proxy.reset()
      proxy.spoil(...faults)
      const told = everythingIn(await problem(ask()))
      for (const word of [secret, jwt, ground.token]) expect(told).not.toContain(word)
      expect(told).not.toMatch(/sig=(?!\*)/)
    }
    for (const word of [secret, jwt, ground.token]) expect(lines.join('')).not.toContain(word)
  })
}

/** Text of an error with all it carries, however deep. */
function everythingIn(thrown: unknown, seen = new Set<unknown>()): string {
  if (typeof thrown !== 'object' || thrown === null || seen.has(thrown)) return String(thrown)
  seen.add(thrown)
  return Reflect.ownKeys(thrown)
    .map(key => everythingIn(Reflect.get(thrown, key), seen))
    .join('\n')
}
