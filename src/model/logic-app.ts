import { z } from 'zod'
import { tableOf } from '../table.ts'
import { Kind } from './event.ts'
import { kindWords } from './kind-words.ts'
import { Parameter } from './parameter.ts'

export const Trigger = z.object({
  name: z.string(),
  /** The workflow definition's words: ApiConnectionWebhook, Request, Recurrence … */
  type: z.string(),
  kind: z.string().optional(),
  /** `inputs.path` of a connector trigger. */
  path: z.string().optional(),
  /** Last segment of the managed API's id, for definitions without a path. */
  api: z.string().optional(),
})
export type Trigger = z.infer<typeof Trigger>

/** Actions of the definition by price class. */
export const ActionCounts = z.object({ builtIn: z.number(), connector: z.number() })
export type ActionCounts = z.infer<typeof ActionCounts>

export const LogicApp = z.object({
  /** ARM id as Azure returns it, with leading slash. */
  id: z.string(),
  name: z.string(),
  group: z.string(),
  subscription: z.string(),
  location: z.string(),
  plan: z.enum(['consumption', 'standard']),
  enabled: z.boolean(),
  triggers: z.array(Trigger),
  actions: ActionCounts,
  /** ARM ids of the API connections that it goes through. */
  connections: z.array(z.string()).optional(),
  /** What a person is asked when starting it. */
  parameters: z.array(Parameter),
  /** Why its declared parameters are not asked, as a sentence. */
  unreadParameters: z.string().optional(),
})
export type LogicApp = z.infer<typeof LogicApp>

/** What a trigger takes: one of the three Defender events, the retired alert trigger, any JSON by HTTP, or nothing of ours. */
export type Takes = Kind | 'legacy' | 'http' | 'other'

const paths = tableOf<Kind>({
  '/microsoft.security/alert/subscribe': 'alert',
  '/microsoft.security/assessment/subscribe': 'recommendation',
  '/microsoft.security/regulatorycomplianceassessment/subscribe': 'compliance',
})
const apis = tableOf<Kind>({
  ascalert: 'alert',
  ascassessment: 'recommendation',
  ascregulatorycomplianceassessment: 'compliance',
})

/** Type, then path, then the API's name: names and connection keys of real templates cannot be relied on. */
export function takes(trigger: Trigger): Takes {
  const type = trigger.type.toLowerCase()
  if (type === 'request') return trigger.kind?.toLowerCase() === 'securitycenteralert' ? 'legacy' : 'http'
  if (type !== 'apiconnectionwebhook') return 'other'
  const path = trigger.path?.toLowerCase()
  if (path !== undefined) return paths.get(path) ?? 'other'
  return apis.get(trigger.api?.toLowerCase() ?? '') ?? 'other'
}

/** The trigger that starts this app for an event of that kind. */
export function triggerFor(app: LogicApp, kind: Kind): Trigger | undefined {
  return app.triggers.find(trigger => takes(trigger) === kind)
}

/** Which event starts it; undefined when none does. */
export function kindTaken(app: LogicApp): Kind | undefined {
  return Kind.options.find(kind => triggerFor(app, kind) !== undefined)
}

/** Why no event of Defender for Cloud can start this app now, as a sentence; undefined when one can. */
export function whyNever(app: LogicApp): string | undefined {
  return whyNot(app, kindTaken(app) ?? 'alert')
}

/** Why this app can't be run for an event of that kind, as a sentence; undefined when it can. Rights are asked of Azure apart. */
export function whyNot(app: LogicApp, kind: Kind): string | undefined {
  if (app.plan === 'standard') return 'It is a Standard logic app; Defender for Cloud starts only consumption ones.'
  if (triggerFor(app, kind) === undefined) return wrongTrigger(app, kind)
  return app.enabled ? undefined : 'It is disabled.'
}

function wrongTrigger(app: LogicApp, kind: Kind): string {
  const taken = app.triggers.map(takes)
  if (taken.includes('legacy')) return 'It has the legacy alert trigger, which Defender for Cloud no longer starts.'
  const other = taken.find(take => take !== 'http' && take !== 'other')
  if (other !== undefined && other !== 'legacy') return `Its trigger takes ${kindWords[other].many}, not ${kindWords[kind].many}.`
  return 'It has no Defender for Cloud trigger.'
}
