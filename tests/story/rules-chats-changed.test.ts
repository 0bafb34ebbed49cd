import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { SinkView } from '../fakes/slack-api.ts'
import { type BotReply, dialogIn, textOf } from '../fakes/teams-person.ts'
import { type Chats, openChats } from './chats.ts'
import { besideOnesOwn, othersChange } from './contested.ts'
import { submit } from './form.ts'
import { until } from './ground.ts'
import { dialogIn as slackDialog } from './slack-dialog.ts'

/** A rule that is there, from either chat: deleted after asking once more, brought back from its history; changed by somebody else meanwhile. */

const production = '11111111-5eed-4000-8000-000000000001'

let chats: Chats
beforeAll(async () => {
  chats = await openChats({ inTeams: 'added' })
  const entries = ['By-Slack', 'By-Teams', 'Contested', 'Turned-Slack', 'Turned-Teams'].map(
    name =>
      `  - name: ${name}\n    subscription: ${production}\n    group: rg-soc\n    on: alert\n    when: Severity is Low\n    run: Block-IP\n`,
  )
  const text = `version: 1\nrules:\n${entries.join('')}`
  expect((await chats.story.act('rules apply', { text }, undefined, 'admin')).error).toBeUndefined()
}, 20_000)
afterAll(() => chats.close())

const inAzure = (wanted: string) => [...chats.story.simulator().state.automations.values()].find(({ name }) => name === wanted)
const isGone = (name: string) => until(`${name} to go`, async () => (inAzure(name) === undefined ? true : undefined))
const isBack = (name: string) => until(`${name} to come back`, async () => inAzure(name))

function viewWith(words: string, view?: SinkView, submitted?: Promise<Response>): Promise<SinkView> {
  const isIt = (shown: SinkView['view']) => JSON.stringify(shown).includes(words)
  return slackDialog(chats.sink, `the dialog with "${words}"`, isIt, { ...(view && { view }), ...(submitted && { submitted }) })
}

test('in Slack: deleted with a reason, and brought back', async () => {
  const admin = chats.inSlack('admin')
  await admin.slash('rule delete By-Slack')
  const asked = await viewWith('Delete By-Slack?')
  expect(JSON.stringify(asked.view)).toContain('When an alert’s severity is Low, run Block-IP.')
  expect(inAzure('By-Slack')).toBeDefined()
  const deleted = await viewWith('The rule By-Slack is deleted.', asked, admin.submit(asked, { why: 'too noisy' }))
  await isGone('By-Slack')
  const [last] = await chats.story.app.world.store.ruleHistory.list(
    `/subscriptions/${production}/resourceGroups/rg-soc/providers/Microsoft.Security/automations/By-Slack`,
    1,
  )
  expect(last).toMatchObject({ what: 'deleted', why: 'too noisy', by: { name: 'Admin' } })
  await admin.pressInView(deleted, 'Bring it back')
  const review = await viewWith('Azure would take it.')
  await admin.submit(review, {})
  await isBack('By-Slack')
}, 40_000)

test('in Teams: the same from the rule’s card', async () => {
  const admin = chats.inTeams('admin')
  await admin.say('rule show By-Teams')
  const card = await until('its card', async () => admin.sees().find(({ card: shown }) => textOf(shown).includes('By-Teams')))
  const asked = await admin.open(card, 'Delete')
  expect(textOf(asked.card)).toContain('Delete By-Teams?')
  const deleted = await admin.submit(asked, { why: 'too noisy' }, 'Delete rule')
  expect(said(deleted)).toContain('The rule By-Teams is deleted.')
  await isGone('By-Teams')
  const review = dialogIn(await admin.submit(dialogIn(deleted), {}, 'Bring it back'))
  expect(textOf(review.card)).toContain('Azure would take it.')
  await admin.submit(review, {}, 'Save rule')
  await isBack('By-Teams')
}, 40_000)

function said(reply: BotReply): string {
  return `${reply.text} ${JSON.stringify(reply.body)}`
}

test('in Teams: what somebody else saved meanwhile stands beside one’s own, and one’s own is saved over it when that is meant', async () => {
  const admin = chats.inTeams('admin')
  await admin.say('rule show Contested')
  const card = await until('its card', async () => admin.sees().find(({ card: shown }) => textOf(shown).includes('Contested')))
  const form = await admin.open(card, 'Edit')
  const mine = dialogIn(await admin.submit(form, { conditions: 'Severity is High' }, 'Check'))
  const theirs = await chats.story.act('rule edit', { rule: 'Contested' }, undefined, 'admin')
  const review = await submit(chats.story, theirs.answer.card, othersChange(production))
  await submit(chats.story, review.answer.card, {})
  const both = dialogIn(await admin.submit(mine, {}, 'Save rule'))
  expect(textOf(both.card)).toContain('Someone else saved this rule meanwhile.')
  for (const part of besideOnesOwn) expect(textOf(both.card)).toMatch(part)
  expect(JSON.stringify(inAzure('Contested')?.properties.sources)).toContain('Medium')
  await admin.submit(both, {}, 'Save mine over it')
  await until('mine to stand', async () =>
    JSON.stringify(inAzure('Contested')?.properties.sources).includes('High') ? true : undefined,
  )
}, 40_000)

/** In Azure and in its history. */
const isTurned = (name: string, what: 'enabled' | 'disabled') =>
  until(`${name} to be ${what}`, async () => {
    const [last] = await chats.story.app.world.store.ruleHistory.list(inAzure(name)?.id ?? '', 1)
    return last?.what === what && inAzure(name)?.properties.isEnabled === (what === 'enabled') ? true : undefined
  })

test('in Slack: switched off with a reason and on again, told by its history, which leads back', async () => {
  const admin = chats.inSlack('admin')
  await admin.slash('rule disable Turned-Slack too noisy')
  await isTurned('Turned-Slack', 'disabled')
  await admin.slash('rule enable Turned-Slack')
  await isTurned('Turned-Slack', 'enabled')
  await admin.slash('rule history Turned-Slack')
  const told = await until('its history', async () =>
    chats.sink.responses.find(({ body }) => JSON.stringify(body).includes('History of Turned-Slack')),
  )
  expect(JSON.stringify(told.body)).toMatch(/enabled by Admin.*disabled by Admin.*too noisy.*applied by Admin/s)
  chats.sink.views.clear()
  await admin.slash('rule rollback Turned-Slack 2')
  const review = await viewWith('Azure would take it.')
  await admin.submit(review, {})
  await until('it to be off again', async () => (inAzure('Turned-Slack')?.properties.isEnabled === false ? true : undefined))
}, 40_000)

test('in Teams: the same from the rule’s card', async () => {
  const admin = chats.inTeams('admin')
  await admin.say('rule show Turned-Teams')
  const card = await until('its card', async () => admin.sees().find(({ card: shown }) => textOf(shown).includes('Turned-Teams')))
  await admin.press(card, 'Disable')
  await isTurned('Turned-Teams', 'disabled')
  await admin.say('rule enable Turned-Teams')
  await isTurned('Turned-Teams', 'enabled')
  const history = await admin.open(card, 'History')
  expect(textOf(history.card)).toMatch(/enabled by Admin.*disabled by Admin.*applied by Admin/s)
  const review = dialogIn(await admin.submit(history, {}, 'Go back to it'))
  expect(textOf(review.card)).toContain('Azure would take it.')
}, 40_000)
