import { createHash } from 'node:crypto'
import { z } from 'zod'
import { tableOf } from '../table.ts'
import { Condition } from './condition.ts'
import type { Kind } from './event.ts'
import { Person } from './person.ts'

/** Which events a rule listens to, and when it fires on them. */
export const RuleSource = z.object({
  /** Azure's word, an open list: Alerts, Assessments, RegulatoryComplianceAssessment, SubAssessments … */
  source: z.string(),
  /** Empty: fires on every event of the source. */
  when: z.array(z.array(Condition)),
})
export type RuleSource = z.infer<typeof RuleSource>

/** What a rule starts. Only logic apps are ours to choose; targets of other kinds are kept as they are. */
export const RuleTarget = z.object({
  /** Azure's word: LogicApp, EventHub, Workspace … */
  type: z.string(),
  /** ARM id with leading slash; of a LogicApp target. */
  logicAppId: z.string().optional(),
})
export type RuleTarget = z.infer<typeof RuleTarget>

/** What a person decides about a rule. */
export const RuleDraft = z.object({
  name: z.string(),
  subscription: z.string(),
  group: z.string(),
  location: z.string(),
  description: z.string(),
  enabled: z.boolean(),
  /** ARM ids with leading slash: the rule's own subscription or resource groups in it. */
  scopes: z.array(z.string()),
  sources: z.array(RuleSource),
  targets: z.array(RuleTarget),
  /** A resource as Azure writes it, JSON, or as much of it as is not modelled: a save lays the draft over it, so that tags and the like survive. */
  resource: z.string().optional(),
})
export type RuleDraft = z.infer<typeof RuleDraft>

/** An automation of Azure (`Microsoft.Security/automations`) that starts logic apps. Azure's resource is the truth. */
export const Rule = RuleDraft.extend({
  /** ARM id as Azure returns it, with leading slash. */
  id: z.string(),
  /** Changes with every write. */
  etag: z.string().optional(),
  /** Why it can be shown but not judged or edited here (an operator of a newer Azure), as a sentence. */
  unread: z.string().optional(),
  /** Why what it starts can't be changed here, as a sentence: a key that Azure doesn't give back. All else can. */
  fixedTargets: z.string().optional(),
  /** As Azure wrote it. */
  resource: z.string(),
})
export type Rule = z.infer<typeof Rule>

const kinds = tableOf<Kind>({
  alerts: 'alert',
  assessments: 'recommendation',
  regulatorycomplianceassessment: 'compliance',
})

/** The kind of finding that an event source of Azure's brings; undefined for those that reach no logic app or are no findings. */
export function kindOf(source: string): Kind | undefined {
  return kinds.get(source.toLowerCase())
}

/** @public Azure's word for the source of a kind. */
export const sourceOf: Record<Kind, string> = {
  alert: 'Alerts',
  recommendation: 'Assessments',
  compliance: 'RegulatoryComplianceAssessment',
}

export function logicAppIds({ targets }: Pick<Rule, 'targets'>): string[] {
  return targets.flatMap(({ logicAppId }) => logicAppId ?? [])
}

/** Changes with every write to the rule. */
export function baseOf({ etag, resource }: Pick<Rule, 'etag' | 'resource'>): string {
  return createHash('sha256')
    .update(etag ?? resource)
    .digest('base64url')
    .slice(0, 16)
}

/** The ARM id of a rule of that name, with leading slash. */
export function ruleIdOf({ subscription, group, name }: Pick<RuleDraft, 'subscription' | 'group' | 'name'>): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Security/automations/${name}`
}

/** What was done to a rule from here, for its history and for going back. */
export const RuleVersion = z.object({
  ruleId: z.string(),
  at: z.string(),
  by: Person,
  /** `kept as found`: what stood in Azure, made elsewhere, right before it was changed from here. */
  what: z.enum(['created', 'edited', 'enabled', 'disabled', 'deleted', 'rolled back', 'applied', 'kept as found']),
  why: z.string().optional(),
  /** As it stood afterwards; absent when deleted. */
  rule: Rule.optional(),
  /** The trigger whose address the rule was given; the address itself is secret, and Azure does not tell which it holds. */
  trigger: z.string().optional(),
  /** Where it was asked: news about the rule go there. */
  placeId: z.string().optional(),
  /** One entry per request, however often it is carried out. */
  requestId: z.string(),
})
export type RuleVersion = z.infer<typeof RuleVersion>
