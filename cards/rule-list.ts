import type { Button, Card, Row } from './card.ts'
import { lastFired, type RuleView, ruleState, ruleStateWord, ruleTone } from './rule.ts'
import { count, inline, short } from './text.ts'

export interface RuleListView {
  /** In the order shown. */
  rules: RuleView[]
  /** All that fit, over all pages. */
  total: number
  /** How many of all that fit are broken. */
  broken: number
  filter: string
  /** The next page's number, when there is one. */
  next?: number
  now: Date
}

/** Broken first, then disabled, then enabled: one line each, with what it does and when it last did it. */
export function ruleListCard({ rules, total, broken, filter, next, now }: RuleListView): Card {
  const stated = short(inline(filter), 160)
  const heading = total === 0 ? 'No rules' : `${count(total, 'rule')}${broken === 0 ? '' : `, ${broken} broken`}`
  const none = stated === '' ? 'There are no rules yet.' : 'There are no rules that fit.'
  return {
    fallback: `${total === 0 ? none : `${heading}.`}${stated === '' ? '' : ` Filter: ${stated}`}`,
    tone: broken === 0 ? 'neutral' : 'bad',
    body: [
      { type: 'title', text: heading },
      ...(stated === '' ? [] : [{ type: 'text' as const, text: `Filter: ${stated}`, subtle: true }]),
      ...(total === 0
        ? [{ type: 'text' as const, text: none }]
        : [{ type: 'rows' as const, rows: rules.map(rule => row(rule, now)) }]),
    ],
    buttons: [
      { type: 'do', label: 'New rule', action: 'rule new', input: {}, style: 'primary', dialog: true },
      ...nextPage(filter, next),
    ],
    more: [],
  }
}

function row(view: RuleView, now: Date): Row {
  const { rule, words, scope, troubles } = view
  const state = ruleState(view)
  const [worst] = troubles
  const trouble = worst === undefined ? '' : `${short(firstSentence(inline(worst.message)), 160)} · `
  return {
    badge: ruleStateWord[state],
    tone: ruleTone(view),
    text: short(inline(rule.name), 120),
    subtle: `${trouble}${short(inline(words), 240).replace(/\.$/, '')} · ${short(inline(scope), 100)} · last fired: ${lastFired(view, now)}`,
    button: { type: 'do', label: 'Show', action: 'rule show', input: { rule: rule.id } },
  }
}

/** What is wrong; what to do about it is on the rule's own card. */
function firstSentence(text: string): string {
  return /^.*?(?=\.(?: |$))/.exec(text)?.[0] ?? text
}

function nextPage(filter: string, next: number | undefined): Button[] {
  return next === undefined ? [] : [{ type: 'do', label: 'Next page', action: 'rules', input: { filter, page: String(next) } }]
}
