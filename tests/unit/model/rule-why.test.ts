import { expect, test } from '@jest/globals'
import type { Condition } from '../../../src/model/condition.ts'
import type { Rule } from '../../../src/model/rule.ts'
import { type RuleVerdict, type Subject, whyRule } from '../../../src/model/rule-why.ts'
import { group, ruleOf, subscription } from './sample.ts'

const finding: Subject = {
  kind: 'alert',
  subject: `${group}/providers/Microsoft.Compute/virtualMachines/vm-1`.toUpperCase(),
  body: { Severity: 'Low', AlertDisplayName: 'SQL injection', Version: '3.0' },
}
function is(path: string, value: string, operator: Condition['operator'] = 'Equals'): Condition {
  return { path, type: 'String', operator, value }
}
function asking(...when: Condition[][]): Partial<Rule> {
  return { sources: [{ source: 'Alerts', when }] }
}
const low = is('Severity', 'low')
const high = is('Severity', 'High')

test.each<[string, Partial<Rule>, RuleVerdict]>([
  ['it holds', asking([low]), { outcome: 'matched' }],
  ['nothing asked', asking(), { outcome: 'matched' }],
  ['one of its sets holds', asking([high], [low]), { outcome: 'matched' }],
  ['a group of it', { ...asking([low]), scopes: [group.toLowerCase()] }, { outcome: 'matched' }],
  [
    'the second of two sources of one kind',
    {
      sources: [
        { source: 'Alerts', when: [[high]] },
        { source: 'alerts', when: [[low]] },
      ],
    },
    { outcome: 'matched' },
  ],
  ['disabled', { ...asking([low]), enabled: false }, { outcome: 'disabled' }],
  [
    'disabled, but it would not have fired',
    { ...asking([high]), enabled: false },
    { outcome: 'conditions', failed: { condition: high, actual: 'Low' } },
  ],
  ['another kind', { sources: [{ source: 'Assessments', when: [] }] }, { outcome: 'wrong-kind' }],
  ['another group', { ...asking(), scopes: [`${group}-2`] }, { outcome: 'wrong-scope' }],
  ['no scope', { ...asking(), scopes: [] }, { outcome: 'wrong-scope' }],
  ['not readable here', { ...asking(), unread: 'newer' }, { outcome: 'unread' }],
  [
    'nothing stands there',
    asking([is('No.Such', 'x')]),
    { outcome: 'conditions', failed: { condition: is('No.Such', 'x'), actual: undefined } },
  ],
  [
    'of several sets the nearest is told, and its first failure',
    asking([high, is('Version', '3.', 'Contains')], [low, is('AlertDisplayName', 'SQL', 'Contains'), high], [high]),
    { outcome: 'conditions', failed: { condition: high, actual: 'Low' } },
  ],
])('%s', (_, rule, verdict) => {
  expect(whyRule(ruleOf(rule), finding)).toEqual(verdict)
})

test('the nearest set is the one of which the largest part holds', () => {
  const other = is('AlertDisplayName', 'Blob', 'Contains')
  expect(whyRule(ruleOf(asking([high, other], [low, other])), finding)).toEqual({
    outcome: 'conditions',
    failed: { condition: other, actual: 'SQL injection' },
  })
})

test('a subject that is only a subscription is in the subscription’s scope and in no group’s', () => {
  const whole = { ...finding, subject: `/subscriptions/${subscription}` }
  expect(whyRule(ruleOf(asking()), whole)).toEqual({ outcome: 'matched' })
  expect(whyRule(ruleOf({ ...asking(), scopes: [group] }), whole)).toEqual({ outcome: 'wrong-scope' })
})
