import type { BackTest } from '../src/model/back-test.ts'
import { backTestInForm } from './back-test.ts'
import type { Element } from './card.ts'
import { clip, inline } from './text.ts'

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

/** Someone else saved while the form was open: the rule as it is now. */
export interface Theirs {
  rule: string
  words: string
}

export function mayBeSaved({ verdict }: RuleReview): boolean {
  return !('refused' in verdict)
}

/** Both, one above the other, and the way to leave it at theirs. */
export function conflict({ rule, words }: Theirs, mine: RuleReview | undefined): Element[] {
  const facts = [
    { label: 'Theirs', value: clip(inline(words), 700) },
    ...(mine === undefined ? [] : [{ label: 'Yours', value: clip(inline(mine.words), 700) }]),
  ]
  return [
    { type: 'line', tone: 'warn', icon: 'warn', text: 'Someone else saved this rule meanwhile.' },
    { type: 'facts', facts },
    { type: 'beside', buttons: [{ type: 'do', label: 'Keep theirs', action: 'rule show', input: { rule } }] },
  ]
}

export function reviewed(review: RuleReview, theirs: Theirs | undefined, now: Date): Element[] {
  const { words, warnings, confirm, verdict, test } = review
  const odd = confirm === undefined ? warnings : [confirm, ...warnings]
  return [
    ...(theirs === undefined ? [{ type: 'text' as const, text: clip(inline(words), 1000), strong: true }] : []),
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
