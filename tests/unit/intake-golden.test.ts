import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { readBody, readKept } from '../../src/intake/body.ts'
import { DefenderEvent } from '../../src/model/event.ts'

const folder = new URL('../payloads/events/', import.meta.url)
const now = new Date('2026-11-24T05:00:00Z')
const files = readdirSync(folder).filter(name => /\.(json|txt)$/.test(name))

/** A specification example holds the body under `responses.200.body`. */
function bodyOf(name: string): string {
  const text = readFileSync(new URL(name, folder), 'utf8')
  if (!text.includes('"responses"')) return text
  const example: { responses: { 200: { body: unknown } } } = JSON.parse(text)
  return JSON.stringify(example.responses[200].body)
}

function expectedOf(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`expected/${name.replace(/\.\w+$/, '.json')}`, folder), 'utf8'))
}

test('every body has its expectation and the other way round', () => {
  const expectations = readdirSync(new URL('expected/', folder))
  expect(expectations.sort()).toEqual(files.map(name => name.replace(/\.\w+$/, '.json')).sort())
  expect(files.length).toBeGreaterThanOrEqual(18)
})

test.each(files)('%s becomes what it is', name => {
  const items = readBody(bodyOf(name), now)
  const readings = items.map(item => item.reading)
  expect(JSON.parse(JSON.stringify(readings))).toEqual(expectedOf(name))
  for (const reading of readings) if ('event' in reading) expect(DefenderEvent.parse(reading.event)).toEqual(reading.event)
  for (const { body, reading } of items) if ('event' in reading) expect(readKept(body, now)).toEqual(reading.event)
})

test('a specification example as a whole is refused with where its event stands', () => {
  const [item] = readBody(readFileSync(new URL('alert-arm-2022.json', folder), 'utf8'), now)
  expect(item?.reading).toEqual({ rejection: { path: 'responses', message: expect.stringContaining('responses.200.body') } })
})
