import { describe, expect, test } from '@jest/globals'
import type { KnownRecommendation } from '../../../src/model/catalogue.ts'
import type { Condition, When } from '../../../src/model/condition.ts'
import type { Kind } from '../../../src/model/event.ts'
import { type Rule, sourceOf } from '../../../src/model/rule.ts'
import { checkDraft } from '../../../src/model/rule-check.ts'
import { appOf, group, ruleOf, subscription } from './sample.ts'

const key = '94290b00-4d0c-d7b4-7cea-064a9554e681'
const recommendations: KnownRecommendation[] = [
  { key, name: 'MFA should be enabled', severity: 'High', preview: false },
  { key: 'old', name: 'Install endpoint protection', severity: 'Medium', preview: false, deprecatedFrom: '03/2027' },
]
const http = appOf({ name: 'By-Http', triggers: [{ name: 'manual', type: 'Request', kind: 'Http' }] })
const apps = [
  appOf(),
  http,
  appOf({ name: 'Standard', plan: 'standard', triggers: [] }),
  appOf({ name: 'Legacy', triggers: [{ name: 'manual', type: 'Request', kind: 'SecurityCenterAlert' }] }),
  appOf({ name: 'Off', enabled: false }),
]
const known = { rules: [ruleOf({ name: 'Taken' })], apps, recommendations }

function said(parts: Partial<Rule>, replacing?: Rule) {
  const { errors, warnings, confirm } = checkDraft(ruleOf(parts), known, replacing)
  const told = (remarks: typeof errors) => remarks.map(({ field, message }) => `${field}: ${message}`)
  return { errors: told(errors), warnings: told(warnings), confirm }
}

function running(name: string): Partial<Rule> {
  return { targets: [{ type: 'LogicApp', logicAppId: appOf({ name }).id.toUpperCase() }] }
}

test('a sound rule has nothing said about it', () => {
  expect(said({})).toEqual({ errors: [], warnings: [], confirm: undefined })
})

describe('name', () => {
  test.each([
    ['', /Give the rule a name/],
    ['a/b', /not “\/”/],
    ['a b', /not a space/],
    ['über', /not “ü”/],
    ['x'.repeat(261), /has 261 characters; Azure allows 260/],
    ['taken', /already a rule named taken in rg-sec/],
    ['exportToEventHub', /keeps the name/],
  ])('%s', (name, message) => {
    expect(said({ name }).errors).toEqual([expect.stringMatching(message)])
  })

  test('260 letters are fine, the same name elsewhere too, and a rule may keep its own', () => {
    expect(said({ name: 'x'.repeat(260) }).errors).toEqual([])
    expect(said({ name: 'Taken', group: 'rg-other' }).errors).toEqual([])
    expect(said({ name: 'Taken' }, known.rules[0]).errors).toEqual([])
  })
})

describe('where', () => {
  test.each<[Partial<Rule>, RegExp]>([
    [{ scopes: [] }, /^scope: Choose/],
    [{ scopes: ['/subscriptions/22222222-2222-4222-8222-222222222222'] }, /^scope: A rule covers only its own subscription/],
    [
      { scopes: ['/providers/Microsoft.Management/managementGroups/all'] },
      /^scope: .*neither a subscription nor a resource group/,
    ],
    [{ scopes: [`${group}/providers/Microsoft.Web/sites/a`] }, /^scope: .*neither/],
    [{ group: ' ' }, /^group: Choose the resource group/],
  ])('%j', (parts, message) => {
    expect(said(parts).errors).toEqual([expect.stringMatching(message)])
  })

  test('what a rule covers is not judged before it is known where it lives', () => {
    expect(said({ subscription: '', group: '', scopes: ['/subscriptions/'] }).errors).toEqual([
      'group: Choose the resource group in which Azure keeps the rule.',
    ])
  })

  test('groups of its subscription are fine', () => {
    expect(said({ scopes: [group, `subscriptions/${subscription.toUpperCase()}/resourcegroups/B`] }).errors).toEqual([])
  })
})

describe('logic app', () => {
  test.each<[Partial<Rule>, RegExp]>([
    [{ targets: [] }, /^logicApp: Choose the logic app/],
    [{ targets: [{ type: 'EventHub' }] }, /^logicApp: Choose the logic app/],
    [running('Gone'), /^logicApp: The logic app GONE is not there/],
    [running('Standard'), /^logicApp: Standard can’t be used\. It is a Standard logic app/],
    [running('Legacy'), /^logicApp: Legacy can’t be used\. It has the legacy alert trigger/],
    [
      { sources: [{ source: 'Assessments', when: [[]] }] },
      /^logicApp: Block-IP can’t be used\. Its trigger takes alerts, not recommendations/,
    ],
  ])('refused: %#', (parts, message) => {
    expect(said(parts).errors).toEqual([expect.stringMatching(message)])
  })

  test('a disabled one and one that starts by HTTP are warned of', () => {
    expect(said(running('Off'))).toMatchObject({ errors: [], warnings: [expect.stringMatching(/Off is disabled/)] })
    expect(said(running('By-Http'))).toMatchObject({ errors: [], warnings: [expect.stringMatching(/By-Http starts by HTTP/)] })
  })
})

describe('kind', () => {
  test.each([
    [[], /^kind: Choose what the rule listens to/],
    [[{ source: 'SubAssessments', when: [[]] }], /^kind: Sub-assessments reach exports only/],
    [[{ source: 'SecureScores', when: [[]] }], /^kind: .*not for SecureScores/],
  ])('%j', (sources, message) => {
    expect(said({ sources }).errors).toEqual([expect.stringMatching(message)])
  })
})

describe('conditions', () => {
  const takesAll = appOf({
    name: 'All',
    triggers: [
      { name: 'a', type: 'ApiConnectionWebhook', path: '/Microsoft.Security/Alert/subscribe' },
      { name: 'r', type: 'ApiConnectionWebhook', path: '/Microsoft.Security/Assessment/subscribe' },
      { name: 'c', type: 'ApiConnectionWebhook', path: '/Microsoft.Security/RegulatoryComplianceAssessment/subscribe' },
    ],
  })
  function judged(kind: Kind, when: When, replacing?: Rule) {
    const draft = ruleOf({
      sources: [{ source: sourceOf[kind], when }],
      targets: [{ type: 'LogicApp', logicAppId: takesAll.id }],
    })
    const { errors, warnings, confirm } = checkDraft(draft, { ...known, apps: [takesAll] }, replacing)
    return { errors: errors.map(({ message }) => message), warnings: warnings.map(({ message }) => message), confirm }
  }
  function is(path: string, operator: Condition['operator'], value: string, type: Condition['type'] = 'String'): Condition {
    return { path, type, operator, value }
  }

  test.each<[Kind, Condition, RegExp]>([
    [
      'alert',
      is('properties.metadata.severity', 'Equals', 'High'),
      /An alert has no properties\.metadata\.severity; .*Here it is Severity/,
    ],
    [
      'recommendation',
      is('Severity', 'Equals', 'High'),
      /A recommendation has no Severity; .*Here it is properties\.metadata\.severity/,
    ],
    ['recommendation', is('$.Entity.AssessmentType', 'Equals', 'x'), /older kind of resource and never matches/],
    ['recommendation', is('id', 'Contains', '/subAssessments/'), /A sub-assessment starts no logic app/],
    ['recommendation', is('properties.additionalData.subAssessment.id', 'Equals', 'x'), /A sub-assessment starts no logic app/],
    ['recommendation', is('name', 'Equals', 'mfa should be enabled'), new RegExp(`not its name: write ${key} for`)],
    ['recommendation', is('name', 'Equals', 'nobody'), /no recommendation with the key nobody/],
    ['alert', is('Severity', 'GreaterThan', 'Low'), /“is more than” compares numbers/],
    ['compliance', is('properties.failedResources', 'Contains', '3', 'Integer'), /“contains” compares texts/],
    ['compliance', is('properties.failedResources', 'Equals', 'many', 'Integer'), /“many” is not a whole number/],
    ['compliance', is('properties.failedResources', 'Equals', '1.5', 'Integer'), /“1\.5” is not a whole number/],
    ['alert', is('IsIncident', 'Equals', 'yes', 'Boolean'), /“yes” is not true or false/],
    ['alert', is('Severity', 'Equals', '3', 'Integer'), /Severity is a text, not a whole number/],
  ])('error: %s %j', (kind, condition, message) => {
    expect(judged(kind, [[condition]]).errors).toEqual([expect.stringMatching(message)])
  })

  test.each<[Kind, Condition, RegExp]>([
    [
      'recommendation',
      is('properties.status.code', 'Contains', 'healthy'),
      /holds for Healthy and Unhealthy: .*write “State is Healthy”/,
    ],
    [
      'recommendation',
      is('properties.status.code', 'Equals', 'Not Applicable'),
      /State is never “Not Applicable”.*NotApplicable/,
    ],
    ['alert', is('Severity', 'Equals', 'Hgih'), /Severity is never “Hgih” as far as is known/],
    ['alert', is('My.Own', 'Equals', 'x'), /No field My\.Own is known for alerts/],
    ['recommendation', is('name', 'Equals', 'OLD'), /plans to withdraw “Install endpoint protection” in 03\/2027/],
    [
      'compliance',
      is('properties.failedResources', 'Equals', '3'),
      /Failed resources is compared as a text; it is a whole number/,
    ],
  ])('warning: %s %j', (kind, condition, message) => {
    expect(judged(kind, [[condition]])).toMatchObject({ errors: [], warnings: [expect.stringMatching(message)] })
  })

  test.each<[Kind, Condition]>([
    ['recommendation', is('properties.status.code', 'Contains', 'unhealthy')],
    ['recommendation', is('properties.status.code', 'Equals', 'healthy')],
    ['recommendation', is('name', 'Contains', key)],
    ['alert', is('$.severity', 'Equals', 'high')],
    ['alert', is('Version', 'Contains', '3.')],
    ['alert', is('AlertDisplayName', 'Contains', 'a subassessment (C++) [preview]')],
    ['compliance', is('properties.failedResources', 'GreaterThan', '3', 'Integer')],
  ])('nothing: %s %j', (kind, condition) => {
    expect(judged(kind, [[condition]])).toEqual({ errors: [], warnings: [], confirm: undefined })
  })

  test('two values at once', () => {
    expect(judged('alert', [[is('Severity', 'Equals', 'High'), is('severity', 'Equals', 'Low')]]).errors).toEqual([
      expect.stringMatching(/Severity can’t be High and Low at once/),
    ])
  })

  test('all errors at once, each once', () => {
    const wrong = [is('Severity', 'GreaterThan', 'Low'), is('properties.state', 'Equals', 'Failed')]
    expect(judged('alert', [wrong, wrong]).errors).toHaveLength(2)
  })

  test('of many remarks ten are told', () => {
    const { warnings } = judged(
      'alert',
      Array.from({ length: 30 }, (_, number) => [is('Severity', 'Equals', `s${number}`)]),
    )
    expect(warnings).toHaveLength(11)
    expect(warnings.at(-1)).toBe('There are 20 more remarks about the conditions.')
  })

  test('what the rule had before is warned of, so that it can still be edited', () => {
    const when = [[is('name', 'Equals', 'withdrawn')]]
    expect(judged('recommendation', when, ruleOf({ sources: [{ source: 'Assessments', when }] }))).toMatchObject({
      errors: [],
      warnings: [expect.stringMatching(/no recommendation with the key withdrawn/)],
    })
  })

  test('a thousand sets are fine, more are not', () => {
    const sets = (count: number) => Array.from({ length: count }, (_, index) => [is('AlertType', 'Equals', `t${index}`)])
    expect(judged('alert', sets(1000)).errors).toEqual([])
    expect(judged('alert', sets(1001)).errors).toEqual([expect.stringMatching(/1,000 sets .* has 1,001/)])
  })

  test('no conditions: to be confirmed', () => {
    expect(judged('alert', []).confirm).toBe('Without conditions the rule fires on every alert in its subscription.')
    expect(judged('compliance', [[], [is('name', 'Equals', 'x')]]).confirm).toMatch(/every compliance change/)
  })
})
