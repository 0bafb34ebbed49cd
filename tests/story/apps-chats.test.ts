import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { dialogIn, textOf } from '../fakes/teams-person.ts'
import { type Chats, openChats } from './chats.ts'
import { until } from './ground.ts'
import { formWith, group } from './make-app.ts'
import { dialogIn as slackDialog } from './slack-dialog.ts'

/** Logic apps from either chat: which can be run and why not the others, one of them, off and on again, and wrong types at their fields. */

let chats: Chats
beforeAll(async () => {
  chats = await openChats({ inTeams: 'added' })
}, 20_000)
afterAll(() => chats.close())

function isOn(name: string): boolean | undefined {
  return [...chats.story.simulator().state.workflows.values()].find(app => app.name === name)?.enabled
}

/** What Slack shows to one person. */
function toldInSlack(words: string): Promise<string> {
  return until(`"${words}" in Slack`, async () =>
    chats.sink.responses.map(({ body }) => JSON.stringify(body)).findLast(text => text.includes(words)),
  )
}

async function toldInTeams(words: string) {
  const message = await until(`"${words}" in Teams`, async () =>
    chats
      .inTeams('admin')
      .sees()
      .findLast(({ card }) => textOf(card).includes(words)),
  )
  return message
}

test('in Slack: the list with its reasons, one app, off after the rules were named, on again', async () => {
  const admin = chats.inSlack('admin')
  await admin.slash('apps responder')
  expect(await toldInSlack('2 logic apps')).toContain('It has the legacy alert trigger')
  await admin.slash('app show Send-To-ChatOps')
  expect(await toldInSlack('Logic app Send-To-ChatOps')).toContain('Alerts-To-ChatOps')
  chats.sink.views.clear()
  await admin.slash('app disable Send-To-ChatOps')
  const sure = await slackDialog(chats.sink, 'the question', view =>
    JSON.stringify(view).includes('would start nothing any more'),
  )
  expect(isOn('Send-To-ChatOps')).toBe(true)
  expect(await (await admin.submit(sure, {})).text()).toContain('Send-To-ChatOps is disabled.')
  expect(isOn('Send-To-ChatOps')).toBe(false)
  await admin.slash('app enable Send-To-ChatOps')
  await toldInSlack('Send-To-ChatOps is enabled.')
  expect(isOn('Send-To-ChatOps')).toBe(true)
}, 40_000)

test('in Teams: the same', async () => {
  const admin = chats.inTeams('admin')
  await admin.say('apps responder')
  expect(textOf((await toldInTeams('2 logic apps')).card)).toContain('It is a Standard logic app')
  await admin.say('app show Send-To-ChatOps')
  const one = await toldInTeams('Started by')
  expect(textOf(one.card)).toContain('Alerts-To-ChatOps')
  const sure = await admin.open(one, 'Disable')
  expect(textOf(sure.card)).toContain('would start nothing any more')
  expect(isOn('Send-To-ChatOps')).toBe(true)
  expect((await admin.submit(sure, {})).text).toContain('Send-To-ChatOps is disabled.')
  expect(isOn('Send-To-ChatOps')).toBe(false)
  await admin.say('app enable Send-To-ChatOps')
  await toldInTeams('Send-To-ChatOps is enabled.')
  expect(isOn('Send-To-ChatOps')).toBe(true)
}, 40_000)

const where = { template: 'ask-approval', name: 'Ask-First', group }
const fields = { deed: 'isolating it', approvers: 'nobody', hours: 'four', next: 'Open-Ticket' }
const complaints = ['must be an e-mail address', 'is no whole number', 'must be the resource id of a Microsoft.Logic/workflows']

test('a template parameter of the wrong type is told at its field, all at once, in Slack', async () => {
  const admin = chats.inSlack('admin')
  chats.sink.views.clear()
  await admin.slash('app new')
  const first = await formWith(chats, 'template')
  const second = await formWith(chats, 'hours', first, admin.submit(first, where))
  const answer = await (await admin.submit(second, fields)).text()
  for (const words of complaints) expect(answer).toContain(words)
})

test('and in Teams', async () => {
  const admin = chats.inTeams('admin')
  await admin.say('apps')
  const first = await admin.open(await toldInTeams('New logic app'), 'New logic app')
  const second = dialogIn(await admin.submit(first, where, 'Next'))
  const wrong = dialogIn(await admin.submit(second, fields, 'Create Ask-First'))
  for (const words of complaints) expect(textOf(wrong.card)).toContain(words)
  expect(isOn('Ask-First')).toBeUndefined()
})
