import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { inputsOf } from '../fakes/slack-person.ts'
import { actionsIn, channel, textOf } from '../fakes/teams-person.ts'
import { type Chats, openChats, type Shown } from './chats.ts'
import { until } from './ground.ts'

/** Alert → card in both → a click in either → both cards tell the truth. */

let chats: Chats
beforeAll(async () => {
  chats = await openChats({ inTeams: 'following' })
}, 20_000)
afterAll(() => chats.close())

/** Until both cards say so. */
function bothSay({ findingId }: Shown, words: string | RegExp): Promise<Shown> {
  return until(`"${words}" on both cards`, async () => {
    const now = await chats.shown(findingId)
    return now && saysSlack(now, words) && says(textOf(now.teams.card), words) ? now : undefined
  })
}

function saysSlack({ slack }: Shown, words: string | RegExp): boolean {
  return says(JSON.stringify(slack.blocks), words)
}

function says(text: string, words: string | RegExp): boolean {
  return typeof words === 'string' ? text.includes(words) : words.test(text)
}

test('a run from Slack: both cards say that it succeeded', async () => {
  const card = await chats.alert()
  const analyst = chats.inSlack('analyst')
  expect((await analyst.press(card.slack, 'Trigger logic app')).status).toBe(200)
  const form = await until('the form', async () =>
    [...chats.sink.views.values()].find(({ view }) => inputsOf(view.blocks).some(({ name }) => name === 'logicApp')),
  )
  const { runs } = await chats.story.finding(card.findingId)
  expect(runs).toEqual([])
  await analyst.submit(form, { logicApp: 'Notify-SOC' })
  const after = await bothSay(card, /Notify-SOC succeeded[^·]*· Analyst/)
  expect(after.slack.ts).toBe(card.slack.ts)
  expect(after.teams.id).toBe(card.teams.id)
  expect((await chats.story.finding(card.findingId)).runs).toMatchObject([{ state: 'succeeded', startedBy: { name: 'Analyst' } }])
})

test('a status set in Teams is set in Azure, and both cards say so', async () => {
  const card = await chats.alert()
  const reply = await chats.inTeams('analyst').press(card.teams, 'Resolve')
  expect(reply.status).toBe(200)
  expect(textOf(reply.body)).toContain('Resolved')
  await bothSay(card, 'Resolved')
  expect(await chats.statusInAzure(card.findingId)).toBe('Resolved')
})

test('two people resolve at once, one in each chat: it happens once, and both are told', async () => {
  const card = await chats.alert()
  const [inTeams, inSlack] = await Promise.all([
    chats.inTeams('analyst').press(card.teams, 'Resolve'),
    chats.inSlack('admin').press(card.slack, 'Resolve'),
  ])
  expect([inTeams.status, inSlack.status]).toEqual([200, 200])
  expect(JSON.stringify(inTeams.body)).toMatch(/Resolved|already resolved/)
  const told = await until('an answer in Slack', async () =>
    chats.sink.responses.map(({ body }) => String(body.text)).find(text => /resolved/i.test(text)),
  )
  expect(told).toMatch(/Resolved: |is already resolved/)
  await bothSay(card, 'Resolved')
  const { history } = await chats.story.finding(card.findingId)
  expect(history.filter(({ what }) => what.includes('resolved'))).toHaveLength(1)
})

test('the same button pressed twice at once, and the same delivery again, is one run', async () => {
  const card = await chats.alert()
  const analyst = chats.inSlack('analyst')
  await analyst.slash(`run Notify-SOC on ${card.findingId}`)
  await bothSay(card, 'Notify-SOC succeeded')
  const { runs } = await chats.story.finding(card.findingId)
  const again = chats.inTeams('analyst')
  const command = again.spoken(`run Notify-SOC on ${card.findingId}`)
  await Promise.all([again.deliver(command), again.deliver(command)])
  await until('the second run', async () => {
    const now = (await chats.story.finding(card.findingId)).runs
    return now.length > runs.length && now.every(({ state }) => state === 'succeeded') ? now : undefined
  })
  expect((await chats.story.finding(card.findingId)).runs).toHaveLength(2)
})

test('a button of an older card is told, not done', async () => {
  const card = await chats.alert()
  const old = structuredClone(card)
  const assigned = await chats.inTeams('admin').press(card.teams, 'Resolve')
  expect(assigned.status).toBe(200)
  await bothSay(card, 'Resolved')
  const byPeople = async () => (await chats.story.finding(card.findingId)).history.filter(({ by }) => by !== undefined)
  const before = await byPeople()
  await chats.inTeams('analyst').press(old.teams, 'Resolve')
  await chats.inSlack('analyst').press(old.slack, 'Resolve')
  await until('both were told', async () =>
    chats.sink.responses.find(({ body }) => String(body.text).includes('already resolved')),
  )
  expect(await byPeople()).toEqual(before)
})

test('in Teams each person sees the buttons they may use, and the card itself stays as it is', async () => {
  const card = await chats.alert()
  const common = structuredClone(card.teams.card)
  const seenBy = async (role: 'analyst' | 'stakeholder') => {
    const { status, body } = await chats.inTeams(role).view(card.teams)
    expect(status).toBe(200)
    return actionsIn(body.value).map(({ title }) => title)
  }
  const [analyst, stakeholder] = [await seenBy('analyst'), await seenBy('stakeholder')]
  expect(analyst).toEqual(expect.arrayContaining(['Trigger logic app', 'Assign to me', 'Resolve']))
  expect(stakeholder).toContain('Trigger logic app')
  for (const title of ['Assign to me', 'Resolve', 'Dismiss', 'Assign to…']) expect(stakeholder).not.toContain(title)
  expect((await chats.shown(card.findingId))?.teams.card).toEqual(common)
  await chats.inTeams('stakeholder').press(card.teams, 'Resolve')
  expect(await chats.statusInAzure(card.findingId)).toBe('Active')
})

test('the app removed from a Teams channel: Slack goes on, and nothing is lost once it is back', async () => {
  const analyst = chats.inTeams('analyst')
  await analyst.uninstall()
  const before = chats.connector.messages.length
  const quiet = await chats.alertInSlack()
  expect(chats.connector.messages).toHaveLength(before)
  await analyst.install()
  await until('the card in Teams as well', () => chats.shown(quiet.findingId))
})

test('the bot removed from a Slack channel: Teams goes on, the place says why, an invitation opens it again', async () => {
  chats.sink.failAlways('chat.postMessage', { error: 'not_in_channel' })
  const card = await chats.alertInTeams()
  const { places } = chats.story.app.world.store
  const blocked = await until('the sentence for its owner', async () =>
    (await places.list()).find(({ chat, blocked }) => chat === 'slack' && blocked !== undefined),
  )
  expect(blocked.blocked).toBe('The bot is not in this channel. Invite it with /invite.')
  chats.sink.failAlways('chat.postMessage', undefined)
  await chats.inSlack('analyst').sendEvent({ type: 'member_joined_channel', user: 'U00000BOT', channel: blocked.channel })
  await until('the card in Slack as well', () => chats.shown(card.findingId))
})

test('somebody who is not linked is told so, and changes nothing; a guest of another tenant neither', async () => {
  const card = await chats.alert()
  const { status, owner } = await chats.story.finding(card.findingId)
  await chats.stranger().press(card.slack, 'Resolve')
  await until('a word to the stranger', async () =>
    chats.sink.responses.find(({ body }) => String(body.text).includes('not linked')),
  )
  await chats.inTeams('analyst', channel('Security'), { tenantId: 'another' }).press(card.teams, 'Resolve')
  const after = await chats.story.finding(card.findingId)
  expect({ status: after.status, owner: after.owner, runs: after.runs }).toEqual({ status, owner, runs: [] })
})
