import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { channel } from '../fakes/teams-person.ts'
import { type Chats, openChats, slackChannel } from './chats.ts'
import { until } from './ground.ts'

/** What people type, the same wherever they type it: nothing is dropped unread, and what is meant is found. */

let chats: Chats
beforeAll(async () => {
  chats = await openChats({ inTeams: 'following' })
}, 30_000)
afterAll(() => chats.close())

const inTeams = () => chats.inTeams('analyst', channel('Security'))

/** The answers in the console, in Slack and in Teams. */
async function answers(line: string): Promise<Record<'console' | 'slack' | 'teams', string>> {
  const inConsole = await chats.story.say(line)
  const fromSlack = chats.sink.responses.length
  // What can't be read is answered at once, in the answer to the request.
  const atOnce = await (await chats.inSlack('analyst').slash(line)).text()
  const slack = atOnce === '' ? await until('the answer in Slack', async () => chats.sink.responses[fromSlack]?.body) : atOnce
  const fromTeams = inTeams().sees().length
  await inTeams().say(line)
  const teams = await until('the answer in Teams', async () => inTeams().sees()[fromTeams]?.summary)
  return { console: unquoted(inConsole), slack: unquoted(slack), teams }
}

function unquoted(body: unknown): string {
  return (typeof body === 'string' ? body : JSON.stringify(body)).replaceAll('\\"', '"')
}

function everywhere(said: string) {
  const one = expect.stringContaining(said)
  return { console: one, slack: one, teams: one }
}

describe('words that mean nothing are told', () => {
  test.each([
    ['show a-0123456789ab now', '"show" makes nothing of "now". Usage: show <id>'],
    ['rule test Alerts-To-ChatOps soon', '"rule test" makes nothing of "soon".'],
    ['whoami please', '"whoami" makes nothing of "please".'],
  ])('%s', async (line, said) => {
    expect(await answers(line)).toEqual(everywhere(said))
  })
})

describe('a word that is no command', () => {
  test.each([
    ['list', 'Did you mean "alerts" or "recommendations"'],
    ['execute Notify-SOC', 'Did you mean "run"?'],
  ])('%s', async (line, said) => {
    expect(await answers(line)).toEqual(everywhere(said))
  })
})

test('a rule is tested over more days than are kept: told at its field; with an event pasted behind its name: a dry run', async () => {
  const { say } = chats.story
  expect(JSON.stringify(await say('rule test Alerts-To-ChatOps 3000d', 'admin'))).toContain('At most 365 days.')
  const event = '{"AlertType":"VM_Test", "Severity": "High"}'
  expect(JSON.stringify(await say(`rule test Alerts-To-ChatOps ${event}`, 'admin'))).toContain('The event you pasted')
  const broken = JSON.stringify(await say('rule test Alerts-To-ChatOps {"AlertType": "VM_Test"', 'admin'))
  expect(broken).toContain('This is not JSON. Paste the whole event')
  expect(broken).toContain('field_body')
})

test('an alert is dismissed, reactivated and resolved by the words that stand on its card', async () => {
  const { findingId } = await chats.alert()
  const reaches = (status: string) =>
    until(status, async () => ((await chats.story.finding(findingId)).status === status ? true : undefined))
  await chats.inSlack('analyst').slash(`dismiss ${findingId} because a test of ours`)
  await reaches('dismissed')
  expect(await chats.statusInAzure(findingId)).toBe('Dismissed')
  await inTeams().say(`reactivate ${findingId}`)
  await reaches('active')
  await chats.story.say(`resolve ${findingId}`)
  await reaches('resolved')
  expect(await chats.statusInAzure(findingId)).toBe('Resolved')
  const { history } = await chats.story.finding(findingId)
  expect(history.map(({ what }) => what)).toContain('set it to dismissed: a test of ours')
})

test('a command without its finding offers the newest ones by its own word; a refusal says that word', async () => {
  await chats.alert()
  const offered = JSON.stringify(await chats.story.say('resolve'))
  expect(offered).toContain('"title":"Resolve"')
  const { findingId } = await chats.alert()
  const refused = await chats.story.say(`dismiss ${findingId} no`, 'stakeholder')
  expect(unquoted(refused)).toContain('You can\'t do "Dismiss"')
})

test('what is followed already is told with its feed, and nothing is saved; also when many say it at once', async () => {
  const { say, app } = chats.story
  const feedsIn = async (place: string) => (await app.world.store.feeds.list()).filter(({ placeId }) => placeId.includes(place))
  await inTeams().say('follow alerts high')
  await until('the feed', async () => ((await feedsIn('teams:')).length === 2 ? true : undefined))
  const from = inTeams().sees().length
  await inTeams().say('follow High ALERTS')
  const [, feed] = (await feedsIn('teams:')).toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))
  const said = await until('the answer', async () => inTeams().sees()[from]?.summary)
  expect(said).toBe(`This place already follows High alerts. "unfollow ${feed?.id}" ends it.`)

  const slack = chats.inSlack('analyst')
  const answersFrom = chats.sink.responses.length
  await Promise.all(Array.from({ length: 5 }, () => slack.slash('follow low')))
  await until('all answers', async () => (chats.sink.responses.length === answersFrom + 5 ? true : undefined))
  expect((await feedsIn(slackChannel)).map(({ filter }) => filter)).toEqual(expect.arrayContaining([{}, { severities: ['Low'] }]))
  expect(await feedsIn(slackChannel)).toHaveLength(2)
  const words = chats.sink.responses.slice(answersFrom).map(({ body }) => JSON.stringify(body))
  expect(words.filter(one => one.includes('now follows'))).toHaveLength(1)
  expect(words.filter(one => one.includes('already follows'))).toHaveLength(4)
  expect(JSON.stringify(await say('feeds'))).toContain('Low findings')
})

test('runs are told by what they ran on', async () => {
  const { findingId } = await chats.alert()
  await chats.story.say(`trigger Notify-SOC on ${findingId}`)
  const { title } = await chats.story.finding(findingId)
  await until('the run', async () => (await chats.story.finding(findingId)).runs[0])
  expect(await answers('runs mine')).toMatchObject({
    console: expect.stringContaining(title),
    slack: expect.stringContaining(title),
  })
})
