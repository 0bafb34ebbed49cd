import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { verbs } from '../../src/actions/verbs.ts'
import { openDesk } from '../../src/flow/desk.ts'
import { type FreshDatabase, freshDatabase } from '../jest/database.ts'
import { diesSettling, lastCall, requestOf } from './dying.ts'
import { buttonsOn, formIn, submit } from './form.ts'
import { openStory, type Story } from './ground.ts'

/** What becomes of a change of rules whose process is killed between Azure's answer and our note, or whose line breaks after Azure has it. */

let database: FreshDatabase
let story: Story
beforeAll(async () => {
  database = await freshDatabase()
  story = await openStory({ DATABASE_URL: database.url })
})
afterAll(async () => {
  await story.close()
  await database.drop()
})

const production = '11111111-5eed-4000-8000-000000000001'
const ruleId = (name: string) =>
  `/subscriptions/${production}/resourceGroups/rg-soc/providers/Microsoft.Security/automations/${name}`
const admin = (action: string, input: object) => story.act(action, input, undefined, 'admin')
const inAzure = (name: string) => story.simulator().state.automations.get(ruleId(name).toLowerCase())
const historyOf = async (name: string) =>
  (await story.app.world.store.ruleHistory.list(ruleId(name), 20)).map(({ what }) => what).reverse()

/** Everything that the form of a new rule sends when it is saved. */
async function reviewedRule(name: string) {
  const opened = await admin('rule new', { kind: 'alert' })
  const fields = { name, home: `${production}/rg-soc`, logicApp: 'Block-IP', conditions: 'Severity is Low' }
  return (await submit(story, opened.answer.card, fields)).answer.card
}

async function inputOfSave(name: string): Promise<Record<string, string>> {
  const { input, fields } = formIn(await reviewedRule(name))
  return { ...input, ...fields }
}

/** The request is stored, taken by a process that dies in this call of Azure, and taken over by ours. */
async function interrupted(requestId: string, action: string, input: Record<string, unknown>, call: 'save' | 'delete') {
  const request = requestOf(story, 'admin', { requestId, action, input })
  const desk = openDesk(story.app.world, verbs)
  await desk.accept(request)
  await diesSettling({ story, url: database.url }, requestId, ({ rules }, died) => ({
    rules: { ...rules, [call]: call === 'save' ? lastCall(rules.save, died) : lastCall(rules.delete, died) },
  }))
  return desk.perform(request)
}

/** The same press, delivered once more by the chat. */
function delivered(requestId: string, action: string, input: Record<string, unknown>) {
  return openDesk(story.app.world, verbs).perform(requestOf(story, 'admin', { requestId, action, input }))
}

test('a new rule that Azure has and we did not note is noted, shown, and made once', async () => {
  const input = await inputOfSave('Cut-new')
  const answer = await interrupted('cut-new', 'rule save', input, 'save')
  expect([answer.error, answer.card.fallback]).toEqual([undefined, expect.stringContaining('Rule Cut-new, enabled.')])
  const { etag } = inAzure('Cut-new') ?? {}
  expect(await historyOf('Cut-new')).toEqual(['created'])
  expect(await delivered('cut-new', 'rule save', input)).toEqual(answer)
  expect(inAzure('Cut-new')?.etag).toBe(etag)
  const newPress = await admin('rule save', input)
  expect(newPress.error).toMatchObject({ field: 'name' })
  expect([inAzure('Cut-new')?.etag, await historyOf('Cut-new')]).toEqual([etag, ['created']])
})

test('a rule switched off half-way is off, noted once, and what it was before is kept', async () => {
  const answer = await interrupted('cut-off', 'rule disable', { rule: ruleId('Notify-SOC-On-High'), why: 'too noisy' }, 'save')
  expect(answer.card.fallback).toContain('Rule Notify-SOC-On-High, disabled.')
  expect(await historyOf('Notify-SOC-On-High')).toEqual(['kept as found', 'disabled'])
  expect((await admin('rule disable', { rule: 'Notify-SOC-On-High' })).answer.card.text).toContain('already disabled')
  expect(await historyOf('Notify-SOC-On-High')).toHaveLength(2)
})

test('a rule that was never changed from here, deleted half-way, is told as deleted and can be brought back', async () => {
  const answer = await interrupted('cut-gone', 'rule delete', { rule: ruleId('Ticket-On-Medium'), sure: 'true' }, 'delete')
  expect([answer.error, answer.card.fallback]).toEqual([undefined, 'The rule Ticket-On-Medium is deleted.'])
  expect(await historyOf('Ticket-On-Medium')).toEqual(['kept as found', 'deleted'])
  const review = await admin('rule rollback', { rule: ruleId('Ticket-On-Medium'), to: '1' })
  await submit(story, review.answer.card, {})
  expect(inAzure('Ticket-On-Medium')).toBeDefined()
})

const entry = (name: string, severity: string) => `
  - name: ${name}
    subscription: ${production}
    group: rg-soc
    on: alert
    when: Severity is ${severity}
    run: Block-IP
`
const file = (severity: string) =>
  `version: 1\nrules:${['One', 'Two', 'Three'].map(name => entry(`Apply-${name}`, severity)).join('')}`

test('an apply killed half-way goes on where it was, tells everything it did, and each rule has its entry', async () => {
  const answer = await interrupted('cut-apply', 'rules apply', { text: file('Low') }, 'save')
  expect([answer.error, answer.card.fallback]).toEqual([undefined, 'Done: 3 new.'])
  for (const name of ['Apply-One', 'Apply-Two', 'Apply-Three']) expect(await historyOf(name)).toEqual(['applied'])
  expect(await delivered('cut-apply', 'rules apply', { text: file('Low') })).toEqual(answer)
  expect((await admin('rules apply', { text: file('Low') })).answer.card.text).toBe('Nothing had to change.')
})

test('the button of a plan, killed half-way, is carried out once; pressed anew it says so', async () => {
  const plan = await admin('rules plan', { text: file('High') })
  const id = /"plan":"([0-9a-f]+)"/.exec(JSON.stringify(plan.answer.card))?.[1] ?? ''
  const answer = await interrupted('cut-plan', 'rules apply', { plan: id, prune: 'false' }, 'save')
  expect([answer.error, answer.card.fallback]).toEqual([undefined, 'Done: 3 changed.'])
  expect(await historyOf('Apply-Two')).toEqual(['applied', 'applied'])
  expect((await admin('rules apply', { plan: id, prune: 'false' })).error).toMatchObject({ code: 'NotFound', field: 'plan' })
})

test('a line that Azure cuts after it has saved is no failure: one rule, one entry', async () => {
  const review = await reviewedRule('Cut-line')
  story.simulator().faults([{ on: 'PUT /subscriptions', kind: 'cut-after', times: 1 }])
  const saved = await submit(story, review, {})
  story.simulator().faults([])
  expect([saved.error, saved.answer.card.text]).toEqual([undefined, expect.stringContaining('Rule Cut-line, enabled.')])
  expect(await historyOf('Cut-line')).toEqual(['created'])
})

test('a line that breaks before Azure has it is told, nothing is noted, and the next press saves', async () => {
  const review = await reviewedRule('Cut-early')
  story.simulator().faults([{ on: 'PUT /subscriptions', kind: 'cut', times: 1 }])
  const failed = await submit(story, review, {})
  story.simulator().faults([])
  expect(failed.error).toMatchObject({ code: 'AzureUnavailable' })
  expect([inAzure('Cut-early'), await historyOf('Cut-early')]).toEqual([undefined, []])
  const saved = await submit(story, review, {})
  expect([saved.error, buttonsOn(saved.answer.card)]).toEqual([undefined, expect.arrayContaining(['Edit'])])
})
