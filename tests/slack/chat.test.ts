import { expect, test } from '@jest/globals'
import { createEmulator } from 'emulate'
import { z } from 'zod'
import { slackChat } from '../../src/chat/slack/chat.ts'
import { scopes } from '../../src/chat/slack/install.ts'
import { oneWorkspace } from '../../src/chat/slack/workspaces.ts'
import { silent } from '../../src/log.ts'
import type { Place } from '../../src/model/place.ts'
import { aCard, type ChatFault, type ChatStage, testChat } from '../contract/chat.ts'
import { type Fault, startSlackSink } from '../fakes/slack-api.ts'

const token = 'xoxb-1-secret-token'
const place: Place = { id: 'slack:T1:C0000001', chat: 'slack', tenant: 'T1', channel: 'C0000001', name: 'main' }

const faults: Record<Exclude<ChatFault, 'down'>, Fault> = {
  'rate-limited-10s': { status: 429, retryAfter: '10' },
  'rate-limited': { status: 429 },
  'server-error': { status: 500, text: `<html>${token}</html>` },
  'cut-before': { cut: 'before' },
  'cut-after': { cut: 'after' },
  gone: { error: 'is_archived' },
  'card-refused': { error: 'invalid_blocks' },
}

async function onSink(): Promise<ChatStage> {
  const sink = await startSlackSink({ token })
  const workspaces = oneWorkspace(token, [], { apiUrl: sink.apiUrl, log: silent })
  return {
    chat: slackChat(workspaces.webOf, silent),
    place,
    secrets: [token],
    shown: async () => sink.channelMessages(place.channel).map(({ text }) => text),
    fail: fault => (fault === 'down' ? sink.down() : Promise.resolve(sink.failNext('*', faults[fault]))),
    close: () => sink.close(),
  }
}

testChat('Slack', onSink, [
  'rate-limited-10s',
  'rate-limited',
  'down',
  'server-error',
  'cut-before',
  'cut-after',
  'gone',
  'card-refused',
])

const History = z.object({ messages: z.array(z.object({ text: z.string() })) })
let nextPort = 41_000 + (process.pid % 1000) * 3

async function onEmulator(): Promise<ChatStage> {
  const seed = {
    slack: {
      channels: [{ name: 'alerts' }],
      strict_scopes: true,
      tokens: [{ token, user: 'admin', scopes: [...scopes] }],
    },
  }
  nextPort += 1
  const emulator = await createEmulator({ service: 'slack', port: nextPort, seed })
  const workspaces = oneWorkspace(token, [], { apiUrl: `${emulator.url}/api/`, log: silent })
  const web = await workspaces.webOf('T000000001')
  const here: Place = { ...place, id: 'slack:T000000001:C000000001', tenant: 'T000000001', channel: 'C000000001' }
  return {
    chat: slackChat(workspaces.webOf, silent),
    place: here,
    secrets: [token],
    shown: async () => {
      const { messages } = await web.call('conversations.history', { channel: here.channel }, History)
      return messages.map(({ text }) => text).reverse()
    },
    close: () => emulator.close(),
  }
}

testChat('Slack as emulated, with only the scopes of the manifest', onEmulator, [])

test.each([
  ['channel_not_found', 'PlaceGone'],
  ['not_in_channel', 'PlaceGone'],
  ['account_inactive', 'PlaceGone'],
  ['token_revoked', 'PlaceGone'],
  ['missing_scope', 'PlaceGone'],
  ['ratelimited', 'RateLimited'],
  ['fatal_error', 'ChatUncertain'],
  ['service_unavailable', 'ChatUnavailable'],
  ['something_new', 'NotFound'],
])('posting that fails with %s is the Problem %s', async (error, code) => {
  const sink = await startSlackSink({ token })
  sink.failAlways('chat.postMessage', { error })
  const chat = slackChat(oneWorkspace(token, [], { apiUrl: sink.apiUrl, log: silent }).webOf, silent)
  await expect(chat.post(place, aCard('x'), 'k')).rejects.toMatchObject({ code })
  await sink.close()
})

test.each([
  [503, 'ChatUncertain'],
  [504, 'ChatUncertain'],
  [404, 'NotFound'],
])('posting that is answered with HTTP %d is the Problem %s', async (status, code) => {
  const sink = await startSlackSink({ token })
  sink.failNext('chat.postMessage', { status })
  const chat = slackChat(oneWorkspace(token, [], { apiUrl: sink.apiUrl, log: silent }).webOf, silent)
  await expect(chat.post(place, aCard('x'), 'k')).rejects.toMatchObject({ code })
  await sink.close()
})

test('a message that someone deleted stays deleted; an update that gets lost may be repeated', async () => {
  const sink = await startSlackSink({ token })
  const chat = slackChat(oneWorkspace(token, [], { apiUrl: sink.apiUrl, log: silent }).webOf, silent)
  await expect(chat.update(place, '1700000000.000001', aCard('x'))).resolves.toBe(false)
  const id = await chat.post(place, aCard('x'), 'k')
  sink.failNext('chat.update', { cut: 'after' })
  await expect(chat.update(place, id, aCard('y'))).rejects.toMatchObject({ code: 'ChatUnavailable', retry: true })
  await sink.close()
})

test('text goes out literally: Slack makes no links and no people of it', async () => {
  const sink = await startSlackSink({ token })
  const chat = slackChat(oneWorkspace(token, [], { apiUrl: sink.apiUrl, log: silent }).webOf, silent)
  await chat.update(place, await chat.post(place, aCard('see example.com @here'), 'k'), aCard('y'))
  const sent = sink.calls.filter(({ method }) => method.startsWith('chat.')).map(({ args }) => [args.parse, args.link_names])
  expect(sent).toEqual([
    ['none', 'false'],
    ['none', 'false'],
  ])
  await sink.close()
})

test('an uncertain post is looked for on several pages, but not without end', async () => {
  const sink = await startSlackSink({ token })
  const chat = slackChat(oneWorkspace(token, [], { apiUrl: sink.apiUrl, log: silent }).webOf, silent)
  const first = await chat.post(place, aCard('first'), 'first')
  for (let index = 0; index < 150; index++) sink.addMessage(place.channel, 'x')
  expect(await chat.find?.(place, 'first')).toBe(first)
  for (let index = 0; index < 200; index++) sink.addMessage(place.channel, 'x')
  expect(await chat.find?.(place, 'first')).toBeUndefined()
  expect(sink.calls.filter(({ method }) => method === 'conversations.history')).toHaveLength(2 + 3)
  await sink.close()
})

test('a channel whose history may not be read gives nothing, so that the card is posted', async () => {
  const sink = await startSlackSink({ token })
  const chat = slackChat(oneWorkspace(token, [], { apiUrl: sink.apiUrl, log: silent }).webOf, silent)
  sink.failNext('conversations.history', { error: 'missing_scope' })
  expect(await chat.find?.(place, 'k')).toBeUndefined()
  await sink.close()
})

test('a person’s direct messages are updated in the channel that Slack opened for them', async () => {
  const sink = await startSlackSink({ token })
  const chat = slackChat(oneWorkspace(token, [], { apiUrl: sink.apiUrl, log: silent }).webOf, silent)
  const id = await chat.post({ ...place, channel: 'C0000001' }, aCard('x'), 'k')
  await chat.update({ ...place, channel: '#main' }, `C0000001:${id}`, aCard('y'))
  expect(sink.channelMessages('C0000001').map(({ text }) => text)).toEqual(['y'])
  await sink.close()
})
