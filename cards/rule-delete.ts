import type { Rule } from '../src/model/rule.ts'
import type { Card } from './card.ts'
import { clip, inline, short } from './text.ts'

/** Asked once more, with a word for the history. */
export function ruleDeleteFormCard(rule: Pick<Rule, 'id' | 'name'>, words: string): Card {
  const name = short(inline(rule.name), 100)
  return {
    fallback: `Delete the rule ${name}?`,
    tone: 'warn',
    body: [
      { type: 'text', text: `Delete ${name}?`, strong: true },
      { type: 'text', text: clip(inline(words), 1000) },
      { type: 'text', text: 'Its history is kept and can bring it back.', subtle: true },
      {
        type: 'input',
        as: 'text',
        id: 'why',
        label: 'Why',
        required: false,
        multiline: false,
        maxLength: 500,
        placeholder: 'Kept in the rule’s history',
      },
    ],
    buttons: [],
    more: [],
    form: {
      title: 'Delete rule',
      action: 'rule delete',
      input: { rule: rule.id, sure: 'true' },
      submit: 'Delete rule',
      style: 'danger',
    },
  }
}

/** `last`: the version of its history that brings it back. */
export function ruleDeletedCard(rule: Pick<Rule, 'id' | 'name'>, last: number | undefined): Card {
  const name = short(inline(rule.name), 100)
  const input = { rule: rule.id, to: String(last) }
  return {
    fallback: `The rule ${name} is deleted.`,
    tone: 'neutral',
    body: [{ type: 'line', tone: 'good', icon: 'ok', text: `The rule ${name} is deleted.` }],
    buttons: last === undefined ? [] : [{ type: 'do', label: 'Bring it back', action: 'rule rollback', input, dialog: true }],
    more: [],
  }
}
