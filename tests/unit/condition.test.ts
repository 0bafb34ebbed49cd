import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type Condition,
  explain,
  fitsType,
  matches,
  operators,
  valueAt,
  valueTypes,
  type When,
} from '../../src/model/condition.ts'

const body = {
  id: '/subscriptions/S/resourceGroups/rg-Shop/providers/Microsoft.Web/sites/app',
  Severity: 'High',
  Version: '3.0',
  IsIncident: false,
  score: 7,
  share: '0.25',
  big: '1e3',
  nothing: null,
  list: [{ name: 'first' }, { name: 'second' }],
  properties: { status: { code: 'Unhealthy' }, 'odd key': 'x', empty: '' },
}

function one(path: string, type: Condition['type'], operator: Condition['operator'], value: string): When {
  return [[{ path, type, operator, value }]]
}

describe('operators and types', () => {
  test.each<[string, Condition['type'], Condition['operator'], string, boolean]>([
    ['Severity', 'String', 'Equals', 'high', true],
    ['severity', 'String', 'Equals', 'HIGH', true],
    ['$.Severity', 'String', 'Equals', 'High', true],
    ['Severity', 'String', 'NotEquals', 'Low', true],
    ['Severity', 'String', 'NotEquals', 'high', false],
    ['Severity', 'String', 'GreaterThan', 'Aaa', false],
    ['properties.status.code', 'String', 'Contains', 'healthy', true],
    ['properties.status.code', 'String', 'Equals', 'healthy', false],
    ['$.properties.status.code', 'String', 'StartsWith', 'UN', true],
    ['properties.status.code', 'String', 'EndsWith', 'Y', true],
    ['properties.status', 'String', 'Contains', 'code', false],
    ['list', 'String', 'Contains', 'first', false],
    ['list[1].name', 'String', 'Equals', 'second', true],
    ['list.1.name', 'String', 'Equals', 'second', true],
    ['list[2].name', 'String', 'Equals', 'second', false],
    ['list.length', 'Integer', 'Equals', '2', false],
    ["properties['odd key']", 'String', 'Equals', 'x', true],
    ['properties.empty', 'String', 'Equals', '', true],
    ['Version', 'String', 'Contains', '3.', true],
    ['missing', 'String', 'Equals', '', false],
    ['missing', 'String', 'NotEquals', 'x', false],
    ['nothing', 'String', 'NotEquals', 'x', false],
    ['', 'String', 'Contains', '', false],
    ['$', 'String', 'Contains', '', false],
    ['score', 'Integer', 'Equals', '7', true],
    ['score', 'Integer', 'GreaterThan', '6', true],
    ['score', 'Number', 'GreaterThanOrEqualTo', '7.0', true],
    ['score', 'Number', 'LesserThan', '7.5', true],
    ['score', 'Integer', 'LesserThanOrEqualTo', '6', false],
    ['score', 'Integer', 'Equals', 'seven', false],
    ['score', 'Integer', 'NotEquals', 'seven', false],
    ['score', 'Integer', 'Contains', '7', false],
    ['score', 'String', 'Contains', '7', true],
    ['share', 'Number', 'LesserThan', '0.5', true],
    ['share', 'Integer', 'LesserThan', '1', false],
    ['big', 'Integer', 'Equals', '1000', true],
    ['Severity', 'Number', 'NotEquals', '1', false],
    ['IsIncident', 'Boolean', 'Equals', 'False', true],
    ['IsIncident', 'Boolean', 'NotEquals', 'true', true],
    ['IsIncident', 'Boolean', 'Equals', '0', false],
    ['IsIncident', 'Boolean', 'StartsWith', 'FALSE', true],
    ['IsIncident', 'Boolean', 'GreaterThan', 'false', false],
    ['score', 'Boolean', 'NotEquals', 'true', false],
    ['toString', 'String', 'Contains', '', false],
    ['__proto__.x', 'String', 'Contains', '', false],
  ])('%s as %s %s "%s" is %s', (path, type, operator, value, held) => {
    expect(matches(one(path, type, operator, value), body)).toBe(held)
  })

  test('an exact key comes before one that differs in case', () => {
    expect(valueAt({ A: 1, a: 2 }, 'a')).toBe(2)
    expect(valueAt({ A: 1, a: 2 }, 'A')).toBe(1)
  })
})

describe('sets', () => {
  const yes: Condition = { path: 'Severity', type: 'String', operator: 'Equals', value: 'High' }
  const no: Condition = { path: 'properties.status.code', type: 'String', operator: 'Equals', value: 'Healthy' }
  const gone: Condition = { path: 'not.there', type: 'String', operator: 'Equals', value: 'x' }

  test.each<[string, When, boolean]>([
    ['nothing asked', [], true],
    ['a set that asks nothing', [[]], true],
    ['both must hold', [[yes, no]], false],
    ['one set is enough', [[no], [yes]], true],
    ['no set holds', [[no, yes], [gone]], false],
  ])('%s', (_name, when, held) => {
    expect(matches(when, body)).toBe(held)
  })

  test('why names the first condition that failed in each set, and what stood there', () => {
    expect(explain([[yes, no, gone], [gone]], body)).toEqual({
      matched: false,
      failed: [
        { condition: no, actual: 'Unhealthy' },
        { condition: gone, actual: undefined },
      ],
    })
    expect(explain([[no], [yes]], body)).toEqual({ matched: true })
  })
})

// A reference written another way: every type and operator spelt out, one step at a time.
function plainlyHolds({ path, type, operator, value }: Condition, subject: unknown): boolean {
  let at: unknown = subject
  for (const step of path
    .replace(/^\$\./, '')
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')) {
    if (Array.isArray(at)) at = at[Number(step)]
    else if (typeof at === 'object' && at !== null)
      at = new Map(Object.entries(at).map(([key, item]) => [key.toLowerCase(), item])).get(step.toLowerCase())
    else return false
  }
  if (at === null || at === undefined || typeof at === 'object') return false
  const [left, right] = [`${at}`, value]
  if (type === 'String') {
    const [a, b] = [left.toLowerCase(), right.toLowerCase()]
    if (operator === 'Equals') return a === b
    if (operator === 'NotEquals') return a !== b
    if (operator === 'Contains') return a.split(b).length > 1 || b === ''
    if (operator === 'StartsWith') return a.slice(0, b.length) === b
    if (operator === 'EndsWith') return b === '' || a.slice(-b.length) === b
    return false
  }
  if (type === 'Boolean') {
    if (typeof at === 'number') return false
    const words = ['true', 'false']
    if (!words.includes(left.toLowerCase()) || !words.includes(right.toLowerCase())) return false
    if (operator.startsWith('Greater') || operator.startsWith('Lesser')) return false
    return (left.toLowerCase() === right.toLowerCase()) === (operator !== 'NotEquals')
  }
  if (typeof at === 'boolean' || left.trim() === '' || right.trim() === '') return false
  const [a, b] = [Number(left), Number(right)]
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false
  if (type === 'Integer' && (a % 1 !== 0 || b % 1 !== 0)) return false
  if (operator === 'Equals') return a === b
  if (operator === 'NotEquals') return a !== b
  if (operator === 'GreaterThan') return a > b
  if (operator === 'GreaterThanOrEqualTo') return a >= b
  if (operator === 'LesserThan') return a < b
  return operator === 'LesserThanOrEqualTo' && a <= b
}

const word = fc.constantFrom(
  'High',
  'high',
  'Healthy',
  'Unhealthy',
  'true',
  'False',
  '3',
  '3.0',
  '7',
  '-1',
  '0.5',
  '',
  ' 3 ',
  'x',
)
const leaf = fc.oneof(
  word,
  fc.integer({ min: -9, max: 9 }),
  fc.double({ min: -9, max: 9, noNaN: true }),
  fc.boolean(),
  fc.constant(null),
)
const key = fc.constantFrom('a', 'b', 'c')
const subject = fc.letrec<{ node: unknown }>(tie => ({
  node: fc.oneof({ maxDepth: 3 }, leaf, fc.dictionary(key, tie('node')), fc.array(tie('node'), { maxLength: 3 })),
})).node
const condition: fc.Arbitrary<Condition> = fc.record({
  path: fc
    .array(fc.oneof(key, fc.constantFrom('A', 'B', '[0]', '[1]')), { minLength: 1, maxLength: 4 })
    .map(steps => steps.join('.').replaceAll('.[', '[').replace(/^\[/, 'a[')),
  type: fc.constantFrom(...valueTypes),
  operator: fc.constantFrom(...operators),
  value: word,
})
const when = fc.array(fc.array(condition, { maxLength: 3 }), { maxLength: 3 })

test('agrees with the plain reference on anything', () => {
  fc.assert(
    fc.property(when, subject, (sets, at) => {
      const expected = sets.length === 0 || sets.some(set => set.every(each => plainlyHolds(each, at)))
      expect(matches(sets, at)).toBe(expected)
      expect(explain(sets, at).matched).toBe(expected)
    }),
    { numRuns: 2000 },
  )
})

test('an operator that does not fit the type never holds', () => {
  fc.assert(
    fc.property(condition, subject, (each, at) => {
      fc.pre(!fitsType(each.operator, each.type))
      expect(matches([[each]], at)).toBe(false)
    }),
  )
})

test('hostile paths and bodies are judged, never thrown at', () => {
  fc.assert(
    fc.property(fc.string(), fc.anything(), (path, at) => {
      expect(typeof matches(one(path, 'String', 'Contains', 'a'), at)).toBe('boolean')
    }),
  )
})
