import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { createLog } from '../../src/log.ts'
import { dialogIn, textOf } from '../fakes/teams-person.ts'
import { type FreshDatabase, freshDatabase } from '../jest/database.ts'
import { type Chats, openChats } from './chats.ts'
import { everythingKept, keepEveryWrite } from './everything-kept.ts'
import { formIn } from './form.ts'
import { until } from './ground.ts'
import { formWith, group } from './make-app.ts'

/** A key or a password typed into whatever asks is refused with a sentence, and is afterwards in no table, no log line and no message. */

let database: FreshDatabase
let chats: Chats
const lines: string[] = []
beforeAll(async () => {
  database = await freshDatabase()
  const log = createLog('debug', line => lines.push(line))
  chats = await openChats({ inTeams: 'following', env: { DATABASE_URL: database.url }, log })
  app('Block-IP').tags['chatops-parameters'] = 'address:string!;note:string;more:object;password:string;door:securestring'
  await keepEveryWrite(database.url)
}, 30_000)
afterAll(async () => {
  await chats.close()
  await database.drop()
})
beforeEach(() => chats.sink.views.clear())

function app(wanted: string) {
  const found = [...chats.story.simulator().state.workflows.values()].find(({ name }) => name === wanted)
  if (found === undefined) throw new Error(`no ${wanted}`)
  return found
}

/** Nobody's, and never the same twice: each stands for what one test typed. */
const hook = (mark: string) => `https://tickets.contoso.example/hook?code=${mark}`

/** Where the text rests, or was told. */
async function found(text: string): Promise<string[]> {
  const { sink, connector } = chats
  const places: [string, string][] = [
    ['database', await everythingKept(database.url)],
    ['log', lines.join('\n')],
    ['Slack', JSON.stringify([sink.messages, sink.responses, [...sink.views.values()], sink.calls])],
    ['Teams', JSON.stringify(connector.messages)],
  ]
  return places.flatMap(([name, all]) => all.match(new RegExp(`.{0,60}${text}.{0,20}`))?.map(where => `${name}: ${where}`) ?? [])
}

const keep = 'Keep it in Key Vault'
const wholeKey = 'This holds a whole key or password'

test('in the form of a new logic app in Slack', async () => {
  const admin = chats.inSlack('admin')
  await admin.slash('app new')
  const first = await formWith(chats, 'template')
  const where = { template: 'open-ticket', name: 'Tell-Tickets', group }
  const second = await formWith(chats, 'secret', first, admin.submit(first, where))
  const answer = await (await admin.submit(second, { address: hook('Typed1nSlack-1'), secret: 'Typed1nSlack-2' })).text()
  expect(answer.split(keep)).toHaveLength(3)
  for (const typed of ['Typed1nSlack-1', 'Typed1nSlack-2'])
    expect([answer.includes(typed), await found(typed)]).toEqual([false, []])
  expect(await everythingKept(database.url)).toContain('Tell-Tickets')
}, 40_000)

test('in the form of a new logic app in Teams', async () => {
  const admin = chats.inTeams('admin')
  await admin.say('apps')
  const list = await until('the list', async () => admin.sees().find(({ card }) => textOf(card).includes('New logic app')))
  const first = await admin.open(list, 'New logic app')
  const where = { template: 'bring-events', name: 'Tell-Bot', group }
  const second = dialogIn(await admin.submit(first, where, 'Next'))
  const values = { address: 'https://user:Typed1nTeams-1@bot.contoso.example/api/events', secret: 'Typed1nTeams-2' }
  const again = dialogIn(await admin.submit(second, values, 'Create Tell-Bot'))
  expect(textOf(again.card).split(keep)).toHaveLength(3)
  for (const typed of ['Typed1nTeams-1', 'Typed1nTeams-2'])
    expect([JSON.stringify(again).includes(typed), await found(typed)]).toEqual([false, []])
}, 40_000)

test('in a command typed in Slack and in Teams, under a name that the app asks for and under others', async () => {
  const { findingId } = await chats.alert()
  const command = (mark: string) => [
    `run Block-IP on ${findingId} address=203.0.113.7 note="${hook(`${mark}-1`)}"`,
    `run Block-IP on ${findingId} address=203.0.113.7 password=${mark}-2`,
    `run Block-IP on ${findingId} address=203.0.113.7 pin=${mark}-3`,
    `run Notify-SOC on ${findingId} apiKey=${mark}-4`,
  ]
  const sentences = [keep, 'does not ask for "password"', 'does not ask for "pin"', 'it asks for nothing']
  const slack = chats.inSlack('analyst')
  for (const [index, text] of command('Sa1dInSlack').entries()) {
    const from = chats.sink.responses.length
    await slack.slash(text)
    await until(`Slack: ${sentences[index]}`, async () =>
      [...chats.sink.responses.slice(from), ...chats.sink.views.values()].find(seen =>
        JSON.stringify(seen)
          .replaceAll('\\"', '"')
          .includes(sentences[index] ?? ''),
      ),
    )
  }
  const teams = chats.inTeams('analyst')
  for (const [index, text] of command('Sa1dInTeams').entries()) {
    await teams.say(text)
    await until(`Teams: ${sentences[index]}`, async () =>
      teams.sees().find(({ card }) => textOf(card).includes(sentences[index] ?? '')),
    )
  }
  for (const mark of ['Sa1dInSlack-', 'Sa1dInTeams-']) expect(await found(mark)).toEqual([])
  expect(chats.story.simulator().state.runs.get(app('Block-IP').id.toLowerCase()) ?? []).toEqual([])
}, 60_000)

test('from a program, within lists and objects too; by somebody without the right to run it; and by nobody anyone knows', async () => {
  const { findingId } = await chats.alert()
  const more = { ticket: 7, login: { password: 'ByPr0gram-1' } }
  const asked = { logicApp: 'Block-IP', parameters: { address: '203.0.113.7', more } }
  for (const as of ['analyst', 'stakeholder']) {
    const { error } = await chats.story.act('run', asked, findingId, as)
    expect(error?.message).toContain(as === 'analyst' ? keep : 'needs')
  }
  const slack = chats.stranger()
  await slack.slash(`run Block-IP on ${findingId} address=xoxb-1234567890-ByPr0gram-2`)
  await until('the refusal', async () => chats.sink.responses.find(({ body }) => String(body.text).includes('not linked')))
  expect(await found('ByPr0gram-[12]')).toEqual([])
  expect(JSON.stringify(await chats.story.app.world.store.ledger.list({ phases: ['refused'] }, 10))).toContain('203.0.113.7')
}, 40_000)

test('in a file of rules, and in what is said when a rule is switched off', async () => {
  const key = 'c2VjcmV0LWV2ZW50LWh1Yi1rZXktb2YtYS1maWxl'
  const text = `version: 1\nrules:\n  - name: A\n    connectionString: Endpoint=sb://x.example/;SharedAccessKey=${key}`
  expect(JSON.stringify(await chats.story.say(`rules plan ${text}`, 'admin'))).toContain(wholeKey)
  expect(JSON.stringify(await chats.story.say(`rules apply ${text}`, 'admin'))).toContain(keep)
  const callback = `https://prod-01.logic.azure.example:443/workflows/1?sv=1.0&sig=${key}`
  expect(JSON.stringify(await chats.story.say(`rule disable Alerts-To-ChatOps ${callback}`, 'admin'))).toContain(keep)
  expect(await found(key)).toEqual([])
})

test('a rule may look for signatures by their beginning; a whole one is refused at its field, in Slack, Teams and files, and kept nowhere', async () => {
  const signature = 'TypedInRule0123456789abcdefghijklmnopqrstuvwxyzA%3D'
  const fields = { name: 'On-Leaked-Signatures', home: group, logicApp: 'Block-IP' }
  const begun = 'Severity is High\nTitle contains "&sig=a1B2c3D4e5F6g7H8i9J0"'
  const asked = async (conditions: string) =>
    (await chats.story.act('rule new', { kind: 'alert', ...fields, conditions }, undefined, 'admin')).answer.card
  const fine = await asked(begun)
  expect(JSON.stringify(fine)).toContain('Azure would take it.')
  expect(formIn(fine).fields.conditions).toBe(begun)
  const whole = await asked(`${begun}\nTitle contains "?sv=1&sig=${signature}"`)
  expect(JSON.stringify(whole.teams)).toContain(wholeKey)
  expect(JSON.stringify(whole.slack)).toContain(wholeKey)
  expect(formIn(whole).action).toBe('rule new')
  const told = await chats.story.act(
    'rule save',
    { ...formIn(fine).input, ...formIn(fine).fields, description: `?sig=${signature}` },
    undefined,
    'admin',
  )
  expect(told.error?.field).toBe('description')
  expect(await found('TypedInRule')).toEqual([])
})

test('what an app declares as a secret is never written, not even until it is answered, whatever it is called; nor is what no app asks for', async () => {
  const { findingId } = await chats.alert()
  const typed = (mark: string) => [
    `run Block-IP on ${findingId} address=203.0.113.8 door=${mark}-1`,
    `run Block-IP on ${findingId} address=203.0.113.8 pin=${mark}-2`,
    `run No-Such-App on ${findingId} pin=${mark}-3`,
    `run Block-IP pin=${mark}-4`,
  ]
  for (const who of ['analyst', 'stakeholder', 'nobody'])
    for (const text of typed(`N3ver-${who}`)) await chats.story.say(text, who)
  const slack = chats.stranger()
  const from = chats.sink.responses.length
  for (const text of typed('N3ver-stranger')) await slack.slash(text)
  await until('four answers', async () => (chats.sink.responses.length >= from + 4 ? true : undefined))
  const asked = { logicApp: 'Block-IP', parameters: { address: '203.0.113.8', door: 'N3ver-program-1', pin: 'N3ver-program-2' } }
  await chats.story.act('run', asked, findingId, 'analyst')
  await chats.story.act('run', { logicApp: 'Block-IP', 'parameters.door': 'N3ver-form-1', step: 'details' }, findingId, 'analyst')
  expect(await found('N3ver-')).toEqual([])
  expect(await everythingKept(database.url)).toContain('every_write')
  expect(await found('203.0.113.8')).not.toEqual([])
}, 40_000)
