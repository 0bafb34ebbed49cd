import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { textOf } from '../fakes/teams-person.ts'
import { type Chats, openChats } from './chats.ts'
import { until } from './ground.ts'

/** The program starts while the bot gets no token of its own, so that it hears what comes from Teams and can say nothing there. */

let chats: Chats
beforeAll(async () => {
  chats = await openChats({ before: async (_sink, connector) => connector.failAlways('token', { status: 503 }) })
  expect((await chats.inTeams('analyst').say('follow')).status).toBe(200)
  await until('the feed', async () => ((await chats.story.app.world.store.feeds.list()).length > 1 ? true : undefined))
}, 30_000)
afterAll(() => chats.close())

async function troubles(): Promise<string> {
  return JSON.stringify(await chats.story.call('/readyz'))
}

test('the token endpoint down: it says so, clicks count, Slack goes on, and Teams catches up, in order and once', async () => {
  const [first, second] = [await chats.alertInSlack(), await chats.alertInSlack()]
  await until(
    'the reason',
    async () => ((await troubles()).includes('Teams: The bot could not sign in') ? true : undefined),
    30_000,
  )
  await chats.inSlack('analyst').press(first.slack, 'Assign to me')
  expect(chats.connector.messages).toEqual([])
  expect((await chats.inTeams('admin').say(`status ${second.findingId} resolved`)).status).toBe(200)
  await until('the click’s effect', async () => ((await chats.statusInAzure(second.findingId)) === 'Resolved' ? true : undefined))
  chats.connector.failAlways('token', undefined)
  const both = await until(
    'both cards in Teams',
    async () => {
      const shown = await Promise.all([chats.shown(first.findingId), chats.shown(second.findingId)])
      return shown.every(one => one !== undefined) ? shown.flatMap(one => one?.teams ?? []) : undefined
    },
    60_000,
  )
  expect(both.map(({ card }) => textOf(card))).toEqual([expect.stringContaining('Analyst'), expect.stringContaining('Resolved')])
  const cards = chats.connector.messages.filter(({ summary }) => summary.includes('alert:'))
  expect(cards.map(({ id }) => id)).toEqual(both.map(({ id }) => id))
  await until('no trouble left', async () => ((await troubles()).includes('Teams') ? undefined : true))
}, 100_000)
