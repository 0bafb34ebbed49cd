import type { Rule, RuleVersion } from '../src/model/rule.ts'
import type { Trouble } from '../src/model/rule-health.ts'
import type { Run } from '../src/model/run.ts'
import type { Button, Card, Do, Element, Fact, Tone } from './card.ts'
import { troubleLine } from './rule-news.ts'
import { clip, inline, short } from './text.ts'
import { when } from './time.ts'
import { runWord } from './words.ts'

/** A rule as lists and cards show it. */
export interface RuleView {
  rule: Rule
  /** "When an alert contains SQL in its name, run Block-IP." */
  words: string
  /** Whose events it hears: "all of Production". */
  scope: string
  /** Where it lives: "rg-soc · Production". */
  home: string
  /** Names of the logic apps it starts. */
  apps: string[]
  troubles: Trouble[]
  /** The newest run it started, as far as findings here tell. */
  lastRun?: Run
  /** When it last brought an event here, ISO. */
  lastBrought?: string
}

export type RuleState = 'broken' | 'disabled' | 'enabled'

export function ruleState({ rule, troubles }: Pick<RuleView, 'rule' | 'troubles'>): RuleState {
  if (!rule.enabled) return 'disabled'
  return troubles.some(({ level }) => level === 'broken') ? 'broken' : 'enabled'
}

export const ruleStateWord: Record<RuleState, string> = { broken: 'Broken', disabled: 'Disabled', enabled: 'Enabled' }
const stateTone: Record<RuleState, Tone> = { broken: 'bad', disabled: 'neutral', enabled: 'good' }

/** Green only where nothing is odd. */
export function ruleTone(view: Pick<RuleView, 'rule' | 'troubles'>): Tone {
  const state = ruleState(view)
  return state === 'enabled' && view.troubles.length > 0 ? 'warn' : stateTone[state]
}

const wordsShown = 1500

/** What a rule does in plain words, whether it can, and what can be done with it. */
export function ruleCard(view: RuleView, history: RuleVersion[], now: Date): Card {
  const { rule, words, troubles } = view
  const state = ruleState(view)
  const name = short(inline(rule.name), 120)
  return {
    fallback: `Rule ${name}, ${ruleStateWord[state].toLowerCase()}. ${short(inline(words), 300)}`,
    tone: ruleTone(view),
    body: [
      {
        type: 'heading',
        badge: ruleStateWord[state].toUpperCase(),
        tone: ruleTone(view),
        left: 'Rule',
        right: short(inline(view.home), 120),
      },
      { type: 'title', text: name },
      ...description(rule),
      { type: 'text', text: clip(inline(words), wordsShown) },
      ...troubles.map(troubleLine),
      { type: 'facts', facts: facts(view, history, now) },
    ],
    buttons: buttons(rule),
    more: [
      ask(rule, 'History', 'rule history', { dialog: true }),
      ask(rule, 'Delete', 'rule delete', { dialog: true, style: 'danger' }),
    ],
  }
}

function description({ description: text }: Rule): Element[] {
  return text.trim() === '' ? [] : [{ type: 'text', text: clip(inline(text), 600), subtle: true }]
}

function facts(view: RuleView, history: RuleVersion[], now: Date): Fact[] {
  const { scope, apps } = view
  const [last] = history
  const all: Fact[] = [
    { label: 'Hears', value: short(inline(scope), 300) },
    { label: 'Starts', value: apps.length === 0 ? 'nothing' : short(apps.map(inline).join(', '), 300) },
    { label: 'Last fired', value: lastFired(view, now) },
  ]
  return last === undefined ? all : [...all, { label: 'Last change', value: changeWords(last, now) }]
}

/** `12:04 UTC (6 min), succeeded` */
export function lastFired({ lastRun: run, lastBrought }: Pick<RuleView, 'lastRun' | 'lastBrought'>, now: Date): string {
  if (lastBrought !== undefined && (run === undefined || lastBrought >= run.startedAt))
    return `${when(lastBrought, now)}, brought the event here`
  return run === undefined ? 'not seen here yet' : `${when(run.startedAt, now)}, ${runWord[run.state].toLowerCase()}`
}

/** `edited by Admin, 12:04 UTC (6 min): too noisy` */
export function changeWords({ what, by, at, why }: RuleVersion, now: Date): string {
  const because = why === undefined || why.trim() === '' ? '' : `: ${clip(inline(why), 200)}`
  return `${what} by ${short(inline(by.name), 60)}, ${when(at, now)}${because}`
}

/** What this program can't read fully it can't edit, but switch on and off. */
function buttons(rule: Rule): Button[] {
  const test = ask(rule, 'Test', 'rule test', { dialog: true })
  const turn = rule.enabled ? ask(rule, 'Disable', 'rule disable') : ask(rule, 'Enable', 'rule enable')
  if (rule.unread !== undefined) return [turn, test]
  return [ask(rule, 'Edit', 'rule edit', { dialog: true, style: 'primary' }), turn, test]
}

function ask(rule: Rule, label: string, action: string, look: Pick<Do, 'style' | 'dialog'> = {}): Do {
  return { type: 'do', label, action, input: { rule: rule.id }, ...look }
}
