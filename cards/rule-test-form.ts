import type { Rule } from '../src/model/rule.ts'
import type { Card, Input } from './card.ts'
import { errorAt, type FieldError } from './forms.ts'
import { inline, short } from './text.ts'

const bodyAtMost = 100_000

/** On the past, on one finding or on a pasted event. */
export function ruleTestFormCard(rule: Pick<Rule, 'id' | 'name'>, errors: FieldError[]): Card {
  const name = short(inline(rule.name), 100)
  const days: Input = {
    type: 'input',
    as: 'choice',
    id: 'days',
    label: 'On the events of',
    required: true,
    options: [7, 30, 90].map(count => ({ value: String(count), title: `the last ${count} days` })),
    value: '30',
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
