import { z } from 'zod'
import { type Condition, operators, valueTypes } from '../model/condition.ts'
import type { Rule, RuleSource, RuleTarget } from '../model/rule.ts'
import { readArmId } from './arm-id.ts'

/** Lists may be absent or null; a value may be written as a number or a truth value. */
const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform(items => items ?? [])
const text = z
  .string()
  .nullish()
  .transform(value => value ?? '')

export const RawCondition = z.looseObject({
  propertyJPath: text,
  propertyType: text,
  operator: text,
  expectedValue: z.union([z.string(), z.number(), z.boolean()]).nullish(),
})
export const RawSet = z.looseObject({ rules: list(RawCondition) })
/** `ruleSets` undefined: in a form that is not known here, such as an expression of a template. */
export const RawSource = z.looseObject({ eventSource: text, ruleSets: list(RawSet).or(z.unknown().transform(() => undefined)) })
export const RawScope = z.looseObject({ scopePath: text })
export const RawAction = z.looseObject({ actionType: text, logicAppResourceId: z.string().nullish() })

/** `Microsoft.Security/automations` as far as it is read; source: specification 2019-01-01-preview and 2023-12-01-preview. */
export const RawAutomation = z.looseObject({
  id: z.string(),
  name: z.string(),
  location: text,
  etag: z.string().nullish(),
  properties: z.looseObject({
    description: text,
    /** Absent means enabled. */
    isEnabled: z
      .boolean()
      .nullish()
      .transform(enabled => enabled ?? true),
    scopes: list(RawScope),
    sources: list(RawSource),
    actions: list(RawAction),
  }),
})
export type RawAutomation = z.infer<typeof RawAutomation>

/** The two settings of continuous export that the portal keeps as automations under these names. */
const exports = ['exporttoworkspace', 'exporttoeventhub']

const Named = z.object({ name: z.string(), properties: z.object({ actions: list(RawAction) }) })

/** Undefined for an automation that starts no logic app, or belongs to continuous export. */
export function readRule(resource: unknown): Rule | undefined {
  if (!isRule(resource)) return undefined
  const { id, name, location, etag, properties } = RawAutomation.parse(resource)
  const { subscription, group = '' } = readArmId(id)
  const [unread] = properties.sources.flatMap(whyUnread)
  const [fixedTargets] = properties.actions.flatMap(action => whyFixed(action) ?? [])
  return {
    id,
    name,
    subscription,
    group,
    location,
    description: properties.description,
    enabled: properties.isEnabled,
    scopes: properties.scopes.map(({ scopePath }) => scopePath),
    sources: properties.sources.map(readSource),
    targets: properties.actions.map(readTarget),
    resource: JSON.stringify(resource),
    ...(etag == null ? {} : { etag }),
    ...(unread === undefined ? {} : { unread }),
    ...(fixedTargets === undefined ? {} : { fixedTargets }),
  }
}

function isRule(resource: unknown): boolean {
  const { name, properties } = Named.parse(resource)
  return !exports.includes(name.toLowerCase()) && properties.actions.some(({ actionType }) => same(actionType, 'LogicApp'))
}

export function readTarget({ actionType, logicAppResourceId }: z.infer<typeof RawAction>): RuleTarget {
  if (!same(actionType, 'LogicApp')) return { type: actionType }
  return { type: 'LogicApp', ...(logicAppResourceId == null ? {} : { logicAppId: logicAppResourceId }) }
}

/** Why an action can't be sent to Azure again, as a sentence: its key went in and never comes out. */
export function whyFixed({ actionType, isTrustedServiceEnabled }: z.infer<typeof RawAction>): string | undefined {
  if (!same(actionType, 'EventHub') || isTrustedServiceEnabled === true) return undefined
  return 'It also sends to an event hub, and Azure doesn’t give back the key for it.'
}

/** Conditions that are not known here are left out; the rule then says so in `unread`. */
export function readSource({ eventSource, ruleSets = [] }: z.infer<typeof RawSource>): RuleSource {
  return { source: eventSource, when: ruleSets.map(({ rules }) => rules.flatMap(rule => readCondition(rule) ?? [])) }
}

export function readCondition(raw: z.infer<typeof RawCondition>): Condition | undefined {
  const operator = operators.find(word => same(word, raw.operator))
  const type = valueTypes.find(word => same(word, raw.propertyType))
  if (operator === undefined || type === undefined || raw.expectedValue == null) return undefined
  return { path: raw.propertyJPath, type, operator, value: String(raw.expectedValue) }
}

/** What of a source is not known here, as sentences. */
export function whyUnread({ ruleSets }: z.infer<typeof RawSource>): string[] {
  if (ruleSets === undefined) return ['Its conditions are in a form that is not known here.']
  return ruleSets.flatMap(({ rules }) => rules.flatMap(whyUnreadCondition))
}

function whyUnreadCondition(raw: z.infer<typeof RawCondition>): string[] {
  if (readCondition(raw) !== undefined) return []
  if (raw.expectedValue == null) return [`A condition on ${raw.propertyJPath} has no value.`]
  if (!operators.some(word => same(word, raw.operator)))
    return [`It uses the operator "${raw.operator}", which is not known here.`]
  return [`It uses the type "${raw.propertyType}", which is not known here.`]
}

/** Azure's words are compared without case: its own policies write `string`. */
export function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
