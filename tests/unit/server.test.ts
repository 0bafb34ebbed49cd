import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Problem } from '../../src/errors.ts'
import { silent } from '../../src/log.ts'
import { type Server, startServer } from '../../src/server.ts'

let server: Server
beforeAll(async () => {
  server = await startServer(
    [
      {
        method: 'post',
        path: '/take',
        maxBytes: 10,
        handle: async ({ body }) => ({ status: 202, body: { bytes: body.length } }),
      },
      {
        method: 'get',
        path: '/named/:id',
        maxBytes: 0,
        handle: async ({ params }) => ({ status: 200, body: { id: params.id } }),
      },
      {
        method: 'get',
        path: '/problem',
        maxBytes: 0,
        handle: async () => Promise.reject(new Problem('RateLimited', undefined, { retryAfterS: 7 })),
      },
      { method: 'get', path: '/broken', maxBytes: 0, handle: async () => Promise.reject(new Error('a secret detail')) },
      { method: 'get', path: '/raw', raw: (_request, response) => void response.writeHead(200).end('raw') },
    ],
    { host: '127.0.0.1', port: 0, log: silent },
  )
})
afterAll(() => server.stop())

test.each([
  ['POST', '/take', '{}', 202, { bytes: 2 }],
  ['POST', '/take', 'far too much', 413, { error: { code: 'TooLarge', field: 'body' } }],
  ['GET', '/named/7', undefined, 200, { id: '7' }],
  ['GET', '/problem', undefined, 429, { error: { code: 'RateLimited', retryAfterS: 7 } }],
  ['GET', '/broken', undefined, 500, { error: { code: 'Internal' } }],
  ['GET', '/nowhere', undefined, 404, { error: { code: 'NotFound' } }],
])('%s %s', async (method, path, body, status, answer) => {
  const response = await fetch(`${server.address}${path}`, { method, ...(body !== undefined && { body }) })
  expect(response.status).toBe(status)
  const text = await response.text()
  expect(JSON.parse(text)).toMatchObject(answer)
  expect(text).not.toContain('secret detail')
})

test('a raw door writes its own answer', async () => {
  expect(await (await fetch(`${server.address}/raw`)).text()).toBe('raw')
})

test('other servers of the process keep what Node promises of writeHead', async () => {
  const other = createServer((_request, response) => void response.writeHead(201, { 'x-own': '1' }).end('chained'))
  await new Promise<void>(done => other.listen(0, '127.0.0.1', done))
  const address = other.address()
  const response = await fetch(`http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`)
  expect([response.status, response.headers.get('x-own'), await response.text()]).toEqual([201, '1', 'chained'])
  await new Promise(done => other.close(done))
})
