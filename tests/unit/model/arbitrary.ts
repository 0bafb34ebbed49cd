import fc from 'fast-check'
import { type Condition, operators, valueTypes, type When } from '../../../src/model/condition.ts'
import { Kind } from '../../../src/model/event.ts'
import { fieldsOf } from '../../../src/model/rule-fields.ts'

export const kinds = fc.constantFrom(...Kind.options)

const trickyTexts = [
  'High',
  'high or low',
  'a, b',
  'not this',
  'more than 3',
  '"quoted"',
  'say "no"',
  '“fine”',
  ' spaced ',
  '^a.*\\d+$',
  'line\nbreak',
  '\r',
  'or',
  'and',
  'and Severity is High',
  '',
  '(Integer)',
]
const texts = fc.oneof(fc.constantFrom(...trickyTexts), fc.string({ unit: 'binary' }), fc.string())

/** Conditions on known fields and on paths of any letters. */
export function conditionOf(kind: Kind): fc.Arbitrary<Condition> {
  const known = fc.constantFrom(...fieldsOf(kind).flatMap(({ path, label }) => [path, label, path.toUpperCase(), `$.${path}`]))
  return fc.record({
    path: fc.oneof(known, texts),
    type: fc.constantFrom(...valueTypes),
    operator: fc.constantFrom(...operators),
    value: texts,
  })
}

/** Conditions of which many differ in one value only. */
export const fewConditions: fc.Arbitrary<Condition> = fc.record({
  path: fc.constantFrom('Severity', 'AlertDisplayName', 'a'),
  type: fc.constantFrom('String', 'String', 'String', 'Integer'),
  operator: fc.constantFrom('Equals', 'Equals', 'Contains', 'NotEquals', 'GreaterThan'),
  value: fc.constantFrom('High', 'Medium', 'SQL', '3', '4'),
})

export function whenOf(condition: fc.Arbitrary<Condition>, sets = 4): fc.Arbitrary<When> {
  return fc.array(fc.array(condition, { maxLength: 4 }), { maxLength: sets })
}
