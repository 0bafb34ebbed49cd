import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { forgetKept, keptTexts } from '../../src/actions/kept-texts.ts'
import { ButtonData } from '../../src/chat/button.ts'
import type { SinkMessage, SinkView } from '../fakes/slack-api.ts'
import { buttonOf, labelsOf, standsIn } from '../fakes/slack-person.ts'
import { isNode } from '../fakes/teams-connector.ts'
import { dialogIn, type TeamsDialog, textOf } from '../fakes/teams-person.ts'
import { type FreshDatabase, freshDatabase } from '../jest/database.ts'
import { type Chats, openChats } from './chats.ts'
import { besideOnesOwn, othersChange } from './contested.ts'
import { formIn, submit } from './form.ts'
import { until } from './ground.ts'
import { formWith, group } from './make-app.ts'
import { dialogIn as slackDialog } from './slack-dialog.ts'

/** While a rule is written its logic apps are asked for anew, and one is made for it: what was typed stays. */

let database: FreshDatabase
let chats: Chats
beforeAll(async () => {
  database = await freshDatabase()
  chats = await openChats({ inTeams: 'added', env: { DATABASE_URL: database.url } })
  chats.story.hurry()
  // What a program asks of Azure at first takes longer than a dialog of Slack's waits to be opened.
  await chats.story.act('rule new', { kind: 'alert' }, undefined, 'admin')
}, 20_000)
afterAll(async () => {
  await chats.close()
  await database.drop()
})

const [production = ''] = group.split('/')
const blockIp = `/subscriptions/${production}/resourceGroups/rg-soc/providers/Microsoft.Logic/workflows/Block-IP`
const idOf = (app: string) => blockIp.replace('Block-IP', app)
/** Half done and half wrong, as it is while somebody types. */
const typed = { name: 'no/slashes', description: 'For the night shift.', conditions: 'Severity beats High' }

function turn(name: string, enabled: boolean) {
  const app = [...chats.story.simulator().state.workflows.values()].find(one => one.name === name)
  if (app === undefined) throw new Error(`no ${name}`)
  app.enabled = enabled
}

/** Azure lists what was made minutes later. */
function stillUnlisted(app: string): void {
  const { state } = chats.story.simulator()
  state.unlisted.set(idOf(app).toLowerCase(), new Date(state.clock.now().getTime() + 300_000))
}

function inAzure(name: string) {
  return [...chats.story.simulator().state.automations.values()].find(automation => automation.name === name)
}

const drafts = () => chats.story.app.world.store.texts.names(keptTexts.ruleDraft)

function viewWith(words: string, view?: SinkView, submitted?: Promise<Response>): Promise<SinkView> {
  const isIt = (shown: SinkView['view']) => JSON.stringify(shown).toLowerCase().includes(words.toLowerCase())
  return slackDialog(chats.sink, `the dialog with "${words}"`, isIt, { ...(view && { view }), ...(submitted && { submitted }) })
}

/** As it is when it opens, whatever the bot shows there later. */
async function newRuleInSlack(): Promise<SinkView> {
  chats.sink.views.clear()
  await chats.inSlack('admin').slash('rule new alert')
  return structuredClone(await viewWith('For security alerts'))
}

/** The fields of a dialog in Teams as they stand. */
const fieldsOf = ({ card }: TeamsDialog) => formIn({ teams: card }).fields

const slackCard = (app: string) =>
  until(`the card of ${app}`, async () => chats.sink.messages.find(({ text }) => text === `New logic app ${app}: done.`))
const teamsCard = (app: string) =>
  until(`the card of ${app}`, async () =>
    chats
      .inTeams('admin')
      .sees()
      .find(({ card }) => textOf(card).includes(app) && textOf(card).includes('DONE')),
  )

test('in Slack: Refresh asks Azure anew, says what changed, and nothing that was typed is lost', async () => {
  const admin = chats.inSlack('admin')
  const form = await newRuleInSlack()
  turn('Block-IP', false)
  await admin.pressInView(form, 'Refresh', typed)
  const less = structuredClone(await viewWith('Block-IP can’t be any more. '))
  expect(JSON.stringify(less.view)).toContain('It is disabled.')
  expect(standsIn(less.view, form.view, typed)).toMatchObject({ ...typed, enabled: true })
  turn('Block-IP', true)
  const chosen = { ...typed, logicApp: blockIp, add: 'Severity is High' }
  await admin.pressInView(less, 'Refresh', chosen)
  const more = structuredClone(await viewWith('can be chosen now, new: Block-IP.'))
  expect(standsIn(more.view, less.view, chosen)).toMatchObject(chosen)
  await admin.pressInView(more, 'Refresh', chosen)
  await viewWith('can be chosen now, as before.')
}, 40_000)

test('in Teams: Refresh works on a form that is not filled in yet, and keeps what was typed', async () => {
  const admin = chats.inTeams('admin')
  await admin.say('rules')
  const list = await until('the list', async () => admin.sees().find(({ card }) => textOf(card).includes('New rule')))
  const form = dialogIn(await admin.submit(await admin.open(list, 'New rule'), { kind: 'alert' }, 'Next'))
  expect(JSON.stringify(form.card)).not.toContain('"isRequired":true')
  turn('Block-IP', false)
  const less = dialogIn(await admin.submit(form, typed, 'Refresh'))
  expect(textOf(less.card)).toContain('Block-IP can’t be any more. It is disabled.')
  expect(fieldsOf(less)).toMatchObject({ ...typed, logicApp: '' })
  turn('Block-IP', true)
  const more = dialogIn(await admin.submit(less, {}, 'Refresh'))
  expect(textOf(more.card)).toContain('can be chosen now, new: Block-IP.')
  expect(fieldsOf(more)).toMatchObject(typed)
  const fields = { name: 'Day-Shift', home: group, logicApp: blockIp, conditions: 'Severity is High' }
  const review = dialogIn(await admin.submit(more, fields, 'Check'))
  const again = dialogIn(await admin.submit(review, {}, 'Refresh'))
  for (const words of ['run Block-IP.', 'Azure would take it.', 'can be chosen now, as before.'])
    expect(textOf(again.card)).toContain(words)
  await admin.submit(again, {}, 'Save rule')
  await until('the rule in Azure', async () => inAzure('Day-Shift'))
}, 40_000)

test('in Slack: a form asked for where no dialog can open is opened by its button, filled in the same', async () => {
  const admin = chats.inSlack('admin')
  const { findingId } = await chats.alertInSlack()
  const opened = async (said: string, label: string) => {
    chats.sink.views.clear()
    await admin.say(said, `Ev${said}`)
    const has = ({ blocks }: SinkMessage) => labelsOf(blocks).includes(label)
    await admin.press(await until(`the button ${label}`, async () => chats.sink.messages.findLast(has)), label)
    return standsIn((await viewWith('for security alerts')).view, { type: 'modal', blocks: [] }, {})
  }
  expect(await opened('rule edit Day-Shift', 'Edit rule…')).toMatchObject({ logicApp: blockIp, conditions: 'Severity is High' })
  expect(await opened(`rule from ${findingId}`, 'New rule…')).toMatchObject({ home: group })
}, 40_000)

test('in Slack: the rule is left for a logic app, and goes on with it where it was left, through whichever process', async () => {
  const admin = chats.inSlack('admin')
  const form = await newRuleInSlack()
  const left = { ...typed, add: 'Title contains sql' }
  await admin.pressInView(form, 'Create a logic app', left)
  const first = structuredClone(await formWith(chats, 'template'))
  expect(standsIn(first.view, form.view, left)).toEqual({})
  await admin.pressInView(first, 'Back to the rule')
  const back = structuredClone(await viewWith('For security alerts'))
  expect(standsIn(back.view, first.view, {})).toMatchObject(left)
  const later = { ...left, description: 'For the day shift.' }
  await admin.pressInView(back, 'Create a logic app', later)
  const where = { template: 'post-to-slack', name: 'For-Slack', group }
  const again = await formWith(chats, 'template')
  const second = await formWith(chats, 'channel', again, admin.submit(again, where))
  const made = await admin.submit(second, { channel: '#leads' })
  expect(await made.text()).toContain('A card here shows how it goes and leads back to your rule.')
  expect(await drafts()).toHaveLength(1)
  const card = await slackCard('For-Slack')

  chats.sink.views.clear()
  await chats.inSlack('analyst').press(card, 'Use in a rule')
  const theirs = await viewWith('For security alerts')
  expect(standsIn(theirs.view, form.view, {})).toEqual({ scope: 'subscription', enabled: true, logicApp: idOf('For-Slack') })

  const other = await chats.another()
  chats.sink.views.clear()
  await chats.inSlack('admin', other).press(card, 'Use in a rule')
  const mine = structuredClone(await viewWith('For the day shift.'))
  await other.close()
  expect(standsIn(mine.view, form.view, {})).toMatchObject({ ...later, logicApp: idOf('For-Slack') })
  const fields = { name: 'Slack-Rule', home: group, conditions: 'Severity is High' }
  const review = await viewWith('Azure would take it.', mine, admin.submit(mine, fields))
  const reviewed = standsIn(review.view, mine.view, { ...later, ...fields })
  expect(reviewed).toMatchObject({ conditions: 'Severity is High\nTitle contains sql' })
  expect(reviewed).not.toHaveProperty('add')
  await admin.submit(review, {})
  await until('the rule in Azure', async () => inAzure('Slack-Rule'))
  await until('the draft to be forgotten', async () => ((await drafts()).length === 0 ? true : undefined))
  const { input } = ButtonData.parse(JSON.parse(buttonOf(card.blocks, 'Use in a rule').value ?? ''))
  const fresh = await chats.story.act('rule new', input, undefined, 'admin')
  expect(formIn(fresh.answer.card).fields).toMatchObject({ name: '', logicApp: idOf('For-Slack') })
}, 60_000)

test('in Teams: a rule that is changed goes on as well, and Back leads to it from the second step', async () => {
  const admin = chats.inTeams('admin')
  await admin.say('rule show Day-Shift')
  const shown = await until('the rule', async () => admin.sees().find(({ card }) => textOf(card).includes('Day-Shift')))
  const form = await admin.open(shown, 'Edit')
  const changes = { description: 'Changed.', conditions: 'Severity is', why: 'Too loud.' }
  const first = dialogIn(await admin.submit(form, changes, 'Create a logic app'))
  const where = { template: 'post-to-teams', name: 'For-Teams', group }
  const second = dialogIn(await admin.submit(first, where, 'Next'))
  expect(fieldsOf(dialogIn(await admin.submit(second, {}, 'Back to the rule')))).toMatchObject(changes)
  const values = { team: '1b2c3d4e-0000-4000-8000-000000000000', channel: '19:board@thread.tacv2' }
  const said = await admin.submit(second, values, 'Create For-Teams')
  expect(said.text).toContain('leads back to your rule')
  const card = await teamsCard('For-Teams')
  stillUnlisted('For-Teams')
  const mine = await admin.open(card, 'Use in a rule')
  expect(mine.title).toBe('Edit rule')
  expect(fieldsOf(mine)).toMatchObject({ ...changes, logicApp: idOf('For-Teams') })
  const theirs = await chats.inTeams('analyst').open(card, 'Use in a rule')
  expect(theirs.title).toBe('New rule')
  expect(fieldsOf(theirs)).toMatchObject({ name: '', conditions: '', logicApp: idOf('For-Teams') })
  const review = dialogIn(await admin.submit(mine, { conditions: 'Severity is Low' }, 'Check'))
  expect(textOf(review.card)).toContain('Azure would take it.')
  await admin.submit(review, {}, 'Save rule')
  await until('the change in Azure', async () => inAzure('Day-Shift')?.properties.description === 'Changed.' || undefined)
  expect(await drafts()).toEqual([])
}, 60_000)

test('from an alert in the console: what was typed, but no key, outlives the program, and is offered again until it is a week old', async () => {
  const { story } = chats
  const { findingId } = await chats.alertInSlack()
  const from = (await story.act('rule from', {}, findingId, 'admin')).answer.card
  const { input, fields } = formIn(from)
  const left = { ...fields, name: 'Left-Behind', description: 'Half written' }
  const key = ['xoxb', '123456789012', 'abcdefghijkl'].join('-')
  const first = (await story.act('rule new', { ...input, ...left, why: key, step: 'app' }, undefined, 'admin')).answer.card
  expect(formIn(first)).toMatchObject({ action: 'app new', input: { kind: 'alert' } })
  const { draft = '' } = formIn(first).input
  const [name = ''] = await drafts()
  expect(await story.app.world.store.texts.get(name)).not.toContain(key)
  await story.restart()
  const opened = await story.act('rule new', { draft, step: 'open', logicApp: blockIp }, undefined, 'admin')
  expect(formIn(opened.answer.card).fields).toMatchObject({ ...left, logicApp: blockIp })
  const offered = await story.act('rule new', {}, undefined, 'admin')
  expect(JSON.stringify(offered.answer.card.slack)).toContain('Go on with Left-Behind')
  const analyst = await story.act('rule new', {}, undefined, 'analyst')
  expect(JSON.stringify(analyst.answer.card.slack)).not.toContain('Go on with')
  expect(inAzure(left.name)).toBeUndefined()

  const { store } = story.app.world
  const inDays = (days: number) => ({ store, clock: { now: () => new Date(Date.now() + days * 86_400_000) } })
  await store.texts.put(`${keptTexts.slackDialog}V0/1.0`, JSON.stringify({ at: new Date().toISOString() }))
  await forgetKept(inDays(1 / 48))
  expect(await store.texts.names(keptTexts.slackDialog)).toContain(`${keptTexts.slackDialog}V0/1.0`)
  await forgetKept(inDays(6))
  expect(await drafts()).toHaveLength(1)
  expect(await store.texts.names(keptTexts.slackDialog)).toEqual([])
  await forgetKept(inDays(8))
  expect(await drafts()).toEqual([])
  const late = await story.act('rule new', { kind: 'alert', draft, step: 'open', logicApp: blockIp }, undefined, 'admin')
  expect(formIn(late.answer.card).fields).toMatchObject({ name: '', description: '', logicApp: blockIp })
}, 40_000)

test('in Teams: a form that stands in a message is refreshed there, and left for a logic app, as well', async () => {
  const admin = chats.inTeams('admin')
  await admin.say('rule new alert')
  const form = await until('the form', async () => admin.sees().find(({ card }) => textOf(card).includes('For security alerts')))
  const { body } = await admin.press(form, 'Refresh', typed)
  expect(formIn({ teams: isNode(body.value) ? body.value : {} }).fields).toMatchObject(typed)
  expect(textOf(body)).toContain('can be chosen now, as before.')
  const first = dialogIn(await admin.press(form, 'Create a logic app', typed))
  expect(fieldsOf(dialogIn(await admin.submit(first, {}, 'Back to the rule')))).toMatchObject(typed)
}, 40_000)

test('in Slack: what must be confirmed is a box under its reason; a rule saved meanwhile stands beside one’s own', async () => {
  const admin = chats.inSlack('admin')
  const form = await newRuleInSlack()
  const all = { name: 'On-All', home: group, logicApp: blockIp, conditions: '' }
  const review = await viewWith('Azure would take it.', form, admin.submit(form, all))
  expect(JSON.stringify(review.view)).toContain('⚠ Without conditions the rule fires on every alert')
  const asked = await viewWith('Tick this to save it all the same.', review, admin.submit(review, {}))
  expect(standsIn(asked.view, review.view, {})).toMatchObject({ name: 'On-All', home: group, logicApp: blockIp })
  expect(inAzure('On-All')).toBeUndefined()
  const saved = await viewWith('✓ Saved.', asked, admin.submit(asked, { confirmed: true }))
  expect(labelsOf(saved.view.blocks)).toContain('Edit')

  chats.sink.views.clear()
  await admin.slash('rule edit On-All')
  const mine = structuredClone(await viewWith('Edit rule'))
  const edited = await viewWith('Azure would take it.', mine, admin.submit(mine, { conditions: 'Severity is High' }))
  const theirs = await chats.story.act('rule edit', { rule: 'On-All' }, undefined, 'admin')
  const other = await submit(chats.story, theirs.answer.card, othersChange(production))
  await submit(chats.story, other.answer.card, {})
  const both = await viewWith('Someone else saved this rule meanwhile.', edited, admin.submit(edited, {}))
  for (const part of besideOnesOwn) expect(JSON.stringify(both.view)).toMatch(part)
  expect(labelsOf(both.view.blocks)).toEqual(['Keep theirs', 'Enabled'])
  await viewWith('✓ Saved.', both, admin.submit(both, {}))
  expect(JSON.stringify(inAzure('On-All')?.properties.sources)).toContain('High')
}, 40_000)

test('what was kept can be discarded: in Slack on the form it leads to, in Teams where it is offered', async () => {
  const before = await drafts()
  const slack = chats.inSlack('admin')
  const form = await newRuleInSlack()
  await slack.pressInView(form, 'Create a logic app', { ...typed, name: 'Thrown-Away' })
  const app = structuredClone(await formWith(chats, 'template'))
  await slack.pressInView(app, 'Back to the rule')
  const back = structuredClone(await viewWith('is kept for a week'))
  await slack.pressInView(back, 'Discard it')
  await viewWith('What you had begun is discarded.')
  expect(await drafts()).toEqual(before)

  const { answer } = await chats.story.act(
    'rule new',
    { kind: 'alert', ...typed, name: 'Teams-Away', step: 'app' },
    undefined,
    'admin',
  )
  expect(formIn(answer.card).input).toHaveProperty('draft')
  const teams = chats.inTeams('admin')
  await teams.say('rules')
  const list = await until('the list', async () => teams.sees().find(({ card }) => textOf(card).includes('New rule')))
  const offered = await teams.open(list, 'New rule')
  expect(JSON.stringify(offered.card)).toContain('Go on with Teams-Away')
  const gone = dialogIn(await teams.submit(offered, {}, 'Discard it'))
  expect(textOf(gone.card)).toContain('What you had begun is discarded.')
  expect(JSON.stringify(gone.card)).not.toContain('Teams-Away')
  expect(await drafts()).toEqual(before)
}, 40_000)

describe('a rule that somebody deletes while it is changed', () => {
  const admin = (action: string, input: object) => chats.story.act(action, input, undefined, 'admin')
  const seen = (answered: { answer: { card: object } }) => JSON.stringify(answered.answer.card)
  const begin = async (name: string) => {
    const opened = await admin('rule new', { kind: 'alert' })
    const fields = { name, home: group, logicApp: blockIp, conditions: 'Severity is High' }
    const review = await submit(chats.story, opened.answer.card, fields)
    await submit(chats.story, review.answer.card, {})
    Object.assign(inAzure(name) ?? {}, { tags: { owner: 'soc' }, etag: '"by somebody else"' })
    return (await admin('rule edit', { rule: name })).answer.card
  }
  const remove = async (name: string) => {
    const asked = await admin('rule delete', { rule: name })
    await submit(chats.story, asked.answer.card, {})
    expect(inAzure(name)).toBeUndefined()
  }

  test('is told to be gone at the next step, and what was typed is saved as a new one', async () => {
    const form = await begin('Gone-Under-Me')
    const review = await submit(chats.story, form, { conditions: 'Severity is Low', description: 'Mine.' })
    await remove('Gone-Under-Me')
    const again = await submit(chats.story, review.answer.card, {})
    expect(again.error).toBeUndefined()
    expect(seen(again)).toContain('Gone-Under-Me was deleted. Saving makes it anew: the rest as it was last known here.')
    expect(formIn(again.answer.card).fields).toMatchObject({ name: 'Gone-Under-Me', home: group, conditions: 'Severity is Low' })
    expect(inAzure('Gone-Under-Me')).toBeUndefined()
    const saved = await submit(chats.story, again.answer.card, {})
    expect(seen(saved)).toContain('Saved.')
    expect(inAzure('Gone-Under-Me')?.properties).toMatchObject({ description: 'Mine.' })
    expect(JSON.stringify(inAzure('Gone-Under-Me')?.properties.sources)).toContain('Low')
    expect(inAzure('Gone-Under-Me')?.tags).toEqual({ owner: 'soc' })
  }, 30_000)

  test('and left for a logic app meanwhile: its draft still opens, to be saved as a new one or discarded', async () => {
    const form = formIn(await begin('Gone-Meanwhile'))
    const step = { ...form.input, ...form.fields, description: 'Half written', step: 'app' }
    const { draft = '' } = formIn((await admin('rule edit', step)).answer.card).input
    await remove('Gone-Meanwhile')
    const opened = await admin('rule new', { draft, step: 'open', logicApp: blockIp })
    expect(seen(opened)).toContain('Gone-Meanwhile was deleted. Saving makes it anew')
    expect(formIn(opened.answer.card).fields).toMatchObject({ name: 'Gone-Meanwhile', description: 'Half written' })
    const refreshed = await admin('rule new', {
      ...formIn(opened.answer.card).input,
      ...formIn(opened.answer.card).fields,
      step: 'refresh',
    })
    expect(seen(refreshed)).toContain('Gone-Meanwhile was deleted.')
    const review = await submit(chats.story, opened.answer.card, { name: 'Under-Another-Name' })
    await submit(chats.story, review.answer.card, {})
    expect(inAzure('Under-Another-Name')).toBeDefined()
    expect((await drafts()).join()).not.toContain(draft)
  }, 30_000)

  test('and whoever may not read rules there is told nothing of it', async () => {
    const form = formIn(await begin('Gone-Unseen'))
    await remove('Gone-Unseen')
    const answered = await chats.story.act('rule edit', { ...form.input, ...form.fields }, undefined, 'nobody')
    expect(seen(answered)).not.toContain('was deleted')
    expect(answered.error?.code).toBe('Forbidden')
  }, 30_000)
})
