import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { textOf } from '../fakes/teams-person.ts'
import { type Chats, openChats } from './chats.ts'
import { until } from './ground.ts'

/** The program starts while Slack does not answer. */

let chats: Chats
beforeAll(async () => {
  chats = await openChats({ before: sink => sink.down(), inTeams: 'following' })
}, 20_000)
afterAll(() => chats.close())

async function troubles(): Promise<string> {
  return JSON.stringify(await chats.story.call('/readyz'))
}

test('Slack down at start: it says so, Teams works, and Slack catches up once it is back, in order and once', async () => {
  expect(await troubles()).toContain('Slack: unreachable')
  const first = await chats.alertInTeams()
  const second = await chats.alertInTeams()
  await chats.inTeams('analyst').press(first.teams, 'Assign to me')
  await chats.sink.up()
  const [one, two] = await until('both cards in Slack', async () => {
    const both = await Promise.all([chats.shown(first.findingId), chats.shown(second.findingId)])
    return both.every(shown => shown !== undefined) ? both : undefined
  })
  expect(JSON.stringify(one?.slack.blocks)).toContain('Analyst')
  expect(textOf(one?.teams.card)).toContain('Analyst')
  expect(Number(one?.slack.ts)).toBeLessThan(Number(two?.slack.ts))
  expect(chats.sink.messages).toHaveLength(2)
  await until('no trouble left', async () => ((await troubles()).includes('Slack') ? undefined : true))
})

test('Slack goes down in between: a click in Teams shows in both once it is back', async () => {
  const card = await chats.alert()
  await chats.sink.down()
  await chats.inTeams('analyst').press(card.teams, 'Resolve')
  await until('Teams says so', async () =>
    textOf((await chats.shown(card.findingId))?.teams.card).includes('Resolved') ? true : undefined,
  )
  await chats.sink.up()
  const after = await until('Slack says so', async () => {
    const now = await chats.shown(card.findingId)
    return JSON.stringify(now?.slack.blocks).includes('Resolved') ? now : undefined
  })
  expect(after.slack.ts).toBe(card.slack.ts)
})

const webApi = ['auth.test', 'chat.postMessage', 'chat.update', 'chat.postEphemeral', 'users.info', 'views.open']

test('the token revoked: clicks are still answered, the place says why, and a start with a good one catches up, once', async () => {
  const card = await chats.alert()
  for (const method of webApi) chats.sink.failAlways(method, { error: 'token_revoked' })
  const from = chats.sink.responses.length
  await chats.inSlack('analyst').press(card.slack, 'Resolve')
  const told = await until('an answer', async () => chats.sink.responses[from]?.body.text)
  expect(told).toContain('Resolved: ')
  const slackPlace = async () => (await chats.story.app.world.store.places.list()).find(({ chat }) => chat === 'slack')
  const why = await until('the sentence for its owner', async () => (await slackPlace())?.blocked)
  expect(why).toBe("The bot's Slack token was revoked. Install the app again, or set the new token.")
  const { findingId } = await chats.alertInTeams()
  for (const method of webApi) chats.sink.failAlways(method, undefined)
  await chats.story.restart()
  const after = await until('both cards in Slack', () => chats.shown(findingId))
  await until('the old card', async () =>
    JSON.stringify((await chats.shown(card.findingId))?.slack.blocks).includes('Resolved') ? true : undefined,
  )
  expect(chats.sink.messages.filter(({ text }) => text === after.slack.text)).toHaveLength(1)
  expect((await slackPlace())?.blocked).toBeUndefined()
})
