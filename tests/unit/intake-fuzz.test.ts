import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Item, readBody, readKept } from '../../src/intake/body.ts'
import { readEvent } from '../../src/intake/parse.ts'
import { DefenderEvent, type Reading } from '../../src/model/event.ts'

const now = new Date('2026-11-24T05:00:00Z')
const folder = new URL('../payloads/events/', import.meta.url)
const bodies = readdirSync(folder)
  .filter(name => name.endsWith('.json'))
  .map(name => readFileSync(new URL(name, folder), 'utf8'))

/** An event that the schema takes and the database can keep, or a rejection with path and sentence. */
function expectSound(reading: Reading): void {
  if ('event' in reading) {
    const text = JSON.stringify(reading.event)
    expect(DefenderEvent.parse(reading.event)).toEqual(reading.event)
    expect(reading.event.key).toBe(reading.event.key.toLowerCase())
    expect(reading.event.portalUrl ?? 'https://').toMatch(/^https:\/\//)
    expect(Number.isNaN(Date.parse(reading.event.at))).toBe(false)
    expect(text.includes('\\u0000') || text.includes('\\ud')).toBe(false)
  } else {
    expect(typeof reading.rejection.path).toBe('string')
    expect(reading.rejection.message).toMatch(/[.]$/)
  }
}

/** What is taken is kept as its own text alone, and read again from that. */
function expectKeepable({ body, reading }: Item): void {
  expectSound(reading)
  if ('event' in reading) expect(readKept(body, now)).toEqual(reading.event)
}

const hostile = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<fc.JsonValue[]>(
    '',
    ' ',
    0,
    -1,
    1e308,
    null,
    [],
    {},
    [null],
    '0001-01-01T00:00:00Z',
    '\u0000',
    '\ud800',
    '<!channel>',
    '{"a":',
    '[[[',
    '%{x}',
    '__proto__',
    'constructor',
    'toString',
  ),
  fc
    .constantFrom('\u202e', '%{%{', '<br', '&#0;', '&#xd800;', '__proto__', '/subscriptions/', '//', 'javascript:alert(1)')
    .map(text => text.repeat(3)),
)

/** Somewhere in the tree, at any depth, something else than what stood there. */
function mutated(value: unknown, steps: number[], graft: unknown): unknown {
  const [step, ...rest] = steps
  if (step === undefined || typeof value !== 'object' || value === null) return graft
  const keys = Object.keys(value)
  const key = keys[step % Math.max(1, keys.length)]
  if (key === undefined) return graft
  const entries: [string, unknown][] = Object.entries(value)
  const changed = entries.map(([name, item]) => [name, name === key ? mutated(item, rest, graft) : item])
  return Array.isArray(value) ? changed.map(([, item]) => item) : Object.fromEntries(changed)
}

test('anything at all', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true }), value =>
      expectSoundOrOdd(readEvent(value, now)),
    ),
    { numRuns: 200 },
  )
})

/** What is not JSON may hold texts that JSON can't; it need only not throw. */
function expectSoundOrOdd(reading: Reading): void {
  expect('event' in reading || 'rejection' in reading).toBe(true)
}

test('any text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json({ depthSize: 'small' })), text => {
      for (const item of readBody(text, now)) expectKeepable(item)
    }),
    { numRuns: 200 },
  )
})

test('real bodies with anything grafted in at any depth', () => {
  const steps = fc.array(fc.nat(40), { minLength: 1, maxLength: 7 })
  fc.assert(
    fc.property(
      fc.constantFrom(...bodies),
      steps,
      hostile,
      fc.array(fc.boolean(), { maxLength: 4 }),
      (body, path, graft, wraps) => {
        const changed = mutated(JSON.parse(body), path, graft)
        const wrapped = wraps.reduce<unknown>((inner, asText) => ({ body: asText ? JSON.stringify(inner) : inner }), changed)
        for (const item of readBody(JSON.stringify(wrapped), now)) expectKeepable(item)
      },
    ),
    { numRuns: 1_000 },
  )
})

test('names that every object has are names like any other', () => {
  const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf']
  const odd = keys.map(key => `"${key}":{"SystemAlertId":"polluted","Type":"host","$id":"${key}"}`).join(',')
  const text = `{${odd},"SystemAlertId":"1","AlertDisplayName":"x","Severity":"Low","ExtendedProperties":{${odd}},"Entities":[{${odd},"Type":"__proto__"},{"$ref":"constructor"}]}`
  const [item] = readBody(text, now)
  expectSound(item?.reading ?? { rejection: { path: '', message: '' } })
  expect(item?.reading).toMatchObject({ event: { key: '1' } })
  expect(Object.keys({})).toEqual([])
  expect(readEvent({}, now)).toEqual({ rejection: expect.anything() })
})

const many = 20_000
const start = '{"SystemAlertId":"1","AlertDisplayName":"x","Severity":"Low",'

/** Bodies whose reading once would have grown with the square of their size; 1 to 2 MB each, more than the door lets in. */
test.each<[string, () => string]>([
  ['a huge description', () => `${start}"Description":"${'%{a} <a href='.repeat(120_000)}"}`],
  ['open angle brackets', () => `${start}"Description":"${'<'.repeat(1_150_000)}"}`],
  ['open links', () => `${start}"RemediationSteps":["${'<a href=https://x '.repeat(80_000)}"]}`],
  ['blanks', () => `${start}"RemediationSteps":["${' '.repeat(1_150_000)}x"]}`],
  ['a key of capitals', () => `${start}"ExtendedProperties":{"${'A'.repeat(1_150_000)}":1}}`],
  ['backslashes', () => `${start}"Description":"${'\\\\'.repeat(700_000)}"}`],
  ['escaped quotes', () => `[${start}"Description":"${'\\"'.repeat(700_000)}"}]`],
  [
    'many entities of one id',
    () => `${start}"Entities":[${Array.from({ length: many }, () => '{"$id":"1","Type":"ip","Host":{"$ref":"1"}}').join()}]}`,
  ],
  [
    'many references to a wide entity',
    () =>
      `${start}"Entities":[{"$id":"1","Type":"ip",${Array.from({ length: many }, (_, n) => `"k${n}":1`).join()}},${'{"$ref":"1"},'.repeat(many)}{"$ref":"2"}]}`,
  ],
  [
    'references to a long name',
    () =>
      `${start}"Entities":[{"$id":"1","Type":"host","HostName":"${'x'.repeat(300_000)}"},${Array.from({ length: many }, (_, n) => `{"Type":"process","Name":"${n}","Host":{"$ref":"1"}}`).join()}]}`,
  ],
  [
    'placeholders of a long property',
    () => `${start}"Description":"${'%{a}'.repeat(150_000)}","ExtendedProperties":{"a":"${'x'.repeat(300_000)}"}}`,
  ],
  ['many keys', () => `${start}${Array.from({ length: 4 * many }, (_, n) => `"k${n}":1`).join()}}`],
  [
    'JSON in JSON in JSON',
    () =>
      `${start}"ExtendedProperties":{"a":${JSON.stringify(JSON.stringify(Array.from({ length: many }, () => JSON.stringify({ b: [1] }))))}}}`,
  ],
  ['many small items', () => `[${'{},'.repeat(20_000)}{}]`],
])('%s: time and size stay in proportion', (_name, body) => {
  const text = body()
  const began = process.cpuUsage()
  const items = readBody(text, now)
  expect(process.cpuUsage(began).user).toBeLessThan(5_000_000)
  for (const item of items.slice(0, 3)) expectSound(item.reading)
  const [first] = items
  expect(JSON.stringify(first?.reading).length).toBeLessThan(text.length * 3 + 1_000)
})
