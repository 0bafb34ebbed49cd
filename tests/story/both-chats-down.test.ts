import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { textOf } from '../fakes/teams-person.ts'
import { type Chats, openChats } from './chats.ts'
import { until } from './ground.ts'

/** The program starts while Slack does not answer. */

let chats: Chats
beforeAll(async () => {
  chats = await openChats({ before: sink => sink.down() })
  await chats.inTeams('analyst').say('follow')
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
