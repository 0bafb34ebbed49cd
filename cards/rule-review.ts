import type { BackTest } from '../src/model/back-test.ts'
import { backTestInForm } from './back-test.ts'
import type { Element } from './card.ts'
import { clip, inline, whereTheyDiffer } from './text.ts'

/** What is known of a draft before it is saved. */
export interface RuleReview {
  words: string
  warnings: string[]
  /** Azure's own check: `ok`, its reason, or that it could not be asked. */
  verdict: { ok: true } | { refused: string } | { unasked: string }
  test?: BackTest
  /** A sentence that the person must accept. */
  confirm?: string
}

/** One part of a rule that two people made differently. */
export interface Both {
  label: string
  theirs: string
  mine: string
}

/** Someone else saved while the form was open: the rule as it is now. */
export interface Theirs {
  rule: string
  /** They made a rule of the name that mine was to have: both can't be. */
  taken?: string
  /** Where the two differ. */
  differs: Both[]
}

export function mayBeSaved({ verdict }: RuleReview): boolean {
  return !('refused' in verdict)
}

const valueShown = 400

/** Every difference, one above the other, and the way to leave it at theirs. */
export function conflict({ rule, taken, differs }: Theirs): Element[] {
  const said =
    taken === undefined ? 'Someone else saved this rule meanwhile.' : `Someone else made a rule ${inline(taken)} meanwhile.`
  const facts = differs.flatMap(({ label, theirs, mine }) => {
    const [a, b] = whereTheyDiffer(inline(theirs), inline(mine), valueShown)
    return [
      { label: `${label}, theirs`, value: a === '' ? 'Empty' : a },
      { label: `${label}, yours`, value: b === '' ? 'Empty' : b },
    ]
  })
  return [
    {
      type: 'line',
      tone: 'warn',
      icon: 'warn',
      text: `${said} ${facts.length === 0 ? 'It says the same as yours.' : 'This differs:'}`,
    },
    ...(facts.length === 0 ? [] : [{ type: 'facts' as const, facts }]),
    {
      type: 'beside',
      buttons: [{ type: 'do', label: taken === undefined ? 'Keep theirs' : 'Show theirs', action: 'rule show', input: { rule } }],
    },
  ]
}

export function reviewed(review: RuleReview, now: Date): Element[] {
  const { words, warnings, confirm, verdict, test } = review
  const odd = confirm === undefined ? warnings : [confirm, ...warnings]
  return [
    { type: 'text', text: clip(inline(words), 1000), strong: true },
    ...odd.map((text): Element => ({ type: 'line', tone: 'warn', icon: 'warn', text: clip(inline(text), 400) })),
    verdictLine(verdict),
    ...(test === undefined ? [] : backTestInForm(test, now)),
    { type: 'divider' },
  ]
}

function verdictLine(verdict: RuleReview['verdict']): Element {
  if ('refused' in verdict)
    return { type: 'line', tone: 'bad', icon: 'fail', text: `Azure would refuse it: ${clip(inline(verdict.refused), 500)}` }
  if ('unasked' in verdict)
    return {
      type: 'line',
      tone: 'warn',
      icon: 'warn',
      text: `Azure could not be asked about it: ${clip(inline(verdict.unasked), 300)}`,
    }
  return { type: 'line', tone: 'good', icon: 'ok', text: 'Azure would take it.' }
}
