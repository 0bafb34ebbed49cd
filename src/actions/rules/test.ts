import { z } from 'zod'
import { dryRunCard, ruleTestCard } from '../../../cards/back-test.ts'
import { ruleTestFormCard } from '../../../cards/rule-test-form.ts'
import { Problem } from '../../errors.ts'
import { subjectOf } from '../../model/back-test.ts'
import { connectorBody } from '../../model/connector-body.ts'
import { kindOf, logicAppIds, type Rule } from '../../model/rule.ts'
import { type Subject, whyDraft } from '../../model/rule-why.ts'
import type { Typed } from '../../model/typed.ts'
import { type Answer, type Context, type FieldError, personal, verb } from '../action.ts'
import { readable } from '../scope.ts'
import { afterName, ruleNamed } from './find.ts'
import { backTest, budgets } from './past.ts'
import { RuleWord } from './show.ts'
import { reasonOf } from './why.ts'
import { lastSegment, wording, wordsOf } from './words.ts'

const longestBody = 100_000
const usualDays = '30'

interface TestInput {
  rule: string
  days: number
  /** A finding's id. */
  on: string
  /** An event as JSON. */
  body: string
}

export const ruleTest = verb<TestInput>({
  name: 'rule test',
  title: 'Test rule',
  help: 'Tells what a rule would have done in the last days, or what it makes of one finding or of an event that you paste.',
  usage: 'rule test <name> [30d|on <id>|<event>]',
  tried: ['test', 'backtest', 'back-test'],
  topic: 'Rules',
  input: z.object({
    rule: RuleWord,
    days: z.coerce.number('Say how many days.').int().min(1).max(365, 'At most 365 days.'),
    on: z.string().trim().toLowerCase().max(100).default(''),
    body: z.string().max(longestBody, 'The event is too long.').trim().default(''),
  }),
  read: readTest,
  effect: false,
  needs: () => [],
  async form(context, input, errors) {
    const word = RuleWord.safeParse(input.rule)
    if (!word.success) throw new Problem('BadInput', 'Say which rule; "rules" lists them.', { field: 'rule' })
    const given = Given.parse(input)
    return ruleTestFormCard({ rule: await ruleNamed(context, word.data), given, errors })
  },
  check: async ({ on, body }) => wrongSubject(on, body),
  async run(context, input) {
    const rule = await ruleNamed(context, input.rule)
    if (input.body !== '') return dryRun(context, rule, pasted(rule, input.body), 'The event you pasted')
    if (input.on !== '') return onFinding(context, rule, input.on)
    return overDays(context, rule, input.days)
  },
})

/** `<name>`, `<name> 7d`, `<name> on <id>`, `<name> {"SystemAlertId": …}`; days alone need no form. */
function readTest(typed: Typed) {
  const body = typed.braced()
  return afterName(typed, () => {
    if (body !== undefined) return { days: usualDays, body }
    const on = typed.after('on')
    if (on !== undefined) return { days: usualDays, on }
    return { days: typed.one(word => /^\d+d?$/i.test(word))?.replace(/d$/i, '') ?? usualDays }
  })
}

async function overDays(context: Context, rule: Rule, days: number): Promise<Answer> {
  const kinds = new Set(rule.sources.flatMap(({ source }) => kindOf(source) ?? []))
  for (const kind of kinds) await readable(context.world, context.person.id, kind)
  const [test, told] = await Promise.all([backTest(context.world, rule, days, budgets.test), wording(context.world)])
  return personal(ruleTestCard({ rule, words: wordsOf(rule, told), test, now: context.now }))
}

async function onFinding(context: Context, rule: Rule, id: string): Promise<Answer> {
  const { findings } = context.world.store
  const [finding, body] = await Promise.all([findings.get(id), findings.body(id)])
  if (finding === undefined || body === undefined) throw new Problem('NotFound', `There is no finding "${id}".`, { field: 'on' })
  const { event } = finding
  const mine = await readable(context.world, context.person.id, event.kind)
  if (!mine.some(subscription => subscription.id.toLowerCase() === event.subscription.toLowerCase()))
    throw new Problem('Forbidden', 'You may not read this finding.', { field: 'on' })
  const subject = { kind: event.kind, subject: subjectOf(event), body: connectorBody(event.kind, body) }
  return dryRun(context, rule, subject, `${event.title} on ${event.resource.name}`)
}

/** What stood in the form's fields, as it goes back into them. */
const Given = z.object({ days: z.string().catch(''), on: z.string().catch(''), body: z.string().catch('') })

function wrongSubject(on: string, body: string): FieldError[] {
  if (body === '') return []
  if (on !== '') return [{ field: 'body', message: 'Say one finding or paste an event, not both.' }]
  try {
    connectorBody('alert', body)
    return []
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.code !== 'NotJson') throw thrown
    return [{ field: 'body', message: 'This is not JSON. Paste the whole event, from { to }.' }]
  }
}

/** A pasted event says little of where it happened: it counts as in the rule's scope, and as of the rule's own kind. */
function pasted(rule: Rule, text: string): Subject {
  const [kind = 'alert'] = rule.sources.flatMap(({ source }) => kindOf(source) ?? [])
  return { kind, subject: rule.scopes[0] ?? `/subscriptions/${rule.subscription}`, body: connectorBody(kind, text) }
}

async function dryRun(context: Context, rule: Rule, subject: Subject, event: string): Promise<Answer> {
  const verdict = whyDraft(rule, subject)
  const told = await wording(context.world)
  const matched = verdict.outcome === 'matched'
  const apps = logicAppIds(rule).map(lastSegment).join(', ')
  const asleep = rule.enabled ? [] : ['It is disabled, so nothing starts until it is enabled.']
  const reasons = matched ? [`It would start ${apps}.`, ...asleep] : [reasonOf(verdict, rule, subject.kind, told)]
  return personal(dryRunCard({ rule, event, matched, reasons }))
}
