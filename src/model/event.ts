import { z } from 'zod'

/** What Defender for Cloud sent, read from any of its wire shapes. The body as received travels beside it, as text. */

export const Kind = z.enum(['alert', 'recommendation', 'compliance'])
export type Kind = z.infer<typeof Kind>

export const Resource = z.object({
  /** ARM id as Azure wrote it, or the name of what was attacked when no id came. */
  id: z.string(),
  name: z.string(),
  group: z.string().optional(),
  type: z.string().optional(),
})
export type Resource = z.infer<typeof Resource>

export const Entity = z.object({
  /** Lower case: account, host, ip, process, file, azure-resource … (open list) */
  type: z.string(),
  name: z.string(),
  details: z.array(z.tuple([z.string(), z.string()])).default([]),
})
export type Entity = z.infer<typeof Entity>

const common = {
  /** Identity of the thing that changes, equal over all wire shapes; lower case. Two deliveries with one key are one finding. */
  key: z.string(),
  /** As Azure names it: SystemAlertId, or the ARM id of the assessment. */
  id: z.string(),
  title: z.string(),
  description: z.string(),
  /** Azure's word, an open list: High, Medium, Low, Informational, Critical; None for compliance. */
  severity: z.string(),
  resource: Resource,
  /** Guid; empty when no part of the event tells. */
  subscription: z.string(),
  /** When it happened, ISO 8601 with zone. */
  at: z.string(),
  portalUrl: z.string().optional(),
  /** Marked by Azure as a weekly snapshot, not a change. */
  snapshot: z.boolean().default(false),
  /** Its body can't be read any more: this is what was noted beside it. */
  unread: z.boolean().optional(),
}

export const AlertEvent = z.object({
  ...common,
  kind: z.literal('alert'),
  alertType: z.string(),
  status: z.enum(['active', 'in-progress', 'resolved', 'dismissed']),
  tactics: z.array(z.string()),
  techniques: z.array(z.string()),
  entities: z.array(Entity),
  remediation: z.array(z.string()),
  properties: z.array(z.tuple([z.string(), z.string()])),
  startedAt: z.string().optional(),
  endedAt: z.string().optional(),
  incident: z.boolean(),
  correlationKey: z.string().optional(),
  /** ARM id of the alert without leading slash, when it can be told; status changes go there. */
  armId: z.string().optional(),
})
export type AlertEvent = z.infer<typeof AlertEvent>

export const RecommendationEvent = z.object({
  ...common,
  kind: z.literal('recommendation'),
  /** Guid of the recommendation, the same for every resource. */
  assessmentKey: z.string(),
  status: z.enum(['unhealthy', 'healthy', 'not-applicable']),
  cause: z.string().optional(),
  since: z.string().optional(),
  /** Azure deleted the assessment: the resource is gone or the recommendation was withdrawn. */
  withdrawn: z.boolean(),
  effort: z.string().optional(),
  impact: z.string().optional(),
  threats: z.array(z.string()),
  categories: z.array(z.string()),
  remediation: z.array(z.string()),
})
export type RecommendationEvent = z.infer<typeof RecommendationEvent>

export const ComplianceEvent = z.object({
  ...common,
  kind: z.literal('compliance'),
  standard: z.string(),
  control: z.string(),
  status: z.enum(['failed', 'passed', 'skipped', 'unsupported']),
  passed: z.number(),
  failed: z.number(),
  skipped: z.number(),
})
export type ComplianceEvent = z.infer<typeof ComplianceEvent>

export const DefenderEvent = z.discriminatedUnion('kind', [AlertEvent, RecommendationEvent, ComplianceEvent])
export type DefenderEvent = z.infer<typeof DefenderEvent>

/** Why an item was not taken: `path` names the field, `message` is for a person. */
export interface Rejection {
  path: string
  message: string
}

export type Reading = { event: DefenderEvent } | { rejection: Rejection }
