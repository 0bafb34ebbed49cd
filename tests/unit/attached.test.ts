import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { withFile } from '../../src/chat/attached.ts'
import { filesOf } from '../../src/chat/teams/files.ts'
import { Problem } from '../../src/errors.ts'

const secret = 'secret-of-another-host'
let server: Server
let origin = ''
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/text') return response.end('version: 1\n')
    if (request.url === '/binary') return response.end(Buffer.from([0xff, 0xfe, 0x00, 0x41]))
    if (request.url === '/large') return response.end(Buffer.alloc(300_000, 97))
    if (request.url === '/elsewhere') return response.writeHead(302, { location: '/secret' }).end()
    if (request.url === '/cut') return response.writeHead(200, { 'content-length': 100 }).write('half', () => response.destroy())
    if (request.url === '/secret') return response.end(secret)
    return response.writeHead(404).end()
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`
})
afterAll(() => new Promise<void>(done => server.close(() => done())))

const limits = { isTheirs: (url: URL) => url.origin === origin, patienceMs: 2000 }
const read = (path: string, name = 'rules.yaml') => withFile('rules plan', [{ name, url: `${origin}${path}` }], limits)

test('the text stands behind the line; without a file the line stays as it is', async () => {
  expect(await read('/text')).toBe('rules plan\nversion: 1\n')
  expect(await withFile('help', [], limits)).toBe('help')
})

test.each([
  ['/binary', '"rules.yaml" is no text in UTF-8.'],
  ['/large', '"rules.yaml" is too large: a chat takes 200 kB.'],
  ['/elsewhere', 'The bot may not read "rules.yaml", or it is gone.'],
  ['/none', 'The bot may not read "rules.yaml", or it is gone.'],
])('%s: %s', async (path, sentence) => {
  await expect(read(path)).rejects.toMatchObject({ code: 'BadInput', field: 'rules.yaml', message: sentence })
})

test('nothing is asked of addresses that are not the platform\u2019s, and of no two files', async () => {
  const files = (...urls: string[]) =>
    withFile(
      'x',
      urls.map(url => ({ name: 'f', url })),
      limits,
    )
  for (const url of ['http://169.254.169.254/', 'file:///etc/passwd', 'not an address', ''])
    await expect(files(url)).rejects.toThrow("can't be read: it lies somewhere else.")
  await expect(files(`${origin}/text`, `${origin}/text`)).rejects.toThrow('Attach one file at a time; these are 2.')
})

test('a file that can not be fetched now may be later', async () => {
  const gone = { isTheirs: () => true, patienceMs: 2000 }
  const thrown: unknown = await withFile('x', [{ name: 'f', url: 'http://127.0.0.1:1/f' }], gone).catch((error: unknown) => error)
  await expect(read('/cut')).rejects.toMatchObject({ code: 'ChatUnavailable', retry: true })
  expect(thrown).toBeInstanceOf(Problem)
  expect(thrown).toMatchObject({ code: 'ChatUnavailable', retry: true })
})

test.each([
  ['https://contoso-my.sharepoint.com/personal/a/_layouts/15/download.aspx?UniqueId=1', true],
  ['https://contoso.sharepoint.us/x', true],
  ['http://contoso.sharepoint.com/x', false],
  ['https://sharepoint.com.evil.example/x', false],
  ['https://evilsharepoint.com/x', false],
  ['http://127.0.0.1/x', false],
])('Teams keeps files at %s: %s', (url, theirs) => {
  expect(filesOf(false)(new URL(url))).toBe(theirs)
})
