import { armBody } from './alert-body.ts'
import { ArmError } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply } from './call.ts'
import { raiseSample } from './raise.ts'
import { may } from './roles.ts'
import type { Alert } from './state.ts'

const both = ['2021-11-01', '2022-01-01'] as const
const read = 'Microsoft.Security/alerts/read'
const root = '/subscriptions/{subscription}/providers/Microsoft.Security'
const groupRoot = '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Security'
const bundles = [
  'AppServices',
  'DNS',
  'KeyVaults',
  'KubernetesService',
  'ResourceManager',
  'SqlServers',
  'StorageAccounts',
  'VirtualMachines',
  'CosmosDbs',
]

const changes: [string, Alert['status'], readonly string[]][] = [
  ['dismiss', 'Dismissed', both],
  ['resolve', 'Resolved', both],
  ['activate', 'Active', both],
  ['inProgress', 'InProgress', ['2022-01-01']],
]

function reading(pattern: string, handle: Operation['handle'], action: string | undefined = read): Operation {
  return { method: 'GET', pattern, versions: both, action, handle }
}

export const alerts: Operation[] = [
  reading(`${root}/alerts`, listed),
  reading(`${groupRoot}/alerts`, listed),
  reading(`${root}/locations/{location}/alerts`, listed),
  reading(`${groupRoot}/locations/{location}/alerts`, listed),
  reading(`${root}/locations/{location}/alerts/{alert}`, one),
  reading(`${groupRoot}/locations/{location}/alerts/{alert}`, one),
  ...changes.flatMap(([verb, status, versions]): Operation[] =>
    [root, groupRoot].map(at => ({
      method: 'POST',
      pattern: `${at}/locations/{location}/alerts/{alert}/${verb}`,
      versions,
      action: undefined,
      handle: call => setStatus(call, verb, status),
    })),
  ),
  {
    method: 'POST',
    pattern: `${root}/locations/{location}/alerts/default/simulate`,
    versions: both,
    action: undefined,
    handle: simulate,
  },
]

function listed(call: Call): Reply {
  const subscription = param(call, 'subscription').toLowerCase()
  const group = call.params.group?.toLowerCase()
  const found = [...call.state.alerts.values()]
    .filter(alert => alert.subscription === subscription && (group === undefined || alert.group?.toLowerCase() === group))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  return page(
    call,
    found.map(alert => armBody(alert, call.version)),
  )
}

function named(call: Call): Alert {
  const group = call.params.group?.toLowerCase()
  const alert = call.state.alerts.get(param(call, 'alert').toLowerCase())
  const here =
    alert !== undefined &&
    alert.subscription === param(call, 'subscription').toLowerCase() &&
    alert.group?.toLowerCase() === group &&
    alert.ascLocation === param(call, 'location').toLowerCase()
  if (!here)
    throw new ArmError(
      404,
      'ResourceNotFound',
      `The Resource 'Microsoft.Security/locations/alerts/${param(call, 'alert')}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    )
  return alert
}

function one(call: Call): Reply {
  return { status: 200, body: armBody(named(call), call.version) }
}

/** The right is the subscription's: a contributor of the resource group may not. */
function allow(call: Call, verb: string): void {
  const scope = `/subscriptions/${param(call, 'subscription')}`
  const action = `Microsoft.Security/locations/alerts/${verb}/action`
  if (may(call.state, call.caller, action, scope)) return
  throw new ArmError(
    403,
    'AuthorizationFailed',
    `The client '${call.caller.name}' with object id '${call.caller.objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  )
}

function setStatus(call: Call, verb: string, status: Alert['status']): Reply {
  allow(call, verb)
  const alert = named(call)
  alert.status = status
  return { status: 204 }
}

function simulate(call: Call): Reply {
  allow(call, 'simulate')
  const wanted = bundlesIn(call.body)
  const unknown = wanted.find(bundle => !bundles.includes(bundle))
  if (wanted.length === 0 || unknown !== undefined)
    throw new ArmError(
      400,
      'BadRequest',
      `The json value of properties.bundles failed validation with reason: unknown bundle '${unknown ?? ''}', error tracking number: ${call.state.dice.guid()}`,
    )
  for (const bundle of wanted) raiseSample(call.state, param(call, 'subscription').toLowerCase(), bundle)
  const later = {
    location: `https://management.azure.com${call.path}/operations/1?api-version=${call.version}`,
    'retry-after': '1',
  }
  return call.version === '2021-11-01' ? { status: 204 } : { status: 202, headers: later }
}

function bundlesIn(body: unknown): string[] {
  const properties = typeof body === 'object' && body !== null && 'properties' in body ? body.properties : undefined
  const list = typeof properties === 'object' && properties !== null && 'bundles' in properties ? properties.bundles : undefined
  return Array.isArray(list) ? list.map(String) : []
}
