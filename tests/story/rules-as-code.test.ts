import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { openStory, type Story, until } from './ground.ts'

let story: Story
beforeAll(async () => {
  story = await openStory()
})
afterAll(() => story.close())

const production = '11111111-5eed-4000-8000-000000000001'
const Said = z.object({
  answer: z.object({ card: z.looseObject({ text: z.string() }) }),
  error: z.object({ code: z.string() }).optional(),
})

async function say(text: string, as = 'admin') {
  const { answer, error } = Said.parse(await story.say(text, as))
  return { text: answer.card.text, all: JSON.stringify(answer.card), code: error?.code }
}

/** The file as a person would copy it from the card. */
function fileIn(card: string): string {
  const [, snippet = ''] = /"codeSnippet":("(?:[^"\\]|\\.)*")/.exec(card) ?? []
  return z.string().parse(JSON.parse(snippet))
}

async function exported(): Promise<string> {
  return fileIn((await say('rules export')).all)
}

const added = `
  - name: Block-SQL
    subscription: ${production}
    group: rg-soc
    description: Blocks who attacks SQL.
    on: alert
    when: |
      Severity is High
      Name contains SQL
    run: Block-IP
`

test('what was exported changes nothing when it comes back', async () => {
  const plan = await say(`rules plan\n\`\`\`yaml\n${await exported()}\`\`\``)
  expect(plan.text).toMatch(/^Nothing would change\. \d+ rules are already as the file says\.$/)
})

test('a file is planned in words, applied by the button, and applied again without effect', async () => {
  const file = (await exported())
    .replace('name: Alerts-To-ChatOps\n', 'name: Alerts-To-ChatOps\n')
    .replace('Sends every event to chat.', 'Sends all to chat.')
  const plan = await story.act('rules plan', { text: `${file.trimEnd()}${added}` }, undefined, 'admin')
  const shown = JSON.stringify(plan.answer.card)
  expect(plan.answer.card.text).toMatch(/^2 changes: 1 new, 1 changed\./)
  expect(shown).toContain('run Block-IP')
  const id = /"plan":"([0-9a-f]+)"/.exec(shown)?.[1] ?? ''
  const done = await story.act('rules apply', { plan: id, prune: 'false' }, undefined, 'admin', 'apply-1')
  expect([done.error, done.answer.card.text]).toEqual([undefined, 'Done: 1 new, 1 changed.'])
  const again = await story.act('rules apply', { plan: id, prune: 'false' }, undefined, 'admin', 'apply-1')
  expect(again.answer.card.text).toBe('Done: 1 new, 1 changed.')
  expect(await exported()).toContain('Sends all to chat.')
  const later = await story.act('rules apply', { text: `${file.trimEnd()}${added}` }, undefined, 'admin')
  expect(later.answer.card.text).toBe('Nothing had to change.')
})

test('history says who applied it', async () => {
  const id = `/subscriptions/${production}/resourceGroups/rg-soc/providers/Microsoft.Security/automations/Block-SQL`
  const [version] = await story.app.world.store.ruleHistory.list(id, 5)
  expect(version).toMatchObject({
    what: 'applied',
    by: { name: 'Admin' },
    rule: { description: 'Blocks who attacks SQL.' },
    trigger: 'When_a_Microsoft_Defender_for_Cloud_alert_is_created_or_triggered',
  })
})

test('an apply stops at the first refusal, says what was done and what was not, and goes on later', async () => {
  const file = (await exported()).replaceAll('Sends all to chat.', 'First.').replaceAll('Sends every event to chat.', 'Other.')
  story
    .simulator()
    .locks([{ scope: '/subscriptions/22222222-5eed-4000-8000-000000000002/resourceGroups/rg-soc-stg', level: 'ReadOnly' }])
  const stopped = await story.act('rules apply', { text: file }, undefined, 'admin')
  expect(stopped.error?.code).toBe('Locked')
  expect(stopped.answer.card.text).toMatch(/^Stopped at .*: \d+ done, \d+ not done\./)
  story.simulator().locks([])
  const done = await story.act('rules apply', { text: file }, undefined, 'admin')
  expect(done.error).toBeUndefined()
  expect((await say(`rules plan ${file}`)).text).toMatch(/^Nothing would change/)
})

test('rights are asked for each rule and each logic app, and named', async () => {
  const refused = await story.act(
    'rules apply',
    { text: `${await exported()}${added.replace('Block-SQL', 'By-Nobody')}` },
    undefined,
    'stakeholder',
  )
  expect(refused.error?.code).toBe('Forbidden')
  expect(refused.answer.card.text).toContain('Microsoft.Security/automations/write')
  expect(refused.answer.card.text).toContain('Microsoft.Logic/workflows/triggers/listCallbackUrl/action')
  expect((await say('rules export', 'nobody')).code).toBe('NotFound')
})

test('everything wrong with a file is told with its line; nothing is done', async () => {
  const broken = await story.act('rules apply', { text: `version: 1\nrules:${added}    severity: High\n` }, undefined, 'admin')
  expect(broken.error).toMatchObject({ code: 'BadInput', field: 'text' })
  expect(broken.answer.card.text).toContain('line 12')
})

test('templates hold every rule', async () => {
  const arm: unknown = JSON.parse(fileIn((await say('rules export arm Block-SQL')).all))
  expect(arm).toMatchObject({ resources: [{ type: 'Microsoft.Security/automations', name: 'Block-SQL' }] })
  expect((await say('rules export bicep Block-SQL')).all).toContain(
    "resource rule0 'Microsoft.Security/automations@2019-01-01-preview'",
  )
})

test('a template that was exported makes the rule again, with all that Azure holds of it', async () => {
  const { azure } = story.app.world
  const rule = (await azure.rules.list()).find(({ name }) => name === 'Block-SQL')
  if (rule === undefined) throw new Error('no rule')
  const template = z.record(z.string(), z.unknown()).parse(JSON.parse(fileIn((await say('rules export arm Block-SQL')).all)))
  await azure.rules.delete(rule.id)
  const target = { subscription: production, group: 'rg-soc', name: 'restore-block-sql' }
  await azure.deployments.start(target, template, {})
  const ended = await until('the deployment', async () => {
    story.simulator().advance(5000)
    const progress = await azure.deployments.progress(target)
    return ['starting', 'running'].includes(progress.state) ? undefined : progress
  })
  expect(ended).toMatchObject({ state: 'succeeded', resources: [{ name: 'Block-SQL', state: 'succeeded' }] })
  const { etag: _before, resource: _text, ...before } = rule
  const { etag: _after, resource: _again, ...after } = await azure.rules.get(rule.id)
  expect(after).toEqual(before)
})
