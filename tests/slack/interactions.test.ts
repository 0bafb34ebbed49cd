import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { z } from 'zod'
import type { Button, Card, Do, Element, Input } from '../../cards/card.ts'
import type { Answer } from '../../src/actions/action.ts'
import { aCard } from '../contract/chat.ts'
import type { SinkMessage, SinkView } from '../fakes/slack-api.ts'
import { buttonOf, inputsOf, labelsOf, slackPerson } from '../fakes/slack-person.ts'
import { openStage, type Stage, said, signingSecret, until } from './stage.ts'

/** Buttons, forms, type-ahead, home, and where the answers go. */

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())
beforeEach(() => stage.desk.answerWith(request => said(`did ${request.action}`)))

const take: Do = { type: 'do', label: 'Take it', action: 'assign', findingId: 'a-1', input: { to: 'me' } }
const trigger: Do = { type: 'do', label: 'Trigger logic app', action: 'run', findingId: 'a-1', dialog: true, style: 'primary' }
const link: Button = { type: 'open', label: 'Portal', url: 'https://portal.example.com/a' }

const Found = z.object({
  options: z.array(z.object({ value: z.string(), text: z.object({ type: z.string(), text: z.string() }) })),
})
const Updated = z.object({ view: z.object({ blocks: z.array(z.looseObject({ type: z.string() })) }) })
let posts = 0

async function posted(buttons: Button[], more: Button[] = []): Promise<SinkMessage> {
  const place = (await stage.places.list()).find(({ channel }) => channel === 'C0000MAIN')
  if (place === undefined) throw new Error('no place')
  posts += 1
  const ts = await stage.bot.chat.post(place, { ...aCard(`alert ${posts}`), buttons, more }, `post-${posts}`)
  const message = stage.sink.messages.find(one => one.ts === ts)
  if (message === undefined) throw new Error('not posted')
  return message
}

function appForm(errors: { logicApp?: string; why?: string } = {}): Card {
  const options = [{ value: 'Notify-SOC', title: 'Notify-SOC' }]
  const app: Input = {
    type: 'input',
    as: 'choice',
    id: 'logicApp',
    label: 'Logic app',
    required: true,
    options,
    search: true,
    ...(errors.logicApp !== undefined && { error: errors.logicApp }),
  }
  const why: Input = {
    type: 'input',
    as: 'text',
    id: 'why',
    label: 'Why',
    required: false,
    multiline: true,
    maxLength: 200,
    ...(errors.why !== undefined && { error: errors.why }),
  }
  const sure: Input = { type: 'input', as: 'toggle', id: 'sure', label: 'I am sure', required: false, value: false }
  const form = { title: 'Trigger logic app', action: 'run', findingId: 'a-1', input: { from: 'card' }, submit: 'Run' }
  return { fallback: 'Trigger logic app', tone: 'info', body: [app, why, sure], buttons: [], more: [], form }
}

async function openedForm(): Promise<SinkView> {
  stage.desk.answerWith(() => said('form', { card: appForm() }))
  const before = stage.sink.views.size
  await stage.analyst.press(await posted([trigger]), 'Trigger logic app')
  return until(() => [...stage.sink.views.values()].slice(before).find(({ view }) => inputsOf(view.blocks).length > 0))
}

const lastView = () => [...stage.sink.views.values()].at(-1)
const told = (from: number) => until(() => stage.sink.responses[from])

test('a press is stored before it is acknowledged, carried out, and answered to the asker alone', async () => {
  const [message, from] = [await posted([take, link]), stage.sink.responses.length]
  const accepted = stage.desk.accepted.length
  expect((await stage.analyst.press(message, 'Take it')).status).toBe(200)
  expect(stage.desk.accepted.length).toBe(accepted + 1)
  const { body } = await told(from)
  expect(body).toMatchObject({ response_type: 'ephemeral', replace_original: false, text: 'did assign' })
  expect(stage.desk.accepted.at(-1)).toMatchObject({
    action: 'assign',
    findingId: 'a-1',
    input: { to: 'me' },
    placeId: `slack:${stage.sink.team}:C0000MAIN`,
  })
})

test('what everybody should see goes to the card’s thread', async () => {
  stage.desk.answerWith(() => said('muted for an hour', { personal: false }))
  const message = await posted([take])
  await stage.analyst.press(message, 'Take it')
  const reply = await until(() => stage.sink.channelMessages('C0000MAIN').find(({ text }) => text === 'muted for an hour'))
  expect(reply.threadTs).toBe(message.ts)
})

test('a double click is one press', async () => {
  const [message, from] = [await posted([take]), stage.sink.responses.length]
  const before = stage.desk.performed.length
  await Promise.all([stage.analyst.press(message, 'Take it'), stage.analyst.press(message, 'Take it')])
  await told(from)
  expect(stage.desk.performed.length - before).toBe(1)
  stage.clock.move(3000)
  await stage.analyst.press(message, 'Take it')
  await told(from + 1)
  expect(stage.desk.performed.length - before).toBe(2)
  expect(new Set(stage.desk.performed.slice(before).map(({ requestId }) => requestId)).size).toBe(2)
})

test('a double click that reaches two processes is one request', async () => {
  const [message, other] = [await posted([take]), await openStage()]
  const at = new Date(Math.floor(Date.now() / 2000) * 2000)
  const clicking = (botUrl: string, now: Date) =>
    slackPerson({ botUrl, signingSecret, sink: stage.sink, user: 'U0ANALYST', now: () => now }).press(message, 'Take it')
  await clicking(stage.url, at)
  await clicking(other.url, new Date(at.getTime() + 300))
  await until(() => other.desk.performed.length > 0)
  const [first, second] = [stage.desk.accepted.at(-1), other.desk.accepted.at(0)]
  expect(second?.requestId).toBe(first?.requestId)
  await other.close()
})

test('two people pressing at once are two requests', async () => {
  const [message, before] = [await posted([take]), stage.desk.performed.length]
  await Promise.all([stage.analyst.press(message, 'Take it'), stage.person({ user: 'U0SECOND' }).press(message, 'Take it')])
  await until(() => stage.desk.performed.length - before === 2)
  expect(
    stage.desk.performed
      .slice(before)
      .map(({ from }) => from.account.user)
      .sort(),
  ).toEqual(['U0ANALYST', 'U0SECOND'])
})

test('an entry of the overflow menu is a press; a link is only acknowledged', async () => {
  const message = await posted(
    [take],
    [
      { ...take, label: 'Why?', action: 'why', input: {} },
      { ...take, label: 'History', action: 'details', input: {} },
    ],
  )
  const before = stage.desk.performed.length
  await stage.analyst.press(message, 'Why?')
  await until(() => stage.desk.performed.at(-1)?.action === 'why')
  const withLink = await posted([take, link])
  expect((await stage.analyst.press(withLink, 'Portal')).status).toBe(200)
  expect(stage.desk.performed.length - before).toBe(1)
})

test.each(['{"v":1,"verb":"assign"}', 'assign:a-1', '', '{}'])('a button of an older card (%s) says so', async value => {
  const [message, from, before] = [await posted([take]), stage.sink.responses.length, stage.desk.accepted.length]
  const old = { ...buttonOf(message.blocks, 'Take it'), action_id: 'assign_v0', value }
  expect((await stage.analyst.send(stage.analyst.pressBody({ message }, old))).status).toBe(200)
  expect((await told(from)).body.text).toContain('older version')
  expect(stage.desk.accepted.length).toBe(before)
})

test('a press on a message that was deleted is answered all the same', async () => {
  const [message, from] = [await posted([take]), stage.sink.responses.length]
  stage.sink.messages.splice(stage.sink.messages.indexOf(message), 1)
  await stage.analyst.press(message, 'Take it')
  expect((await told(from)).body.text).toBe('did assign')
})

test('a form opens at once and is filled when it is there', async () => {
  const { promise, resolve } = Promise.withResolvers<Answer>()
  stage.desk.answerWith(() => promise)
  const before = stage.sink.views.size
  await stage.analyst.press(await posted([trigger]), 'Trigger logic app')
  await until(() => stage.sink.views.size === before + 1)
  expect(lastView()?.view).toMatchObject({ type: 'modal', blocks: [{ text: { text: expect.stringContaining('moment') } }] })
  resolve(said('form', { card: appForm() }))
  const view = await until(() => lastView()?.view.submit !== undefined && lastView())
  expect(inputsOf(view.view.blocks).map(({ name }) => name)).toEqual(['logicApp', 'why', 'sure'])
})

test('a form whose trigger was used up comes as a message with a button that opens it', async () => {
  stage.desk.answerWith(() => said('form', { card: appForm() }))
  stage.sink.failNext('views.open', { error: 'expired_trigger_id' })
  const from = stage.sink.responses.length
  await stage.analyst.press(await posted([trigger]), 'Trigger logic app')
  const { body } = await told(from)
  expect(JSON.stringify(body.blocks)).toContain('Trigger logic app…')
})

test('a command that needs more opens its form', async () => {
  stage.desk.answerWith(() => said('form', { card: appForm() }))
  const before = stage.sink.views.size
  await stage.analyst.slash('run on a-1')
  await until(() => stage.sink.views.size === before + 1)
  expect(inputsOf(lastView()?.view.blocks ?? []).length).toBe(3)
})

test('a submitted form carries its button’s words and its fields; its answer takes its place', async () => {
  const view = await openedForm()
  stage.desk.answerWith(() => said('Notify-SOC is queued'))
  const response = await stage.analyst.submit(view, { logicApp: 'Notify-SOC', why: 'drill', sure: true })
  expect(await response.json()).toMatchObject({ response_action: 'update', view: { type: 'modal', blocks: expect.any(Array) } })
  expect(stage.desk.accepted.at(-1)).toMatchObject({
    action: 'run',
    findingId: 'a-1',
    input: { from: 'card', logicApp: 'Notify-SOC', why: 'drill', sure: 'true' },
    placeId: `slack:${stage.sink.team}:C0000MAIN`,
  })
})

test('a form submitted twice is one request; a corrected one is another', async () => {
  const view = await openedForm()
  stage.desk.answerWith(() => said('queued'))
  const before = stage.desk.accepted.length
  const body = stage.analyst.submitBody(view, { logicApp: 'Notify-SOC' })
  await Promise.all([stage.analyst.send(body), stage.analyst.send(body)])
  await stage.analyst.submit(view, { logicApp: 'Other-App' })
  const ids = stage.desk.accepted.slice(before).map(({ requestId }) => requestId)
  expect(ids).toHaveLength(3)
  expect(ids[0]).toBe(ids[1])
  expect(ids[2]).not.toBe(ids[0])
})

test('errors stand at their fields', async () => {
  const view = await openedForm()
  const card = appForm({ logicApp: 'Choose one.', why: 'Say why.' })
  stage.desk.answerWith(() =>
    said('form', { card, error: { code: 'BadInput', message: 'Choose one. Usage: …', field: 'logicApp' } }),
  )
  const response = await stage.analyst.submit(view, {})
  const [app, why] = inputsOf(view.view.blocks).map(({ block }) => block)
  const errors = { [String(app)]: 'Choose one.', [String(why)]: 'Say why.' }
  expect(await response.json()).toEqual({ response_action: 'errors', errors })
})

test('a field that the bot fills anew is another block, for Slack keeps what was entered under a block it knows', async () => {
  const view = await openedForm()
  const filled: Record<string, string> = { why: 'known', logicApp: 'Notify-SOC' }
  const body = appForm().body.map(element =>
    element.type === 'input' && element.as !== 'toggle' ? { ...element, value: filled[element.id] ?? '' } : element,
  )
  stage.desk.answerWith(() => said('form', { card: { ...appForm(), body } }))
  const answer = Updated.parse(await (await stage.analyst.submit(view, { logicApp: 'Notify-SOC' })).json())
  const [before, after] = [inputsOf(view.view.blocks), inputsOf(answer.view.blocks)]
  expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name))
  expect(after.map(({ block }, index) => block === before[index]?.block)).toEqual([true, false, true])
})

test.each(['assign:a-1', '', '{}', undefined])('a form of an older version (%s) says so in its place', async metadata => {
  const view = await openedForm()
  const { private_metadata: _ours, ...body } = view.view
  const old = { ...view, view: { ...body, ...(metadata !== undefined && { private_metadata: metadata }) } }
  const before = stage.desk.accepted.length
  const answer = await (await stage.analyst.submit(old, { logicApp: 'Notify-SOC' })).json()
  expect(answer).toMatchObject({ response_action: 'update', view: { type: 'modal' } })
  expect(JSON.stringify(answer)).toContain('older version')
  expect(stage.desk.accepted.length).toBe(before)
})

test('an error of a field that the form lacks is shown in the form’s place', async () => {
  const view = await openedForm()
  stage.desk.answerWith(() => said('no', { error: { code: 'Forbidden', message: 'no', field: 'elsewhere' } }))
  expect(await (await stage.analyst.submit(view, {})).json()).toMatchObject({ response_action: 'update' })
})

test('work longer than Slack waits is acknowledged in time and shown when it ends', async () => {
  const view = await openedForm()
  const { promise, resolve } = Promise.withResolvers<Answer>()
  stage.desk.answerWith(() => promise)
  const startedAt = performance.now()
  const response = await stage.analyst.submit(view, { logicApp: 'Slow-App' })
  expect(performance.now() - startedAt).toBeLessThan(2900)
  const waiting = JSON.stringify(await response.json())
  for (const words of ['One moment', 'Trigger logic app']) expect(waiting).toContain(words)
  resolve(said('done at last'))
  await until(() => JSON.stringify(stage.sink.views.get(view.id)?.view).includes('done at last'))
})

test('an answer whose dialog was closed comes as a message', async () => {
  const { promise, resolve } = Promise.withResolvers<Answer>()
  stage.desk.answerWith(() => promise)
  const [before, from] = [stage.sink.views.size, stage.sink.responses.length]
  await stage.analyst.press(await posted([trigger]), 'Trigger logic app')
  await until(() => stage.sink.views.size === before + 1)
  const opened = lastView()
  stage.sink.views.delete(opened?.id ?? '')
  resolve(said('you may not'))
  expect((await told(from)).body.text).toBe('you may not')
})

test('searching while typing: at most a hundred, and none that Slack would refuse', async () => {
  const view = await openedForm()
  const many = Array.from({ length: 150 }, (_, index) => ({
    value: `app-${index}`,
    title: `App ${index} ${'x'.repeat(100)}`,
    note: 'East',
  }))
  stage.desk.chooseFrom((field, typed) => [
    { value: 'x'.repeat(151), title: 'too long' },
    { value: `${field}:${typed}`, title: 'First' },
    ...many,
  ])
  const response = await stage.analyst.search(view, 'logicApp', 'not')
  const { options } = Found.parse(await response.json())
  expect(options).toHaveLength(100)
  expect(options[0]).toMatchObject({ value: 'logicApp:not', text: { type: 'plain_text', text: 'First' } })
  expect(options[1]?.text.text.length).toBeLessThanOrEqual(75)
})

test('a search that fails shows nothing found', async () => {
  const view = await openedForm()
  stage.desk.chooseFrom(() => {
    throw new Error('Azure is down')
  })
  expect(await (await stage.analyst.search(view, 'logicApp', 'x')).json()).toEqual({ options: [] })
})

test('home shows what needs the person; its buttons open dialogs and renew it', async () => {
  stage.desk.answerWith(({ action }) => said(action, { card: { ...aCard(`${action} card`), buttons: [take] } }))
  await stage.analyst.openHome()
  const home = await until(() => stage.sink.homes.get('U0ANALYST'))
  expect(home.type).toBe('home')
  expect(labelsOf(home.blocks)).toContain('Take it')
  const [views, publishes] = [stage.sink.views.size, stage.sink.calls.filter(({ method }) => method === 'views.publish').length]
  await stage.analyst.pressAtHome('Take it')
  await until(() => stage.sink.calls.filter(({ method }) => method === 'views.publish').length === publishes + 1)
  expect(stage.sink.views.size).toBe(views + 1)
  expect(JSON.stringify(lastView()?.view)).toContain('assign card')
})

test('a mention is answered in its thread; a direct message where it stands', async () => {
  await stage.analyst.mention('<@U00000BOT> rules', '1700000000.000777')
  const whisper = await until(() =>
    stage.sink.messages.find(({ onlyFor, text }) => onlyFor === 'U0ANALYST' && text === 'did rules'),
  )
  expect(whisper.channel).toBe('C0000MAIN')
  stage.desk.answerWith(() => said('for all', { personal: false }))
  await stage.analyst.mention('<@U00000BOT> rules', '1700000000.000888')
  const open = await until(() => stage.sink.messages.find(({ text }) => text === 'for all'))
  expect(open.threadTs).toBe('1700000000.000888')
  await stage.analyst.say('alerts high')
  await until(() => stage.sink.channelMessages('D0000DIRECT').length > 0)
})

/** A dialog with a button of its own that sends what stands there, and work that ends when it is told. */
async function halfFilled() {
  const beside: Element = { type: 'beside', buttons: [again('first'), again('second')] }
  stage.desk.answerWith(() => said('form', { card: { ...appForm(), body: [...appForm().body, beside] } }))
  const before = stage.sink.views.size
  await stage.analyst.press(await posted([trigger]), 'Trigger logic app')
  const view = await until(() => [...stage.sink.views.values()].slice(before).find(one => inputsOf(one.view.blocks).length > 0))
  const work = new Map<string, PromiseWithResolvers<Answer>>()
  stage.desk.answerWith(({ action }) => {
    const one = Promise.withResolvers<Answer>()
    work.set(action, one)
    return one.promise
  })
  const end = async (action: string, text: string) => (await until(() => work.get(action))).resolve(said(text))
  return { view: structuredClone(view), end, shows: () => JSON.stringify(stage.sink.views.get(view.id)?.view) }
}

const again = (action: string): Do => ({ type: 'do', label: action, action, input: { step: 'again' }, fields: true })

test('a button beside a field sends what stands in the form, with its own words', async () => {
  const { view, end } = await halfFilled()
  await stage.analyst.pressInView(view, 'first', { logicApp: 'Notify-SOC', sure: true })
  await end('first', 'done')
  expect(stage.desk.performed.at(-1)?.input).toEqual({ logicApp: 'Notify-SOC', why: '', sure: 'true', step: 'again' })
})

test('what was pressed last is shown, also when what was pressed before is done first', async () => {
  const { view, end, shows } = await halfFilled()
  await stage.analyst.pressInView(view, 'first')
  await stage.analyst.pressInView(view, 'second')
  await end('first', 'first done')
  await until(() => shows().includes('first done'))
  await end('second', 'second done')
  await until(() => shows().includes('second done'))
})

test('nor does a late answer to an earlier press, when another process has taken the later one', async () => {
  const { view, end, shows } = await halfFilled()
  const other = await stage.another()
  await other.analyst.pressInView(view, 'first')
  await stage.analyst.pressInView(view, 'second')
  await end('second', 'second done')
  await until(() => shows().includes('second done'))
  await end('first', 'too late')
  await other.close()
  expect(shows()).toContain('second done')
})

test.each([
  ['', 0],
  [', by a machine whose clock is behind Slack’s', 60_000],
])('an answer to a button does not take the place of what was submitted after it%s', async (_, behindMs) => {
  const { view, end, shows } = await halfFilled()
  await stage.analyst.pressInView(view, 'first')
  stage.clock.move(-behindMs)
  const submitted = stage.analyst.submit(view, { logicApp: 'Notify-SOC' })
  await end('run', 'submitted')
  Object.assign(stage.sink.views.get(view.id) ?? {}, { hash: 'next', view: Updated.parse(await (await submitted).json()).view })
  const before = stage.sink.calls.length
  await end('first', 'too late')
  await until(() => stage.sink.calls.slice(before).some(({ method }) => method === 'views.update'))
  stage.clock.move(behindMs)
  expect(shows()).toContain('submitted')
})
