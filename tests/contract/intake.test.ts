import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { Problem } from '../../src/errors.ts'
import { eventsDoor } from '../../src/intake/door.ts'
import { poll } from '../../src/intake/polling.ts'
import { replay } from '../../src/intake/replay.ts'
import { receiveBody } from '../../src/intake/webhook.ts'
import type { HttpRequest } from '../../src/route.ts'
import { fakeInbox } from '../fakes/inbox.ts'
import { fakeTexts } from '../fakes/texts.ts'

const now = new Date('2026-11-24T05:00:00Z')
const clock = { now: () => now }

function payload(name: string): string {
  return readFileSync(new URL(`../payloads/events/${name}.json`, import.meta.url), 'utf8')
}

const connector = payload('alert-connector')
const alert = JSON.parse(connector)

/** The same alert as ARM tells it: camel case under `properties`, the ARM id in place of the portal link. */
function asArm(): object {
  const fields = Object.entries(alert).map(([key, value]) => [key.charAt(0).toLowerCase() + key.slice(1), value])
  const { timeGenerated, status: _, azureResourceId: __, ...properties } = Object.fromEntries(fields)
  const id = `/subscriptions/6f1c2a30-1b2c-4d3e-8f40-5a6b7c8d9e0f/resourceGroups/rg-shop/providers/Microsoft.Security/locations/centralus/alerts/${alert.SystemAlertId}`
  const resourceIdentifiers = [{ azureResourceId: alert.AzureResourceId, type: 'AzureResource' }]
  return {
    id,
    name: alert.SystemAlertId,
    type: 'Microsoft.Security/Locations/alerts',
    properties: { ...properties, status: 'Active', timeGeneratedUtc: timeGenerated, resourceIdentifiers },
  }
}

test('one event by push and by poll is one thing, told alike', async () => {
  const inbox = fakeInbox()
  await receiveBody(inbox, connector, now)
  async function* listEvents() {
    yield [JSON.stringify(asArm())]
  }
  await poll({ ...inbox, azure: { listEvents }, clock, texts: fakeTexts() }, ['one'], 'alert')
  const [pushed, polled] = inbox.arrivals
  expect([pushed?.via, polled?.via]).toEqual(['push', 'poll'])
  expect(polled?.event.key).toBe(pushed?.event.key)
  expect(polled?.event).toEqual(pushed?.event)
})

test('the same recommendation and compliance change by push and by poll have one key', async () => {
  const inbox = fakeInbox()
  for (const name of ['recommendation-delete', 'compliance-skipped']) {
    const { securityEventDataEnrichment: _, assessmentEventDataEnrichment: __, ...listed } = JSON.parse(payload(name))
    await receiveBody(inbox, payload(name), now)
    await receiveBody(inbox, JSON.stringify({ ...listed, id: listed.id.replace('resourcegroups', 'resourceGroups') }), now)
  }
  const keys = inbox.arrivals.map(arrival => arrival.event.key)
  expect(new Set(keys).size).toBe(2)
  expect(keys).toHaveLength(4)
})

test('one event: 202 with its id and its finding; again: a duplicate', async () => {
  const inbox = fakeInbox()
  const first = await receiveBody(inbox, connector, now)
  const accepted = {
    index: 0,
    eventId: alert.SystemAlertId,
    findingId: expect.stringMatching(/^a-[0-9a-z]{12}$/),
    duplicate: false,
  }
  expect(first).toEqual({ status: 202, body: { accepted: [accepted], rejected: [] } })
  expect(await receiveBody(inbox, connector, now)).toEqual({
    status: 202,
    body: { accepted: [{ ...accepted, duplicate: true }], rejected: [] },
  })
  expect(inbox.arrivals[0]).toMatchObject({ via: 'push', receivedAt: now.toISOString(), body: connector.trim() })
})

test('good and bad together: each told by its place, the bad kept', async () => {
  const inbox = fakeInbox()
  const bad = '{"Type" : "Microsoft.Security/assessments/subAssessments"}'
  const reply = await receiveBody(inbox, `[${bad}, ${connector}, 7, ${payload('compliance-skipped')}]`, now)
  expect(reply).toMatchObject({
    status: 202,
    body: {
      accepted: [{ index: 1 }, { index: 3 }],
      rejected: [
        { index: 0, path: 'Type', message: expect.stringContaining('sub-assessment') },
        { index: 2, path: '', message: expect.stringContaining('object') },
      ],
    },
  })
  expect(inbox.calls).toBe(1)
  expect([...inbox.letters.values()].map(letter => letter.body)).toEqual([bad, '7'])
})

test.each([
  ['broken JSON', '{"a":', 'NotJson', 'body', 1],
  ['nothing', '', 'NotJson', 'body', 1],
  ['an empty array', '[]', 'NothingAccepted', 'body', 0],
  ['an unknown kind', '{"type":"Foo"}', 'NothingAccepted', 'type', 1],
  ['only bad ones', '[{},{}]', 'NothingAccepted', 'type', 2],
])('%s: 400, kept all the same', async (_name, text, code, field, kept) => {
  const inbox = fakeInbox()
  const reply = await receiveBody(inbox, text, now)
  expect(reply).toMatchObject({ status: 400, body: { error: { code, field }, accepted: [] } })
  expect(inbox.calls).toBe(0)
  expect([...inbox.letters.values()].map(letter => letter.via)).toEqual(Array.from({ length: kept }, () => 'push'))
})

test('one bad event: the error names its field', async () => {
  const reply = await receiveBody(fakeInbox(), JSON.stringify({ ...alert, Severity: 5 }), now)
  expect(reply).toMatchObject({
    status: 400,
    body: { error: { code: 'NothingAccepted', message: 'This must be a text.', field: 'Severity' } },
  })
})

test('too many or too much: 413, nothing taken', async () => {
  const inbox = fakeInbox()
  await expect(receiveBody(inbox, `[${Array.from({ length: 501 }, () => '{}').join()}]`, now)).rejects.toMatchObject({
    code: 'TooLarge',
    status: 413,
  })
  await expect(receiveBody(inbox, `"${'é'.repeat(524_288)}"`, now)).rejects.toMatchObject({ code: 'TooLarge' })
  expect(inbox.letters.size).toBe(0)
  const most = `[${Array.from({ length: 500 }, (_, n) => JSON.stringify({ ...alert, Entities: [], SystemAlertId: `1_${n}` })).join()}]`
  expect(await receiveBody(inbox, most.slice(0, 1), now)).toMatchObject({ status: 400 })
  expect(
    await receiveBody(
      inbox,
      JSON.stringify(JSON.parse(most).map((item: object) => ({ ...item, AlertUri: '', Description: '' }))),
      now,
    ),
  ).toMatchObject({ status: 202 })
})

test('the database is away: the sender is told so, nothing is kept half', async () => {
  const inbox = fakeInbox()
  inbox.failure = new Problem('StoreUnavailable')
  await expect(receiveBody(inbox, `[${connector},7]`, now)).rejects.toMatchObject({ code: 'StoreUnavailable', status: 503 })
  expect(inbox.letters.size).toBe(0)
})

test('a NUL in a broken body is kept in a form the database takes', async () => {
  const inbox = fakeInbox()
  await receiveBody(inbox, '{"a":"\0', now)
  expect(inbox.letters.get('1')?.body).toBe('{"a":"\ufffd')
})

test('replay: what is understood now is taken and its letter goes; else it stays with the reason', async () => {
  const inbox = fakeInbox()
  const rejection = { path: '', message: 'then.' }
  await inbox.deadLetters.keep([
    { at: now.toISOString(), via: 'push', body: connector, rejection },
    { at: now.toISOString(), via: 'push', body: '{"type":"Foo"}', rejection },
  ])
  expect(await replay(inbox, '1', now)).toMatchObject({ accepted: [{ eventId: alert.SystemAlertId }], rejected: [] })
  expect(inbox.arrivals[0]?.via).toBe('replay')
  await expect(replay(inbox, '2', now)).rejects.toMatchObject({ code: 'NothingAccepted', field: 'type' })
  await expect(replay(inbox, '1', now)).rejects.toMatchObject({ code: 'NotFound' })
  expect([...inbox.letters.keys()]).toEqual(['2'])
})

test('a letter outlives a replay that the database refuses', async () => {
  const inbox = fakeInbox()
  await inbox.deadLetters.keep([
    { at: now.toISOString(), via: 'push', body: connector, rejection: { path: '', message: 'then.' } },
  ])
  inbox.failure = new Problem('StoreUnavailable')
  await expect(replay(inbox, '1', now)).rejects.toMatchObject({ code: 'StoreUnavailable' })
  expect(inbox.letters.size).toBe(1)
})

function request(headers: Record<string, string>, body: string | Buffer = connector, remoteAddress = '127.0.0.1'): HttpRequest {
  return {
    method: 'POST',
    path: '/api/events',
    params: {},
    query: new URLSearchParams(),
    headers,
    remoteAddress,
    body: Buffer.from(body),
  }
}

const json = { 'content-type': 'application/json' }

test.each<[string, Record<string, string>, number | string]>([
  ['JSON', json, 202],
  ['JSON in UTF-8', { 'content-type': 'application/json; charset=utf-8' }, 202],
  ['CloudEvents JSON', { 'content-type': 'application/cloudevents+json' }, 202],
  ['text', { 'content-type': 'text/plain' }, 'WrongContentType'],
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'WrongContentType'],
  ['no type', {}, 'WrongContentType'],
  ['JSON in UTF-16', { 'content-type': 'application/json; charset=utf-16' }, 'WrongContentType'],
  ['JSON, compressed', { ...json, 'content-encoding': 'gzip' }, 'WrongContentType'],
  ['JSON from behind a proxy', { ...json, 'x-forwarded-for': '203.0.113.9' }, 'Unauthenticated'],
])('the door takes %s: %s', async (_name, headers, expected) => {
  const door = eventsDoor({ ...fakeInbox(), senders: { keys: [] }, clock })
  const answer = await door.handle(request(headers)).then(
    reply => reply.status,
    (problem: Problem) => problem.code,
  )
  expect(answer).toBe(expected)
})

test.each([
  ['bodies', { mostBodies: 2, mostBytes: 1_000_000 }],
  ['bytes', { mostBodies: 1000, mostBytes: 2 * Buffer.byteLength(connector) + 1 }],
])('more %s than wait already are sent away for a while, and taken once there is room', async (_name, limits) => {
  const inbox = fakeInbox()
  let letGo: () => void = () => undefined
  const written = new Promise<void>(done => {
    letGo = done
  })
  const receive: typeof inbox.receive = async arrivals => {
    await written
    return inbox.receive(arrivals)
  }
  const door = eventsDoor({ ...inbox, receive, senders: { keys: [] }, clock, limits })
  const waiting = [door.handle(request(json)), door.handle(request(json))]
  await expect(door.handle(request(json))).rejects.toMatchObject({ code: 'RateLimited', status: 429, retryAfterS: 1 })
  letGo()
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([202, 202])
  expect(inbox.calls).toBe(2)
  expect(await door.handle(request(json))).toMatchObject({ status: 202 })
})

test('a body that fails leaves its room to the next', async () => {
  const inbox = fakeInbox()
  const door = eventsDoor({ ...inbox, senders: { keys: [] }, clock, limits: { mostBodies: 1, mostBytes: 1_000_000 } })
  inbox.failure = new Problem('StoreUnavailable')
  await expect(door.handle(request(json))).rejects.toMatchObject({ code: 'StoreUnavailable' })
  inbox.failure = undefined
  expect(await door.handle(request(json))).toMatchObject({ status: 202 })
})

test('bytes that are no UTF-8 do no harm', async () => {
  const inbox = fakeInbox()
  const door = eventsDoor({ ...inbox, senders: { keys: [] }, clock })
  const body = Buffer.concat([
    Buffer.from('{"SystemAlertId":"1","AlertDisplayName":"'),
    Buffer.from([0xff, 0xc3]),
    Buffer.from('","Severity":"Low"}'),
  ])
  expect(await door.handle(request(json, body))).toMatchObject({ status: 202 })
  expect(inbox.arrivals[0]?.event.title).toBe('\ufffd\ufffd')
})
