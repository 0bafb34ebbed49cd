import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { lookAtRules } from '../../src/flow/rule-health.ts'
import type { SinkView } from '../fakes/slack-api.ts'
import { dialogIn, textOf } from '../fakes/teams-person.ts'
import { type Chats, openChats } from './chats.ts'
import { until } from './ground.ts'
import { dialogIn as slackDialog } from './slack-dialog.ts'

/** A rule is made from either chat: what starts it, its fields, errors where they belong, the review, the save. */

let chats: Chats
beforeAll(async () => {
  chats = await openChats({ inTeams: 'added' })
}, 20_000)
afterAll(() => chats.close())

const production = '11111111-5eed-4000-8000-000000000001'
const home = `${production}/rg-soc`
const app = `/subscriptions/${production}/resourceGroups/rg-soc/providers/Microsoft.Logic/workflows/Block-IP`

function inAzure(name: string) {
  return [...chats.story.simulator().state.automations.values()].find(automation => automation.name === name)
}

/** The dialog that says these words, after a submit or later. */
function dialogWith(words: string, view?: SinkView, submitted?: Promise<Response>): Promise<SinkView> {
  const isIt = (shown: SinkView['view']) => JSON.stringify(shown).includes(words)
  return slackDialog(chats.sink, `the dialog with "${words}"`, isIt, { ...(view && { view }), ...(submitted && { submitted }) })
}

test('in Slack: asked, corrected at the field, reviewed, saved', async () => {
  const admin = chats.inSlack('admin')
  await admin.slash('rule new')
  const kind = await dialogWith('What starts it')
  const form = await dialogWith('For security alerts', kind, admin.submit(kind, { kind: 'alert' }))
  const fields = { name: 'Slack-Rule', home, logicApp: app, conditions: 'Severity is High\nName contains SQL' }
  const wrong = await admin.submit(form, { ...fields, conditions: 'Severity beats High' })
  expect(await wrong.text()).toContain('conditions')
  const review = await dialogWith('Azure would take it.', form, admin.submit(form, fields))
  expect(JSON.stringify(review.view)).toContain('run Block-IP.')
  expect(inAzure('Slack-Rule')).toBeUndefined()
  await admin.submit(review, fields)
  await until('the rule in Azure', async () => inAzure('Slack-Rule'))
  expect(inAzure('Slack-Rule')?.properties.sources[0]?.ruleSets?.[0]?.rules).toHaveLength(2)
}, 40_000)

test('in Teams: the same, and its card by the name', async () => {
  const admin = chats.inTeams('admin')
  await admin.say('rules')
  const list = await until('the list', async () => admin.sees().find(({ card }) => textOf(card).includes('New rule')))
  const kind = await admin.open(list, 'New rule')
  const form = dialogIn(await admin.submit(kind, { kind: 'alert' }, 'Next'))
  const fields = { name: 'Teams-Rule', home, logicApp: app, conditions: 'Severity is High' }
  const wrong = dialogIn(await admin.submit(form, { ...fields, name: 'no/slashes' }, 'Check'))
  expect(textOf(wrong.card)).toContain('letters, digits')
  const review = dialogIn(await admin.submit(wrong, fields, 'Check'))
  for (const words of ['run Block-IP.', 'Azure would take it.']) expect(textOf(review.card)).toContain(words)
  expect(inAzure('Teams-Rule')).toBeUndefined()
  await admin.submit(review, fields, 'Save rule')
  await until('the rule in Azure', async () => inAzure('Teams-Rule'))
  await admin.say('rule show Teams-Rule')
  await until('its card', async () =>
    admin.sees().find(({ card }) => textOf(card).includes('Teams-Rule') && textOf(card).includes('ENABLED')),
  )
}, 40_000)

/** What anybody was told in Slack that says this: in a channel, to them alone, or by the address that came with a command. */
const toldInSlack = (words: string) =>
  until(`"${words}" in Slack`, async () =>
    [...chats.sink.messages, ...chats.sink.responses].find(told => JSON.stringify(told).includes(words)),
  )
const toldInTeams = (words: string) =>
  until(`"${words}" in Teams`, async () =>
    chats
      .inTeams('admin')
      .sees()
      .find(({ card }) => textOf(card).includes(words)),
  )

test('what a rule would have done, and why it fires on a finding or not, are asked in either chat', async () => {
  const { findingId } = await chats.alertInSlack()
  await chats.inSlack('admin').slash('rule test Slack-Rule 7d')
  await toldInSlack('from when events are kept here, it would not have fired.')
  await chats.inTeams('admin').say('rule test Teams-Rule 7d')
  await toldInTeams('from when events are kept here, it would have fired once.')
  await chats.inSlack('admin').slash(`why ${findingId}`)
  await toldInSlack('Not met: ')
  await chats.inTeams('admin').say(`why ${findingId}`)
  await toldInTeams('Not met: ')
}, 40_000)

test('a file of rules is planned and applied from either chat, and the history says by whom', async () => {
  const file = (name: string) =>
    ['version: 1', 'rules:', `  - name: ${name}`, `    subscription: ${production}`, '    group: rg-soc']
      .concat('    on: alert', '    when: Severity is Low', '    run: Block-IP')
      .join('\n')
  await chats.inTeams('admin').say(`rules plan\n${file('By-Teams')}`)
  const plan = await toldInTeams('1 change: 1 new.')
  await chats.inTeams('admin').press(plan, 'Apply')
  await until('the rule in Azure', async () => inAzure('By-Teams'))
  await chats.inSlack('admin').slash(`rules apply ${file('By-Slack')}`)
  await toldInSlack('Done: 1 new.')
  for (const name of ['By-Teams', 'By-Slack']) {
    const [version] = await chats.story.app.world.store.ruleHistory.list(inAzure(name)?.id ?? '', 1)
    expect(version).toMatchObject({ what: 'applied', by: { name: 'Admin' } })
  }
}, 40_000)

test('news of a rule goes to the place where it was last saved, and nowhere else', async () => {
  const { simulator, app: program } = chats.story
  const target = [...simulator().state.workflows.values()].find(({ id }) => id.toLowerCase() === app.toLowerCase())
  if (target === undefined) throw new Error('no app')
  target.enabled = false
  const news = '2 rules do not work'
  const inSlack = () => chats.sink.messages.map(message => JSON.stringify(message)).find(text => text.includes(news))
  const inTeams = () =>
    chats
      .inTeams('admin')
      .sees()
      .map(({ card }) => textOf(card))
      .find(text => text.includes(news))
  await until(
    'the news in both',
    async () => {
      await lookAtRules(program.world)
      return inSlack() && inTeams()
    },
    30_000,
  )
  const here = { slack: ['Slack-Rule', 'By-Slack'], teams: ['Teams-Rule', 'By-Teams'] }
  for (const name of here.slack) expect([inSlack()?.includes(name), inTeams()?.includes(name)]).toEqual([true, false])
  for (const name of here.teams) expect([inSlack()?.includes(name), inTeams()?.includes(name)]).toEqual([false, true])
  target.enabled = true
}, 40_000)

test('from the card of an alert, in either chat: the form comes filled in, and the rule is made', async () => {
  const { slack, findingId } = await chats.alertInSlack()
  const [type, severity] = ['Type is VM_AmDisablementAndCodeExecution', 'Severity is High']
  const inSlack = chats.inSlack('admin')
  await inSlack.press(slack, 'Make a rule')
  const form = await dialogWith(type)
  expect(JSON.stringify(form.view)).toContain(severity)
  const fields = { home, logicApp: app, conditions: `${type}\n${severity}` }
  const review = await dialogWith('Azure would take it.', form, inSlack.submit(form, { name: 'From-Slack', ...fields }))
  await inSlack.submit(review, { name: 'From-Slack', ...fields })
  await until('the rule in Azure', async () => inAzure('From-Slack'))

  const inTeams = chats.inTeams('admin')
  await inTeams.say(`show ${findingId}`)
  const shown = await until('the card', async () => inTeams.sees().findLast(({ card }) => textOf(card).includes('Make a rule')))
  const opened = await inTeams.open(shown, 'Make a rule')
  for (const words of [type, severity]) expect(JSON.stringify(opened.card)).toContain(words)
  const checked = dialogIn(await inTeams.submit(opened, { name: 'From-Teams', ...fields }, 'Check'))
  await inTeams.submit(checked, { name: 'From-Teams', ...fields }, 'Save rule')
  await until('the rule in Azure', async () => inAzure('From-Teams'))
}, 40_000)
