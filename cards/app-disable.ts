import type { LogicApp } from '../src/model/logic-app.ts'
import type { Card, Row } from './card.ts'
import { count, inline, short } from './text.ts'

export interface DisableView {
  app: LogicApp
  /** Enabled rules that start it. */
  rules: { name: string; group: string }[]
  /** Names exactly these rules: others need to be told of anew. */
  confirm: string
}

const rulesShown = 20

/** Which rules would start nothing any more, before it is so. */
export function disableCard({ app, rules, confirm }: DisableView): Card {
  const name = short(inline(app.name), 60)
  const sentence = `${count(rules.length, 'rule')} would start nothing any more.`
  return {
    fallback: `Disable ${name}? ${sentence}`,
    tone: 'warn',
    body: [
      { type: 'line', tone: 'warn', icon: 'warn', text: `${sentence} The rules themselves stay enabled, and Azure does not warn of it.` },
      { type: 'rows', rows: rules.slice(0, rulesShown).map(row) },
      ...(rules.length > rulesShown ? [{ type: 'text' as const, text: `and ${rules.length - rulesShown} more`, subtle: true }] : []),
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
