import type { Finding } from '../src/model/finding.ts'
import type { Card, Element, Row, Tone } from './card.ts'
import { clip, count, inline, short } from './text.ts'

export type WhyOutcome = 'fired' | 'dead' | 'no-match' | 'disabled' | 'wrong-kind' | 'wrong-scope' | 'unread'

/** What one rule makes of one finding. */
export interface WhyLine {
  rule: { id: string; name: string }
  outcome: WhyOutcome
  /** The first condition that failed with what stood there instead, or what else it is, as a sentence. */
  reason: string
}

const look: Record<WhyOutcome, { word: string; tone: Tone }> = {
  fired: { word: 'Matched', tone: 'good' },
  dead: { word: 'Matched, broken', tone: 'bad' },
  'no-match': { word: 'No match', tone: 'neutral' },
  disabled: { word: 'Disabled', tone: 'neutral' },
  'wrong-kind': { word: 'Other kind', tone: 'neutral' },
  'wrong-scope': { word: 'Other scope', tone: 'neutral' },
  unread: { word: 'Not readable', tone: 'warn' },
}
const order: WhyOutcome[] = ['dead', 'fired', 'no-match', 'disabled', 'unread', 'wrong-scope', 'wrong-kind']
/** Rules that never hear such a finding: folded away. */
const apart: WhyOutcome[] = ['wrong-kind', 'wrong-scope']
const shown = 20

/** Why rules did or did not fire on a finding: those that matched first, then those that could have. */
export function whyCard(finding: Finding, lines: WhyLine[]): Card {
  const sorted = lines.toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome))
  const near = sorted.filter(({ outcome }) => !apart.includes(outcome))
  const far = sorted.filter(({ outcome }) => apart.includes(outcome))
  const matched = lines.filter(({ outcome }) => outcome === 'fired' || outcome === 'dead').length
  const said =
    lines.length === 0
      ? 'There are no rules that you may read'
      : `${matched === 0 ? 'No rule matches' : `${count(matched, 'rule')} ${matched === 1 ? 'matches' : 'match'}`} this`
  return {
    fallback: `${said}: ${short(inline(finding.event.title), 140)}`,
    tone: lines.some(({ outcome }) => outcome === 'dead') ? 'bad' : 'neutral',
    body: [
      { type: 'title', text: said },
      { type: 'text', text: short(inline(finding.event.title), 140), subtle: true },
      ...rows(near),
      ...(far.length === 0 ? [] : [rest(finding, far)]),
    ],
    buttons: [],
    more: [],
  }
}

function rest(finding: Finding, far: WhyLine[]): Element {
  const title = `Not asked (${far.length})`
  const unfold = {
    type: 'do' as const,
    label: title,
    action: 'why',
    findingId: finding.id,
    input: { rest: 'true' },
    dialog: true as const,
  }
  return { type: 'details', title, body: rows(far), unfold }
}

/** Only the rules that never hear such a finding, for hosts that can't fold. */
export function whyRestCard(finding: Finding, lines: WhyLine[]): Card {
  const far = lines.filter(({ outcome }) => apart.includes(outcome))
  return {
    fallback: `${count(far.length, 'rule')} not asked about ${short(inline(finding.event.title), 140)}`,
    tone: 'neutral',
    body: [{ type: 'title', text: `Not asked (${far.length})` }, ...rows(far)],
    buttons: [],
    more: [],
  }
}

function rows(lines: WhyLine[]): Element[] {
  if (lines.length === 0) return []
  const left = lines.length - shown
  const more: Element[] = left > 0 ? [{ type: 'text', text: `${count(left, 'more rule')} not shown.`, subtle: true }] : []
  return [{ type: 'rows', rows: lines.slice(0, shown).map(row) }, ...more]
}

function row({ rule, outcome, reason }: WhyLine): Row {
  return {
    badge: look[outcome].word,
    tone: look[outcome].tone,
    text: short(inline(rule.name), 120),
    subtle: clip(inline(reason), 400),
    button: { type: 'do', label: 'Show', action: 'rule show', input: { rule: rule.id } },
  }
}
