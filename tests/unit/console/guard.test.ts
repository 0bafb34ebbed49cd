import { expect, test } from '@jest/globals'
import { guarded } from '../../../src/console/guard.ts'
import type { HttpRequest } from '../../../src/route.ts'

const json = 'application/json; charset=utf-8'
const own = { host: '127.0.0.1:3978', 'content-type': json }

async function knock(method: 'get' | 'post', headers: Record<string, string>): Promise<string> {
  const door = guarded({ method, path: '/', maxBytes: 10, handle: async () => ({ status: 200, body: 'in' }) })
  const request: HttpRequest = {
    method: method.toUpperCase(),
    path: '/',
    params: {},
    query: new URLSearchParams(),
    headers,
    remoteAddress: '127.0.0.1',
    body: Buffer.alloc(0),
  }
  return door.handle(request).then(
    ({ body }) => String(body),
    (thrown: unknown) => (thrown instanceof Error && 'code' in thrown ? `${thrown.code}` : 'thrown'),
  )
}

test.each<[string, 'get' | 'post', Record<string, string>, string]>([
  ['own page', 'get', { host: '127.0.0.1:3978' }, 'in'],
  ['by name', 'get', { host: 'localhost:3978' }, 'in'],
  ['IPv6', 'get', { host: '[::1]:3978' }, 'in'],
  ['without a port', 'get', { host: 'LOCALHOST' }, 'in'],
  ['no host', 'get', {}, 'Forbidden'],
  ['a name bound to this address', 'get', { host: 'rebound.example.com:3978' }, 'Forbidden'],
  ['a name that begins like ours', 'get', { host: 'localhost.example.com' }, 'Forbidden'],
  ['an address that begins like ours', 'get', { host: '127.0.0.1.example.com' }, 'Forbidden'],
  ['another address', 'get', { host: '192.0.2.7:3978' }, 'Forbidden'],
  ['a program writes', 'post', own, 'in'],
  ['own page writes', 'post', { ...own, origin: 'http://127.0.0.1:3978', 'sec-fetch-site': 'same-origin' }, 'in'],
  ['another site writes', 'post', { ...own, origin: 'https://evil.example.com', 'sec-fetch-site': 'cross-site' }, 'Forbidden'],
  ['another port writes', 'post', { ...own, origin: 'http://127.0.0.1:8080' }, 'Forbidden'],
  ['another port without origin', 'post', { ...own, 'sec-fetch-site': 'same-site' }, 'Forbidden'],
  ['a sandboxed frame writes', 'post', { ...own, origin: 'null' }, 'Forbidden'],
  ['a plain form writes', 'post', { ...own, 'content-type': 'text/plain' }, 'WrongContentType'],
  ['a type that begins like JSON', 'post', { ...own, 'content-type': 'application/jsonx' }, 'WrongContentType'],
  ['no type', 'post', { host: own.host }, 'WrongContentType'],
])('%s', async (_who, method, headers, outcome) => {
  expect(await knock(method, headers)).toBe(outcome)
})
