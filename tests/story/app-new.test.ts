import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import type { Kind } from '../../src/model/event.ts'
import { kindTaken, triggerFor } from '../../src/model/logic-app.ts'
import { statusOf } from '../../src/simulator/run-life.ts'
import { templates } from '../../src/templates/templates.ts'
import { actionsIn } from '../fakes/teams-person.ts'
import { templateValues } from '../fakes/template-values.ts'
import { buttonsOn, formIn } from './form.ts'
import { openStory, type Story, until } from './ground.ts'

let story: Story
beforeAll(async () => {
  story = await openStory()
  story.hurry()
})
afterAll(() => story.close())

const Use = z.object({ data: z.object({ action: z.string(), input: z.record(z.string(), z.string()) }) })
const shown = (answer: unknown) => JSON.stringify(answer)
const production = '11111111-5eed-4000-8000-000000000001'
/** Nineteen deployments go side by side. */
const manyAtOnceMs = 45_000
const group = `${production}/rg-soc`
const placeId = 'console:simulated:security'

let asked = 0
/** As the console sends it, from the channel. */
async function inChannel(input: object, requestId = `new-${++asked}`) {
  return (await story.call('/console/api/actions', { requestId, action: 'app new', input, as: 'admin', placeId })).body
}

function texts(values: Record<string, unknown> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]))
}

async function noticeOf(appName: string) {
  const all = await story.app.world.store.notices.list('deployment')
  const found = all.find(({ content }) => content.type === 'deployment' && content.appName === appName)
  return found?.content.type === 'deployment' ? { id: found.id, ...found.content } : undefined
}

function over(appName: string, withinMs?: number) {
  const ended = async () => {
    const deployment = await noticeOf(appName)
    return deployment !== undefined && ['succeeded', 'failed', 'cancelled'].includes(deployment.state) ? deployment : undefined
  }
  return until(`the end of ${appName}`, ended, withinMs)
}

function workflow(name: string) {
  return story
    .simulator()
    .state.workflows.get(
      `/subscriptions/${production}/resourcegroups/rg-soc/providers/microsoft.logic/workflows/${name.toLowerCase()}`,
    )
}

test('app new asks in two steps, makes the app once, and a card follows it to its end', async () => {
  const first = await story.act('app new', {}, undefined, 'admin')
  expect(shown(first.answer.card.teams)).toContain('Mail the resource owner')
  expect(shown(first.answer.card.teams)).toContain('rg-soc')
  const where = { template: 'mail-owner', name: 'Mail-Owners', group }
  const second = await story.act('app new', { ...where, step: 'where' }, undefined, 'admin')
  expect(second.error).toBeUndefined()
  expect(shown(second.answer.card.teams)).toContain('Tag with the owner')
  const wrong = await story.act(
    'app new',
    { ...where, step: 'details', ownerTag: 'owner', otherwise: 'nobody' },
    undefined,
    'admin',
  )
  expect(wrong.error).toMatchObject({ code: 'BadInput', field: 'otherwise' })
  expect(shown(wrong.answer.card.slack)).toContain('must be an e-mail address')

  const filled = { ...where, step: 'details', kind: 'recommendation', ownerTag: 'owner', otherwise: 'soc@contoso.example' }
  const [one, two] = await Promise.all([inChannel(filled, 'the-click'), inChannel(filled, 'the-click')])
  expect(one).toEqual(two)
  expect(shown(one)).toContain('Mail-Owners is being made. A card here shows how it goes.')
  expect(await over('Mail-Owners')).toMatchObject({ state: 'succeeded', toAuthorise: ['Office 365 Outlook'] })
  const post = await until('the card in step', async () =>
    (await story.notices()).find(
      ({ card, state }) => state === 'shown' && shown(card).includes('New logic app Mail-Owners: done.'),
    ),
  )
  for (const word of ['Mail-Owners (logic app): done', 'Sign in to Office 365 Outlook', 'Reader', 'Use in a rule', 'Show app'])
    expect(shown(post)).toContain(word)
  expect((await story.notices()).filter(({ card }) => shown(card).includes('New logic app Mail-Owners'))).toHaveLength(1)
  expect(workflow('Mail-Owners')).toMatchObject({ enabled: true, location: 'westeurope' })
  const asShown = async () => shown(await story.act('app show', { logicApp: workflow('Mail-Owners')?.id }, undefined, 'admin'))
  await until(
    'the app to say what it lacks',
    async () => (await asShown()).includes('Nobody is signed in to Office 365 Outlook') || undefined,
  )
  expect(story.simulator().authorise('office365-Mail-Owners')).toBe(1)
  await until('the app to lack nothing', async () => !(await asShown()).includes('Nobody is signed in') || undefined)
  expect(await inChannel(filled, 'the-click')).toEqual(one)
  expect(shown(await story.app.world.store.ledger.list({}, 200))).toContain('soc@contoso.example')
})

test('an app made from the form of a rule is found there while typing, and leads back to it', async () => {
  const rule = { kind: 'compliance' }
  const form = await story.act('rule new', rule, undefined, 'admin')
  expect(buttonsOn(form.answer.card)).toContain('Create a logic app')
  const first = await story.act('app new', rule, undefined, 'admin')
  expect(shown(first.answer.card.teams)).toContain('Post to Teams')
  expect(shown(first.answer.card.teams)).not.toContain('Isolate a virtual machine')
  await inChannel({ ...rule, template: 'blank', name: 'From-A-Rule', group, step: 'details' })
  const { appId } = await over('From-A-Rule')
  const typed = { action: 'rule new', input: rule, field: 'logicApp', typed: 'from-a', as: 'admin' }
  const found = await until('it in the list', async () => {
    const choices = shown((await story.call('/console/api/choices', typed)).body)
    return choices.includes(appId) ? choices : undefined
  })
  expect(found).toContain('From-A-Rule')
  const done = await until('the card to lead on', async () => {
    const post = (await story.notices()).find(({ card }) => shown(card).includes('New logic app From-A-Rule: done.'))
    return post && Use.parse(actionsIn(post.card.teams).find(({ title }) => title === 'Use in a rule'))
  })
  const used = await story.act(done.data.action, done.data.input, undefined, 'admin')
  expect(formIn(used.answer.card)).toMatchObject({ input: rule, fields: { logicApp: appId } })
})

/** Azure's own deployment of it, while it runs. */
function underWay(appName: string) {
  return until(`${appName} under way`, async () => {
    const notice = await noticeOf(appName)
    const inAzure = [...story.simulator().state.deployments.values()].find(({ name }) => name === notice?.name)
    return notice?.state === 'running' ? inAzure : undefined
  })
}

function cardSays(words: string) {
  return until(`a card with "${words}"`, async () => (await story.notices()).find(({ card }) => shown(card).includes(words)))
}

test('one that somebody cancels in Azure is told so, and one that is forgotten there', async () => {
  story.dawdle()
  const { origin, tokens } = story.simulator()
  await inChannel({ template: 'blank', kind: 'alert', name: 'Called-Off', group, step: 'details' })
  const { id } = await underWay('Called-Off')
  const headers = { authorization: `Bearer ${tokens.admin}` }
  expect((await fetch(`${origin}${id}/cancel?api-version=2025-04-01`, { method: 'POST', headers })).status).toBe(204)
  expect(shown(await cardSays('New logic app Called-Off: cancelled.'))).toContain('Try again')
  await inChannel({ template: 'blank', kind: 'alert', name: 'Forgotten', group, step: 'details' })
  story.simulator().state.deployments.delete((await underWay('Forgotten')).id.toLowerCase())
  expect(shown(await cardSays('New logic app Forgotten: failed.'))).toContain('Azure has forgotten this deployment')
  story.hurry()
})

test('of two who make one of the same name at once, the second is told', async () => {
  story.dawdle()
  const input = { template: 'blank', kind: 'alert', name: 'Only-One', group, step: 'details' }
  await inChannel(input)
  const second = await story.act('app new', { ...input, kind: 'compliance', name: 'only-one' }, undefined, 'admin')
  expect(second.error).toMatchObject({
    code: 'BadInput',
    field: 'name',
    message: expect.stringContaining('is being made in rg-soc right now'),
  })
  story.hurry()
  expect(await over('Only-One')).toMatchObject({ state: 'succeeded' })
  expect(kindTaken(await story.app.world.azure.logicApps.get(workflow('Only-One')?.id ?? ''))).toBe('alert')
})

test('where nothing can be posted the answer says so, and app show tells how it goes', async () => {
  story.dawdle()
  const input = { template: 'blank', name: 'From-Nowhere', group, kind: 'compliance' }
  const { answer, error } = await story.act('app new', input, undefined, 'admin')
  expect(error).toBeUndefined()
  expect(answer.card.text).toContain('"app show From-Nowhere" shows how it goes')
  expect(shown(await story.say('app show from-nowhere', 'admin'))).toMatch(/New logic app From-Nowhere|Logic app From-Nowhere/)
  story.hurry()
  await over('From-Nowhere')
  const card = await until('the app itself', async () => {
    const said = shown(await story.say('app show From-Nowhere', 'admin'))
    return said.includes('Logic app From-Nowhere, ready.') ? said : undefined
  })
  expect(card).toContain('Compliance changes')
})

test('a name that is taken, a group that is not there and a strange template are told at their fields', async () => {
  const taken = await story.act('app new', { template: 'blank', name: 'notify-soc', group }, undefined, 'admin')
  expect(taken.error).toMatchObject({ code: 'BadInput', field: 'name' })
  const nowhere = await story.act('app new', { template: 'blank', name: 'X', group: `${production}/rg-none` }, undefined, 'admin')
  expect(nowhere.error).toMatchObject({ code: 'BadInput', field: 'group' })
  const strange = await story.act('app new', { template: 'mine-bitcoin', name: 'X', group }, undefined, 'admin')
  expect(strange.error).toMatchObject({ code: 'BadInput', field: 'template' })
  const odd = await story.act('app new', { template: 'blank', name: 'a/b', group }, undefined, 'admin')
  expect(odd.error).toMatchObject({ code: 'BadInput', field: 'name' })
  expect(shown(await story.say('app new Post to Teams', 'admin'))).toContain('post-to-teams')
})

test('whoever may not is told every right that is missing', async () => {
  const rights = ['Microsoft.Resources/deployments/write', 'Microsoft.Logic/workflows/write', 'Microsoft.Web/connections/write']
  const { error } = await story.act('app new', { template: 'blank', name: 'Not-Mine', group }, undefined, 'stakeholder')
  expect(error?.code).toBe('Forbidden')
  for (const right of rights) expect(error?.message).toContain(right)
  const form = await story.act('app new', {}, undefined, 'stakeholder')
  for (const right of rights) expect(form.answer.card.text).toContain(right)
  expect(workflow('Not-Mine')).toBeUndefined()
})

test('every template deploys for each of its events, and a run of it ends', async () => {
  const each = templates.flatMap(({ name, kinds }) => kinds.map(kind => ({ template: name, kind, name: `T-${name}-${kind}` })))
  const ends = await Promise.all(each.map(async one => ({ ...one, ...(await triedOut(one)) })))
  expect(ends).toEqual(
    each.map(one => ({ ...one, state: 'succeeded', takes: one.kind, run: expect.stringMatching(/^(Succeeded|Failed)$/) })),
  )
}, 90_000)

async function triedOut({ template, kind, name }: { template: string; kind: Kind; name: string }) {
  const input = { template, name, group, kind, ...texts(templateValues[template]) }
  expect((await story.act('app new', input, undefined, 'admin')).error).toBeUndefined()
  const { state, error } = await over(name, manyAtOnceMs)
  if (state !== 'succeeded') return { state, error }
  const { logicApps } = story.app.world.azure
  const app = await logicApps.get(workflow(name)?.id ?? '')
  await logicApps.start(app, triggerFor(app, kind)?.name ?? '', '{}', `test-${name}`)
  const run = await until(`the end of a run of ${name}`, async () => ended(app.id), manyAtOnceMs)
  return { state, takes: kindTaken(app), run }
}

/** How the app's run ended, as Azure knows it. */
function ended(appId: string): string | undefined {
  const { state } = story.simulator()
  const statuses = (state.runs.get(appId.toLowerCase()) ?? []).map(run => statusOf(state, run))
  return statuses.find(status => status !== 'Running')
}
