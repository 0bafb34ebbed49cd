import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { readRule } from '../../src/azure/read-rule.ts'
import { kindOf } from '../../src/model/rule.ts'
import { Automation, type Json, published, publishedFiles } from '../fakes/published-automations.ts'
import { ask } from '../simulator/ground.ts'
import { openStory, type Story, until } from './ground.ts'

/** Every automation that Microsoft publishes, as a rule of the company: shown in words, exported, and applied back without a change. */

const production = '11111111-5eed-4000-8000-000000000001'
const group = `/subscriptions/${production}/resourceGroups/rg-soc`
const apps = { alert: 'Block-IP', recommendation: 'Fix-Recommendation', compliance: 'Report-Compliance' }

/** The published ones, each under a name of its own, where the company keeps its rules and with an app of hers. */
const ours: [string, string, Json][] = publishedFiles
  .flatMap(file => published(file).map(one => [file, one] as const))
  .filter(([, one]) => readRule(one) !== undefined && !isTemplate(one))
  .map(([file, one], index) => {
    const { properties, tags } = Automation.extend({ tags: z.record(z.string(), z.string()).nullish() }).parse(one)
    const kind = readRule(one)?.sources.flatMap(({ source }) => kindOf(source) ?? [])[0] ?? 'alert'
    const action = { actionType: 'LogicApp', logicAppResourceId: `${group}/providers/Microsoft.Logic/workflows/${apps[kind]}` }
    const scopes = [{ ...properties.scopes[0], scopePath: `/subscriptions/${production}` }]
    return [
      file,
      `Published-${String(index).padStart(2, '0')}`,
      { ...(tags && { tags }), kind: '', location: 'westeurope', properties: { ...properties, scopes, actions: [action] } },
    ]
  })

/** Conditions that only ARM makes when it deploys the policy's template: tests/unit/model/rule-health.test.ts holds what they become. */
function isTemplate(automation: Json): boolean {
  return /"ruleSets":"\[|"copy":/.test(JSON.stringify(Automation.parse(automation).properties.sources))
}

let story: Story
beforeAll(async () => {
  story = await openStory()
  for (const [, name, body] of ours) {
    const { properties } = Automation.parse(body)
    const actions = properties.actions.map(action => ({ ...action, uri: 'https://example.com/run' }))
    const put = { method: 'PUT', version: '2019-01-01-preview', body: { ...body, properties: { ...properties, actions } } }
    const { status } = await ask(story.simulator(), pathOf(name), put)
    expect([name, status]).toEqual([name, 201])
  }
}, 30_000)
afterAll(() => story.close())

const pathOf = (name: string) => `${group}/providers/Microsoft.Security/automations/${name}`
const inAzure = (name: string) => story.simulator().state.automations.get(pathOf(name).toLowerCase())
const admin = (action: string, input: object) => story.act(action, input, undefined, 'admin')

/** All that Azure holds of it but the address, which it never tells. */
function told(name: string) {
  const { tags, kind, location, properties } = inAzure(name) ?? {}
  const actions = properties?.actions.map(({ uri: _uri, ...action }) => action)
  return structuredClone({ tags, kind, location, properties: { ...properties, actions } })
}

/** File → its rules in words, in their order. */
const onCustom = 'When a recommendation’s $.Entity.AssessmentType is customAssessment, run Fix-Recommendation.'
const onHigh = 'enabled. When a recommendation’s severity is High, run Fix-Recommendation.'
const onAny = 'enabled. When any recommendation arrives, run Fix-Recommendation.'
const words: Record<string, string[]> = {
  'spec-2019-get-resource-group.json': [`broken. ${onCustom}`],
  'spec-2019-list-resource-group.json': [`broken. ${onCustom}`],
  'spec-2019-list-subscription.json': [`broken. ${onCustom}`],
  'spec-2019-put-all-assessments.json': [onAny, onAny, onAny],
  'spec-2019-put-disable.json': [`disabled. ${onCustom}`, `disabled. ${onCustom}`, `disabled. ${onCustom}`],
  'spec-2019-put-high-severity-assessments.json': [onHigh, onHigh, onHigh],
  'spec-2019-validate.json': [`broken. ${onCustom}`],
  'spec-2023-patch.json': [onAny],
}

test('each is shown in words', async () => {
  const shown = new Map<string, string[]>()
  for (const [file, name] of ours) {
    // Azure's lists are some seconds late.
    const text = await until(`the rule ${name}`, async () => {
      const { answer, error } = await admin('rule show', { rule: name })
      return error === undefined ? answer.card.text : undefined
    })
    shown.set(file, [...(shown.get(file) ?? []), text.replace(`Rule ${name}, `, '')])
  }
  expect(Object.fromEntries(shown)).toEqual(words)
}, 40_000)

async function exported(name: string): Promise<string> {
  const { answer } = await admin('rules export', { as: 'yaml', words: name })
  const [, snippet = ''] = /"codeSnippet":("(?:[^"\\]|\\.)*")/.exec(JSON.stringify(answer.card)) ?? []
  return z.string().parse(JSON.parse(snippet))
}

test('each, exported, plans no change; applied over what somebody changed, it is as it was', async () => {
  const files = await Promise.all(ours.map(([, name]) => exported(name)))
  const entries = files.map(text => text.slice(text.indexOf('  - name')))
  const file = `version: 1\nrules:\n${entries.join('')}`
  expect((await admin('rules plan', { text: file })).answer.card.text).toBe(
    `Nothing would change. ${ours.length} rules are already as the file says.`,
  )
  const before = ours.map(([, name]) => told(name))
  for (const [, name] of ours) {
    const automation = inAzure(name)
    Object.assign(automation?.properties ?? {}, {
      description: 'Changed elsewhere.',
      isEnabled: automation?.properties.isEnabled === false,
    })
    Object.assign(automation ?? {}, { etag: `changed ${name}` })
  }
  await until('Azure to list them changed', async () => {
    const { text } = (await admin('rules plan', { text: file })).answer.card
    return text.startsWith(`${ours.length} changes: ${ours.length} changed.`) ? text : undefined
  })
  expect((await admin('rules apply', { text: file })).answer.card.text).toBe(`Done: ${ours.length} changed.`)
  expect(ours.map(([, name]) => told(name))).toEqual(before)
}, 60_000)
