import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { openStory, type Story, until } from './ground.ts'

let story: Story
beforeAll(async () => {
  story = await openStory()
})
afterAll(() => story.close())

const Received = z.object({
  accepted: z.array(z.object({ index: z.number(), eventId: z.string(), findingId: z.string(), duplicate: z.boolean() })),
  rejected: z.array(z.object({ index: z.number(), path: z.string(), message: z.string() })),
})

function alert(id: string, more: object = {}): object {
  return {
    SystemAlertId: id,
    AlertType: 'VM_Test',
    AlertDisplayName: `Alert ${id}`,
    Description: 'd',
    Severity: 'High',
    Status: 'New',
    TimeGenerated: '2026-11-20T10:00:00Z',
    CompromisedEntity: 'vm-1',
    ...more,
  }
}

async function send(body: unknown, headers: Record<string, string> = {}) {
  return story.call('/api/events', body, headers)
}

const Letters = z.array(z.object({ body: z.string(), rejection: z.object({ path: z.string() }) }))

test('a mixed array: good items are taken, bad ones named and kept to the letter', async () => {
  const { status, body } = await send([alert('mixed-1'), { nonsense: true }, alert('mixed-2', { Severity: 5 }), alert('mixed-3')])
  const received = Received.parse(body)
  expect(status).toBe(202)
  expect(received.accepted.map(({ index, eventId }) => [index, eventId])).toEqual([
    [0, 'mixed-1'],
    [3, 'mixed-3'],
  ])
  expect(received.rejected.map(({ index, path }) => [index, path])).toEqual([
    [1, 'type'],
    [2, 'Severity'],
  ])
  const letters = Letters.parse((await story.call('/console/api/dead-letters')).body)
  expect(letters.find(letter => letter.body === '{"nonsense":true}')).toMatchObject({ rejection: { path: 'type' } })
})

test('one id twice in a body is one finding, as it stood last', async () => {
  const { accepted } = Received.parse((await send([alert('twice'), alert('twice', { Status: 'Dismissed' })])).body)
  expect(accepted.map(({ duplicate }) => duplicate)).toEqual([false, false])
  expect(new Set(accepted.map(({ findingId }) => findingId)).size).toBe(1)
  expect((await story.finding(accepted[0]?.findingId ?? '')).status).toBe('dismissed')
})

const deep = JSON.parse(`${'{"a":'.repeat(90)}1${'}'.repeat(90)}`)

/** Words that every object of JavaScript answers to. */
const borrowed = (word: string): object =>
  JSON.parse(
    `{"Severity":"${word}","Status":"${word}","AlertType":"${word}","Intent":"${word}","ExtendedProperties":{"${word}":"${word}"},
      "Entities":[{"Type":"${word}","${word}":"x","Name":"n"},{"$id":"${word}","Type":"host","HostName":"${word}","${word}":{"$ref":"${word}"}}]}`,
  )

test.each<[name: string, more: object, shows: RegExp]>([
  ['the year 0001', { TimeGenerated: '0001-01-01T00:00:00Z' }, /on vm-1, /],
  ['a time to come', { TimeGenerated: '2099-05-01T10:00:00Z' }, /on vm-1, \d\d:\d\d UTC/],
  ['no entities', { Entities: null }, /on vm-1/],
  ['entities that are none', { Entities: [null, 7, {}, { $ref: 'nowhere' }, [], { Type: null }] }, /on vm-1/],
  ['entities that are a text', { Entities: 'none' }, /on vm-1/],
  ['properties nested deep', { ExtendedProperties: { deep } }, /on vm-1/],
  [
    'null wherever it may be',
    { Description: null, Intent: null, RemediationSteps: null, AlertUri: null, Status: null },
    /on vm-1/,
  ],
  ...['__proto__', 'constructor', 'toString'].map((word): [string, object, RegExp] => [
    `the word ${word}`,
    borrowed(word),
    new RegExp(`^${word} alert: .* on vm-1.*New$`, 'i'),
  ]),
])('an alert with %s has a card', async (name, more, shows) => {
  const { accepted, rejected } = Received.parse((await send(alert(name, more))).body)
  expect(rejected).toEqual([])
  const { answer } = await story.act('show', {}, accepted[0]?.findingId ?? '')
  expect(answer.card.text).toMatch(shows)
  const shown = await until('the post', async () =>
    (await story.posts()).find(({ findingId, state }) => findingId === accepted[0]?.findingId && state === 'shown'),
  )
  expect(shown.card.text).toContain(`Alert ${name}`)
})

test('the same event twice is one finding; a status change at the source moves it; an old delivery moves it no more', async () => {
  const first = Received.parse((await send(alert('moves'))).body).accepted[0]
  const second = Received.parse((await send(alert('moves'))).body).accepted[0]
  expect(second).toMatchObject({ findingId: first?.findingId, duplicate: true })
  const moved = Received.parse((await send(alert('moves', { Status: 'Resolved' }))).body).accepted[0]
  expect(moved).toMatchObject({ findingId: first?.findingId, duplicate: false })
  await send(alert('moves'))
  expect(await story.finding(first?.findingId ?? '')).toMatchObject({ status: 'resolved', version: 2 })
})

test.each([
  ['broken JSON', '{"a":', 400],
  ['an empty array', '[]', 400],
  ['a number', '5', 400],
  ['nesting without end', `${'['.repeat(5000)}${']'.repeat(5000)}`, 400],
  ['too many at once', JSON.stringify(Array.from({ length: 501 }, (_, index) => alert(`n${index}`))), 413],
  ['five megabytes', `"${'x'.repeat(5 * 1024 * 1024)}"`, 413],
])('%s is refused with a clear error', async (_name, body, status) => {
  const answer = await send(body)
  expect(answer.status).toBe(status)
  expect(answer.body).toMatchObject({ error: { code: expect.any(String), message: expect.any(String), field: 'body' } })
})

test('another content type is refused', async () => {
  expect((await send('{}', { 'content-type': 'text/plain' })).status).toBe(415)
})

test('markup, mentions and marks in an event stay letters on both platforms', async () => {
  const title = '<!channel> @everyone <b>x</b> [y](https://evil.example) *bold* \u202Egnp.exe'
  const { body } = await send(alert('hostile', { AlertDisplayName: title, Description: 'z'.repeat(200_000) }))
  const id = Received.parse(body).accepted[0]?.findingId ?? ''
  const { answer } = await story.act('show', {}, id)
  expect(JSON.stringify(answer.card.slack)).not.toMatch(/"type":"mrkdwn"[^}]*<!channel>/)
  expect(JSON.stringify(answer.card)).not.toContain('\u202E')
  expect(JSON.stringify(answer.card.teams)).not.toContain('"type":"TextBlock"')
})
