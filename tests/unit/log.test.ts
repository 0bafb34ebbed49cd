import { describe, expect, test } from '@jest/globals'
import { Problem } from '../../src/errors.ts'
import { createLog, mask } from '../../src/log.ts'

test.each([
  ['a callback address', 'POST https://x.example/workflows/1?api-version=1&sp=%2Frun&sv=1.0&sig=s3cr3tValue', 's3cr3tValue'],
  ['a bearer token', 'authorization Bearer eyJabc.def.ghi', 'eyJabc'],
  ['a Slack token', 'token xoxb-123-abc', '123-abc'],
  ['a database password', 'postgres://bot:hunter2@db.example/x', 'hunter2'],
  ['an api key field', '{"x-api-key":"k123456"}', 'k123456'],
  ['a write-only uri', '{"actionType":"LogicApp","uri":"https://x.example/abc"}', 'x.example/abc'],
])('masks %s', (_name, text, secret) => {
  expect(mask(text)).not.toContain(secret)
})

test('a secret inside an error never reaches the line', () => {
  const lines: string[] = []
  createLog('info', line => lines.push(line)).error({ error: new Error('failed for ?sig=abcdef') }, 'post')
  expect(lines.join()).toContain('failed for')
  expect(lines.join()).not.toContain('abcdef')
})

describe('an error', () => {
  const lineOf = (error: unknown): unknown => {
    const lines: string[] = []
    createLog('info', line => lines.push(line)).info({ error }, 'post')
    return JSON.parse(lines.join()).error
  }

  test('that was foreseen is told without the way to it in the code', () => {
    const gone = new Problem('NotFound', 'There is no logic app "Block-IP".', { cause: new Error('HTTP 404\n{ "request": {} }') })
    expect(lineOf(gone)).toEqual({ code: 'NotFound', message: 'There is no logic app "Block-IP".', because: 'HTTP 404' })
    expect(lineOf(new Problem('NotLinked'))).toEqual({ code: 'NotLinked', message: expect.any(String) })
  })

  test('that nobody foresaw is told with it, whatever it was made of', () => {
    const stack = expect.stringContaining('log.test.ts')
    expect(lineOf(new TypeError('x is undefined'))).toMatchObject({ message: 'x is undefined', stack })
    expect(lineOf(new Problem('Internal', undefined, { cause: new Error('odd') }))).toMatchObject({ stack, cause: { stack } })
  })
})
