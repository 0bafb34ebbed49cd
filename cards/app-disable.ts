import type { LogicApp } from '../src/model/logic-app.ts'
import type { Card, Row } from './card.ts'
import { count, inline, short } from './text.ts'

export interface DisableView {
  app: LogicApp
  /** Enabled rules that start it. */
  rules: { name: string; group: string }[]
  /** How many more there are that the person may not see. */
  hidden: number
  /** Names exactly these rules: others need to be told of anew. */
  confirm: string
}

const rulesShown = 20

/** Which rules would start nothing any more, before it is so. */
export function disableCard({ app, rules, hidden, confirm }: DisableView): Card {
  const name = short(inline(app.name), 60)
  const left = hidden + Math.max(0, rules.length - rulesShown)
  const sentence = `${count(rules.length + hidden, 'rule')} would start nothing any more.`
  return {
    fallback: `Disable ${name}? ${sentence}`,
    tone: 'warn',
    body: [
      {
        type: 'line',
        tone: 'warn',
        icon: 'warn',
        text: `${sentence} The rules themselves stay enabled, and Azure does not warn of it.`,
      },
      ...(rules.length === 0 ? [] : [{ type: 'rows' as const, rows: rules.slice(0, rulesShown).map(row) }]),
      ...(left > 0 ? [{ type: 'text' as const, text: `and ${left} more`, subtle: true }] : []),
    ],
    buttons: [],
    more: [],
    form: {
      title: `Disable ${name}`,
      action: 'app disable',
      input: { logicApp: app.id, confirm },
      submit: `Disable ${short(inline(app.name), 15)}`,
    },
  }
}

function row({ name, group }: DisableView['rules'][number]): Row {
  return { badge: '', tone: 'neutral', text: short(inline(name), 120), subtle: short(inline(group), 90) }
}
