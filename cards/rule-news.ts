import type { RuleNews } from '../src/model/notice.ts'
import type { Trouble } from '../src/model/rule-health.ts'
import type { Card, Element, Tone } from './card.ts'
import { inline, short } from './text.ts'

/** That a rule went dead or is about to, told once where the rule was made; the same card says when it is well again. */
export function ruleNewsCard({ ruleId, ruleName, troubles, ended = 'well' }: RuleNews): Card {
  const name = short(inline(ruleName), 80)
  const broken = troubles.some(({ level }) => level === 'broken')
  const said = troubles.length === 0 ? endings[ended].said : broken ? 'does not work' : 'needs a look'
  return {
    fallback: `The rule ${name} ${said}.`,
    tone: troubles.length === 0 ? endings[ended].tone : broken ? 'bad' : 'warn',
    body: [{ type: 'title', text: `The rule ${name} ${said}` }, ...troubles.map(troubleLine)],
    buttons:
      troubles.length === 0 && ended === 'deleted'
        ? []
        : [{ type: 'do', label: 'Show the rule', action: 'rule show', input: { rule: ruleId } }],
    more: [],
  }
}

const endings: Record<NonNullable<RuleNews['ended']>, { said: string; tone: Tone }> = {
  well: { said: 'is well again', tone: 'good' },
  disabled: { said: 'was disabled', tone: 'neutral' },
  deleted: { said: 'was deleted', tone: 'neutral' },
}

/** One thing that is wrong with a rule. */
export function troubleLine({ level, message }: Trouble): Element {
  const look = level === 'broken' ? ({ tone: 'bad', icon: 'fail' } as const) : ({ tone: 'warn', icon: 'warn' } as const)
  return { type: 'line', ...look, text: short(inline(message), 600) }
}
