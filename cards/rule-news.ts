import type { RuleNews } from '../src/model/notice.ts'
import type { Trouble } from '../src/model/rule-health.ts'
import type { Card, Element } from './card.ts'
import { inline, short } from './text.ts'

/** That a rule went dead or is about to, told once where the rule was made; the same card says when it is well again. */
export function ruleNewsCard({ ruleId, ruleName, troubles }: RuleNews): Card {
  const name = short(inline(ruleName), 80)
  const broken = troubles.some(({ level }) => level === 'broken')
  const said = troubles.length === 0 ? 'is well again' : broken ? 'does not work' : 'needs a look'
  return {
    fallback: `The rule ${name} ${said}.`,
    tone: troubles.length === 0 ? 'good' : broken ? 'bad' : 'warn',
    body: [{ type: 'title', text: `The rule ${name} ${said}` }, ...troubles.map(troubleLine)],
    buttons: [{ type: 'do', label: 'Show the rule', action: 'rule show', input: { rule: ruleId } }],
    more: [],
  }
}

/** One thing that is wrong with a rule. */
export function troubleLine({ level, message }: Trouble): Element {
  const look = level === 'broken' ? ({ tone: 'bad', icon: 'fail' } as const) : ({ tone: 'warn', icon: 'warn' } as const)
  return { type: 'line', ...look, text: short(inline(message), 600) }
}
