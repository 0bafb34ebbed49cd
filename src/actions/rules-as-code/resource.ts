import { z } from 'zod'
import type { LogicApp } from '../../model/logic-app.ts'
import type { Rule } from '../../model/rule.ts'
import { triggerForRule } from '../../model/rule-trigger.ts'

const Resource = z.looseObject({
  tags: z.record(z.string(), z.string()).nullish(),
  kind: z.string().nullish(),
  properties: z.looseObject({ actions: z.array(z.looseObject({ actionType: z.string() })).default([]) }),
})

/** A value that only Azure has at the time of deployment: a callback address, or what the person who deploys must give. */
export type Secret =
  | { type: 'callback'; subscription: string; group: string; app: string; trigger: string }
  | { type: 'parameter'; name: string }

/** An automation as templates write it; each action with the secret it needs, by the name of the field. */
export interface TemplateRule {
  rule: Rule
  apiVersion: string
  tags?: Record<string, string>
  kind?: string
  properties: Record<string, unknown>
  actions: { fields: Record<string, unknown>; secrets: Record<string, Secret> }[]
}

const older = '2019-01-01-preview'
const newer = '2023-12-01-preview'

/** Everything that Azure holds of the rule, so that a template made of it loses nothing. */
export function templateRule(rule: Rule, index: number, apps: LogicApp[]): TemplateRule {
  const { tags, kind, properties } = Resource.parse(JSON.parse(rule.resource))
  const { actions, ...rest } = properties
  return {
    rule,
    apiVersion: needsNewer(rule) ? newer : older,
    ...(tags && Object.keys(tags).length > 0 && { tags }),
    ...(kind && { kind }),
    properties: rest,
    actions: actions.map((fields, number) => ({ fields, secrets: secretsOf(fields, rule, `rule${index}action${number}`, apps) })),
  }
}

function needsNewer({ sources, resource }: Rule): boolean {
  return sources.some(({ source }) => /^attackpaths/i.test(source)) || /"isTrustedServiceEnabled"/i.test(resource)
}

const LogicAppAction = z.object({ logicAppResourceId: z.string() })

function secretsOf(fields: { actionType: string }, rule: Rule, name: string, apps: LogicApp[]): Record<string, Secret> {
  const type = fields.actionType.toLowerCase()
  if (type === 'eventhub') return { connectionString: { type: 'parameter', name: `${name}ConnectionString` } }
  if (type !== 'logicapp') return {}
  const id = LogicAppAction.safeParse(fields).data?.logicAppResourceId.toLowerCase()
  const app = apps.find(one => one.id.toLowerCase() === id)
  const trigger = app && triggerForRule(app, rule)
  if (app === undefined || trigger === undefined) return { uri: { type: 'parameter', name: `${name}Uri` } }
  return { uri: { type: 'callback', subscription: app.subscription, group: app.group, app: app.name, trigger: trigger.name } }
}

export function parametersOf(rules: TemplateRule[]): string[] {
  return rules.flatMap(({ actions }) =>
    actions.flatMap(({ secrets }) =>
      Object.values(secrets).flatMap(secret => (secret.type === 'parameter' ? [secret.name] : [])),
    ),
  )
}

/** Rules by the resource group they live in, in order of their first. */
export function byGroup(rules: TemplateRule[]): { subscription: string; group: string; rules: TemplateRule[] }[] {
  const groups = new Map<string, { subscription: string; group: string; rules: TemplateRule[] }>()
  for (const one of rules) {
    const { subscription, group } = one.rule
    const key = `${subscription}/${group}`.toLowerCase()
    const known = groups.get(key) ?? { subscription, group, rules: [] }
    known.rules.push(one)
    groups.set(key, known)
  }
  return [...groups.values()]
}
