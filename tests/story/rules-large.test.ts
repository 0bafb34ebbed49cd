import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { runCli } from '../cli/run.ts'
import { textOf } from '../fakes/teams-person.ts'
import { type FreshDatabase, freshDatabase } from '../jest/database.ts'
import { type Chats, openChats } from './chats.ts'
import { until } from './ground.ts'
import { dialogIn } from './slack-dialog.ts'

/** A rule with a thousand sets of conditions: shown, kept through a form that can't hold it, and changed as a file. */

let chats: Chats
let database: FreshDatabase
let folder: string
beforeAll(async () => {
  database = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'large-'))
  chats = await openChats({ env: { DATABASE_URL: database.url }, inTeams: 'added' })
  large().properties.sources = [{ eventSource: 'Alerts', ruleSets: sets }]
}, 20_000)
afterAll(async () => {
  await chats.close()
  await database.drop()
  await rm(folder, { recursive: true })
})

const name = 'Notify-SOC-On-High'
const sets = Array.from({ length: 1000 }, (_, n) => ({
  rules: [{ propertyJPath: 'AlertDisplayName', propertyType: 'String', operator: 'Contains', expectedValue: `word ${n}` }],
}))

function large() {
  const found = [...chats.story.simulator().state.automations.values()].find(automation => automation.name === name)
  if (found === undefined) throw new Error('no rule')
  return found
}

const said =
  'Its 1,000 sets of conditions are too long for a form and stay as now. Change them as a file, where the bot runs: npm run'
const admin = (action: string, input: object) => chats.story.act(action, input, undefined, 'admin')

test('its card folds the words in both chats, and nothing of it is too large for them', async () => {
  const { answer } = await admin('rule show', { rule: name })
  for (const card of [answer.card.teams, answer.card.slack]) {
    expect(JSON.stringify(card)).toContain('“word 4” or 995 more in its name')
    expect(JSON.stringify(card).length).toBeLessThan(10_000)
  }
})

test('Slack: its form says how its conditions are changed, and saves all else', async () => {
  const inSlack = chats.inSlack('admin')
  await inSlack.slash(`rule edit ${name}`)
  const form = await dialogIn(chats.sink, 'the form', view => JSON.stringify(view).includes(said))
  const review = await dialogIn(chats.sink, 'the review', view => JSON.stringify(view).includes('Azure would take it.'), {
    view: form,
    submitted: inSlack.submit(form, { description: 'From Slack' }),
  })
  await inSlack.submit(review, { description: 'From Slack' })
  await until('the save', async () => large().properties.description === 'From Slack' || undefined)
  expect(large().properties.sources[0]?.ruleSets).toEqual(sets)
}, 20_000)

test('Teams: the same', async () => {
  const inTeams = chats.inTeams('admin')
  await inTeams.say(`rule show ${name}`)
  const shown = await until('its card', async () => inTeams.sees().find(({ card }) => textOf(card).includes('or 995 more')))
  expect(textOf((await inTeams.open(shown, 'Edit')).card)).toContain(said)
}, 20_000)

test('an export too long for a chat is not shown in part: it says where the whole is', async () => {
  const { answer } = await admin('rules export', { words: name })
  for (const card of [answer.card.teams, answer.card.slack]) {
    expect(JSON.stringify(card)).toContain('npm run -s rules -- export')
    expect(JSON.stringify(card)).not.toContain('word 1')
  }
})

test('exported, planned without a change, changed and applied by the command line', async () => {
  const { origin, tokens } = chats.story.simulator()
  const env = { DATABASE_URL: database.url, AZURE_ARM_ENDPOINT: origin, AZURE_STATIC_TOKEN: tokens.admin }
  const rules = (...args: string[]) => runCli('rules', args, env)
  const file = join(folder, 'rules.yaml')
  const { out } = await rules('export', 'yaml', name)
  await writeFile(file, out)
  expect((await rules('plan', file)).out).toBe('0 to change, 1 as the file says.\n')
  await writeFile(file, out.replace('word 999', 'the last word'))
  expect((await rules('plan', file)).out).toContain(`~ ${name} in rg-soc (conditions)`)
  expect((await rules('apply', file)).out).toContain('1 done, 0 not done')
  const [last] = large().properties.sources[0]?.ruleSets?.at(-1)?.rules ?? []
  expect([large().properties.sources[0]?.ruleSets?.length, last?.expectedValue]).toEqual([1000, 'the last word'])
}, 30_000)

test('a file of a thousand sets is made a new rule, and its cost does not show', async () => {
  const { simulator } = chats.story
  const when = sets.map((_, n) => `      Name contains new ${n}`).join('\n      or\n')
  const entry = `version: 1\nrules:\n  - name: Brand-New\n    subscription: ${large().subscription}\n    group: rg-soc\n    on: alert\n    when: |\n${when}\n    run: Block-IP\n`
  const done = await admin('rules apply', { text: entry })
  expect([done.error, done.answer.card.text]).toEqual([undefined, 'Done: 1 new.'])
  const made = [...simulator().state.automations.values()].find(automation => automation.name === 'Brand-New')
  expect(made?.properties.sources[0]?.ruleSets).toHaveLength(1000)
}, 20_000)
