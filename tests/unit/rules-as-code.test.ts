import { describe, expect, test } from '@jest/globals'
import type { Done } from '../../src/actions/rules/noted.ts'
import { applySteps } from '../../src/actions/rules-as-code/apply.ts'
import { writeArm } from '../../src/actions/rules-as-code/arm.ts'
import { writeBicep } from '../../src/actions/rules-as-code/bicep.ts'
import { readRules } from '../../src/actions/rules-as-code/file.ts'
import { planRules } from '../../src/actions/rules-as-code/plan.ts'
import { writeRules } from '../../src/actions/rules-as-code/write.ts'
import { readRule } from '../../src/azure/read-rule.ts'
import { automationBody } from '../../src/azure/write-rule.ts'
import { Problem } from '../../src/errors.ts'
import type { Rule, RuleDraft } from '../../src/model/rule.ts'
import { ruleWords } from '../../src/model/rule-words.ts'
import type { Rules } from '../../src/ports.ts'
import { published, publishedFiles } from '../fakes/published-automations.ts'
import { sampleApp, sampleRule, subscription } from '../fakes/sample-code-rules.ts'

const apps = [sampleApp('Block-IP'), sampleApp('Notify-SOC'), sampleApp('Twin'), sampleApp('Twin', { group: 'rg-other' })]
const known = {
  apps,
  isSubscription: (id: string) => id !== 'none',
  locationOf: (_subscription: string, group: string) => (group === 'rg-soc' ? 'westeurope' : undefined),
}

function drafts(text: string): RuleDraft[] {
  const read = readRules(text, known)
  if ('errors' in read) throw new Error(JSON.stringify(read.errors))
  return read.drafts
}

function errors(text: string) {
  const read = readRules(text, known)
  return 'errors' in read ? read.errors : []
}

const head = `version: 1
rules:
  - name: A
    subscription: ${subscription}
    group: rg-soc
`

describe('a file of rules', () => {
  const odd = { properties: { scopes: [{ scopePath: `/subscriptions/${subscription}`, description: 'All of it' }] } }
  const samples: [string, Rule][] = [
    ['as most are', sampleRule()],
    [
      'firing on everything, disabled',
      sampleRule({ enabled: false, description: '', sources: [{ source: 'Alerts', when: [] }] }),
    ],
    [
      'with tags, a kind and fields of a newer Azure',
      sampleRule({}, { tags: { owner: 'soc' }, kind: 'x', properties: { isTrustedServiceEnabled: true } }),
    ],
    ['with words in its scope', sampleRule({}, odd)],
    ['scoped to a group', sampleRule({ scopes: [`/subscriptions/${subscription}/resourceGroups/rg-web`] })],
    [
      'with two sources',
      sampleRule({
        sources: [
          { source: 'Alerts', when: [] },
          { source: 'Assessments', when: [] },
        ],
      }),
    ],
    ['of a source that brings no findings', sampleRule({ sources: [{ source: 'SubAssessments', when: [] }] })],
    ['with a text that looks like YAML', sampleRule({ description: 'yes: - "no" # |\n\t*x &y !z', name: 'Odd-1' })],
    ['for an app whose name two have', sampleRule({ targets: [{ type: 'LogicApp', logicAppId: sampleApp('Twin').id }] })],
    ['for an app that is gone', sampleRule({ targets: [{ type: 'LogicApp', logicAppId: '/subscriptions/s/x/workflows/Gone' }] })],
  ]
  test.each(samples)('read back, a rule %s is the same', (_name, rule) => {
    const plan = planRules(drafts(writeRules([rule], apps)), [rule], true)
    expect(plan).toEqual({ steps: [], same: 1 })
  })

  const realOnes = publishedFiles.flatMap(file =>
    published(file)
      .flatMap(one => readRule(one) ?? [])
      .map(rule => [file, rule] as const),
  )
  test.each(realOnes)('%s: read back, it is the same, also as it is sent to Azure', (_file, real) => {
    const rule = { ...real, unread: undefined }
    expect(ruleWords(rule, { app: id => id, recommendation: () => undefined })).toMatch(/^When .+, run .+\.$/)
    const text = writeRules([rule], apps)
    const [draft] = drafts(text)
    if (draft === undefined) throw new Error(text)
    expect(planRules([draft], [rule], true)).toEqual({ steps: [], same: 1 })
    const addresses = new Map(rule.targets.map(({ logicAppId = '' }) => [logicAppId.toLowerCase(), 'https://example.com/run']))
    expect(automationBody({ ...draft, resource: undefined }, addresses, rule)).toEqual(automationBody(rule, addresses, rule))
  })

  test('made anew from the file, a rule keeps what is not modelled', () => {
    const rule = sampleRule({}, { tags: { owner: 'soc' }, properties: { isTrustedServiceEnabled: true } })
    const [draft] = drafts(writeRules([rule], apps))
    expect(JSON.parse(draft?.resource ?? '')).toEqual({ tags: { owner: 'soc' }, properties: { isTrustedServiceEnabled: true } })
  })

  test('a rule that cannot be read is named in the file, not left out silently', () => {
    const text = writeRules([sampleRule({ name: 'Newer', unread: 'It has an operator that is not known here.' })], apps)
    expect(text).toContain('# Not in this file: Newer. It has an operator that is not known here.')
    expect(drafts(text)).toEqual([])
  })

  test('is written for people', () => {
    expect(writeRules([sampleRule()], apps)).toMatchInlineSnapshot(`
"# Rules of Microsoft Defender for Cloud, as Defender ChatOps writes and reads them.
# on: alert, recommendation or compliance. when: one condition a line, "or" between sets; every event when absent.
# run: a logic app, by name where only one has it. scopes: the whole subscription when absent.
# keep: what else Azure holds for the rule. Reading the file back changes nothing.

version: 1
rules:
  - name: Block-SQL
    subscription: 10000000-5eed-4000-8000-000000000001
    group: rg-soc
    location: westeurope
    description: Keeps SQL quiet.
    enabled: true
    on: alert
    when: |-
      Severity is High
      Name contains SQL
    run: Block-IP
"
`)
  })

  test.each([
    ['no YAML', 'a: [', 1, /flow/i],
    ['the same key twice', `version: 1\nversion: 1\nrules: []`, 2, /unique/i],
    ['an anchor', `version: 1\nrules: &all []`, 2, /Anchors/],
    ['an alias', `version: 1\nrules: *all`, 2, /Anchors|alias/i],
    ['a tag', `version: 1\nrules: !!binary aGk=`, 2, /tag/i],
    ['another version', `version: 2\nrules: []`, 1, /1/],
    ['an unknown key', `${head}    on: alert\n    run: Block-IP\n    severity: High\n`, 8, /no "severity"/],
    ['two unknown keys', `${head}    on: alert\n    run: Block-IP\n    a: 1\n    b: 2\n`, 8, /no "a"/],
    ['a wrong type', `${head}    on: alert\n    run: Block-IP\n    enabled: "yes"\n`, 8, /true or false/],
    ['neither on nor sources', `${head}    run: Block-IP\n`, 3, /"on"/],
    ['a logic app that is not there', `${head}    on: alert\n    run: Blok-IP\n`, 7, /no logic app "Blok-IP"/],
    ['a name that two apps have', `${head}    on: alert\n    run: Twin\n`, 7, /Several/],
    ['no logic app', `${head}    on: alert\n`, 3, /which logic app/],
    [
      'a subscription that is not there',
      `${head.replace(subscription, 'none')}    on: alert\n    run: Block-IP\n`,
      4,
      /No subscription that is looked after here has the id "none"/,
    ],
    [
      'a group that is not there',
      `${head.replace('rg-soc', 'rg-none')}    on: alert\n    run: Block-IP\n`,
      5,
      /no resource group "rg-none"/,
    ],
    [
      'a condition that makes no sense',
      `${head}    on: alert\n    run: Block-IP\n    when: |\n      Severity is High\n      Severity beats Low\n`,
      10,
      /./,
    ],
    [
      'the same rule twice',
      `${head}    on: alert\n    run: Block-IP\n${head.split('\n').slice(2).join('\n')}    on: alert\n    run: Block-IP\n`,
      8,
      /twice/,
    ],
  ])('with %s is refused with the line', (_name, text, line, message) => {
    const found = errors(text)
    expect(found.map(error => error.line)).toContain(line)
    expect(found.map(error => error.message).join(' ')).toMatch(message)
  })

  test('with the same fault twice on a line is told of it once; one whose lines were lost is told that alone', () => {
    expect(errors('version: 1\nrules: [*a, *a, *b]')).toHaveLength(1)
    const flat = errors('version: 1 rules:   - name: A     group: rg-soc     on: alert')
    expect(flat).toEqual([{ path: '', message: expect.stringContaining('This came as one line') }])
  })

  test('all errors come at once', () => {
    expect(
      errors(`${head}    on: alert\n    run: Gone\n  - name: B\n    subscription: s\n    group: rg-none\n    on: alert\n`),
    ).toHaveLength(3)
  })

  test('a small text that stands for a huge one is refused at once', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'.split('').map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`),
    ]
    const before = performance.now()
    expect(errors(bomb.join('\n')).length).toBeGreaterThan(0)
    expect(performance.now() - before).toBeLessThan(2000)
  })
})

describe('a plan', () => {
  const one = sampleRule({ name: 'One' })
  const two = sampleRule({ name: 'Two' })

  test('says what differs, part by part', () => {
    const changed: RuleDraft = {
      ...one,
      description: 'Other',
      enabled: false,
      scopes: ['/subscriptions/x'],
      targets: [],
      sources: [],
    }
    expect(planRules([changed], [one], false).steps).toEqual([
      {
        type: 'change',
        draft: expect.objectContaining({ description: 'Other', enabled: false }),
        before: one,
        differences: ['description', 'enabled', 'scopes', 'conditions', 'logic apps'],
      },
    ])
  })

  test('what Azure writes in another way is no difference', () => {
    const other = {
      ...one,
      location: 'West Europe',
      scopes: one.scopes.map(scope => `${scope.toUpperCase()}/`),
      resource: undefined,
    }
    const { resource: _resource, ...draft } = other
    expect(planRules([draft], [one], false).steps).toEqual([])
  })

  test('makes what is new first and ends what is left last, so that no event is without its rule', () => {
    const renamed = { ...one, name: 'Renamed' }
    const off = { ...two, enabled: false }
    const { steps } = planRules([off, renamed], [one, two], true)
    expect(steps.map(({ type }) => type)).toEqual(['create', 'change', 'delete'])
  })

  test('ends nothing unless asked, and never outside the groups that the file names', () => {
    const elsewhere = sampleRule({ name: 'Three', group: 'rg-other' })
    expect(planRules([one], [one, two, elsewhere], false).steps).toEqual([])
    expect(planRules([one], [one, two, elsewhere], true).steps).toEqual([{ type: 'delete', before: two }])
  })
})

describe('an apply', () => {
  const present = [sampleRule({ name: 'One' }), sampleRule({ name: 'Two' }), sampleRule({ name: 'Three' })]
  const wanted = present.map(rule => ({ ...rule, description: 'New' }))

  function azure(refuse?: string): Rules & { kept: Map<string, Rule> } {
    const kept = new Map(present.map(rule => [rule.name, rule]))
    return {
      kept,
      list: async () => [...kept.values()],
      get: async id => kept.get(id.split('/').at(-1) ?? '') ?? Promise.reject(new Problem('NotFound')),
      async save(draft) {
        if (draft.name === refuse) throw new Problem('Locked')
        const { resource: _resource, ...rest } = draft
        const rule = sampleRule({ ...rest, etag: 'e2' })
        kept.set(draft.name, rule)
        return rule
      },
      delete: async id => void kept.delete(id.split('/').at(-1) ?? ''),
      validate: async () => undefined,
    }
  }

  const noting = (told: Done[]) => ({ before: async () => {}, after: async (done: Done) => void told.push(done) })

  test('stops at the first refusal, says what was done and what was not, and goes on from there', async () => {
    const broken = azure('Two')
    const told: Done[] = []
    const first = await applySteps(broken, planRules(wanted, present, false).steps, noting(told))
    expect([first.done.length, first.stopped?.problem.code, first.left.length]).toEqual([1, 'Locked', 1])
    expect(told.map(({ what, rule }) => [what, rule?.name])).toEqual([['applied', 'One']])
    const healed = { ...azure(), list: broken.list }
    const again = planRules(wanted, await healed.list(), false)
    expect(again.steps.map(step => step.type === 'change' && step.draft.name)).toEqual(['Two', 'Three'])
    expect((await applySteps(healed, again.steps, noting([]))).stopped).toBeUndefined()
  })

  test('does not end a rule that somebody changed after the plan', async () => {
    const rules = azure()
    rules.kept.set('One', { ...sampleRule({ name: 'One' }), etag: 'other' })
    const [step] = planRules([], present, true).steps.length === 0 ? [{ type: 'delete', before: present[0] } as const] : []
    if (step?.before === undefined) throw new Error('no rule')
    const applied = await applySteps(rules, [{ type: 'delete', before: step.before }], noting([]))
    expect(applied.stopped?.problem.code).toBe('Conflict')
    expect(rules.kept.has('One')).toBe(true)
  })
})

describe('templates', () => {
  test('an ARM template fetches the callback address while it deploys and holds everything else', () => {
    const rule = sampleRule(
      { description: '[not an expression]' },
      { tags: { owner: 'soc' }, properties: { isTrustedServiceEnabled: true } },
    )
    expect(JSON.parse(writeArm([rule], apps))).toMatchInlineSnapshot(`
{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [
    {
      "apiVersion": "2023-12-01-preview",
      "location": "westeurope",
      "name": "Block-SQL",
      "properties": {
        "actions": [
          {
            "actionType": "LogicApp",
            "logicAppResourceId": "/subscriptions/10000000-5eed-4000-8000-000000000001/resourceGroups/rg-soc/providers/Microsoft.Logic/workflows/Block-IP",
            "uri": "[listCallbackUrl(resourceId('10000000-5eed-4000-8000-000000000001', 'rg-soc', 'Microsoft.Logic/workflows/triggers', 'Block-IP', 'alert'), '2019-05-01').value]",
          },
        ],
        "description": "[[not an expression]",
        "isEnabled": true,
        "isTrustedServiceEnabled": true,
        "scopes": [
          {
            "scopePath": "/subscriptions/10000000-5eed-4000-8000-000000000001",
          },
        ],
        "sources": [
          {
            "eventSource": "Alerts",
            "ruleSets": [
              {
                "rules": [
                  {
                    "expectedValue": "High",
                    "operator": "Equals",
                    "propertyJPath": "Severity",
                    "propertyType": "String",
                  },
                  {
                    "expectedValue": "SQL",
                    "operator": "Contains",
                    "propertyJPath": "AlertDisplayName",
                    "propertyType": "String",
                  },
                ],
              },
            ],
          },
        ],
      },
      "tags": {
        "owner": "soc",
      },
      "type": "Microsoft.Security/automations",
    },
  ],
}
`)
  })

  test('an app that is not known becomes a secure parameter; rules of several groups deploy into each', () => {
    const gone = sampleRule({ targets: [{ type: 'LogicApp', logicAppId: '/subscriptions/s/x/workflows/Gone' }] })
    const template = JSON.parse(writeArm([gone, sampleRule({ name: 'B', group: 'rg-other' })], apps))
    expect(template.parameters).toEqual({ rule0action0Uri: { type: 'secureString' } })
    expect(template.resources.map((one: { resourceGroup: string }) => one.resourceGroup)).toEqual(['rg-soc', 'rg-other'])
  })

  test('Bicep says the same', () => {
    const rule = sampleRule({ description: ["it's $", '{here}\n\\'].join('') }, { tags: { 'cost-center': '7' } })
    expect(writeBicep([rule], apps)).toMatchInlineSnapshot(`
[
  {
    "group": "rg-soc",
    "text": "// az deployment group create --resource-group rg-soc --template-file this-file

resource rule0 'Microsoft.Security/automations@2019-01-01-preview' = {
  name: 'Block-SQL'
  location: 'westeurope'
  tags: {
    'cost-center': '7'
  }
  properties: {
    description: 'it\\'s \\\${here}\\n\\\\'
    isEnabled: true
    scopes: [
      {
        scopePath: '/subscriptions/10000000-5eed-4000-8000-000000000001'
      }
    ]
    sources: [
      {
        eventSource: 'Alerts'
        ruleSets: [
          {
            rules: [
              {
                propertyJPath: 'Severity'
                propertyType: 'String'
                expectedValue: 'High'
                operator: 'Equals'
              }
              {
                propertyJPath: 'AlertDisplayName'
                propertyType: 'String'
                expectedValue: 'SQL'
                operator: 'Contains'
              }
            ]
          }
        ]
      }
    ]
    actions: [
      {
        actionType: 'LogicApp'
        logicAppResourceId: '/subscriptions/10000000-5eed-4000-8000-000000000001/resourceGroups/rg-soc/providers/Microsoft.Logic/workflows/Block-IP'
        uri: listCallbackUrl(resourceId('10000000-5eed-4000-8000-000000000001', 'rg-soc', 'Microsoft.Logic/workflows/triggers', 'Block-IP', 'alert'), '2019-05-01').value
      }
    ]
  }
}
",
  },
]
`)
  })
})
