import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { sendSigned } from '../fakes/slack-person.ts'
import { openStage, type Stage, said, signingSecret, until } from './stage.ts'

/** What comes in at Slack's door, well-formed and not. */

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())
beforeEach(() => {
  stage.desk.answerWith(request => said(`did ${request.action}`))
  stage.desk.acceptWith(async () => {})
})

const endpoint = () => `${stage.url}/slack/events`
const nowS = () => Math.floor(Date.now() / 1000)

test.each([
  ['a wrong signature', { signature: `v0=${'0'.repeat(64)}` }, 401],
  ['no signature worth the name', { signature: '' }, 401],
  ['a date six minutes ago', { timestamp: nowS() - 360 }, 401],
  ['a date in six minutes', { timestamp: nowS() + 360 }, 401],
  ['a date that is no number', { headers: { 'x-slack-request-timestamp': 'soon' } }, 401],
  ['a negative date', { headers: { 'x-slack-request-timestamp': '-1' } }, 401],
  ['a content type Slack never sends', { contentType: 'text/plain' }, 415],
  ['multipart', { contentType: 'multipart/form-data; boundary=x' }, 415],
  ['the form type with a charset', { contentType: 'application/x-www-form-urlencoded; charset=utf-8' }, 200],
])('%s', async (_what, signing, status) => {
  const before = stage.desk.accepted.length
  const response = await stage.analyst.send(stage.analyst.slashBody('rules'), signing)
  expect(response.status).toBe(status)
  expect(stage.desk.accepted.length - before).toBe(status === 200 ? 1 : 0)
})

test.each([
  ['a payload that is no JSON', 'payload=%7Bnot+json', 400],
  ['a payload that is null', 'payload=null', 400],
  ['a payload that is a list', 'payload=%5B%5D', 400],
  ['a payload of a kind nobody knows', 'payload=%7B%22type%22%3A%22new_thing%22%7D', 200],
  [
    'a block action without actions',
    `payload=${encodeURIComponent(JSON.stringify({ type: 'block_actions', user: { id: 'U1' }, team: { id: 'T1' }, actions: [] }))}`,
    200,
  ],
  ['an empty form', '', 200],
])('%s is answered at once', async (_what, body, status) => {
  const startedAt = performance.now()
  const response = await stage.analyst.send(body)
  expect(response.status).toBe(status)
  expect(performance.now() - startedAt).toBeLessThan(1000)
})

test.each(['null', '[]', '"text"', '3'])('a JSON body that is %s does no harm', async body => {
  expect((await stage.analyst.send(body, { contentType: 'application/json' })).status).toBe(400)
  expect((await stage.analyst.slash('rules')).status).toBe(200)
})

test('a form of 10 MB is refused and not kept', async () => {
  const body = `payload=${'a'.repeat(10 * 1024 * 1024)}`
  expect((await sendSigned(endpoint(), signingSecret, body)).status).toBe(413)
})

test('Slack’s certificate check and address check are answered', async () => {
  const check = await fetch(endpoint(), { method: 'POST', body: new URLSearchParams({ ssl_check: '1', token: 'x' }) })
  expect(check.status).toBe(200)
  const challenge = await stage.analyst.send(JSON.stringify({ type: 'url_verification', challenge: 'abc' }), {
    contentType: 'application/json',
  })
  expect(await challenge.json()).toEqual({ challenge: 'abc' })
})

test('a replayed command has one effect and one answer', async () => {
  const body = stage.analyst.slashBody('rules replayed')
  const at = { timestamp: nowS() }
  const [before, answers] = [stage.desk.performed.length, stage.sink.responses.length]
  expect((await stage.analyst.send(body, at)).status).toBe(200)
  await until(() => stage.sink.responses.length > answers)
  expect((await stage.analyst.send(body, at)).status).toBe(200)
  await stage.analyst.slash('marker')
  await until(() => stage.sink.responses.length === answers + 2)
  expect(stage.desk.performed.length - before).toBe(2)
})

test('an event delivered again is done once; after a refusal of the store it is taken from the next delivery', async () => {
  const event = {
    type: 'message',
    channel_type: 'im',
    user: 'U0ANALYST',
    channel: 'D0000DIRECT',
    ts: '1700000000.1',
    text: 'mine',
  }
  const again = { headers: { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' } }
  const done = () => stage.desk.performed.filter(({ action }) => action === 'mine').length
  stage.desk.acceptWith(async () => {
    throw new (await import('../../src/errors.ts')).Problem('StoreUnavailable')
  })
  expect((await stage.analyst.sendEvent(event, 'Ev0AGAIN')).status).toBe(503)
  stage.desk.acceptWith(async () => {})
  expect((await stage.analyst.sendEvent(event, 'Ev0AGAIN', again)).status).toBe(200)
  expect((await stage.analyst.sendEvent(event, 'Ev0AGAIN', again)).status).toBe(200)
  await stage.analyst.say('later')
  await until(() => stage.desk.performed.some(({ action }) => action === 'later'))
  expect(done()).toBe(1)
})

test('a store that is down is told to who typed, and nothing is carried out', async () => {
  const { Problem } = await import('../../src/errors.ts')
  stage.desk.acceptWith(async () => {
    throw new Problem('StoreUnavailable')
  })
  const before = stage.desk.performed.length
  const response = await stage.analyst.slash('rules')
  expect(await response.json()).toMatchObject({ response_type: 'ephemeral', text: expect.stringContaining('database') })
  expect(stage.desk.performed.length).toBe(before)
})

test('a store that is slow does not keep Slack waiting', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  stage.desk.acceptWith(() => promise)
  const startedAt = performance.now()
  expect((await stage.analyst.slash('slow')).status).toBe(200)
  expect(performance.now() - startedAt).toBeLessThan(2900)
  resolve()
  await until(() => stage.desk.performed.some(({ action }) => action === 'slow'))
})

test('an unknown command names the nearest at once', async () => {
  const response = await stage.analyst.slash('rulse')
  expect(await response.json()).toMatchObject({ response_type: 'ephemeral', text: expect.stringContaining('"rules"') })
})

test.each([
  ['emoji of four bytes', 'show 🔥👩‍🚒', 'show 🔥👩‍🚒'],
  ['a no-break space', 'show\u00a0a-1', 'show\u00a0a-1'],
  ['zero-width marks', 'sh\u200bow a-1', 'sh\u200bow a-1'],
  ['an unclosed quote', 'show "a-1', 'show "a-1'],
  ['Slack’s escapes', 'show a &lt;b&gt; &amp; c', 'show a <b> & c'],
  ['links Slack made', 'show <http://example.com|example.com> <https://example.org>', 'show example.com https://example.org'],
  ['someone who is not linked', 'show <@U0OTHER|other>', 'show @other'],
])('text with %s reaches the reader of commands as typed', async (_what, typed, seen) => {
  const texts: string[] = []
  const own = await openStage({
    read: text => {
      texts.push(text)
      return { action: 'show', input: {} }
    },
  })
  await own.analyst.slash(typed)
  await own.close()
  expect(texts).toEqual([seen])
})

test('a mention of a linked person becomes their object id', async () => {
  await stage.people.link(
    { chat: 'slack', tenant: stage.sink.team, user: 'U0OTHER' },
    { id: '11111111-1111-4111-8111-111111111111', name: 'Admin' },
  )
  await stage.analyst.mention('<@U00000BOT> assign a-1 to <@U0OTHER>')
  const asked = await until(() => stage.desk.performed.find(({ action }) => action === 'assign'))
  expect(asked.input).toEqual({ words: 'a-1 to 11111111-1111-4111-8111-111111111111' })
  expect(asked.from.account).toEqual({ chat: 'slack', tenant: stage.sink.team, user: 'U0ANALYST' })
  expect(asked.placeId).toBe(`slack:${stage.sink.team}:C0000MAIN`)
})

test('what the bot and other bots say is not answered', async () => {
  const before = stage.desk.accepted.length
  const common = { type: 'message', channel_type: 'im', channel: 'D0000DIRECT', ts: '1700000000.2', text: 'echo' }
  await stage.analyst.sendEvent({ ...common, user: 'U00000BOT', bot_id: 'B00000BOT' })
  await stage.analyst.sendEvent({ ...common, user: 'U0ANALYST', subtype: 'message_changed' })
  await stage.analyst.sendEvent({ ...common, user: 'U0ANALYST', channel_type: 'channel' })
  expect(stage.desk.accepted.length).toBe(before)
})

test.each([
  ['a guest', 'U0GUEST', { is_restricted: true }, 'Guests'],
  ['a single-channel guest', 'U0GUEST1', { is_ultra_restricted: true }, 'Guests'],
  ['a stranger by Slack’s word', 'U0STRANGE', { is_stranger: true }, 'Only members'],
  ['someone whose home is elsewhere', 'U0FOREIGN', { team_id: 'T0OTHER' }, 'Only members'],
  ['a bot', 'U0ROBOT', { is_bot: true }, 'people, not bots'],
  ['someone deactivated', 'U0GONE', { deleted: true }, 'people, not bots'],
])('%s is refused before anything is stored', async (_what, user, info, sentence) => {
  stage.sink.users.set(user, info)
  const before = stage.desk.accepted.length
  const response = await stage.person({ user }).slash('rules')
  expect(await response.json()).toMatchObject({ text: expect.stringContaining(sentence) })
  expect(stage.desk.accepted.length).toBe(before)
})

test('a press by a person of another workspace is refused by the payload alone', async () => {
  const [{ ts }, before] = [await posted('alert'), stage.desk.accepted.length]
  const message = stage.sink.messages.find(one => one.ts === ts)
  const stranger = stage.person({ user: 'U0CONNECT', userTeam: 'T0PARTNER' })
  if (message === undefined) throw new Error('nothing posted')
  const answers = stage.sink.responses.length
  expect((await stranger.press(message, 'Take it')).status).toBe(200)
  const { body } = await until(() => stage.sink.responses[answers])
  expect(body.text).toContain('Only members')
  expect(stage.desk.accepted.length).toBe(before)
})

test('Slack being unable to say who is a guest does not stop people whom an admin linked', async () => {
  stage.sink.failNext('users.info', { status: 500 })
  expect((await stage.person({ user: 'U0UNCLEAR' }).slash('whoami')).status).toBe(200)
  await until(() => stage.desk.performed.some(({ from }) => from.account.user === 'U0UNCLEAR'))
})

async function posted(text: string): Promise<{ ts: string }> {
  const place = (await stage.places.list())[0]
  if (place === undefined) throw new Error('no place')
  const buttons = [{ type: 'do' as const, label: 'Take it', action: 'assign', findingId: 'a-1', input: { to: 'me' } }]
  const card = { fallback: text, tone: 'info' as const, body: [], buttons, more: [] }
  return { ts: await stage.bot.chat.post(place, card, `k-${text}`) }
}
