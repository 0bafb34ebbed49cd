import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Chats, openChats, type Shown } from './chats.ts'
import { until } from './ground.ts'

/** A card changes quietly; its thread tells those who are not looking at it. */

let chats: Chats
beforeAll(async () => {
  chats = await openChats({ inTeams: 'following' })
}, 20_000)
afterAll(() => chats.close())

const inSlack = ({ slack }: Shown) => chats.sink.messages.filter(({ threadTs }) => threadTs === slack.ts).map(({ text }) => text)
const inTeams = ({ teams }: Shown) =>
  chats.connector.messages
    .filter(({ conversation }) => conversation === `${teams.conversation};messageid=${teams.id}`)
    .map(({ summary }) => summary)

async function bothTell(card: Shown, what: RegExp): Promise<void> {
  await until(`${what} in both threads`, async () =>
    [inSlack(card), inTeams(card)].every(thread => thread.some(text => what.test(text))) ? true : undefined,
  )
}

test('what somebody did and how it ended stands in the thread of both cards, once', async () => {
  const card = await chats.alert()
  expect([inSlack(card), inTeams(card)]).toEqual([[], []])
  const analyst = chats.inSlack('analyst')
  await analyst.slash(`run Notify-SOC on ${card.findingId}`)
  await bothTell(card, /Notify-SOC succeeded in [\d.]+ s · Analyst/)
  await chats.inTeams('admin').press(card.teams, 'Resolve')
  await bothTell(card, /Set it to resolved · Admin/)
  for (const thread of [inSlack(card), inTeams(card)]) {
    expect(thread.filter(text => text.includes('Notify-SOC succeeded'))).toHaveLength(1)
    expect(thread.filter(text => text.includes('resolved'))).toHaveLength(1)
    expect(thread.filter(text => text.includes('rule '))).toEqual([])
  }
})

test('an update whose answer got lost is not told twice', async () => {
  const card = await chats.alert()
  await until('the run of the rule', async () =>
    (await chats.story.app.world.store.findings.get(card.findingId))?.runs.some(({ state }) => state === 'succeeded'),
  )
  chats.sink.failNext('chat.postMessage', { cut: 'after' })
  await chats.inTeams('analyst').press(card.teams, 'Resolve')
  await bothTell(card, /Set it to resolved/)
  await until('Slack is in step', async () =>
    (await chats.story.app.world.store.posts.of(card.findingId)).every(({ wanted, shown }) => wanted === shown)
      ? true
      : undefined,
  )
  expect(inSlack(card).filter(text => text.includes('resolved'))).toHaveLength(1)
})

test('what comes together while Slack is away is one message, and the card is true first', async () => {
  const card = await chats.alert()
  const before = inSlack(card).length
  await chats.sink.down()
  const analyst = chats.inTeams('analyst')
  await analyst.press(card.teams, 'Assign to me')
  await analyst.press(card.teams, 'Resolve')
  await until('both in Teams', async () => (inTeams(card).join().includes('resolved') ? true : undefined))
  await chats.sink.up()
  await until('the update in Slack', async () => (inSlack(card).join().includes('resolved') ? true : undefined))
  expect(inSlack(card).slice(before).at(-1)).toMatch(/Took it · Analyst.*; Set it to resolved · Analyst/)
  const calls = chats.sink.calls.filter(({ args }) => args.ts === card.slack.ts || args.thread_ts === card.slack.ts)
  expect(calls.at(-2)?.method).toBe('chat.update')
})

test('a thread that takes no messages leaves the card as it is, true', async () => {
  const card = await chats.alert()
  chats.sink.failNext('chat.postMessage', { error: 'thread_not_found' })
  await chats.inTeams('analyst').press(card.teams, 'Resolve')
  await until('the card in Slack', async () =>
    JSON.stringify((await chats.shown(card.findingId))?.slack.blocks).includes('Resolved') ? true : undefined,
  )
  const [post] = (await chats.story.app.world.store.posts.of(card.findingId)).filter(({ placeId }) => placeId.startsWith('slack'))
  expect(post?.lastError).toBeUndefined()
})

test('under a message that somebody deleted nothing is told', async () => {
  const card = await chats.alert()
  chats.sink.messages.splice(chats.sink.messages.indexOf(card.slack), 1)
  await chats.inTeams('analyst').press(card.teams, 'Resolve')
  await until('the update in Teams', async () => (inTeams(card).join().includes('resolved') ? true : undefined))
  await until('Slack is in step', async () =>
    (await chats.story.app.world.store.posts.of(card.findingId)).every(({ wanted, shown }) => wanted === shown)
      ? true
      : undefined,
  )
  expect(inSlack(card)).toEqual([])
})
