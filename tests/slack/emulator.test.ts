import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createEmulator, type Emulator } from 'emulate'
import { z } from 'zod'
import type { Card, Do } from '../../cards/card.ts'
import { connectSlack } from '../../src/chat/slack/bot.ts'
import { sharedDialogs } from '../../src/chat/slack/dialogs.ts'
import { scopes } from '../../src/chat/slack/install.ts'
import { openWeb, type SlackWeb } from '../../src/chat/slack/web.ts'
import { type Log, silent } from '../../src/log.ts'
import { startServer } from '../../src/server.ts'
import { aCard } from '../contract/chat.ts'
import { freePort } from '../fakes/free-port.ts'
import { sendSigned } from '../fakes/slack-person.ts'
import { memoryFeeds, memoryPeople, memoryPlaces, memoryTexts, read, recordingDesk, said, signingSecret, until } from './stage.ts'

/** The whole way against an emulated Slack that keeps its own state and scopes: real trigger ids, real view hashes. */

const token = 'xoxb-emulated'
const Trigger = z.object({ trigger_id: z.string() })
const History = z.object({
  messages: z.array(z.object({ ts: z.string(), text: z.string(), blocks: z.array(z.unknown()).optional() })),
})
const run: Do = { type: 'do', label: 'Trigger logic app', action: 'run', findingId: 'a-1', dialog: true }

let emulator: Emulator
let web: SlackWeb
const told: string[] = []
const log: Log = {
  ...silent,
  info: (_fields, message) => void told.push(message),
  warn: (_fields, message) => void told.push(message),
}
const desk = recordingDesk()
const places = memoryPlaces()
let bot: ReturnType<typeof connectSlack>
let server: Awaited<ReturnType<typeof startServer>>

beforeAll(async () => {
  const seed = { slack: { strict_scopes: true, tokens: [{ token, user: 'admin', scopes: [...scopes] }] } }
  emulator = await createEmulator({ service: 'slack', port: await freePort(), seed })
  web = openWeb(token, `${emulator.url}/api/`, silent)
  const ports = { desk, read, people: memoryPeople(), places, feeds: memoryFeeds(), clock: { now: () => new Date() }, log }
  bot = connectSlack({
    access: { token },
    signingSecret,
    apiUrl: `${emulator.url}/api/`,
    channel: '#general',
    dialogs: sharedDialogs({ texts: memoryTexts(), prefix: 'dialog/', ...ports }),
    ...ports,
  })
  await bot.start()
  server = await startServer(bot.doors, { host: '127.0.0.1', port: 0, log: silent })
})
afterAll(async () => {
  await bot.stop()
  await server.stop()
  await emulator.close()
})

function send(payload: object): Promise<Response> {
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
  return sendSigned(`${server.address}/slack/events`, signingSecret, body)
}

async function press(parts: object): Promise<Response> {
  const { trigger_id } = await web.call('views.generateTriggerId', { user_id: 'U000000001' }, Trigger)
  const who = { user: { id: 'U000000001', team_id: 'T000000001' }, team: { id: 'T000000001' }, channel: { id: 'C000000001' } }
  return send({ type: 'block_actions', trigger_id, ...who, ...parts })
}

function formCard(): Card {
  const field = { type: 'input', as: 'text', id: 'why', label: 'Why', required: false, multiline: false, maxLength: 100 } as const
  return { ...aCard('form'), body: [field], form: { title: 'Trigger logic app', action: 'run', submit: 'Run' } }
}

test('the first channel is found by its name', async () => {
  expect(await places.list()).toMatchObject([{ id: 'slack:T000000001:C000000001', channel: 'C000000001' }])
})

test('a card with its buttons, a dialog opened and filled, an answer for one person: all with the manifest’s scopes', async () => {
  const [place] = await places.list()
  if (place === undefined) throw new Error('no place')
  const ts = await bot.chat.post(place, { ...aCard('alert'), buttons: [run] }, 'post-1')
  const { messages } = await web.call('conversations.history', { channel: 'C000000001' }, History)
  expect(messages).toMatchObject([{ ts, text: 'alert', blocks: expect.any(Array) }])

  desk.answerWith(() => said('form', { card: formCard() }))
  const action = {
    type: 'button',
    action_id: 'do:0',
    block_id: 'b',
    value: JSON.stringify({ action: 'run', findingId: 'a-1', input: {}, dialog: true }),
    action_ts: '1.1',
  }
  await press({ container: { type: 'message', message_ts: ts }, message: { ts }, actions: [action] })
  await until(() => desk.performed.length === 1)

  desk.answerWith(() => said('for you'))
  await press({
    container: { type: 'message', message_ts: ts },
    message: { ts },
    actions: [{ ...action, value: '{"action":"assign"}', action_ts: '1.2' }],
  })
  await until(() => desk.performed.length === 2)
  await bot.stop()
  const after = await web.call('conversations.history', { channel: 'C000000001' }, History)
  expect(after.messages).toHaveLength(1)
  expect(told.filter(message => message !== 'connected to Slack' && !message.startsWith('the first Slack channel'))).toEqual([])
})
