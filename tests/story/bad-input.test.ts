import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { buttonOf } from '../fakes/slack-person.ts'
import { actionOn, channel, personalChat, textOf } from '../fakes/teams-person.ts'
import { type Chats, openChats } from './chats.ts'
import { until } from './ground.ts'

/** What people type, and what things are called, when neither is plain: with the real store behind both chats. */

let chats: Chats
beforeAll(async () => {
  chats = await openChats({ inTeams: 'following' })
}, 20_000)
afterAll(() => chats.close())

const half = '\ud83d'
const apology = /went wrong|database/

async function answerInSlack(text: string): Promise<string> {
  const from = chats.sink.responses.length
  const response = await chats.inSlack('analyst').slash(text)
  const atOnce = await response.text()
  if (atOnce !== '') return atOnce
  return JSON.stringify(await until(`an answer to ${text.slice(0, 40)}`, async () => chats.sink.responses[from]?.body))
}

async function answerInTeams(text: string): Promise<string> {
  const analyst = chats.inTeams('analyst', personalChat('Analyst'))
  const from = analyst.sees().length
  await analyst.say(text)
  const answer = await until(`an answer to ${text.slice(0, 40)}`, async () => analyst.sees()[from])
  return `${answer.summary}\n${textOf(answer.card)}`
}

test.each([
  ['an emoji of four bytes', 'show 🔥👩‍🚒', 'There is no finding'],
  ['no-break spaces', 'whoami\u00a0', 'You are Analyst'],
  ['no-break spaces between words', 'alerts\u00a0high\u00a0\u202fmine', 'fit'],
  ['zero-width marks within a word', 'who\u200bami\ufeff', 'You are Analyst'],
  ['a quote never closed', 'show "a-1 b', 'There is no finding'],
  ['curly quotes, one missing', 'show “a-1', 'There is no finding'],
  ['nothing but invisible marks', '\u200b\u00a0\u2060', 'You are Analyst'],
  ['a zero byte', 'show a\u0000b', 'There is no finding'],
  ['half of an emoji', `show a${half}`, 'There is no finding'],
  ['words without end', `show ${'a'.repeat(20_000)}`, 'There is no finding'],
  ['a verb without end', 'x'.repeat(20_000), 'There is no command'],
  ['a filter without end', `alerts ${'a'.repeat(20_000)}`, 'This is too long: at most 500 characters.'],
])('%s in a command has its answer in both chats', async (_what, typed, words) => {
  for (const answer of [await answerInSlack(typed), await answerInTeams(typed)]) {
    expect(answer).toContain(words)
    expect(answer).not.toMatch(apology)
  }
})

test.each([
  ['an emoji where the name is cut', `${'n'.repeat(79)}🔥`],
  ['zero-width and no-break marks', 'incident\u200b\u00a0room'],
  ['a zero byte', 'incident\u0000room'],
  ['half of an emoji', `incident ${half}`],
])('%s in the names of a channel, a team and a person', async (_what, name) => {
  const where = `C0NAME${name.length}${name.codePointAt(8)}`
  const asked = new URLSearchParams(chats.inSlack('analyst').slashBody('follow high'))
  asked.set('channel_id', where)
  asked.set('channel_name', name)
  const from = chats.sink.responses.length
  expect(await (await chats.inSlack('analyst').send(asked.toString())).text()).toBe('')
  const answer = await until('an answer in Slack', async () => chats.sink.responses[from]?.body)
  expect(answer.text).not.toMatch(apology)

  const inTeams = chats.inTeams(
    'analyst',
    { ...channel(where, where), team: { id: where, name }, channel: { id: where, name } },
    { name },
  )
  expect((await inTeams.install()).status).toBe(200)
  await inTeams.say('follow high')
  const told = await until('an answer in Teams', async () => inTeams.sees().find(({ summary }) => /follow/i.test(summary)))
  expect(told.summary).not.toMatch(apology)

  const card = await chats.alert()
  await chats.inTeams('analyst', undefined, { name }).press(card.teams, 'Assign to me')
  await until('the owner', async () => (await chats.story.finding(card.findingId)).owner)
  const feeds = await chats.story.app.world.store.feeds.list()
  expect(feeds.filter(({ placeId }) => placeId.toUpperCase().includes(where))).toHaveLength(2)
})

test('names of alerts and of what they are on keep their letters and lose their marks, the same in both chats', async () => {
  const title = `Fire 🔥👩‍🚒\u00a0drill\u200b \u0000end ${half}`
  const { status } = await chats.story.call('/api/events', {
    SystemAlertId: 'marks-1',
    AlertType: 'VM_Marks',
    AlertDisplayName: title,
    Severity: 'High',
    CompromisedEntity: 'vm-🔥\u200b-1',
  })
  expect(status).toBe(202)
  const findingId = await until(
    'the finding',
    async () => (await chats.story.posts()).find(({ card }) => card.text.includes('Fire 🔥'))?.findingId,
  )
  const card = await until('its cards', () => chats.shown(findingId))
  for (const text of [JSON.stringify(card.slack.blocks), textOf(card.teams.card)]) {
    expect(text).toContain('Fire 🔥')
    expect(text).toContain('vm-🔥')
    expect(text).not.toMatch(/\p{Cf}(?<!\u200d)|\p{Cc}(?<!\n)/u)
  }
})

test.each([
  ['a verb that is no more', { action: 'explode', findingId: 'a-1', input: {} }, 'There is no "explode" here'],
  ['a finding that is no more', { action: 'status', findingId: 'a-0', input: { to: 'resolved' } }, 'There is no finding'],
  ['words that mean nothing now', { action: 'status', input: { to: 'on-fire' } }, 'On which finding?'],
  ['a verb inherited from nowhere', { action: 'constructor', input: {} }, 'There is no "constructor" here'],
])('a button of an older version with %s has its answer in both chats', async (_what, data, words) => {
  const card = await chats.alert()
  const byPeople = async () => (await chats.story.finding(card.findingId)).history.filter(({ by }) => by !== undefined)
  const from = chats.sink.responses.length
  const old = { ...buttonOf(card.slack.blocks, 'Resolve'), value: JSON.stringify(data) }
  await chats.inSlack('analyst').send(chats.inSlack('analyst').pressBody({ message: card.slack }, old))
  const inSlack = await until('an answer in Slack', async () => chats.sink.responses[from]?.body.text)
  const action = { ...actionOn(card.teams.card, 'Resolve'), data }
  const inTeams = await chats.inTeams('analyst').act(action, card.teams.card, {}, card.teams)
  expect(inTeams.status).toBe(200)
  for (const answer of [inSlack, inTeams.body.value]) expect(answer).toContain(words)
  expect(await byPeople()).toEqual([])
})
