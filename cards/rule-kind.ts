import type { Kind } from '../src/model/event.ts'
import type { Card, Do } from './card.ts'
import { inline, short } from './text.ts'

/** Asked first, because fields, suggestions and logic apps follow from it. `draft`: a rule that was begun before. */
export function ruleKindCard(draft?: { id: string; name: string }): Card {
  const options = (['alert', 'recommendation', 'compliance'] as const).map(value => ({ value, title: kindTitles[value] }))
  return {
    fallback: 'Say what starts the rule.',
    tone: 'neutral',
    body: [
      {
        type: 'input',
        as: 'choice',
        id: 'kind',
        label: 'What starts it',
        required: true,
        options,
        value: 'alert',
        search: false,
      },
    ],
    buttons: draft === undefined ? [] : [goOn(draft)],
    more: [],
    form: { title: 'New rule', action: 'rule new', submit: 'Next' },
  }
}

function goOn({ id, name }: { id: string; name: string }): Do {
  const what = name === '' ? 'the rule you began' : short(inline(name), 40)
  return { type: 'do', label: `Go on with ${what}`, action: 'rule new', input: { draft: id, step: 'open' }, dialog: true }
}

const kindTitles: Record<Kind, string> = {
  alert: 'A security alert',
  recommendation: 'A recommendation that changes',
  compliance: 'A regulatory compliance change',
}
