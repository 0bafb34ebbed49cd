import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readBody, split } from '../../src/intake/body.ts'
import { isDeeper, partsOf } from '../../src/intake/json-text.ts'

const now = new Date('2026-11-24T05:00:00Z')
const alert = '{ "SystemAlertId":"1_a",\t"AlertDisplayName":"Say \\"[,]\\" \\u00e9",\r\n "Severity":"High", "n":1.0e0 }'

test('each event of an array keeps its own text to the letter', () => {
  const items = readBody(`\ufeff [ ${alert} ,\n${alert}\t, 7 ] `, now)
  expect(items.map(item => item.text)).toEqual([alert, alert, '7'])
  expect(items.map(item => item.body)).toEqual([alert, alert, '7'])
  expect(items.map(item => 'event' in item.reading)).toEqual([true, true, false])
})

test.each([
  ['an array', `[${alert}]`],
  ['an ARM list', `{"nextLink":null, "value": [ ${alert} ] }`],
  ['an Event Hubs batch', `{"records":[${alert}]}`],
  ['a list named twice: the last counts', `{"value":[1,2],"value":[${alert}]}`],
])('%s holds events', (_name, text) => {
  expect(readBody(text, now)).toEqual([
    expect.objectContaining({ index: 0, text: alert, reading: expect.objectContaining({ event: expect.anything() }) }),
  ])
})

test('what is wrapped around an event is not part of its body, but of its text', () => {
  const wrapped = `{"headers":{"a":"}"}, "Body" : {"body":${alert}} }`
  expect(readBody(wrapped, now)).toEqual([expect.objectContaining({ text: wrapped, body: alert })])
  expect(readBody(JSON.stringify({ body: alert }), now)).toEqual([expect.objectContaining({ body: alert })])
})

test('an empty array holds nothing', () => {
  expect(readBody(' [ ] ', now)).toEqual([])
})

test('what the database can’t keep is replaced in the reading and left in the text', () => {
  const text =
    '[{"SystemAlertId":"1","AlertDisplayName":"a\\u0000b \\ud800 \\udc00 \\ud83d\\ude00 \\\\u0000","Severity":"High","ExtendedProperties":{"a":"{\\"b\\":\\"\\\\u0000\\"}"}}]'
  const [item] = readBody(text, now)
  expect(item?.text).toBe(text.slice(1, -1))
  expect(item?.reading).toMatchObject({ event: { title: 'a\ufffdb \ufffd \ufffd 😀 \\u0000', properties: [['A', 'B: \ufffd']] } })
})

test('slices of any array are its items, whatever stands between them', () => {
  const space = fc.constantFrom('', ' ', '\n', '\t\r\n ')
  const gaps = fc.array(fc.tuple(fc.jsonValue(), space, space), { maxLength: 8 })
  fc.assert(
    fc.property(gaps, fc.constantFrom(undefined, 1), (values, indent) => {
      const texts = values.map(([value]) => JSON.stringify(value, undefined, indent))
      const text = `[${values.map(([, before, after], index) => `${before}${texts[index] ?? ''}${after}`).join(',')}]`
      expect(partsOf(text).map(part => part.text)).toEqual(texts)
    }),
  )
})

test('slices of any object are its members', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), value => {
      const parts = partsOf(JSON.stringify(value, undefined, 2)).map(part => [part.key, JSON.parse(part.text)])
      expect(parts).toEqual(Object.entries(JSON.parse(JSON.stringify(value))))
    }),
  )
})

test.each([
  ['[]', 1],
  ['["[[["]', 1],
  ['[{"a\\"[":[]},[]]', 3],
  ['[[],[],[],[{}]]', 3],
])('%s is nested %i deep', (text, depth) => {
  expect(isDeeper(text, depth)).toBe(false)
  expect(isDeeper(text, depth - 1)).toBe(true)
})

test('deep nesting is refused by its item alone', () => {
  const deep = `${'[{"a":'.repeat(10_000)}1${'}]'.repeat(10_000)}`
  const items = readBody(`[${alert},{"SystemAlertId":"2","AlertDisplayName":"x","Severity":"Low","x":${deep}}]`, now)
  expect(items.map(item => item.reading)).toEqual([
    { event: expect.anything() },
    { rejection: { path: '', message: expect.stringContaining('100 levels') } },
  ])
  expect(split('['.repeat(1_000_000))).toBeUndefined()
})
