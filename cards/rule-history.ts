import type { Rule, RuleVersion } from '../src/model/rule.ts'
import type { Card, Row } from './card.ts'
import { changeWords } from './rule.ts'
import { clip, count, inline, short } from './text.ts'

export interface NumberedVersion {
  /** Counted from the first. */
  number: number
  version: RuleVersion
  /** The rule as it stood then, in plain language; empty when it was deleted. */
  words: string
}

const shown = 15

/** What was done to a rule from here, newest first, with a way back to each earlier state. */
export function ruleHistoryCard(rule: Pick<Rule, 'id' | 'name'>, versions: NumberedVersion[], now: Date): Card {
  const name = short(inline(rule.name), 100)
  const left = versions.length - shown
  return {
    fallback: `History of the rule ${name}: ${count(versions.length, 'change')}.`,
    tone: 'neutral',
    body: [
      { type: 'title', text: `History of ${name}` },
      versions.length === 0
        ? { type: 'text', text: 'Nothing was done to it from here. Changes made in the portal are in Azure’s activity log.' }
        : { type: 'rows', rows: versions.slice(0, shown).map((version, index) => row(rule, version, index === 0, now)) },
      ...(left > 0 ? [{ type: 'text' as const, text: `${count(left, 'older change')} not shown.`, subtle: true }] : []),
    ],
    buttons: [],
    more: [],
  }
}

/** The newest is what stands; a deletion holds nothing to go back to. */
function row(rule: Pick<Rule, 'id'>, { number, version, words }: NumberedVersion, isNewest: boolean, now: Date): Row {
  const canReturn = version.rule !== undefined && !isNewest
  return {
    badge: `${number}`,
    tone: 'neutral',
    text: changeWords(version, now),
    subtle: clip(inline(words), 500),
    ...(canReturn && {
      button: {
        type: 'do',
        label: 'Go back to it',
        action: 'rule rollback',
        input: { rule: rule.id, to: String(number) },
        dialog: true,
      },
    }),
  }
}
