import type { RuleNews, RulesNews } from '../src/model/notice.ts'
import type { Trouble } from '../src/model/rule-health.ts'
import type { Button, Card, Element, Row, Tone } from './card.ts'
import { count, inline, short } from './text.ts'

const rowsAtMost = 10

/** That rules went dead or are about to, told once where they were made; the same card says when each is well again. */
export function rulesNewsCard({ rules }: RulesNews): Card {
  const [only] = rules
  return rules.length === 1 && only !== undefined ? oneRule(only) : manyRules(rules)
}

function oneRule(news: RuleNews): Card {
  const { said, tone } = look(news)
  const title = `The rule ${nameOf(news)} ${said}`
  return {
    fallback: `${title}.`,
    tone,
    body: [{ type: 'title', text: title }, ...news.troubles.map(troubleLine)],
    buttons: isThere(news) ? [show(news, 'Show the rule')] : [],
    more: [],
  }
}

/** Those that are not well first, each with the worst that is wrong; the rest is on the rule’s own card. */
function manyRules(rules: RuleNews[]): Card {
  const order: Tone[] = ['bad', 'warn', 'neutral', 'good']
  const sorted = rules.toSorted((a, b) => order.indexOf(look(a).tone) - order.indexOf(look(b).tone))
  const title = titleOf(rules)
  const shown = sorted.slice(0, rowsAtMost)
  const left = sorted.length - shown.length
  const more: Element[] = left === 0 ? [] : [{ type: 'text', text: `and ${count(left, 'more rule')}`, subtle: true }]
  return {
    fallback: short(`${title}: ${sorted.map(nameOf).join(', ')}`, 300),
    tone: look(sorted[0] ?? {}).tone,
    body: [{ type: 'title', text: title }, { type: 'rows', rows: shown.map(row) }, ...more],
    buttons: [{ type: 'do', label: 'All rules', action: 'rules', input: {} }],
    more: [],
  }
}

/** `4 rules do not work, 2 need a look`. */
function titleOf(rules: RuleNews[]): string {
  const broken = rules.filter(isBroken).length
  const ailing = rules.filter(({ troubles }) => troubles.length > 0).length - broken
  const parts = [
    ...(broken === 0 ? [] : [`${count(broken, 'rule')} ${broken === 1 ? 'does' : 'do'} not work`]),
    ...(ailing === 0 ? [] : [`${broken === 0 ? count(ailing, 'rule') : ailing} ${ailing === 1 ? 'needs' : 'need'} a look`]),
  ]
  return parts.length === 0 ? `${count(rules.length, 'rule')}: no trouble any more` : parts.join(', ')
}

function row(news: RuleNews): Row {
  const { badge, tone } = look(news)
  const [worst] = news.troubles.toSorted((a, b) => Number(b.level === 'broken') - Number(a.level === 'broken'))
  const others = news.troubles.length - 1
  const and = others > 0 ? ` And ${others} more.` : ''
  return {
    badge,
    tone,
    text: nameOf(news),
    subtle: worst === undefined ? '' : `${short(inline(worst.message), 240)}${and}`,
    ...(isThere(news) && { button: show(news, 'Show') }),
  }
}

function nameOf({ ruleName }: RuleNews): string {
  return short(inline(ruleName), 80)
}

function isBroken({ troubles = [] }: Partial<RuleNews>): boolean {
  return troubles.some(({ level }) => level === 'broken')
}

function isThere({ troubles, ended }: RuleNews): boolean {
  return troubles.length > 0 || ended !== 'deleted'
}

function show({ ruleId }: RuleNews, label: string): Button {
  return { type: 'do', label, action: 'rule show', input: { rule: ruleId } }
}

interface Look {
  said: string
  badge: string
  tone: Tone
}

function look(news: Partial<RuleNews>): Look {
  if (isBroken(news)) return { said: 'does not work', badge: 'Broken', tone: 'bad' }
  if ((news.troubles ?? []).length > 0) return { said: 'needs a look', badge: 'Warning', tone: 'warn' }
  return endings[news.ended ?? 'well']
}

const endings: Record<NonNullable<RuleNews['ended']>, Look> = {
  well: { said: 'is well again', badge: 'Well again', tone: 'good' },
  disabled: { said: 'was disabled', badge: 'Disabled', tone: 'neutral' },
  deleted: { said: 'was deleted', badge: 'Deleted', tone: 'neutral' },
}

/** One thing that is wrong with a rule. */
export function troubleLine({ level, message }: Trouble): Element {
  const look = level === 'broken' ? ({ tone: 'bad', icon: 'fail' } as const) : ({ tone: 'warn', icon: 'warn' } as const)
  return { type: 'line', ...look, text: short(inline(message), 600) }
}
