import { expect, test } from '@jest/globals'
import { type BackTestOptions, openBackTest, type Past } from '../../../src/model/back-test.ts'
import type { AlertEvent } from '../../../src/model/event.ts'
import type { Rule } from '../../../src/model/rule.ts'
import { listPrices } from '../../../src/model/run-cost.ts'
import { alertEvent } from '../../fakes/findings.ts'
import { group, ruleOf, subscription } from './sample.ts'

const options: BackTestOptions = {
  from: new Date('2026-11-01T12:00:00Z'),
  to: new Date('2026-11-05T12:00:00Z'),
  prices: listPrices,
}

const vm: Partial<AlertEvent> = {
  title: 'Brute force',
  subscription,
  alertType: 'VM_Brute',
  resource: { id: `${group}/providers/Microsoft.Compute/virtualMachines/vm-1`, name: 'vm-1' },
}

function past(at: string, severity = 'High', parts: Partial<AlertEvent> = {}): Past {
  return {
    findingId: `a-${at}`,
    at,
    event: alertEvent({ ...vm, ...parts }),
    body: JSON.stringify({ AlertDisplayName: 'x', Severity: severity }),
  }
}

function tested(events: Past[], parts: Partial<BackTestOptions> = {}, rule: Partial<Rule> = {}) {
  const test = openBackTest(ruleOf(rule), { ...options, ...parts })
  for (const one of events) test.take(one)
  return test.result()
}

test('counts what it fires on, per day with the empty ones, and names the noisiest', () => {
  const other = { resource: { id: '', name: 'host-7' }, alertType: 'DNS_Odd' }
  const result = tested([
    past('2026-11-01T11:59:59.000Z'),
    past('2026-11-01T13:00:00.000Z'),
    past('2026-11-02T13:00:00.000Z', 'Low'),
    past('2026-11-03T13:00:00.000Z', 'High', other),
    past('2026-11-03T14:00:00.000Z'),
    past('2026-11-05T13:00:00.000Z'),
  ])
  expect(result).toMatchObject({
    looked: 4,
    count: 3,
    perDay: [
      { day: '2026-11-01', count: 1 },
      { day: '2026-11-02', count: 0 },
      { day: '2026-11-03', count: 2 },
      { day: '2026-11-04', count: 0 },
      { day: '2026-11-05', count: 0 },
    ],
    noisiest: { resource: { name: 'vm-1', count: 2 }, type: { name: 'VM_Brute', count: 2 } },
  })
  expect(result.examples.map(({ findingId }) => findingId)).toEqual([
    'a-2026-11-01T13:00:00.000Z',
    'a-2026-11-03T13:00:00.000Z',
    'a-2026-11-03T14:00:00.000Z',
  ])
  expect(result.cost).toBeUndefined()
})

test('nothing fired: zeros, no examples, nothing noisy', () => {
  expect(tested([])).toMatchObject({ looked: 0, count: 0, examples: [], noisiest: {}, perDay: { length: 5 } })
})

test('five examples from a thousand, spread over the time', () => {
  const at = (index: number) => new Date(options.from.getTime() + index * 300_000).toISOString()
  const { examples, count } = tested(Array.from({ length: 1000 }, (_, index) => past(at(index))))
  expect(count).toBe(1000)
  const steps = examples.map(example => (Date.parse(example.at) - options.from.getTime()) / 300_000)
  expect(steps).toHaveLength(5)
  for (const [index, step] of steps.entries()) expect(Math.abs(step - index * 250)).toBeLessThan(20)
})

test('an alert read from the management API is judged in the form that Azure sends', () => {
  const arm = {
    ...past('2026-11-02T13:00:00.000Z'),
    body: JSON.stringify({ name: 'n', properties: { alertDisplayName: 'x', severity: 'High' } }),
  }
  expect(tested([arm]).count).toBe(1)
})

test('scope and kind count: another group’s events are looked at, another kind’s are not', () => {
  const events = [past('2026-11-02T13:00:00.000Z')]
  expect(tested(events, {}, { scopes: [`${group}-2`] })).toMatchObject({ looked: 1, count: 0 })
  expect(tested(events, {}, { sources: [{ source: 'Assessments', when: [] }] })).toMatchObject({ looked: 0, count: 0 })
})

test('events kept for less than asked: the window says so', () => {
  const result = tested([past('2026-11-04T13:00:00.000Z')], { keptFrom: new Date('2026-11-04T00:00:00Z') })
  expect(result).toMatchObject({ from: '2026-11-04T00:00:00.000Z', asked: { from: options.from.toISOString() }, count: 1 })
  expect(result.perDay.map(({ day }) => day)).toEqual(['2026-11-04', '2026-11-05'])
})

test('what the runs would have cost', () => {
  const events = [past('2026-11-02T13:00:00.000Z'), past('2026-11-03T13:00:00.000Z')]
  const actions = { builtIn: 4, connector: 2 }
  const { cost } = tested(events, { actions })
  expect(cost?.source).toBe('list prices as quoted in July 2020')
  expect(cost?.dollars).toBeCloseTo(2 * (4 * 0.000025 + 3 * 0.000125), 12)
  const own = { builtIn: 1, connector: 10, source: 'the prices set for this bot' }
  expect(tested(events, { actions, prices: own }).cost).toEqual({ dollars: 2 * (4 + 30), source: own.source })
})

test('cut short, it speaks of the newest events only, whichever way they came', () => {
  const test = openBackTest(ruleOf(), options)
  for (const at of ['2026-11-05T11:00:00.000Z', '2026-11-04T11:00:00.000Z']) test.take(past(at))
  const result = test.result('2026-11-04T11:00:00.000Z')
  expect(result).toMatchObject({ cut: true, from: '2026-11-04T11:00:00.000Z', looked: 2, count: 2 })
  expect(result.perDay.map(({ day }) => day)).toEqual(['2026-11-04', '2026-11-05'])
  expect(result.examples.map(({ at }) => at)).toEqual(['2026-11-04T11:00:00.000Z', '2026-11-05T11:00:00.000Z'])
})
