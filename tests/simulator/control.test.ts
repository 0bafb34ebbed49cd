import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { appId, ask, simulate } from './ground.ts'

const Home = z.object({ tenantId: z.string(), people: z.array(z.object({ role: z.string(), token: z.string() })) })

async function control(origin: string, name: string, body?: unknown) {
  const response = await fetch(`${origin}/_simulator/${name}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}

test('closed unless asked for', async () => {
  const { origin } = await simulate()
  expect((await control(origin, '')).status).toBe(401)
  expect((await control(origin, 'fire', {})).status).toBe(401)
})

test('another program may arrange things', async () => {
  const { origin, state, now } = await simulate({ control: true })
  const home = Home.parse((await control(origin, '')).body)
  expect(home.people.map(({ role }) => role)).toEqual(['bot', 'analyst', 'admin', 'stakeholder', 'nobody'])
  const before = state.alerts.size
  const fired = await control(origin, 'fire', { type: 'VM_AmDisablement', resource: 'vm-web-01' })
  expect(fired).toMatchObject({ status: 200, body: { alertType: 'VM_AmDisablement' } })
  expect(state.alerts.size).toBe(before + 1)
  const [one] = [...state.assessments.values()].filter(({ status }) => status === 'Healthy')
  expect((await control(origin, 'assessment', { id: one?.id, status: 'Unhealthy' })).body).toEqual({ changed: true, id: one?.id })
  expect((await control(origin, 'withdraw', { id: one?.id })).body).toEqual({ withdrawn: true })
  expect((await control(origin, 'clock', { advanceMs: 5000 })).body).toEqual({ now: '2026-03-02T09:00:05.000Z' })
  await control(origin, 'clock', { now: '2026-05-01T00:00:00Z' })
  expect(now()).toEqual(new Date('2026-05-01T00:00:00Z'))
  expect((await control(origin, 'deliveries')).body).toHaveProperty('Alerts-To-ChatOps')
})

test('an attack is many alerts and an incident that gathers them', async () => {
  const { origin, state, advance } = await simulate({ control: true })
  await control(origin, 'attack', { resource: 'vm-web-03' })
  advance(200_000)
  const found = [...state.alerts.values()].filter(({ correlationKey }) => correlationKey !== undefined)
  expect(found.map(({ incident }) => incident)).toEqual([...Array(8).fill(false), true])
  expect(new Set(found.map(({ correlationKey }) => correlationKey)).size).toBe(1)
})

test('faults come and go, and a reset goes back to the seed', async () => {
  const { origin, state } = await simulate({ control: true })
  const names = () => [...state.alerts.keys()]
  const before = names()
  await control(origin, 'faults', [{ on: '/subscriptions', kind: '503' }])
  expect((await fetch(`${origin}/subscriptions?api-version=2022-12-01`)).status).toBe(503)
  await control(origin, 'fire', {})
  await control(origin, 'reset', {})
  expect((await fetch(`${origin}/subscriptions?api-version=2022-12-01`)).status).toBe(401)
  expect(names()).toEqual(before)
})

test('locks, policies and missing registrations come and go', async () => {
  const simulator = await simulate({ control: true })
  const [subscription = ''] = simulator.subscriptionIds
  const scope = `/subscriptions/${subscription}`
  await control(simulator.origin, 'locks', [{ scope, level: 'ReadOnly' }])
  await control(simulator.origin, 'denials', [{ scope }])
  await control(simulator.origin, 'unregistered', [{ subscription, namespace: 'Microsoft.Logic' }])
  const write = () => ask(simulator, appId(simulator, 'New'), { method: 'PUT', version: '2019-05-01', body: {} })
  expect((await write()).code).toBe('MissingSubscriptionRegistration')
  await control(simulator.origin, 'unregistered', [])
  expect((await write()).code).toBe('ScopeLocked')
  await control(simulator.origin, 'locks', [])
  expect((await write()).code).toBe('RequestDisallowedByPolicy')
  await control(simulator.origin, 'denials', [])
  expect((await write()).code).toBe('LocationRequired')
  expect((await control(simulator.origin, 'locks', [{ scope, level: 'Half' }])).status).toBe(400)
})

test('what is not understood is said', async () => {
  const { origin } = await simulate({ control: true })
  expect((await control(origin, 'dance', {})).status).toBe(404)
  expect((await control(origin, 'faults', [{ on: '*', kind: 'dragon' }])).status).toBe(400)
  expect((await control(origin, 'fire', { type: 'Nonsense' })).status).toBe(400)
})
