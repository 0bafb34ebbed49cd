import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import { liveDoor } from '../../../src/console/live.ts'
import { silent } from '../../../src/log.ts'
import type { Finding } from '../../../src/model/finding.ts'
import type { Changed } from '../../../src/ports.ts'
import { alertEvent, findingOf, now, runOf } from '../../fakes/findings.ts'

const finding = findingOf(alertEvent())
const run = runOf('queued')
const servers: { server: Server; stopping: AbortController }[] = []

afterEach(async () => {
  for (const { server, stopping } of servers.splice(0)) {
    stopping.abort()
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
})

/** A stream of a store that holds one finding. */
async function setup(present: { finding: Finding; fails?: number }) {
  const listeners = new Set<(change: Changed) => void>()
  const get = async () => {
    if ((present.fails ?? 0) > 0) {
      present.fails = (present.fails ?? 0) - 1
      throw new Error('database away')
    }
    return present.finding
  }
  const stopping = new AbortController()
  const store = {
    findings: { get },
    posts: { get: async () => undefined, of: async () => [] },
    onChange(listener: (change: Changed) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  const door = liveDoor({ store, clock: { now: () => now }, log: silent, stopping: stopping.signal })
  const server = createServer(door.raw)
  servers.push({ server, stopping })
  const open = new Set<Socket>()
  server.on('connection', socket => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server.address())
  const tell = () => {
    for (const listener of listeners) listener({ type: 'finding', id: finding.id })
  }
  return { url: `http://127.0.0.1:${port}/`, port, tell, listeners, stopping, open }
}

function portOf(address: AddressInfo | string | null): number {
  return address !== null && typeof address === 'object' ? address.port : 0
}

/** Reads a stream: each call resolves with all text so far once it holds what is looked for, or the stream ends. */
function reading(stream: AsyncIterable<Uint8Array>): (found: (text: string) => boolean) => Promise<string> {
  const chunks = stream[Symbol.asyncIterator]()
  const decoder = new TextDecoder()
  let text = ''
  return async found => {
    while (!found(text)) {
      const { done, value } = await chunks.next()
      if (done === true) return `${text}[end]`
      text += decoder.decode(value, { stream: true })
    }
    return text
  }
}

function until(stream: AsyncIterable<Uint8Array>, found: (text: string) => boolean): Promise<string> {
  return reading(stream)(found)
}

function streamOf({ body }: Response): ReadableStream<Uint8Array> {
  if (body === null) throw new Error('no body')
  return body
}

async function poll(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 10))
}

test('many browsers hear of a change; a run is told when it moves and not again', async () => {
  const present = { finding: { ...finding, runs: [run] } }
  const { url, tell } = await setup(present)
  const readers = (await Promise.all([fetch(url), fetch(url)])).map(response => reading(streamOf(response)))
  tell()
  for (const read of readers) expect(await read(text => text.includes('event: run'))).toContain('"state":"queued"')
  tell()
  present.finding = { ...finding, version: 2, runs: [{ ...run, state: 'running' }] }
  tell()
  for (const read of readers) {
    const text = await read(seen => seen.includes('"state":"running"'))
    expect(text.match(/event: run/g)).toHaveLength(2)
    expect(text).toContain('"ended":false')
  }
})

test('a browser that has just come is told of what ended now, not of what ended long ago', async () => {
  const ended = (id: string, ago: number) => ({ ...runOf('succeeded'), id, endedAt: new Date(now.getTime() - ago).toISOString() })
  const { url, tell } = await setup({ finding: { ...finding, runs: [ended('old', 120_000), ended('new', 2000)] } })
  const stream = streamOf(await fetch(url))
  tell()
  const text = await until(stream, seen => seen.includes('event: run'))
  expect(text).toContain('"id":"new"')
  expect(text).not.toContain('"id":"old"')
})

test('changes close together leave once', async () => {
  const { url, tell } = await setup({ finding })
  const stream = streamOf(await fetch(url))
  for (let n = 0; n < 500; n += 1) tell()
  const text = await until(stream, seen => seen.includes('event: finding'))
  expect(text.match(/event: finding/g)).toHaveLength(1)
})

test('a database that does not answer is asked again', async () => {
  const { url, tell } = await setup({ finding, fails: 1 })
  const stream = streamOf(await fetch(url))
  tell()
  expect(await until(stream, text => text.includes('event: finding'))).toContain(finding.id)
})

test('the store is listened to only while a browser is there', async () => {
  const { url, listeners } = await setup({ finding })
  expect(listeners.size).toBe(0)
  const leave = new AbortController()
  await fetch(url, { signal: leave.signal })
  expect(listeners.size).toBe(1)
  leave.abort()
  await poll(() => listeners.size === 0)
})

test('a browser that does not read is cut off, and only that one', async () => {
  const large = { ...finding, event: { ...finding.event, title: 'x'.repeat(400_000) } }
  const { url, port, tell, listeners, open } = await setup({ finding: large })
  const deaf = connect(port, '127.0.0.1')
  deaf.on('error', () => undefined)
  deaf.pause()
  deaf.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  await poll(() => listeners.size === 1)
  const read = reading(streamOf(await fetch(url)))
  let heard = 0
  for (let changes = 1; open.size === 2; changes += 1) {
    tell()
    heard = (await read(text => (text.match(/event: finding/g)?.length ?? 0) >= changes)).length
  }
  deaf.destroy()
  expect(open.size).toBe(1)
  expect(heard).toBeGreaterThan(1_000_000)
})

test('stopping ends the streams', async () => {
  const { url, stopping } = await setup({ finding })
  const stream = streamOf(await fetch(url))
  stopping.abort()
  expect(await until(stream, () => false)).toContain('[end]')
})

test('another site that was bound to this address hears nothing', async () => {
  const { port } = await setup({ finding })
  const socket = connect(port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: rebound.example.com\r\nConnection: close\r\n\r\n')
  expect(await until(socket, () => false)).toMatch(/^HTTP\/1.1 403 .*"Forbidden"/s)
})
