import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type FreshDatabase, freshDatabase } from '../jest/database.ts'
import { openStory, type Story } from '../story/ground.ts'
import { runCli } from './run.ts'

let story: Story
let database: FreshDatabase
let folder: string
beforeAll(async () => {
  database = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'rules-'))
  story = await openStory({ DATABASE_URL: database.url })
})
afterAll(async () => {
  await story.close()
  await database.drop()
  await rm(folder, { recursive: true })
})

function rules(...args: string[]) {
  const { origin, tokens } = story.simulator()
  return runCli('rules', args, { DATABASE_URL: database.url, AZURE_ARM_ENDPOINT: origin, AZURE_STATIC_TOKEN: tokens.admin })
}

async function fileOf(text: string): Promise<string> {
  const file = join(folder, 'rules.yaml')
  await writeFile(file, text)
  return file
}

test('exported, planned without a change, changed, planned, applied, kept in the history', async () => {
  const { out: yaml, code } = await rules('export')
  expect([code, yaml]).toEqual([0, expect.stringContaining('name: Alerts-To-ChatOps')])
  expect((await rules('plan', await fileOf(yaml))).out).toMatch(/^0 to change, \d+ as the file says\.\n$/)

  const file = await fileOf(yaml.replace(/name: Alerts-To-ChatOps\n/, 'name: Alerts-To-Chat\n'))
  const planned = await rules('plan', 'prune', file)
  expect(planned.out).toMatch(
    /^Note: .*\n\+ Alerts-To-Chat in rg-soc\n {4}after: {2}When .*run Send-To-ChatOps\.\n- Alerts-To-ChatOps in rg-soc/,
  )
  const applied = await rules('apply', 'prune', file)
  expect([applied.code, applied.out]).toEqual([
    0,
    expect.stringMatching(/^done {6}\+ Alerts-To-Chat in rg-soc\ndone {6}- Alerts-To-ChatOps/),
  ])
  const production = '/subscriptions/11111111-5eed-4000-8000-000000000001'
  const id = `${production}/resourceGroups/rg-soc/providers/Microsoft.Security/automations/Alerts-To-Chat`
  expect(await story.app.world.store.ruleHistory.list(id, 5)).toMatchObject([
    { what: 'applied', by: { name: expect.stringMatching(/^Command line/) } },
  ])
})

test('what is wrong is told with file and line in words, and nothing is done', async () => {
  const file = await fileOf('version: 1\nrules:\n  - name: 7\n    severity: High\n    enabled: perhaps\n    on: alarm\n')
  const { code, out } = await rules('apply', file)
  expect([code, out.split('\n').toSorted()]).toEqual([
    1,
    [
      '',
      `${file}:3 rules[0].group: This is missing.`,
      `${file}:3 rules[0].name: This must be a text.`,
      `${file}:3 rules[0].subscription: This is missing.`,
      `${file}:4 rules[0].severity: There is no "severity" here.`,
      `${file}:5 rules[0].enabled: This must be true or false.`,
      `${file}:6 rules[0].on: This must be alert or recommendation or compliance.`,
    ],
  ])
})

test('a plan says which way a rule is switched', async () => {
  const { out: yaml } = await rules('export')
  const file = await fileOf(yaml.replace('enabled: true', 'enabled: false'))
  expect((await rules('plan', file)).out).toMatch(/^~ .* \(enabled → disabled\)$/m)
})

test('what Azure does not let be read is a sentence that names where, beside what is printed', async () => {
  const { origin, tokens } = story.simulator()
  const env = { DATABASE_URL: database.url, AZURE_ARM_ENDPOINT: origin, AZURE_STATIC_TOKEN: tokens.stakeholder }
  const { err } = await runCli('rules', ['export'], env)
  expect(err).toMatch(
    /^azure: logic apps of a subscription are out of reach \(.*lacks Microsoft\.Web\/sites\/read on the subscription 1/m,
  )
  expect(err).not.toMatch(/^\{/m)
  // Whoever is signed in here is no bot.
  expect(err).toContain('Stakeholder may not do this in Azure')
  expect(err).not.toContain('The bot')
})

test('a template of one rule', async () => {
  const { out } = await rules('export', 'arm', 'Alerts-To-Chat')
  expect(JSON.parse(out)).toMatchObject({ contentVersion: '1.0.0.0' })
})

test.each([
  [[], 'Say which command: export, plan, apply.'],
  [['undo'], 'There is no command "undo". There are export, plan, apply.'],
  [['plna', 'a'], 'There is no command "plna". Did you mean plan?'],
  [['plan'], 'Say which file holds the rules.'],
  [['plan', 'a', 'b'], '"b" is one word too many.'],
])('%j is told, with the usage', async (args, said) => {
  const err = expect.stringContaining(`${said}\n\nnpm run -s rules -- export`)
  expect(await rules(...args)).toEqual({ code: 2, out: '', err })
})

test('without an Azure of its own, and with a file that is not there, it says so', async () => {
  expect(await runCli('rules', ['export'])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^AZURE_ARM_ENDPOINT: .*"rules export".*in chat\./),
  })
  expect(await rules('plan', '/nowhere.yaml')).toMatchObject({ code: 1, err: expect.stringContaining('no file "/nowhere.yaml"') })
})
