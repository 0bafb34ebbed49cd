import type { Rule } from '../src/model/rule.ts'
import type { Card, Input } from './card.ts'
import { errorAt, type FieldError } from './forms.ts'
import { inline, short } from './text.ts'

const bodyAtMost = 100_000

export interface RuleTestFormView {
  rule: Pick<Rule, 'id' | 'name'>
  /** What stood in the fields; empty where nothing did. */
  given: { days: string; on: string; body: string }
  errors: FieldError[]
}

/** On the past, on one finding or on a pasted event. */
export function ruleTestFormCard({ rule, given, errors }: RuleTestFormView): Card {
  const spans = [7, 30, 90].map(String)
  const name = short(inline(rule.name), 100)
  const days: Input = {
    type: 'input',
    as: 'choice',
    id: 'days',
    label: 'On the events of',
    required: true,
    options: spans.map(count => ({ value: count, title: `the last ${count} days` })),
    value: spans.find(span => span === given.days) ?? '30',
    search: false,
    ...errorAt(errors, 'days'),
  }
  const finding: Input = {
    type: 'input',
    as: 'text',
    id: 'on',
    label: 'Or on one finding',
    required: false,
    multiline: false,
    maxLength: 100,
    placeholder: 'Its id, as in "show <id>"',
    ...(given.on !== '' && { value: given.on }),
    ...errorAt(errors, 'on'),
  }
  const body: Input = {
    type: 'input',
    as: 'text',
    id: 'body',
    label: 'Or on an event you paste',
    required: false,
    multiline: true,
    maxLength: bodyAtMost,
    placeholder: 'JSON, as Defender for Cloud sends it',
    ...(given.body !== '' && { value: given.body }),
    ...errorAt(errors, 'body'),
  }
  return {
    fallback: `Say what to test the rule ${name} on.`,
    tone: 'neutral',
    body: [{ type: 'text', text: name, strong: true }, days, finding, body],
    buttons: [],
    more: [],
    form: { title: 'Test rule', action: 'rule test', input: { rule: rule.id }, submit: 'Test' },
  }
}
