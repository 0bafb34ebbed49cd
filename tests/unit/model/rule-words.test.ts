import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Condition, matches, type When } from '../../../src/model/condition.ts'
import { readConditions } from '../../../src/model/condition-text.ts'
import type { Kind } from '../../../src/model/event.ts'
import { mergedSets } from '../../../src/model/merged-sets.ts'
import { sourceOf } from '../../../src/model/rule.ts'
import { conditionWords, type Names, ruleWords } from '../../../src/model/rule-words.ts'
import { fewConditions, whenOf } from './arbitrary.ts'

const names: Names = {
  app: id => id.split('/').at(-1) ?? id,
  recommendation: key => (key.startsWith('94290b00') ? 'MFA should be enabled on accounts with owner permissions' : undefined),
}
const target = { type: 'LogicApp', logicAppId: '/subscriptions/s/resourceGroups/r/providers/Microsoft.Logic/workflows/Block-IP' }

function typed(kind: Kind, text: string): When {
  const read = readConditions(kind, text)
  if ('errors' in read) throw new Error(JSON.stringify(read.errors))
  return read.when
}

function words(kind: Kind, text: string): string {
  return ruleWords({ sources: [{ source: sourceOf[kind], when: typed(kind, text) }], targets: [target] }, names)
}

describe('a rule in words', () => {
  test.each<[Kind, string, string]>([
    ['alert', '', 'When any alert arrives, run Block-IP.'],
    [
      'alert',
      'Name contains SQL\nSeverity is High or Medium',
      'When an alert contains SQL in its name and severity is High or Medium, run Block-IP.',
    ],
    [
      'alert',
      'Severity is High\nName contains SQL',
      'When an alert contains SQL in its name and severity is High, run Block-IP.',
    ],
    ['alert', 'Severity is High', 'When an alert’s severity is High, run Block-IP.'],
    ['alert', 'Severity is High, Medium or Low', 'When an alert’s severity is High, Medium or Low, run Block-IP.'],
    ['alert', 'Severity is not Low', 'When an alert’s severity is not Low, run Block-IP.'],
    ['alert', 'Name contains brute force', 'When an alert contains “brute force” in its name, run Block-IP.'],
    ['alert', 'Version contains 3.\nSeverity is high', 'When an alert’s severity is high, run Block-IP.'],
    ['alert', 'Version contains 3.', 'When any alert arrives, run Block-IP.'],
    ['alert', 'Incident is true', 'When an alert is an incident, run Block-IP.'],
    ['alert', 'Incident is false\nSeverity is High', 'When an alert is no incident and severity is High, run Block-IP.'],
    [
      'alert',
      'Name contains SQL\nSeverity is High\nor\nAttacked resource starts with vm-',
      'When an alert contains SQL in its name and severity is High, or an alert’s attacked resource starts with vm-, run Block-IP.',
    ],
    ['alert', '"Some.Path" is x', 'When an alert’s Some.Path is x, run Block-IP.'],
    [
      'recommendation',
      'Recommendation is 94290b00-4d0c-d7b4-7cea-064a9554e681\nState is Unhealthy',
      'When a recommendation is “MFA should be enabled on accounts with owner permissions” and state is Unhealthy, run Block-IP.',
    ],
    ['recommendation', 'Recommendation is not abc', 'When a recommendation is not abc, run Block-IP.'],
    [
      'compliance',
      'Standard contains PCI-DSS-4\nState is Failed',
      'When a compliance change belongs to PCI-DSS-4 and state is Failed, run Block-IP.',
    ],
    ['compliance', 'Failed resources is more than 3', 'When a compliance change has more than 3 failed resources, run Block-IP.'],
  ])('%s: %j', (kind, text, sentence) => {
    expect(words(kind, text)).toBe(sentence)
  })

  test('what Microsoft’s policy writes for three recommendations, two severities and two states', () => {
    const sets = ['a1', 'b2', 'c3'].flatMap(key =>
      ['High', 'Low'].flatMap(severity =>
        ['Healthy', 'Unhealthy'].map(state => `"name" contains ${key}\nSeverity is ${severity}\nState is ${state}`),
      ),
    )
    expect(words('recommendation', sets.join('\nor\n'))).toBe(
      'When a recommendation’s key contains a1, b2 or c3 and severity is High or Low and state is Healthy or Unhealthy, run Block-IP.',
    )
  })

  test('of many sets and values some are told, the rest counted', () => {
    expect(words('alert', 'Type is "a1" or "a2" or "a3" or "a4" or "a5" or "a6" or "a7"')).toMatch(
      /type is a1, a2, a3, a4, a5 or 2 more, run/,
    )
    const sets = Array.from({ length: 9 }, (_, index) => `Name contains ${index}\nSeverity is not ${index}`).join('\nor\n')
    expect(words('alert', sets)).toMatch(/severity is not 4, or one of 4 more sets of conditions holds, run Block-IP\.$/)
  })

  test('several sources, targets and sources of other kinds', () => {
    const sources = [
      { source: 'Alerts', when: typed('alert', 'Severity is High') },
      { source: 'SecureScores', when: [] },
    ]
    const targets = [target, { type: 'LogicApp', logicAppId: '/x/Notify' }, { type: 'EventHub' }]
    expect(ruleWords({ sources, targets }, names)).toBe(
      'When an alert’s severity is High, or an event of the source SecureScores arrives, run Block-IP and Notify and send it to EventHub.',
    )
    expect(ruleWords({ sources: [], targets: [] }, names)).toBe(
      'When nothing in particular happens, do nothing: no logic app is chosen.',
    )
  })
})

test('one condition in words', () => {
  const said = (kind: Kind, text: string) => typed(kind, text).flatMap(set => set.map(one => conditionWords(kind, one, names)))
  expect(said('alert', 'Name contains SQL\nSeverity is High\nIncident is true')).toEqual([
    'name contains SQL',
    'severity is High',
    'it is an incident',
  ])
  expect(said('compliance', 'Failed resources is at least 2')).toEqual(['at least 2 failed resources'])
})

test('merged sets hold exactly when the sets do', () => {
  const body = fc.record({
    Severity: fc.constantFrom('High', 'Medium', 'Low', 3),
    AlertDisplayName: fc.constantFrom('SQL 3', 'Blob', 'High'),
    a: fc.constantFrom('3', 4, null),
  })
  fc.assert(
    fc.property(whenOf(fewConditions, 12), body, (when, event) => {
      const merged = mergedSets(when)
      const holds = (one: Omit<Condition, 'value'>, value: string) => matches([[{ ...one, value }]], event)
      const held =
        merged.length === 0 || merged.some(set => set.every(({ values, ...one }) => values.some(value => holds(one, value))))
      expect(held).toBe(matches(when, event))
      expect(merged.length).toBeLessThanOrEqual(when.length)
    }),
    { numRuns: 3000 },
  )
})
