import { expect, test } from '@jest/globals'
import { type Asked, appId, ask, simulate, subscriptionOf } from './ground.ts'

const retired = '33333333-5eed-4000-8000-000000000003'
const unknown = '99999999-0000-4000-8000-000000000009'
const alerts = '/subscriptions/{s}/providers/Microsoft.Security/alerts'
const automation = '/subscriptions/{s}/resourceGroups/rg-soc/providers/Microsoft.Security/automations/x'

test.each<[string, string, Asked, number, string]>([
  ['no token, whatever else is wrong', '/subscriptions/none/nowhere', { token: '', version: '' }, 401, 'AuthenticationFailed'],
  ['a token of somebody else', alerts, { token: 'stolen' }, 401, 'InvalidAuthenticationToken'],
  ['no api-version, before the subscription', '/subscriptions/none/nowhere', { version: '' }, 400, 'MissingApiVersionParameter'],
  ['an api-version that is none', alerts, { version: 'latest' }, 400, 'InvalidApiVersionParameter'],
  ['an id that is none', '/subscriptions/none/providers/Microsoft.Security/alerts', {}, 400, 'InvalidSubscriptionId'],
  [
    'an unknown subscription, before the provider',
    `/subscriptions/${unknown}/providers/Nobody.Knows/x`,
    {},
    404,
    'SubscriptionNotFound',
  ],
  [
    'a write to a disabled subscription',
    `/subscriptions/${retired}/resourceGroups/a/providers/Microsoft.Security/automations/x`,
    { method: 'PUT', version: '2019-01-01-preview', body: {} },
    409,
    'ReadOnlyDisabledSubscription',
  ],
  ['an unknown provider', '/subscriptions/{s}/providers/Nobody.Knows/x', {}, 404, 'InvalidResourceNamespace'],
  ['an unknown type', '/subscriptions/{s}/providers/Microsoft.Security/dragons', {}, 404, 'InvalidResourceType'],
  ['a version that the type has not', alerts, { version: '2001-01-01' }, 400, 'NoRegisteredProviderFound'],
  [
    'inProgress in the older version',
    `${alerts.replace('/alerts', '/locations/westeurope/alerts')}/x/inProgress`,
    { method: 'POST' },
    400,
    'NoRegisteredProviderFound',
  ],
  [
    'no right, before existence',
    automation.replace('rg-soc', 'no-such-group'),
    { as: 'nobody', version: '2019-01-01-preview' },
    403,
    'AuthorizationFailed',
  ],
  [
    'a group that is not there',
    automation.replace('rg-soc', 'no-such-group'),
    { version: '2019-01-01-preview' },
    404,
    'ResourceGroupNotFound',
  ],
  ['broken JSON', automation, { method: 'PUT', version: '2019-01-01-preview', body: '{"a":' }, 400, 'InvalidRequestContent'],
  [
    'no location',
    automation,
    { method: 'PUT', version: '2019-01-01-preview', body: { properties: {} } },
    400,
    'LocationRequired',
  ],
  [
    'a location that is not offered',
    automation,
    { method: 'PUT', version: '2019-01-01-preview', body: { location: 'moon', properties: {} } },
    400,
    'LocationNotAvailableForResourceType',
  ],
  ['a rule that is not there', automation, { version: '2019-01-01-preview' }, 404, 'ResourceNotFound'],
])('%s', async (_name, path, asked, status, code) => {
  const simulator = await simulate()
  const answer = await ask(simulator, path.replace('{s}', subscriptionOf(simulator)), asked)
  expect([answer.status, answer.code]).toEqual([status, code])
  if (status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer authorization_uri="https:\/\//)
  expect(answer.headers.get('x-ms-correlation-request-id')).not.toBe('')
})

test('a lock stops deletes; a read-only one stops callback addresses, too, and speaks of a write', async () => {
  const simulator = await simulate()
  const app = appId(simulator, 'Notify-SOC')
  const scope = `/subscriptions/${subscriptionOf(simulator)}/resourceGroups/rg-soc`
  const list = () => ask(simulator, `${app}/triggers/none/listCallbackUrl`, { method: 'POST', version: '2019-05-01' })
  simulator.state.locks = [{ scope, level: 'CanNotDelete' }]
  const refused = await ask(simulator, app, { method: 'DELETE', version: '2019-05-01' })
  expect([refused.status, refused.code]).toEqual([409, 'ScopeLocked'])
  expect(refused.message).toMatch(/cannot perform delete operation because following scope\(s\) are locked: '.*rg-soc'/)
  expect((await list()).code).toBe('WorkflowTriggerNotFound')
  simulator.state.locks = [{ scope, level: 'ReadOnly' }]
  expect((await list()).message).toMatch(/cannot perform write operation/)
  expect((await ask(simulator, app, { version: '2019-05-01' })).status).toBe(200)
})

test('a provider that is not registered refuses writes and says how to register', async () => {
  const simulator = await simulate()
  simulator.state.unregistered.add(`${subscriptionOf(simulator)} microsoft.security`)
  const path = automation.replace('{s}', subscriptionOf(simulator))
  const answer = await ask(simulator, path, { method: 'DELETE', version: '2019-01-01-preview' })
  expect([answer.status, answer.code]).toEqual([409, 'MissingSubscriptionRegistration'])
})

test('paths have no case, ids keep theirs', async () => {
  const simulator = await simulate()
  const app = appId(simulator, 'Notify-SOC')
  const answer = await ask(simulator, app.toUpperCase(), { version: '2019-05-01' })
  expect(answer.body()).toMatchObject({ id: app, name: 'Notify-SOC' })
})

test('the correlation id of the caller comes back', async () => {
  const simulator = await simulate()
  const response = await fetch(`${simulator.origin}/subscriptions?api-version=2022-12-01`, {
    headers: { 'x-ms-correlation-request-id': 'mine', authorization: `Bearer ${simulator.tokens.admin}` },
  })
  expect(response.headers.get('x-ms-correlation-request-id')).toBe('mine')
})

test('buckets empty, say when to come back, and fill with time', async () => {
  const simulator = await simulate()
  const path = `${appId(simulator, 'Notify-SOC')}`
  const get = () => ask(simulator, path, { version: '2019-05-01', as: 'analyst' })
  expect((await get()).headers.get('x-ms-ratelimit-remaining-subscription-reads')).toBe('249')
  const many = await Promise.all(Array.from({ length: 250 }, get))
  const refused = many.filter(({ status }) => status === 429)
  expect(refused.map(({ code }) => code)).toEqual(['SubscriptionRequestsThrottled'])
  expect(refused[0]?.headers.get('retry-after')).toBe('1')
  expect((await ask(simulator, path, { version: '2019-05-01', as: 'admin' })).status).toBe(200)
  simulator.advance(1000)
  expect((await get()).status).toBe(200)
})

test('lists come page by page; a token that is none or no longer holds is refused', async () => {
  const simulator = await simulate({ pageSize: 7 })
  const path = alerts.replace('{s}', subscriptionOf(simulator))
  for (let count = 0; count < 20; count++) simulator.fire({ subscription: subscriptionOf(simulator) })
  const seen: string[] = []
  let query: Record<string, string> = {}
  for (let pages = 0; pages < 20; pages++) {
    const { value, nextLink } = (await ask(simulator, path, { query })).list()
    seen.push(...value.map(({ name }) => name))
    // What comes in meanwhile neither doubles nor hides anything.
    simulator.fire({ subscription: subscriptionOf(simulator) })
    if (nextLink === undefined) break
    expect(nextLink).toMatch(/^https:\/\/management\.azure\.com\/subscriptions\//)
    query = { $skiptoken: new URL(nextLink).searchParams.get('$skiptoken') ?? '' }
  }
  expect(seen.length).toBeGreaterThanOrEqual(20)
  expect(new Set(seen).size).toBe(seen.length)
  expect((await ask(simulator, path, { query: { $skiptoken: 'x' } })).code).toBe('InvalidSkipToken')
})

test('each sees what their roles let them see', async () => {
  const simulator = await simulate()
  const subscription = subscriptionOf(simulator)
  const count = async (path: string, version: string, as: Asked['as'] & string) => {
    const answer = await ask(simulator, path, { version, as })
    return answer.status === 200 ? answer.list().value.length : answer.status
  }
  const subscriptions = await Promise.all(
    (['admin', 'bot', 'stakeholder'] as const).map(as => ask(simulator, '/subscriptions', { version: '2022-12-01', as })),
  )
  expect(subscriptions.map(({ text }) => text.match(/displayName/g)?.length)).toEqual([2, 2, 2])
  expect((await ask(simulator, '/subscriptions', { version: '2022-12-01', as: 'nobody' })).text).toContain('"value":[]')
  const apps = `/subscriptions/${subscription}/providers/Microsoft.Logic/workflows`
  expect(await count(apps, '2019-05-01', 'admin')).toBe(17)
  expect(await count(apps, '2019-05-01', 'stakeholder')).toBe(403)
  // The right in one group is enough for the list, and shows that group.
  simulator.state.roleAssignments = simulator.state.roleAssignments.filter(
    ({ scope, roleDefinition }) => scope.endsWith('rg-soc') || !roleDefinition.startsWith('acdd72a7'),
  )
  expect(await count(apps, '2019-05-01', 'analyst')).toBe(13)
  const security = alerts.replace('{s}', subscription)
  expect(await count(security, '2021-11-01', 'stakeholder')).toBeGreaterThan(5)
  expect(await count(security, '2021-11-01', 'nobody')).toBe(403)
})

test('a contributor of a group may not change alerts; a denial outranks a role', async () => {
  const simulator = await simulate()
  const subscription = subscriptionOf(simulator)
  const alert = simulator.fire({ resource: 'vm-web-01' })
  const path = `/subscriptions/${subscription}/resourceGroups/rg-shop/providers/Microsoft.Security/locations/westeurope/alerts/${alert.name}/resolve`
  const nobody = simulator.people.find(({ role }) => role === 'nobody')?.objectId ?? ''
  const analyst = simulator.people.find(({ role }) => role === 'analyst')?.objectId ?? ''
  const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c'
  const scope = `/subscriptions/${subscription}/resourceGroups/rg-shop`
  simulator.state.roleAssignments.push({ name: 'x', scope, principalId: nobody, roleDefinition: contributor })
  const as = (who: 'nobody' | 'analyst') => ask(simulator, path, { method: 'POST', as: who })
  expect((await as('nobody')).code).toBe('AuthorizationFailed')
  expect((await as('analyst')).status).toBe(204)
  simulator.state.denyAssignments.push({
    name: 'y',
    scope: `/subscriptions/${subscription}`,
    principalId: analyst,
    actions: ['Microsoft.Security/locations/*'],
  })
  expect((await as('analyst')).code).toBe('AuthorizationFailed')
})
