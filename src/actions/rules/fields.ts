import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { RuleFormValues } from '../../../cards/rule-form.ts'
import { writeConditions } from '../../model/condition-text.ts'
import { Kind } from '../../model/event.ts'
import { kindOf, logicAppIds, type RuleDraft, type RuleSource } from '../../model/rule.ts'

/** A form sends `true`, `false` or nothing, a program may send the truth itself. */
const toggle = (otherwise: boolean) =>
  z
    .union([z.boolean(), z.string()])
    .optional()
    .transform(value => (value === undefined ? otherwise : value === true || value === 'true'))
const text = (max: number) => z.string().max(max, `This is too long: at most ${max} characters.`).trim().default('')

/** How long the conditions of a form may be: Slack's fields take no more. */
export const conditionsAtMost = 3000

/** The fields of a rule's form with what travels unseen beside them. */
export const RuleFields = z.object({
  /** ARM id of the rule that is changed. */
  rule: z.string().max(1000).optional(),
  /** What the rule was when the form opened. */
  base: z.string().max(100).optional(),
  /** Hash of the draft whose review was shown. */
  reviewed: z.string().max(100).optional(),
  /** ARM id of the deleted rule that is brought back. */
  past: z.string().max(1000).optional(),
  /** Goes back to this version of its history. */
  to: z.string().max(10).optional(),
  /** Which other button of the form was pressed; its fields are then taken as they are. */
  step: z.enum(['refresh', 'app', 'open', 'discard']).optional(),
  /** Marks of the logic apps that could be chosen when the form was shown. */
  known: z.string().max(1000).optional(),
  /** Under what the rule as typed is kept for the person. */
  draft: z.string().max(100).optional(),
  kind: Kind.optional(),
  name: text(1000),
  description: text(4000),
  home: text(300),
  scope: text(300),
  logicApp: text(1000),
  conditions: text(conditionsAtMost),
  add: text(conditionsAtMost),
  enabled: toggle(true),
  confirmed: toggle(false),
  why: text(500),
})
export type RuleFields = z.infer<typeof RuleFields>

export const wholeSubscription = 'subscription'
/** What one choice can't say stays. */
export const scopeAsIs = 'as-is'

/** What stands in the form for a rule as it is. */
export function valuesOf(rule: RuleDraft, kind: Kind): RuleFormValues {
  return {
    name: rule.name,
    description: rule.description,
    home: homeOf(rule),
    scope: scopeWord(rule),
    logicApp: logicAppIds(rule)[0] ?? '',
    conditions: conditionsOf(rule, kind) ?? '',
    add: '',
    enabled: rule.enabled,
    why: '',
  }
}

export function homeOf({ subscription, group }: Pick<RuleDraft, 'subscription' | 'group'>): string {
  return `${subscription}/${group}`
}

function scopeWord({ scopes }: RuleDraft): string {
  const [only = ''] = scopes
  if (scopes.length > 1) return scopeAsIs
  const [, subscription, group] = /^\/?subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/?$/i.exec(only) ?? []
  if (subscription !== undefined && group !== undefined) return homeOf({ subscription, group })
  return /^\/?subscriptions\/[^/]+\/?$/i.test(only) || only === '' ? wholeSubscription : scopeAsIs
}

/** Undefined when they are too long for a form. */
export function conditionsOf({ sources }: Pick<RuleDraft, 'sources'>, kind: Kind): string | undefined {
  const written = writeConditions(kind, sourceFor(sources, kind)?.when ?? [])
  return written.length > conditionsAtMost ? undefined : written
}

export function sourceFor(sources: RuleSource[], kind: Kind): RuleSource | undefined {
  return sources.find(({ source }) => kindOf(source) === kind)
}

/** Which kind a form on this rule is about: the first of its sources that findings come from. */
export function kindOfRule({ sources }: Pick<RuleDraft, 'sources'>): Kind | undefined {
  return sources.flatMap(({ source }) => kindOf(source) ?? [])[0]
}

/** What a review was about: a draft, and the state it replaces. */
export function reviewHash(draft: RuleDraft, base: string | undefined): string {
  return hash(JSON.stringify([draft, base ?? '']))
}

function hash(of: string): string {
  return createHash('sha256').update(of).digest('base64url').slice(0, 16)
}
