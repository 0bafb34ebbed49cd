import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { matches, type Operator, operators, valueTypes } from '../../../src/model/condition.ts'
import { openRuleIndex, type Waiting } from '../../../src/model/rule-index.ts'
import { kinds, whenOf } from './arbitrary.ts'

// The plain way: everybody is asked, scopes are compared step by step.
function plainly(waiting: Iterable<Waiting>, kind: Waiting['kind'], subject: string, body: unknown): string[] {
  const steps = (id: string) =>
    id
      .toLowerCase()
      .split('/')
      .filter(step => step !== '')
  const within = (scope: string) => steps(scope).every((step, index) => steps(subject)[index] === step)
  return [...waiting].filter(one => one.kind === kind && one.scopes.some(within) && matches(one.when, body)).map(({ id }) => id)
}

const scope = fc.constantFrom(
  '/',
  '/subscriptions/S1',
  'subscriptions/s1/',
  '/subscriptions/s1/resourceGroups/RG-a',
  '/subscriptions/S1/resourcegroups/rg-ab',
  '/subscriptions/s2',
)
const subject = fc.oneof(
  scope,
  fc.constantFrom('', '/subscriptions/s1/resourceGroups/rg-A/providers/Microsoft.Web/sites/app', '/subscriptions/s12'),
)
const text = fc.constantFrom('High', 'high', 'Low', '3', '3.0', 'true', 'False', 'SQL', '')
const condition = fc.record({
  path: fc.constantFrom('Severity', 'severity', '$.Severity', 'a.b', 'list[0]', 'missing', ''),
  type: fc.constantFrom(...valueTypes),
  operator: fc.oneof(fc.constant<Operator>('Equals'), fc.constantFrom(...operators)),
  value: text,
})
const value = fc.oneof(text, fc.integer({ min: 2, max: 4 }), fc.boolean(), fc.constant(null))
const body = fc.oneof(
  fc.record(
    { Severity: value, severity: value, a: fc.record({ B: value }), list: fc.array(value, { maxLength: 2 }) },
    { requiredKeys: [] },
  ),
  fc.anything(),
)
const waiting: fc.Arbitrary<Waiting> = fc.record({
  id: fc.integer({ min: 0, max: 30 }).map(String),
  kind: kinds,
  scopes: fc.array(scope, { maxLength: 2 }),
  when: whenOf(condition, 3),
})
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ put: waiting }) },
  { weight: 1, arbitrary: fc.record({ remove: fc.integer({ min: 0, max: 30 }).map(String) }) },
  { weight: 4, arbitrary: fc.record({ kind: kinds, subject, body }) },
)

test('finds whom the plain loop finds, each once, whatever came and went before', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const index = openRuleIndex()
      const known = new Map<string, Waiting>()
      for (const one of steps) {
        if ('put' in one) {
          index.put(one.put)
          known.set(one.put.id, one.put)
        } else if ('remove' in one) {
          index.remove(one.remove)
          known.delete(one.remove)
        } else {
          const found = index.match(one.kind, one.subject, one.body)
          expect(found.toSorted()).toEqual(plainly(known.values(), one.kind, one.subject, one.body).toSorted())
        }
      }
    }),
    { numRuns: 2000 },
  )
})

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'B'), maxLength: 5 })
const partial: fc.Arbitrary<Waiting> = fc.record({
  id: fc.integer({ min: 0, max: 400 }).map(String),
  kind: fc.constant('alert'),
  scopes: fc.array(fc.constant('/'), { minLength: 1, maxLength: 1 }),
  when: whenOf(
    fc.record({
      path: fc.constantFrom('name', 'other'),
      type: fc.constant<'String'>('String'),
      operator: fc.constantFrom<Operator>('Contains', 'Contains', 'StartsWith', 'EndsWith', 'NotEquals', 'Equals'),
      value: letters,
    }),
    2,
  ),
})

test('also where so many wait for parts of a text that they are found by three letters of it', () => {
  const event = fc.record({
    name: fc.oneof(
      letters,
      letters.map(text => `${text}ab${text}`),
      fc.integer(),
    ),
    other: letters,
  })
  fc.assert(
    fc.property(fc.array(partial, { minLength: 150, maxLength: 400 }), fc.array(event, { minLength: 20 }), (all, events) => {
      const index = openRuleIndex()
      for (const one of all) index.put(one)
      const known = new Map(all.map(one => [one.id, one]))
      for (const id of [...known.keys()].slice(0, 40)) {
        index.remove(id)
        known.delete(id)
      }
      for (const one of events)
        expect(index.match('alert', '', one).toSorted()).toEqual(plainly(known.values(), 'alert', '', one).toSorted())
    }),
    { numRuns: 100 },
  )
})
