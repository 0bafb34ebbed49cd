import { describe, expect, test } from '@jest/globals'
import type { Failing } from '../../../src/model/app-statistics.ts'
import type { PolicyRule } from '../../../src/model/catalogue.ts'
import type { Condition } from '../../../src/model/condition.ts'
import type { Rule } from '../../../src/model/rule.ts'
import { type RuleFacts, type Trouble, troublesOf } from '../../../src/model/rule-health.ts'
import { appOf, ruleOf, subscription } from './sample.ts'

const now = new Date('2026-11-24T09:00:00Z')
const sound: RuleFacts = {
  apps: [appOf()],
  recommendations: [
    { key: 'k1', name: 'Enable MFA', severity: 'High', preview: false },
    { key: 'k2', name: 'Install protection', severity: 'Medium', preview: false, deprecatedFrom: '03/2027' },
    { key: 'k3', name: 'Old one', severity: 'Medium', preview: false, deprecatedFrom: '03/2022' },
  ],
  policyRules: [],
  now,
}

function said(rule: Partial<Rule>, facts: Partial<RuleFacts> = {}): string[] {
  return troublesOf(ruleOf(rule), { ...sound, ...facts }).map(({ code, level }) => `${level}: ${code}`)
}

function messages(rule: Partial<Rule>, facts: Partial<RuleFacts> = {}): string[] {
  return troublesOf(ruleOf(rule), { ...sound, ...facts }).map(({ message }) => message)
}

function assessing(...sets: [path: string, operator: Condition['operator'], value: string][]): Partial<Rule> {
  const when = sets.map(([path, operator, value]) => [{ path, type: 'String' as const, operator, value }])
  return { sources: [{ source: 'Assessments', when }], targets: [{ type: 'LogicApp', logicAppId: recommending.id }] }
}
const recommending = appOf({
  name: 'Rec',
  triggers: [{ name: 'r', type: 'ApiConnectionWebhook', path: '/Microsoft.Security/Assessment/subscribe' }],
})
const doing = (failing: Failing) => new Map([[appOf().id.toLowerCase(), failing]])
const withRec = { apps: [appOf(), recommending] }

test('a sound rule has no troubles', () => {
  expect(said({})).toEqual([])
  expect(said({}, { shouldHaveFired: 0, fired: 0, mayRun: true })).toEqual([])
  expect(said({}, { shouldHaveFired: 5, fired: 5 })).toEqual([])
})

describe('what it runs', () => {
  test.each<[string, Partial<Rule>, Partial<RuleFacts>, string[]]>([
    ['none', { targets: [] }, {}, ['broken: no-target']],
    ['gone', {}, { apps: [] }, ['broken: app-gone']],
    ['Standard', {}, { apps: [appOf({ plan: 'standard', triggers: [] })] }, ['broken: standard-plan']],
    ['disabled', {}, { apps: [appOf({ enabled: false })] }, ['broken: app-disabled']],
    [
      'legacy',
      {},
      { apps: [appOf({ triggers: [{ name: 'manual', type: 'Request', kind: 'SecurityCenterAlert' }] })] },
      ['broken: legacy-trigger'],
    ],
    ['another kind', {}, { apps: [{ ...recommending, id: appOf().id }] }, ['broken: wrong-trigger']],
    ['no trigger of ours', {}, { apps: [appOf({ triggers: [] })] }, ['broken: wrong-trigger']],
    ['HTTP is fine', {}, { apps: [appOf({ triggers: [{ name: 'manual', type: 'Request' }] })] }, []],
    ['found whatever the case of its id', { targets: [{ type: 'LogicApp', logicAppId: appOf().id.toUpperCase() }] }, {}, []],
    ['failing', {}, { failing: doing({ failed: 4, of: 5, often: true }) }, ['warning: runs-fail']],
    ['failed once', {}, { failing: doing({ failed: 1, of: 5, often: false }) }, []],
    [
      'failing and disabled',
      {},
      { apps: [appOf({ enabled: false })], failing: doing({ failed: 4, of: 5, often: true }) },
      ['broken: app-disabled'],
    ],
    ['a renamed trigger', {}, { staleTrigger: 'old' }, ['broken: trigger-renamed']],
    ['no right', {}, { mayRun: false }, ['warning: no-right']],
    ['never fired', {}, { shouldHaveFired: 3, fired: 0, hours: 168 }, ['warning: never-fired']],
    ['never fired, but disabled', { enabled: false }, { shouldHaveFired: 3, fired: 0 }, []],
    ['unread', { unread: 'It has an operator of a newer Azure.' }, { apps: [] }, ['warning: unread']],
  ])('%s', (_, rule, facts, troubles) => {
    expect(said(rule, facts)).toEqual(troubles)
  })
})

describe('what it asks about', () => {
  test.each<[string, Partial<Rule>, string[]]>([
    ['a known recommendation', assessing(['name', 'Equals', 'K1']), []],
    ['one that is gone', assessing(['name', 'Equals', 'gone']), ['broken: recommendation-gone']],
    ['one of two is gone', assessing(['name', 'Equals', 'gone'], ['name', 'Equals', 'k1']), ['warning: recommendation-gone']],
    ['to be withdrawn', assessing(['name', 'Equals', 'k2']), ['warning: recommendation-deprecated']],
    ['sub-assessments', assessing(['id', 'Contains', '/subAssessments/']), ['broken: sub-assessment']],
    ['a path of alerts', assessing(['Severity', 'Equals', 'High']), ['broken: wrong-path']],
    ['one of two paths', assessing(['Severity', 'Equals', 'High'], ['name', 'Equals', 'k1']), ['warning: wrong-path']],
    ['another source', { sources: [{ source: 'SubAssessments', when: [] }] }, ['broken: sub-assessment']],
  ])('%s', (_, rule, troubles) => {
    expect(said(rule, withRec)).toEqual(troubles)
  })

  test('the date is told, past or to come', () => {
    expect(messages(assessing(['name', 'Equals', 'k2']), withRec)[0]).toMatch(
      /plans to withdraw “Install protection” in 03\/2027/,
    )
    expect(messages(assessing(['name', 'Equals', 'k3']), withRec)[0]).toMatch(
      /planned to withdraw “Old one” in 03\/2022; it may stop any day/,
    )
  })

  test('without a list of recommendations nothing is said of them', () => {
    expect(said(assessing(['name', 'Equals', 'gone']), { ...withRec, recommendations: [] })).toEqual([])
  })

  test('a fault in many sets is told once, the broken before the odd', () => {
    const rule = assessing(...Array.from({ length: 50 }, (): ['name', 'Equals', string] => ['name', 'Equals', 'gone']))
    expect(said({ ...rule, ...ruleOf(rule) }, { ...withRec, mayRun: false })).toEqual([
      'broken: recommendation-gone',
      'warning: no-right',
    ])
  })
})

describe('made by a policy', () => {
  const policy: PolicyRule = {
    assignment: 'rollout',
    ruleName: 'high-alerts',
    group: 'RG-SEC',
    scope: `subscriptions/${subscription}`,
    definition: '/providers/Microsoft.Authorization/policyDefinitions/f1525828-9a90-4fcf-be48-268cdd02361e',
    parameters: { alertName: '', alertSeverities: ['High', 'Low'] },
  }
  function alerts(...severities: string[]): Partial<Rule> {
    const version = { path: 'Version', type: 'String' as const, operator: 'Contains' as const, value: '3.' }
    const when = severities.map(value => [
      version,
      { path: 'Severity', type: 'String' as const, operator: 'Equals' as const, value },
    ])
    return { sources: [{ source: 'Alerts', when }] }
  }
  const edited = ['warning: edited-by-hand']

  test.each<[string, Partial<Rule>, Partial<PolicyRule>, string[]]>([
    ['as the policy wrote it', alerts('high', 'low'), {}, []],
    ['in another order', alerts('low', 'high'), {}, []],
    ['fewer sets', alerts('high'), {}, edited],
    ['another value', alerts('high', 'medium'), {}, edited],
    ['disabled', { ...alerts('high', 'low'), enabled: false }, {}, edited],
    ['another rule', alerts('high'), { ruleName: 'other' }, []],
    ['another group', alerts('high'), { group: 'other' }, []],
    ['another subscription', alerts('high'), { scope: 'subscriptions/22222222-2222-4222-8222-222222222222' }, []],
    ['a management group', alerts('high'), { scope: 'providers/Microsoft.Management/managementGroups/all' }, edited],
    ['another logic app', alerts('high', 'low'), { parameters: { ...policy.parameters, logicAppResourceId: '/other' } }, edited],
    ['only one group', { ...alerts('high', 'low'), scopes: [`/subscriptions/${subscription}/resourceGroups/rg`] }, {}, edited],
    ['another policy', alerts('high'), { definition: 'something' }, []],
    ['a name asked for', alerts('high', 'low'), { parameters: { alertName: 'SQL' } }, edited],
  ])('%s', (_, rule, parts, troubles) => {
    expect(said(rule, { policyRules: [{ ...policy, ...parts }] })).toEqual(troubles)
  })

  test('the three policies write what their templates say', () => {
    const recommendations: PolicyRule = {
      ...policy,
      definition: '73d6ab6c-2475-4850-afd6-43795f3492ef',
      parameters: { recommendationNames: ['k1'], recommendationSeverities: ['High'], recommendationStates: ['Not Applicable'] },
    }
    const set = [
      { path: 'name', type: 'String' as const, operator: 'Contains' as const, value: 'k1' },
      { path: 'properties.metadata.severity', type: 'String' as const, operator: 'Equals' as const, value: 'high' },
      { path: 'properties.status.code', type: 'String' as const, operator: 'Contains' as const, value: 'notapplicable' },
    ]
    const made = {
      sources: [{ source: 'Assessments', when: [set] }],
      targets: [{ type: 'LogicApp', logicAppId: recommending.id }],
    }
    expect(said(made, { ...withRec, policyRules: [recommendations] })).toEqual([])
    const compliance: PolicyRule = { ...policy, definition: '509122b9-ddd9-47ba-a5f1-d0dac20be63c', parameters: {} }
    const open = {
      sources: [{ source: 'RegulatoryComplianceAssessment', when: [] }],
      targets: [{ type: 'LogicApp', logicAppId: appOf().id }],
    }
    const all = [
      appOf({
        triggers: [
          { name: 'c', type: 'ApiConnectionWebhook', path: '/Microsoft.Security/RegulatoryComplianceAssessment/subscribe' },
        ],
      }),
    ]
    expect(said(open, { apps: all, policyRules: [compliance] })).toEqual([])
    const narrowed = { ...compliance, parameters: { regulatoryComplianceControlStates: ['Failed'] } }
    expect(said(open, { apps: all, policyRules: [narrowed] })).toEqual(edited)
  })
})

test('every code of troubles is one that something says', () => {
  const facts: Partial<RuleFacts>[] = [
    { apps: [] },
    { apps: [appOf({ plan: 'standard' })] },
    { apps: [appOf({ enabled: false })] },
    { staleTrigger: 'x', mayRun: false, shouldHaveFired: 1, fired: 0 },
  ]
  const heard = new Set<Trouble['code']>(
    facts.flatMap(fact => troublesOf(ruleOf(), { ...sound, ...fact })).map(({ code }) => code),
  )
  expect([...heard].sort()).toEqual(['app-disabled', 'app-gone', 'never-fired', 'no-right', 'standard-plan', 'trigger-renamed'])
})
