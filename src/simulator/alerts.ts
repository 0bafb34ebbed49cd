import { z } from 'zod'
import { alertId, armBody } from './alert-body.ts'
import { inOrder } from './alerts-in-order.ts'
import { ArmError, refused } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply, readableBy, subscriptionOf } from './call.ts'
import { isListed } from './lag.ts'
import { bundles, raiseSample } from './raise.ts'
import { forbidden, may } from './roles.ts'
import { same } from './same.ts'
import type { Alert } from './state.ts'

const older = '2021-11-01'
const newer = '2022-01-01'
const both = [older, newer] as const
const read = 'Microsoft.Security/alerts/read'
const readOne = 'Microsoft.Security/locations/alerts/read'
const root = '/subscriptions/{subscription}/providers/Microsoft.Security'
const groupRoot = '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Security'
/** Sample alerts come one after the other, this far apart. Source: Microsoft Learn says within minutes; shorter here. */
const samplesApartMs = 1500

const changes: [string, Alert['status'], readonly string[]][] = [
  ['dismiss', 'Dismissed', both],
  ['resolve', 'Resolved', both],
  ['activate', 'Active', both],
  ['inProgress', 'InProgress', [newer]],
]

export const alerts: Operation[] = [
  ...[root, groupRoot].flatMap((at): Operation[] => [
    { method: 'GET', pattern: `${at}/alerts`, versions: both, action: read, list: true, handle: listed },
    { method: 'GET', pattern: `${at}/locations/{location}/alerts`, versions: both, action: read, list: true, handle: listed },
    { method: 'GET', pattern: `${at}/locations/{location}/alerts/{alert}`, versions: both, action: readOne, handle: one },
    ...changes.map(([verb, status, versions]): Operation => {
      const pattern = `${at}/locations/{location}/alerts/{alert}/${verb}`
      return { method: 'POST', pattern, versions, action: undefined, handle: call => setStatus(call, verb, status) }
    }),
  ]),
  {
    method: 'POST',
    pattern: `${root}/locations/{location}/alerts/default/simulate`,
    versions: both,
    action: undefined,
    handle: simulate,
  },
  {
    method: 'GET',
    pattern: `${root}/locations/{location}/operationResults/{operation}`,
    versions: [newer],
    action: undefined,
    handle: () => ({ status: 204 }),
  },
]

function listed(call: Call): Reply {
  const { subscription = '', group, location } = call.params
  const mine = readableBy(call, read, alertId)
  return page(call, inOrder(call.state.alerts), {
    idOf: alert => alert.name,
    body: alert => armBody(alert, call.version),
    keep: alert =>
      same(alert.subscription, subscription) &&
      (group === undefined || same(alert.group ?? '', group)) &&
      (location === undefined || same(alert.ascLocation, location)) &&
      isListed(call.state, alertId(alert)) &&
      mine(alert),
  })
}

function named(call: Call): Alert {
  const { subscription = '', group = '', location = '', alert: name = '' } = call.params
  const alert = call.state.alerts.get(name.toLowerCase())
  const here =
    alert !== undefined &&
    same(alert.subscription, subscription) &&
    same(alert.group ?? '', group) &&
    same(alert.ascLocation, location)
  if (here) return alert
  throw new ArmError(
    404,
    'ResourceNotFound',
    `The Resource 'Microsoft.Security/locations/alerts/${name}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  )
}

function one(call: Call): Reply {
  return { status: 200, body: armBody(named(call), call.version) }
}

/** The right is the subscription's: a contributor of the resource group may not. Source: Microsoft Learn, user roles and permissions. */
function allow(call: Call, verb: string): void {
  const scope = `/subscriptions/${param(call, 'subscription')}`
  const action = `Microsoft.Security/locations/alerts/${verb}/action`
  if (!may(call.state, call.caller, action, scope)) throw forbidden(call.caller, action, scope)
}

function setStatus(call: Call, verb: string, status: Alert['status']): Reply {
  allow(call, verb)
  named(call).status = status
  return { status: 204 }
}

const Wanted = z.object({ properties: z.object({ kind: z.literal('Bundles'), bundles: z.array(z.string()).min(1) }) })

function simulate(call: Call): Reply {
  allow(call, 'simulate')
  const { state } = call
  const read = Wanted.safeParse(call.body)
  if (!read.success) throw refused('properties.bundles', 'at least one bundle is required', state.noise.guid())
  const wanted = read.data.properties.bundles
  const unknown = wanted.find(bundle => !bundles.some(known => same(known, bundle)))
  if (unknown !== undefined) throw refused('properties.bundles', `unknown bundle '${unknown}'`, state.noise.guid())
  for (const [index, bundle] of wanted.entries())
    state.clock.after((index + 1) * samplesApartMs, () => raiseSample(state, subscriptionOf(call), bundle))
  return call.version === older ? { status: 204 } : { status: 202, headers: later(call) }
}

function later(call: Call): Record<string, string> {
  const operation = `https://management.azure.com${call.path.replace(/\/alerts\/default\/simulate$/i, '')}/operationResults/${call.state.noise.guid()}`
  return { location: `${operation}?api-version=${call.version}`, 'retry-after': '1' }
}
