import { z } from 'zod'
import { type WhyLine, whyCard, whyRestCard } from '../../../cards/why.ts'
import { Problem } from '../../errors.ts'
import { subjectOf } from '../../model/back-test.ts'
import { connectorBody } from '../../model/connector-body.ts'
import type { Kind } from '../../model/event.ts'
import { kindOf, logicAppIds, type Rule, type RuleSource } from '../../model/rule.ts'
import type { Trouble } from '../../model/rule-health.ts'
import { type RuleVerdict, type Subject, whyRule } from '../../model/rule-why.ts'
import { conditionWords } from '../../model/rule-words.ts'
import { findingVerb, personal } from '../action.ts'
import { afterId, readsFinding } from '../show.ts'
import { troublesFor } from './facts.ts'
import { readableRules } from './find.ts'
import { lastSegment, scopeWords, type Wording, wording } from './words.ts'

export const why = findingVerb<{ rest: string }>({
  name: 'why',
  title: 'Why',
  help: 'Tells for each rule whether it fires on a finding: matched, or the first condition that fails with what stood there.',
  usage: 'why <id>',
  tried: ['explain'],
  topic: 'Rules',
  input: z.object({ rest: z.string().default('') }),
  read: typed => afterId(typed),
  effect: false,
  needs: (_input, on) => readsFinding(on),
  async run(context, { rest }) {
    const { world, finding } = context
    const { event } = finding
    const [rules, body, told] = await Promise.all([readableRules(context), world.store.findings.body(finding.id), wording(world)])
    if (body === undefined) throw new Problem('NotFound', 'The event’s body is no longer kept, so rules can’t be asked about it.')
    const troubles = await troublesFor(world, rules)
    const subject = { kind: event.kind, subject: subjectOf(event), body: connectorBody(event.kind, body) }
    const lines = rules.map(rule => lineOf(rule, subject, troubles.get(rule.id.toLowerCase()) ?? [], told))
    return personal(rest === 'true' ? whyRestCard(finding, lines) : whyCard(finding, lines))
  },
})

function lineOf(rule: Rule, subject: Subject, troubles: Trouble[], told: Wording): WhyLine {
  const verdict = whyRule(rule, subject)
  const dead = verdict.outcome === 'matched' ? troubles.find(({ level }) => level === 'broken') : undefined
  if (dead !== undefined) return { rule, outcome: 'dead', reason: dead.message }
  return { rule, outcome: outcomeOf(verdict), reason: reasonOf(verdict, rule, subject.kind, told) }
}

function outcomeOf({ outcome }: RuleVerdict): WhyLine['outcome'] {
  if (outcome === 'matched') return 'fired'
  return outcome === 'conditions' ? 'no-match' : outcome
}

/** One sentence: what a rule starts, or what keeps it from firing. */
export function reasonOf(verdict: RuleVerdict, rule: Rule, kind: Kind, told: Wording): string {
  switch (verdict.outcome) {
    case 'matched':
      return `It starts ${logicAppIds(rule).map(lastSegment).join(', ')}.`
    case 'disabled':
      return 'Its conditions hold, but it is disabled.'
    case 'wrong-kind':
      return `It hears ${rule.sources.map(sourceWord).join(', ')} only.`
    case 'wrong-scope':
      return `It hears events of ${scopeWords(rule, told)} only.`
    case 'unread':
      return rule.unread ?? 'It can’t be judged here.'
    case 'conditions':
      return failure(verdict.failed, kind, told)
  }
}

const plurals: Record<Kind, string> = { alert: 'alerts', recommendation: 'recommendations', compliance: 'compliance changes' }

function sourceWord({ source }: RuleSource): string {
  const kind = kindOf(source)
  return kind === undefined ? source : plurals[kind]
}

type Failed = Extract<RuleVerdict, { outcome: 'conditions' }>['failed']

/** `Not met: severity is High. It is Low.` */
function failure({ condition, actual }: Failed, kind: Kind, { names }: Wording): string {
  const stood = actual === undefined ? 'The event has no such field' : `It is ${valueWords(actual)}`
  return `Not met: ${conditionWords(kind, condition, names)}. ${stood}.`
}

function valueWords(actual: unknown): string {
  const text = typeof actual === 'string' ? actual : JSON.stringify(actual)
  const shown = text.length > 200 ? `${text.slice(0, 200).toWellFormed()}…` : text
  return /^[\p{L}\p{N}_.-]+$/u.test(shown) ? shown : `“${shown}”`
}
