import { expect, test } from '@jest/globals'
import { z } from 'zod'
import alertTypes from '../../src/simulator/data/alert-types.json' with { type: 'json' }
import { endOf } from '../../src/simulator/run-life.ts'
import { ask, receiver, simulate, subscriptionOf } from './ground.ts'

const Event = z.looseObject({ AlertType: z.string().optional(), type: z.string().optional() })

test('the same seed lives the same life, whoever asks what in between', async () => {
  const lived = async (seed: number, curious: boolean) => {
    const simulator = await simulate({ seed, eventEveryS: 20 })
    for (let step = 0; step < 30; step++) {
      if (curious) await ask(simulator, `/subscriptions/${subscriptionOf(simulator)}/providers/Microsoft.Security/alerts`)
      simulator.advance(20_000)
    }
    const changed = [...simulator.state.assessments.values()]
      .filter(({ since }) => since > new Date('2026-03-02'))
      .map(({ id, status }) => `${id} ${status}`)
    return [...simulator.state.alerts.values()]
      .map(({ name, alertType, resourceId, severity }) => [name, alertType, resourceId, severity].join(' '))
      .concat(changed)
  }
  const first = await lived(7, false)
  expect(await lived(7, true)).toEqual(first)
  expect(await lived(8, false)).not.toEqual(first)
  expect(first.length).toBeGreaterThan(30)
})

test('nothing happens by itself unless asked for', async () => {
  const simulator = await simulate()
  const before = simulator.state.alerts.size
  simulator.advance(86_400_000)
  expect(simulator.state.alerts.size).toBe(before)
})

test('default events reach the product by push, each kind, with its key', async () => {
  const { url, received } = await receiver(202)
  const simulator = await simulate({ forwardTo: url, forwardKey: 'k1' })
  simulator.fire({ resource: 'vm-web-01' })
  simulator.changeAssessment('Unhealthy', one => one.resource.name === 'vm-web-01')
  await simulator.settled()
  const kinds = new Set(received.map(({ body }) => Event.parse(JSON.parse(body))).map(event => event.type ?? 'alert'))
  expect(kinds).toContain('alert')
  expect(kinds).toContain('Microsoft.Security/assessments')
  expect(received.every(({ headers }) => headers['x-api-key'] === 'k1')).toBe(true)
  expect(simulator.deliveries()['Alerts-To-ChatOps']).toEqual({ matches: 1, deliveries: 1, failures: 0 })
})

test('a product that is away for a moment gets the event all the same', async () => {
  const { url, received } = await receiver(503, 429, 202)
  const simulator = await simulate()
  simulator.setForwardTo(url)
  simulator.fire({ resource: 'vm-web-01' })
  for (const pause of [1000, 4000]) {
    await simulator.settled()
    simulator.advance(pause)
  }
  await simulator.settled()
  expect(received.length).toBe(3)
  const [run] = [...simulator.state.runs.values()].flat()
  expect([run?.plan?.outcome, run?.retries, run && endOf(run)]).toEqual(['Succeeded', 2, simulator.now()])
})

test.each([400, 401, 413])('a product that answers %i makes the run fail, once', async status => {
  const { url, received } = await receiver(status)
  const simulator = await simulate({ forwardTo: url })
  simulator.fire({ resource: 'vm-web-01' })
  await simulator.settled()
  simulator.advance(60_000)
  await simulator.settled()
  const [run] = [...simulator.state.runs.values()].flat()
  expect([received.length, run?.plan?.outcome, run?.plan?.steps[0]?.error?.message]).toEqual([
    1,
    'Failed',
    `The endpoint did not take the event: answered ${status}`,
  ])
})

test('compliance follows recommendations, and only when a state changes', async () => {
  const { url, received } = await receiver(202)
  const simulator = await simulate({ forwardTo: url })
  const of = () =>
    received.map(({ body }) => Event.parse(JSON.parse(body))).filter(({ type }) => type?.includes('regulatoryCompliance'))
  const judged = [...simulator.state.compliance.values()].find(({ state }) => state === 'Failed')
  const key = judged?.key ?? ''
  const bad = [...simulator.state.assessments.values()].filter(
    one => one.key === key && one.status === 'Unhealthy' && one.resource.subscription === judged?.subscription,
  )
  for (const each of bad.slice(1)) simulator.changeAssessment('Healthy', one => one === each)
  await simulator.settled()
  expect(of()).toEqual([])
  simulator.changeAssessment('Healthy', one => one === bad[0])
  await simulator.settled()
  expect(of().length).toBeGreaterThan(0)
  expect(of()[0]).toMatchObject({ name: key, properties: { state: 'Passed', failedResources: 0 } })
})

test('a withdrawn recommendation is told as a deletion', async () => {
  const { url, received } = await receiver(202)
  const simulator = await simulate({ forwardTo: url })
  const gone = simulator.withdraw(({ resource }) => resource.name === 'vm-web-02')
  await simulator.settled()
  const event = JSON.parse(received[0]?.body ?? '{}')
  expect(event).toMatchObject({ id: gone?.id, assessmentEventDataEnrichment: { action: 'Delete' } })
})

test('every alert type can be raised, on a resource of its kind, with addresses that are nobody’s', async () => {
  const simulator = await simulate()
  expect(alertTypes).toHaveLength(308)
  const types = new Set(simulator.state.resources.map(({ type }) => type))
  expect(alertTypes.filter(({ resourceType }) => !types.has(resourceType))).toEqual([])
  for (const { alertType, resourceType } of alertTypes) {
    const { resourceId, entities, severity } = simulator.fire({ type: alertType })
    expect(simulator.state.resources.find(({ id }) => id === resourceId)?.type).toBe(resourceType)
    expect(['High', 'Medium', 'Low', 'Informational']).toContain(severity)
    const addresses = JSON.stringify(entities).match(/\d+\.\d+\.\d+\.\d+/g) ?? []
    expect(addresses.filter(address => !/^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$/.test(address))).toEqual([])
  }
})

test('every recommendation of the reference is known, and enough of them are open somewhere for events of that kind', async () => {
  const { state } = await simulate()
  const keys = state.metadata.map(({ key }) => key)
  expect(new Set(keys).size).toBe(192)
  const open = [...state.assessments.values()].filter(({ status }) => status === 'Unhealthy')
  expect(open.filter(({ key }) => !keys.includes(key))).toEqual([])
  expect(new Set(open.map(({ key }) => key)).size).toBeGreaterThan(20)
})

test('an unknown type or resource is said, not guessed', async () => {
  const simulator = await simulate()
  expect(() => simulator.fire({ type: 'Nonsense' })).toThrow(/no alert type Nonsense/)
  expect(() => simulator.fire({ resource: 'vm-nowhere' })).toThrow(/no resource vm-nowhere/)
})

test('with lags a new alert is in lists a little later, but can be read at once', async () => {
  const simulator = await simulate({ latency: true })
  const subscription = subscriptionOf(simulator)
  const alert = simulator.fire({ resource: 'vm-web-01' })
  const path = `/subscriptions/${subscription}/providers/Microsoft.Security/alerts`
  expect((await ask(simulator, path)).text).not.toContain(alert.name)
  const one = `/subscriptions/${subscription}/resourceGroups/rg-shop/providers/Microsoft.Security/locations/westeurope/alerts/${alert.name}`
  expect((await ask(simulator, one)).status).toBe(200)
  simulator.advance(10_000)
  expect((await ask(simulator, path)).text).toContain(alert.name)
})
