import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { dialogIn, textOf } from '../fakes/teams-person.ts'
import { type Chats, openChats } from './chats.ts'
import { until } from './ground.ts'
import { formWith, group } from './make-app.ts'

/** A logic app is made from either chat: two steps in one dialog, then a card that stays true. */

let chats: Chats
beforeAll(async () => {
  chats = await openChats({ inTeams: 'added' })
  chats.story.hurry()
}, 20_000)
afterAll(() => chats.close())

test('in Slack: the app is made, the card in the channel follows it and leads on', async () => {
  const admin = chats.inSlack('admin')
  await admin.slash('app new')
  const first = await formWith(chats, 'template')
  const where = { template: 'post-to-slack', name: 'Tell-Leads', group }
  const second = await formWith(chats, 'channel', first, admin.submit(first, where))
  const wrong = await admin.submit(second, { channel: 'no channel' })
  expect(await wrong.text()).toContain('This must look like #soc or C0123456789.')
  await admin.submit(second, { channel: '#leads' })
  const card = await until('the card to say done', async () =>
    chats.sink.messages.find(({ text }) => text === 'New logic app Tell-Leads: done.'),
  )
  expect(card.before).toContain('New logic app Tell-Leads: in progress.')
  expect(JSON.stringify(card.blocks)).toContain('Sign in to Slack in the portal')
  const seen = chats.sink.calls.filter(
    ({ method, args }) => method === 'chat.postMessage' && JSON.stringify(args).includes('Tell-Leads'),
  )
  expect(seen).toHaveLength(1)
  await admin.press(card, 'Show app')
  await until('the app itself', async () =>
    chats.sink.responses.find(({ body }) => String(body.text).startsWith('Logic app Tell-Leads')),
  )
}, 40_000)

test('in Teams: the same from the button of the list', async () => {
  const admin = chats.inTeams('admin')
  await admin.say('apps')
  const list = await until('the list', async () => admin.sees().find(({ card }) => textOf(card).includes('New logic app')))
  const first = await admin.open(list, 'New logic app')
  const where = { template: 'post-to-teams', name: 'Tell-Board', group }
  const second = dialogIn(await admin.submit(first, where, 'Next'))
  expect(second.title).toBe('New logic app')
  const values = { team: 'the board', channel: '19:board@thread.tacv2' }
  const wrong = dialogIn(await admin.submit(second, values, 'Create Tell-Board'))
  expect(textOf(wrong.card)).toContain('This must look like')
  const right = { ...values, team: '1b2c3d4e-0000-4000-8000-000000000000' }
  const said = await admin.submit(wrong, right, 'Create Tell-Board')
  expect(said.text).toContain('Tell-Board is being made')
  const done = await until('the card to say done', async () =>
    admin.sees().find(({ card }) => textOf(card).includes('Tell-Board') && textOf(card).includes('DONE')),
  )
  for (const words of ['Tell-Board (logic app): done', 'Sign in to Microsoft Teams', 'Use in a rule'])
    expect(textOf(done.card)).toContain(words)
  expect(admin.sees().filter(({ card }) => textOf(card).includes('Tell-Board (logic app)'))).toHaveLength(1)
  const onTheWay = done.before.map(card => textOf(card)).filter(text => text.includes('IN PROGRESS'))
  for (const words of ['teams-Tell-Board (connection): done', 'Tell-Board (logic app): in progress'])
    expect(onTheWay.some(text => text.includes(words))).toBe(true)
}, 40_000)
