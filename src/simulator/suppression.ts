import { z } from 'zod'
import { notFound, refused } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply, subscriptionOf } from './call.ts'
import type { State, Suppression } from './state.ts'

const versions = ['2019-01-01-preview'] as const
const type = 'Microsoft.Security/alertsSuppressionRules'
const root = '/subscriptions/{subscription}/providers/Microsoft.Security/alertsSuppressionRules'

export const suppression: Operation[] = [
  { method: 'GET', pattern: root, versions, action: `${type}/read`, handle: listed },
  { method: 'GET', pattern: `${root}/{rule}`, versions, action: `${type}/read`, handle: one },
  { method: 'PUT', pattern: `${root}/{rule}`, versions, action: `${type}/write`, handle: put },
  { method: 'DELETE', pattern: `${root}/{rule}`, versions, action: `${type}/delete`, handle: remove },
]

const Body = z.object({
  properties: z.object({
    alertType: z.string().min(1),
    reason: z.string(),
    state: z.enum(['Enabled', 'Disabled', 'Expired']),
    expirationDateUtc: z.iso.datetime({ offset: true }).optional(),
    comment: z.string().optional(),
  }),
})

function idOf(call: Call): string {
  return `/subscriptions/${param(call, 'subscription')}/providers/${type}/${param(call, 'rule')}`
}

function listed(call: Call): Reply {
  const alertType = call.query.get('AlertType')?.toLowerCase()
  const found = [...call.state.suppressions.values()].filter(
    rule =>
      rule.subscription === subscriptionOf(call) &&
      (alertType === undefined || rule.properties.alertType.toLowerCase() === alertType),
  )
  return page(call, found, { idOf: rule => rule.id, body: ruleBody })
}

function ruleBody({ id, name, modified, properties }: Suppression): object {
  return { id, name, type, properties: { ...properties, lastModifiedUtc: modified.toISOString() } }
}

function one(call: Call): Reply {
  const found = call.state.suppressions.get(idOf(call).toLowerCase())
  if (found === undefined) throw notFound(type, param(call, 'rule'), '')
  return { status: 200, body: ruleBody(found) }
}

function put(call: Call): Reply {
  const { state } = call
  const read = Body.safeParse(call.body)
  if (!read.success) {
    const [issue] = read.error.issues
    throw refused(issue?.path.join('.') ?? 'properties', issue?.message ?? 'wrong type', state.noise.guid())
  }
  const id = idOf(call)
  const name = param(call, 'rule')
  const rule = { id, name, subscription: subscriptionOf(call), modified: state.clock.now(), properties: read.data.properties }
  state.suppressions.set(id.toLowerCase(), rule)
  return { status: 200, body: ruleBody(rule) }
}

function remove(call: Call): Reply {
  call.state.suppressions.delete(idOf(call).toLowerCase())
  return { status: 204 }
}

/** Whether a rule in force covers a new alert of this type. */
export function isSuppressed({ suppressions, clock }: State, subscription: string, alertType: string): boolean {
  return [...suppressions.values()].some(
    ({ subscription: of, properties }) =>
      of === subscription &&
      properties.state === 'Enabled' &&
      properties.alertType.toLowerCase() === alertType.toLowerCase() &&
      (properties.expirationDateUtc === undefined || new Date(properties.expirationDateUtc) > clock.now()),
  )
}
