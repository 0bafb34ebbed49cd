import { describe, expect, test } from '@jest/globals'
import { readRule } from '../../../src/azure/read-rule.ts'
import { type Addresses, automationBody, automationVersion } from '../../../src/azure/write-rule.ts'
import { Problem } from '../../../src/errors.ts'
import type { Rule, RuleDraft } from '../../../src/model/rule.ts'
import { Automation, type Json, published, publishedFiles } from '../../fakes/published-automations.ts'

/** File → per automation: sources with the number of their sets; `none` for what is no rule. */
const readings: Record<string, (string | 'none')[]> = {
  'continuous-export-arm-template.json': ['none'],
  'policies.json': ['Alerts 0', 'Assessments 0', 'RegulatoryComplianceAssessment 0', 'Alerts 0'],
  'quickstart-alert-name-contains.json': ['Alerts 0'],
  'quickstart-all-alerts-event-version-type.json': ['Alerts 0'],
  'spec-2019-get-resource-group.json': ['Assessments 1'],
  'spec-2019-list-resource-group.json': ['Assessments 1'],
  'spec-2019-list-subscription.json': ['Assessments 1'],
  'spec-2019-put-all-assessments.json': ['Assessments 0', 'Assessments 0', 'Assessments 0'],
  'spec-2019-put-disable.json': ['Assessments 1', 'Assessments 1', 'Assessments 1'],
  'spec-2019-put-high-severity-assessments.json': ['Assessments 1', 'Assessments 1', 'Assessments 1'],
  'spec-2019-validate.json': ['Assessments 1'],
  'spec-2023-patch.json': ['Assessments 0'],
}

test('every published automation has a reading', () => {
  expect(publishedFiles).toEqual(Object.keys(readings).sort())
})

test.each(Object.entries(readings))('%s is read as what it is', (file, wanted) => {
  const read = published(file).map(readRule)
  expect(read.map(rule => rule?.sources.map(({ source, when }) => `${source} ${when.length}`).join() ?? 'none')).toEqual(wanted)
})

const address = 'https://example.com/run?sig=x'

function addressesOf(rule: RuleDraft): Addresses {
  return new Map(
    rule.targets.flatMap(({ logicAppId }) => (logicAppId === undefined ? [] : [[logicAppId.toLowerCase(), address]])),
  )
}

/** As it must be sent: what Azure alone says is gone, the addresses are there. */
function sent({ id: _id, name: _name, type: _type, systemData: _data, ...resource }: Json): Json {
  const { properties } = Automation.parse(resource)
  const actions = properties.actions.map(action => (action.actionType === 'LogicApp' ? { ...action, uri: address } : action))
  return { ...resource, properties: { ...properties, actions } }
}

test.each(Object.keys(readings))('%s, read and saved back, is unchanged but for its address', file => {
  for (const resource of published(file)) {
    const rule = readRule(resource)
    if (rule === undefined) continue
    expect(automationBody(rule, addressesOf(rule), rule)).toEqual(sent(resource))
    const { etag: _etag, ...anew } = sent(resource)
    expect(automationBody(rule, addressesOf(rule))).toEqual(anew)
  }
})

const app = '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.Logic/workflows/App'
const severity = { propertyJPath: 'Severity', propertyType: 'string', expectedValue: 'High', operator: 'equals', note: 'kept' }
const name = { propertyJPath: 'AlertDisplayName', propertyType: 'String', expectedValue: 'SQL', operator: 'Contains' }
const rich = {
  id: '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.Security/automations/Rich',
  name: 'Rich',
  type: 'Microsoft.Security/automations',
  kind: 'Custom',
  tags: { owner: 'soc' },
  location: 'westeurope',
  etag: 'one',
  properties: {
    description: null,
    isEnabled: true,
    metadata: { by: 'portal' },
    scopes: [{ description: 'all of it', scopePath: '/subscriptions/1' }],
    sources: [
      {
        eventSource: 'Alerts',
        eventVersionType: 'Api',
        ruleSets: [{ rules: [severity, name], label: 'first' }, { rules: [severity] }],
      },
      { eventSource: 'Assessments', ruleSets: null },
    ],
    actions: [
      { actionType: 'LogicApp', logicAppResourceId: app, delay: 'PT1M' },
      { actionType: 'Workspace', workspaceResourceId: '/x', table: 'one' },
      { actionType: 'Pager', number: 112 },
    ],
  },
}

function read(resource: object): Rule {
  const rule = readRule(resource)
  if (rule === undefined) throw new Error('no rule')
  return rule
}

/** What is sent for a change of a resource. */
function changed(resource: object, change: (rule: Rule) => Partial<RuleDraft>) {
  const rule = read(resource)
  const draft = { ...rule, ...change(rule) }
  return automationBody(draft, addressesOf(draft), rule)
}

describe('what a change does not touch', () => {
  const base = sent(rich)
  const { properties } = rich
  const cases: [string, (rule: Rule) => Partial<RuleDraft>, object][] = [
    ['switching off', () => ({ enabled: false }), { isEnabled: false }],
    ['describing', () => ({ description: 'x' }), { description: 'x' }],
    [
      'another scope',
      ({ scopes }) => ({ scopes: [...scopes, '/subscriptions/1/resourceGroups/a'] }),
      { scopes: [...properties.scopes, { scopePath: '/subscriptions/1/resourceGroups/a' }] },
    ],
    [
      'a set more',
      ({ sources: [alerts, other] }) => ({
        sources: [
          {
            source: 'Alerts',
            when: [...(alerts?.when ?? []), [{ path: 'AlertType', type: 'String', operator: 'EndsWith', value: 'y' }]],
          },
          ...(other ? [other] : []),
        ],
      }),
      {
        sources: [
          {
            ...properties.sources[0],
            ruleSets: [
              ...(properties.sources[0]?.ruleSets ?? []),
              { rules: [{ propertyJPath: 'AlertType', propertyType: 'String', expectedValue: 'y', operator: 'EndsWith' }] },
            ],
          },
          properties.sources[1],
        ],
      },
    ],
    [
      'a condition less: the others stay as they were written',
      ({ sources: [alerts, other] }) => ({
        sources: [{ source: 'Alerts', when: (alerts?.when ?? []).map(set => set.slice(-1)) }, ...(other ? [other] : [])],
      }),
      { sources: [{ ...properties.sources[0], ruleSets: [{ rules: [name] }, { rules: [severity] }] }, properties.sources[1]] },
    ],
    [
      'another app',
      ({ targets }) => ({
        targets: targets.map(target => (target.type === 'LogicApp' ? { ...target, logicAppId: `${app}-2` } : target)),
      }),
      { actions: [{ ...properties.actions[0], logicAppResourceId: `${app}-2`, uri: address }, ...properties.actions.slice(1)] },
    ],
  ]
  test.each(cases)('%s', (_, change, expected) => {
    expect(changed(rich, change)).toEqual({ ...base, properties: { ...Automation.parse(base).properties, ...expected } })
  })

  test('a draft that brings its own resource is laid over that, with the etag of the rule which it replaces', () => {
    const rule = read(rich)
    const older = { ...rich, etag: 'older', tags: { owner: 'it' } }
    const body = automationBody({ ...rule, resource: JSON.stringify(older) }, addressesOf(rule), rule)
    expect(body).toEqual({ ...sent(older), etag: 'one' })
  })
})

describe('what is not known here', () => {
  const tomorrow = { ...severity, operator: 'Resembles' }
  const future = (rule: object) => ({
    ...rich,
    properties: { ...rich.properties, sources: [{ eventSource: 'Alerts', ruleSets: [{ rules: [severity, rule] }] }] },
  })
  const unread: [object, RegExp][] = [
    [tomorrow, /operator "Resembles"/],
    [{ ...severity, propertyType: 'Date' }, /type "Date"/],
    [{ ...severity, expectedValue: null }, /Severity has no value/],
  ]
  test.each(unread)('is said, kept, and not to be changed: %j', (rule, why) => {
    const resource = future(rule)
    expect(read(resource).unread).toMatch(why)
    expect(changed(resource, () => ({ enabled: false }))).toMatchObject({ properties: { sources: resource.properties.sources } })
    expect(() => changed(resource, () => ({ sources: [{ source: 'Alerts', when: [] }] }))).toThrow(Problem)
  })

  test('words are compared without case, numbers and truth values may stand bare', () => {
    const rule = { propertyJPath: 'n', propertyType: 'INTEGER', expectedValue: 7, operator: 'greaterthan' }
    expect(read(future(rule)).sources[0]?.when[0]?.[1]).toEqual({
      path: 'n',
      type: 'Integer',
      operator: 'GreaterThan',
      value: '7',
    })
  })
})

describe('targets of other kinds', () => {
  const hub = { actionType: 'EventHub', eventHubResourceId: '/x', sasPolicyName: 'send' }
  const withHub = (more: object) => ({
    ...rich,
    properties: { ...rich.properties, actions: [rich.properties.actions[0], { ...hub, ...more }] },
  })

  test('an event hub keeps its key to itself: such a rule is not saved, unless Azure needs none', () => {
    expect(() => changed(withHub({}), () => ({ enabled: false }))).toThrow(/doesn’t give back the key/)
    const trusted = changed(withHub({ isTrustedServiceEnabled: true }), () => ({ enabled: false }))
    expect(trusted).toMatchObject({ properties: { actions: [{ uri: address }, { isTrustedServiceEnabled: true }] } })
    expect(automationVersion(trusted)).toBe('2023-12-01-preview')
  })

  test('none is made here', () => {
    expect(() => changed(rich, ({ targets }) => ({ targets: [...targets, { type: 'Workspace' }] }))).toThrow(/can't be made here/)
  })

  test('exports and rules without a logic app are no rules', () => {
    const workspace = [{ actionType: 'Workspace', workspaceResourceId: '/x' }]
    expect(readRule({ ...rich, properties: { ...rich.properties, actions: workspace } })).toBeUndefined()
    for (const called of ['ExportToWorkspace', 'exportToEventHub']) expect(readRule({ ...rich, name: called })).toBeUndefined()
  })
})

test('the older version of the interface does, but for what only the newer has', () => {
  const attackPaths = { ...rich, properties: { ...rich.properties, sources: [{ eventSource: 'AttackPaths' }] } }
  expect(automationVersion(changed(rich, () => ({})))).toBe('2019-01-01-preview')
  expect(automationVersion(changed(attackPaths, () => ({})))).toBe('2023-12-01-preview')
})

test('a bare resource is read with what is absent', () => {
  const { id } = rich
  const bare = { id, name: 'Rich', properties: { actions: [{ actionType: 'logicapp' }] } }
  expect(read(bare)).toMatchObject({ enabled: true, description: '', scopes: [], sources: [], targets: [{ type: 'LogicApp' }] })
})
