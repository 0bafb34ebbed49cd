import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { dialogIn, textOf } from '../fakes/teams-person.ts'
import { type Chats, openChats } from './chats.ts'
import { until } from './ground.ts'
import { formWith } from './make-app.ts'

/** What an app declares is asked at the click in either chat: every type, each error at its field; a secret never. */

let chats: Chats
beforeAll(async () => {
  chats = await openChats({ inTeams: 'following' })
  app().tags['chatops-parameters'] =
    'address:string!;hours:int=4;share:number;hard:bool;mode:string(quick|full)!=quick;hosts:array!;more:object;key:securestring!'
}, 20_000)
afterAll(() => chats.close())

function app() {
  const found = [...chats.story.simulator().state.workflows.values()].find(({ name }) => name === 'Block-IP')
  if (found === undefined) throw new Error('no Block-IP')
  return found
}

/** What people said, as each run of the app got it, oldest first. */
function told(): unknown[] {
  const runs = chats.story.simulator().state.runs.get(app().id.toLowerCase()) ?? []
  return runs.flatMap(({ body }) => {
    const said: { ChatOpsParameters?: unknown } = JSON.parse(String(body))
    return said.ChatOpsParameters ?? []
  })
}

const wrong = {
  'parameters.address': '203.0.113.7',
  'parameters.hours': 'four',
  'parameters.share': 'half',
  'parameters.hosts': 'web-01',
  'parameters.more': '["a"]',
}
const right = {
  'parameters.address': '203.0.113.7',
  'parameters.hours': '8',
  'parameters.share': '0.5',
  'parameters.mode': 'full',
  'parameters.hosts': '["web-01", "web-02"]',
  'parameters.more': '{"ticket": 7}',
}
const values = { address: '203.0.113.7', hours: 8, share: 0.5, mode: 'full', hosts: ['web-01', 'web-02'], more: { ticket: 7 } }
const complaints = ['is no whole number', 'is no number', 'a JSON list', 'a JSON object']
const secret = 'It asks for a secret (key)'

test('in Slack', async () => {
  const { slack } = await chats.alert()
  const analyst = chats.inSlack('analyst')
  await analyst.press(slack, 'Trigger logic app')
  const first = await formWith(chats, 'logicApp')
  const form = await formWith(chats, 'parameters.hosts', first, analyst.submit(first, { logicApp: app().id }))
  expect(JSON.stringify(form.view)).toContain(secret)
  const answer = await (await analyst.submit(form, wrong)).text()
  for (const words of complaints) expect(answer).toContain(words)
  expect(told()).toEqual([])
  await analyst.submit(form, { ...right, 'parameters.hard': true })
  await until('the run', async () => (told().length === 1 ? true : undefined))
  expect(told().at(-1)).toEqual({ ...values, hard: true })
}, 40_000)

test('in Teams', async () => {
  const { findingId, teams } = await chats.alert()
  const analyst = chats.inTeams('analyst')
  const first = await analyst.open(teams, 'Trigger logic app')
  const form = dialogIn(await analyst.submit(first, { logicApp: app().id }))
  expect(textOf(form.card)).toContain(secret)
  const again = dialogIn(await analyst.submit(form, wrong))
  for (const words of complaints) expect(textOf(again.card)).toContain(words)
  await analyst.submit(again, { ...right, 'parameters.hard': 'false' })
  await until('the run', async () => (told().length === 2 ? true : undefined))
  expect(told().at(-1)).toEqual({ ...values, hard: false })
  const card = await until('the card to say what was said', async () => {
    const now = textOf((await chats.shown(findingId))?.teams.card)
    return now.includes('hosts ["web-01","web-02"]') ? now : undefined
  })
  expect(card).toContain('address 203.0.113.7, hours 8')
}, 40_000)

test('a secret that a program sends all the same is refused, and neither told again nor kept with the finding or in the ledger', async () => {
  const { findingId } = await chats.alert()
  const parameters = { ...values, key: 'S3cret-key' }
  const said = await chats.story.act('run', { logicApp: 'Block-IP', parameters }, findingId)
  expect(said.error).toMatchObject({ code: 'BadInput', field: 'parameters.key' })
  const { world } = chats.story.app
  const kept = [said, await chats.story.finding(findingId), await world.store.ledger.list({}, 200)]
  expect(JSON.stringify(kept)).not.toContain('S3cret')
  expect(told()).toHaveLength(2)
})

test('what a schema in the definition declares is asked as well', async () => {
  const { workflows } = chats.story.simulator().state
  const isolate = [...workflows.values()].find(({ name }) => name === 'Isolate-VM')
  if (isolate === undefined) throw new Error('no Isolate-VM')
  const schema = { type: 'object', required: ['hosts'], properties: { hosts: { type: 'array' }, hard: { type: 'boolean' } } }
  isolate.definition.actions.Read = { type: 'ParseJson', inputs: { content: "@triggerBody()?['ChatOpsParameters']", schema } }
  const { findingId } = await chats.alert()
  const input = { logicApp: 'Isolate-VM', 'parameters.hosts': 'web-01' }
  await until('the app to ask, and to complain', async () => {
    const { error } = await chats.story.act('run', input, findingId)
    return error?.field === 'parameters.hosts' && error.message.includes('a JSON list') ? true : undefined
  })
  const right = { ...input, 'parameters.hosts': '["web-01"]', 'parameters.hard': 'yes' }
  expect((await chats.story.act('run', right, findingId)).error).toBeUndefined()
  const sent = chats.story.simulator().state.runs.get(isolate.id.toLowerCase())?.at(-1)?.body
  expect(JSON.parse(String(sent))).toMatchObject({ ChatOpsParameters: { hosts: ['web-01'], hard: true } })
})
