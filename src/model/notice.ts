import { z } from 'zod'
import { Deployment, isOver } from './deployment.ts'
import { Trouble } from './rule-health.ts'
import { Storm } from './storm.ts'

/** A rule's health; no troubles: they ended, as `ended` says. */
const RuleNews = z.object({
  ruleId: z.string(),
  ruleName: z.string(),
  troubles: z.array(Trouble),
  ended: z.enum(['well', 'disabled', 'deleted']).optional(),
})
export type RuleNews = z.infer<typeof RuleNews>

/** What is told of rules that went dead, or were found so, at the same time, to the places that all of them concern. */
export const RulesNews = z.object({ type: z.literal('rule'), rules: z.array(RuleNews) })
export type RulesNews = z.infer<typeof RulesNews>

/** A card that is about no finding. Like a finding it has a version, and posts that show an older one are behind. */
export const Notice = z.object({
  /** `n-` and what makes it unique. */
  id: z.string().startsWith('n-'),
  version: z.number(),
  at: z.string(),
  changedAt: z.string(),
  content: z.discriminatedUnion('type', [Deployment, RulesNews, Storm]),
})
export type Notice = z.infer<typeof Notice>

/** Nothing more will happen to it, and nothing has since then (ISO). */
export function isPast({ changedAt, content }: Notice, since: string): boolean {
  return changedAt < since && hasEnded(content)
}

function hasEnded(content: Notice['content']): boolean {
  if (content.type === 'deployment') return isOver(content)
  return content.type === 'storm' ? content.over !== undefined : content.rules.every(({ troubles }) => troubles.length === 0)
}

export function isNotice(id: string): boolean {
  return id.startsWith('n-')
}
