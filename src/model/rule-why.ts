import { type Condition, holds, valueAt } from './condition.ts'
import type { Kind } from './event.ts'
import { kindOf, type Rule, type RuleDraft } from './rule.ts'
import { covers } from './rule-scope.ts'

/** Whether a rule fires on an event, and what keeps it from doing so: the first thing in this order. */
export type RuleVerdict =
  | { outcome: 'matched' }
  | { outcome: 'unread' | 'wrong-kind' | 'wrong-scope' }
  | {
      outcome: 'conditions'
      /** Of the set that came nearest (most of its conditions hold): the first that did not, and what stood there; undefined: nothing. */
      failed: { condition: Condition; actual: unknown }
    }
  | { outcome: 'disabled' }

/** What a rule sees of a finding. */
export interface Subject {
  kind: Kind
  /** ARM id of what is affected, or of its subscription. */
  subject: string
  /** The event as rules see it (connectorBody). */
  body: unknown
}

/** A disabled rule is judged last: the answer `disabled` means that it would have fired. */
export function whyRule(rule: Rule, finding: Subject): RuleVerdict {
  if (rule.unread !== undefined) return { outcome: 'unread' }
  const verdict = whyDraft(rule, finding)
  return verdict.outcome === 'matched' && !rule.enabled ? { outcome: 'disabled' } : verdict
}

/** The same for a rule not saved yet, as if it were enabled. */
export function whyDraft(rule: Pick<RuleDraft, 'scopes' | 'sources'>, { kind, subject, body }: Subject): RuleVerdict {
  const sources = rule.sources.filter(({ source }) => kindOf(source) === kind)
  if (sources.length === 0) return { outcome: 'wrong-kind' }
  if (!rule.scopes.some(scope => covers(scope, subject))) return { outcome: 'wrong-scope' }
  const sets = sources.flatMap(({ when }) => (when.length === 0 ? [[]] : when))
  const failed = nearestFailure(sets, body)
  return failed === undefined ? { outcome: 'matched' } : { outcome: 'conditions', failed }
}

/** Undefined when a set holds. */
function nearestFailure(sets: Condition[][], body: unknown) {
  let nearest: { share: number; condition: Condition } | undefined
  for (const set of sets) {
    const held = set.map(condition => holds(condition, body))
    const condition = set[held.indexOf(false)]
    if (condition === undefined) return undefined
    const share = held.filter(Boolean).length / set.length
    if (nearest === undefined || share > nearest.share) nearest = { share, condition }
  }
  return nearest && { condition: nearest.condition, actual: valueAt(body, nearest.condition.path) }
}
