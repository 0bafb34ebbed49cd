import type { Kind } from '../src/model/event.ts'
import type { Card, Do } from './card.ts'
import { inline, short } from './text.ts'

/** Asked first, because fields, suggestions and logic apps follow from it. `draft`: a rule that was begun before; `said`: what was done just now. */
export function ruleKindCard(draft?: { id: string; name: string }, said?: string): Card {
  const options = (['alert', 'recommendation', 'compliance'] as const).map(value => ({ value, title: kindTitles[value] }))
  return {
    fallback: said ?? 'Say what starts the rule.',
    tone: 'neutral',
    body: [
      ...(said === undefined ? [] : [{ type: 'line' as const, tone: 'good' as const, icon: 'ok' as const, text: said }]),
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
    buttons: draft === undefined ? [] : [goOn(draft), discardDraft(draft.id)],
    more: [],
    form: { title: 'New rule', action: 'rule new', submit: 'Next' },
  }
}

function goOn({ id, name }: { id: string; name: string }): Do {
  const what = name === '' ? 'the rule you began' : short(inline(name), 40)
  return { type: 'do', label: `Go on with ${what}`, action: 'rule new', input: { draft: id, step: 'open' }, dialog: true }
}

/** What was typed and kept goes for good. */
export function discardDraft(draft: string): Do {
  return { type: 'do', label: 'Discard it', action: 'rule new', input: { draft, step: 'discard' } }
}

const kindTitles: Record<Kind, string> = {
  alert: 'A security alert',
  recommendation: 'A recommendation that changes',
  compliance: 'A regulatory compliance change',
}
