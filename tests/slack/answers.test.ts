import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Answer } from '../../src/actions/action.ts'
import { openStage, type Stage, said, until } from './stage.ts'

/** How an answer reaches who asked, whatever Slack takes at the moment. */

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())
beforeEach(() => stage.desk.answerWith(request => said(`did ${request.action}`)))

const told = (from: number) => until(() => stage.sink.responses[from])

test('an answer finds another way when response_url is over', async () => {
  stage.sink.failNext('response', { status: 404 })
  await stage.analyst.slash('whoami')
  await until(() => stage.sink.messages.find(({ onlyFor, text }) => onlyFor === 'U0ANALYST' && text === 'did whoami'))
})

test('where the bot is no member, the answer comes as a direct message', async () => {
  stage.sink.failNext('response', { status: 500 })
  stage.sink.failNext('chat.postEphemeral', { error: 'not_in_channel' })
  await stage.analyst.slash('status')
  await until(() => stage.sink.messages.find(({ channel, text }) => channel === 'U0ANALYST' && text === 'did status'))
})

test('in a workspace that is rate limited the answer waits its turn, and comes once', async () => {
  for (const method of ['response', 'chat.postEphemeral', 'chat.postMessage']) stage.sink.failNext(method, { status: 429 })
  const from = stage.sink.responses.length
  await stage.analyst.slash('limited')
  expect((await told(from)).body.text).toBe('did limited')
  await stage.analyst.slash('marker')
  await told(from + 1)
  const said = [...stage.sink.responses.slice(from).map(({ body }) => body.text), ...stage.sink.messages.map(({ text }) => text)]
  expect(said.filter(text => text === 'did limited')).toHaveLength(1)
})

test('an answer whose looks Slack refuses comes as its plain words', async () => {
  stage.sink.failNext('response', { status: 400, text: 'invalid_blocks' })
  stage.sink.failNext('chat.postEphemeral', { error: 'invalid_blocks' })
  stage.sink.failNext('chat.postMessage', { error: 'invalid_blocks' })
  const from = stage.sink.responses.length
  await stage.analyst.slash('fancy')
  expect((await told(from)).body.text).toBe('did fancy')
})

test('a response_url that does not lead to Slack is not used', async () => {
  const before = stage.sink.responses.length
  const body = new URLSearchParams(stage.analyst.slashBody('elsewhere'))
  body.set('response_url', 'https://slack.com.example.net/steal')
  await stage.analyst.send(body.toString())
  await until(() => stage.sink.messages.find(({ text }) => text === 'did elsewhere'))
  expect(stage.sink.responses.length).toBe(before)
})

test('a desk that fails is told without its reason', async () => {
  stage.desk.answerWith(() => {
    throw new Error('secret sig=abc')
  })
  const from = stage.sink.responses.length
  await stage.analyst.slash('crash')
  const { body } = await told(from)
  expect(body.text).toContain('Something went wrong here')
  expect(JSON.stringify(body)).not.toContain('secret')
})

test('a response_url is good for half an hour', async () => {
  const own = await openStage()
  const { promise, resolve } = Promise.withResolvers<Answer>()
  own.desk.answerWith(() => promise)
  await own.analyst.slash('late')
  await until(() => own.desk.performed.at(-1)?.action === 'late')
  own.clock.move(30 * 60_000 + 1)
  resolve(said('did late'))
  await until(() => own.sink.messages.find(({ onlyFor, text }) => onlyFor === 'U0ANALYST' && text === 'did late'))
  expect(own.sink.responses).toEqual([])
  await own.close()
})
