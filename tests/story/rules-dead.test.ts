import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Workflow } from '../../src/simulator/logic.ts'
import type { Automation } from '../../src/simulator/state.ts'
import { openStory, type Story, until } from './ground.ts'

/** Everything that makes a rule go dead, or that is odd about it, stands on its card and in the list, with what to do. */

const production = '11111111-5eed-4000-8000-000000000001'
const soc = `/subscriptions/${production}/resourceGroups/rg-soc`

let story: Story
afterAll(() => story.close())

interface Change {
  /** The logic app that it is made with. */
  with?: string
  shows: 'Broken' | 'Enabled'
  /** As if somebody had done it in the portal, or years ago. */
  happens(rule: Automation, app: Workflow): void
  says: RegExp
}

const starts = (id: string) => (rule: Automation) => {
  for (const action of rule.properties.actions) Object.assign(action, { logicAppResourceId: `${soc}/providers/${id}` })
}
const hears = (eventSource: string, propertyJPath: string, expectedValue: string) => (rule: Automation) => {
  const rules = [{ propertyJPath, propertyType: 'String', expectedValue, operator: 'Equals' }]
  Object.assign(rule.properties, { sources: [{ eventSource, ruleSets: [{ rules }] }] })
}

const changes: Record<string, Change> = {
  'App-Gone': {
    shows: 'Broken',
    happens: starts('Microsoft.Logic/workflows/Gone'),
    says: /Its logic app Gone is gone, or can’t be seen from here\. Edit the rule and choose another/,
  },
  'App-Standard': {
    shows: 'Broken',
    happens: starts('Microsoft.Web/sites/Standard-Responder'),
    says: /Standard-Responder is a Standard logic app; Azure starts only consumption ones/,
  },
  'App-Disabled': {
    with: 'Isolate-VM',
    shows: 'Broken',
    happens: (_rule, app) => Object.assign(app, { enabled: false }),
    says: /Isolate-VM is disabled, so nothing runs\. Enable it: app enable Isolate-VM/,
  },
  'Trigger-Legacy': {
    shows: 'Broken',
    happens: starts('Microsoft.Logic/workflows/Legacy-Responder'),
    says: /Legacy-Responder has the legacy alert trigger, which Azure no longer starts/,
  },
  'Trigger-Wrong': {
    shows: 'Broken',
    happens: starts('Microsoft.Logic/workflows/Fix-Recommendation'),
    says: /Fix-Recommendation has no trigger for alerts/,
  },
  'Trigger-Renamed': {
    with: 'Page-On-Call',
    shows: 'Broken',
    happens: (_rule, { definition }) => {
      definition.triggers = Object.fromEntries(Object.values(definition.triggers).map(trigger => ['Renamed', trigger]))
    },
    says: /whose address the rule was saved with, is no longer there\. Save the rule again/,
  },
  'Key-Gone': {
    shows: 'Broken',
    happens: hears('Assessments', 'name', '00000000-5eed-4000-8000-000000000000'),
    says: /The recommendation 00000000-5eed-4000-8000-000000000000 no longer exists/,
  },
  'Key-To-Go': {
    shows: 'Enabled',
    happens(rule) {
      starts('Microsoft.Logic/workflows/Fix-Recommendation')(rule)
      const leaving = story.simulator().state.metadata.find(({ plannedDeprecation }) => plannedDeprecation !== undefined)
      hears('Assessments', 'name', leaving?.key ?? '')(rule)
    },
    says: /Azure (plans|planned) to withdraw “.+” in \d\d\/\d{4}.*Choose what replaces it/,
  },
  'Sub-Assessments': {
    shows: 'Broken',
    happens: hears('SubAssessments', 'id', 'x'),
    says: /Azure starts no logic app for SubAssessments\. Edit the rule to listen to recommendations/,
  },
  'Wrong-Path': {
    shows: 'Broken',
    happens: hears('Alerts', 'properties.status.code', 'Unhealthy'),
    says: /An alert has no properties\.status\.code; that is where recommendations have it/,
  },
}

const show = (rule: string) => story.act('rule show', { rule }, undefined, 'admin')

beforeAll(async () => {
  story = await openStory()
  const entries = Object.entries(changes).map(
    ([name, { with: app = 'Block-IP' }]) =>
      `  - name: ${name}\n    subscription: ${production}\n    group: rg-soc\n    on: alert\n    when: Severity is Low\n    run: ${app}\n`,
  )
  const text = `version: 1\nrules:\n${entries.join('')}`
  expect((await story.act('rules apply', { text }, undefined, 'admin')).error).toBeUndefined()
  expect((await show('App-Gone')).answer.card.text).toContain('Rule App-Gone, enabled.')
  const { automations, workflows } = story.simulator().state
  for (const [name, { with: app = 'Block-IP', happens }] of Object.entries(changes)) {
    const rule = automations.get(`${soc}/providers/Microsoft.Security/automations/${name}`.toLowerCase())
    const started = workflows.get(`${soc}/providers/Microsoft.Logic/workflows/${app}`.toLowerCase())
    if (rule === undefined || started === undefined) throw new Error(`no ${name} or no ${app}`)
    happens(rule, started)
  }
}, 40_000)

test.each(Object.entries(changes))('%s', async (rule, { shows, says }) => {
  // Azure's lists are kept for some seconds.
  const card = await until('the card to say it', async () => {
    const { answer } = await show(rule)
    return says.test(JSON.stringify(answer.card.teams)) ? answer.card : undefined
  })
  expect(card.text).toContain(`Rule ${rule}, ${shows.toLowerCase()}.`)
  const list = JSON.stringify((await story.act('rules', { filter: rule }, undefined, 'admin')).answer.card.teams)
  expect(list).toContain(`"text":"${shows}"`)
})
