import { tableOf } from '../table.ts'
import { alertId, connectorBody } from './alert-body.ts'
import alertTypes from './data/alert-types.json' with { type: 'json' }
import { lag } from './lag.ts'
import type { Alert, Inventory, State } from './state.ts'
import { entitiesFor, propertiesFor, remediationFor, techniquesFor, thrownAddress } from './story.ts'
import { isSuppressed } from './suppression.ts'
import { descending } from './ticks.ts'

type AlertType = (typeof alertTypes)[number]

/** How often each severity comes: a day has few High ones. */
const weights = tableOf<number>({ High: 2, Medium: 3, Low: 3, Informational: 2 })
/** What Azure's sample alerts can be asked for, and the kind of resource each is about. */
const bundleTypes = tableOf<string>({
  VirtualMachines: 'Microsoft.Compute/virtualMachines',
  SqlServers: 'Microsoft.Sql/servers/databases',
  StorageAccounts: 'Microsoft.Storage/storageAccounts',
  KeyVaults: 'Microsoft.KeyVault/vaults',
  AppServices: 'Microsoft.Web/sites',
  KubernetesService: 'Microsoft.ContainerService/managedClusters',
  ResourceManager: 'Microsoft.Resources/subscriptions',
  DNS: 'Microsoft.Compute/virtualMachines',
  CosmosDbs: 'Microsoft.DocumentDB/databaseAccounts',
})

export const bundles = [...bundleTypes.keys()]

/** Name of the plan that watches a kind of resource, as alerts carry it. */
const plans = tableOf<string>({
  'Microsoft.Compute/virtualMachines': 'Servers',
  'Microsoft.Sql/servers/databases': 'SqlServers',
  'Microsoft.Sql/managedInstances': 'SqlServers',
  'Microsoft.SqlVirtualMachine/sqlVirtualMachines': 'SqlServerVirtualMachines',
  'Microsoft.Synapse/workspaces/sqlPools': 'SqlServers',
  'Microsoft.Storage/storageAccounts': 'StorageAccounts',
  'Microsoft.KeyVault/vaults': 'KeyVaults',
  'Microsoft.Web/sites': 'AppServices',
  'Microsoft.ContainerService/managedClusters': 'Containers',
  'Microsoft.Resources/subscriptions': 'Arm',
  'Microsoft.DocumentDB/databaseAccounts': 'CosmosDbs',
  'Microsoft.ApiManagement/service': 'Api',
})

export interface Raise {
  /** One of the 308 alert types, without regard to case; thrown when absent. */
  type?: string | undefined
  /** Name or ARM id of something in the inventory. */
  resource?: string | undefined
  severity?: string | undefined
  subscription?: string | undefined
  at?: Date | undefined
}

/** An alert of a named or thrown type on a resource of the right kind. */
export function raise(state: State, wish: Raise = {}): Alert {
  const resources = state.resources.filter(
    ({ subscription }) => wish.subscription === undefined || subscription === wish.subscription,
  )
  const type = wish.type === undefined ? thrownType(state, resources, wish) : typeNamed(wish.type)
  const resource = wish.resource === undefined ? thrownResource(state, resources, type) : resourceNamed(resources, wish.resource)
  return addAlert(state, alertOf(state, type, resource, wish))
}

/** About a resource that does not exist, and marked as a sample in title and text, as Azure's own are. */
export function raiseSample(state: State, subscription: string, bundle: string): Alert {
  const kind = [...bundleTypes].find(([name]) => name.toLowerCase() === bundle.toLowerCase())?.[1] ?? ''
  const type = thrown(
    state,
    alertTypes.filter(({ resourceType }) => resourceType === kind),
  )
  const alert = alertOf(state, type, sampleOf(state, subscription, kind), {})
  const sample = {
    ...alert,
    alertType: `SIMULATED_${alert.alertType}`,
    displayName: `[SAMPLE ALERT] ${alert.displayName}`,
    description: `THIS IS A SAMPLE ALERT: ${alert.description}`,
  }
  return addAlert(state, sample)
}

function sampleOf(state: State, subscription: string, type: string): Inventory {
  const location = state.subscriptions.find(({ id }) => id === subscription)?.ascLocation ?? ''
  const short = type.split('/').at(-1) ?? ''
  if (short === 'subscriptions')
    return { id: `/subscriptions/${subscription}`, name: 'Sample-Subscription', type, group: '', subscription, location }
  const name = `Sample-${short}`
  const id = `/subscriptions/${subscription}/resourceGroups/Sample-RG/providers/${type.split('/').slice(0, 2).join('/')}/${name}`
  return { id, name, type, group: 'Sample-RG', subscription, location }
}

/** Gathers alerts on one resource that belong together, as Azure does some time after a burst. */
export function raiseIncident(state: State, gathered: Alert[]): Alert | undefined {
  const [first] = gathered
  const resource = state.resources.find(({ id }) => id === first?.resourceId)
  if (first === undefined || resource === undefined) return undefined
  const correlationKey = state.dice.guid()
  for (const alert of gathered) alert.correlationKey = correlationKey
  const base = alertOf(state, typeNamed(first.alertType), resource, { severity: 'High' })
  return addAlert(state, {
    ...base,
    alertType: 'SecurityIncident',
    displayName: `Security incident detected on ${resource.name}`,
    description: `${gathered.length} alerts on ${resource.name} follow a pattern that belongs together; look at them as one.`,
    severity: 'High',
    incident: true,
    correlationKey,
    properties: { ...base.properties, 'Related alerts': gathered.map(({ name }) => name).join(', ') },
  })
}

function thrown<Item>(state: State, items: readonly Item[]): Item {
  const one = state.dice.some(items)
  if (one === undefined) throw new Error('there is nothing to choose from')
  return one
}

function typeNamed(name: string): AlertType {
  const bare = name.toLowerCase().replace(/^simulated_/, '')
  const found = alertTypes.find(({ alertType }) => alertType.toLowerCase() === bare)
  if (found === undefined) throw new Error(`there is no alert type ${name}`)
  return found
}

function resourceNamed(resources: Inventory[], named: string): Inventory {
  const found = resources.find(
    ({ id, name }) => id.toLowerCase() === named.toLowerCase() || name.toLowerCase() === named.toLowerCase(),
  )
  if (found === undefined) throw new Error(`there is no resource ${named}`)
  return found
}

function thrownResource(state: State, resources: Inventory[], type: AlertType): Inventory {
  const fitting = resources.filter(resource => resource.type === type.resourceType)
  return thrown(state, fitting.length > 0 ? fitting : resources)
}

function thrownType(state: State, resources: Inventory[], { severity, resource }: Raise): AlertType {
  const kinds = new Set(resource === undefined ? resources.map(({ type }) => type) : [resourceNamed(resources, resource).type])
  const wanted = severity ?? thrownSeverity(state)
  const fitting = alertTypes.filter(({ resourceType }) => kinds.has(resourceType))
  const severe = fitting.filter(({ severities }) => severities.includes(wanted))
  return thrown(state, severe.length > 0 ? severe : fitting)
}

function thrownSeverity(state: State): string {
  return thrown(
    state,
    [...weights].flatMap(([severity, weight]) => Array.from({ length: weight }, () => severity)),
  )
}

/** The reference names no severity for a few types. */
function severityOf(state: State, { severities }: AlertType, wanted: string | undefined): string {
  if (wanted !== undefined && severities.includes(wanted)) return wanted
  return state.dice.some(severities) ?? 'Medium'
}

function alertOf(state: State, type: AlertType, resource: Inventory, { at = state.clock.now(), severity }: Raise): Alert {
  const story = { dice: state.dice, source: thrownAddress(state.dice), resource, type }
  return {
    name: `${descending(at, state.dice.int(10_000))}_${state.dice.guid()}`,
    subscription: resource.subscription,
    group: resource.group === '' ? undefined : resource.group,
    ascLocation: state.subscriptions.find(({ id }) => id === resource.subscription)?.ascLocation ?? 'westeurope',
    alertType: type.alertType,
    displayName: type.displayName,
    description: `${type.description} The activity was seen on ${resource.name} and does not fit what is usual there.`,
    plan: plans.get(type.resourceType) ?? 'Servers',
    severity: severityOf(state, type, severity),
    status: 'Active',
    intent: type.intent,
    at,
    compromised: resource.name,
    resourceId: resource.id,
    entities: entitiesFor(story),
    remediation: remediationFor(story),
    properties: propertiesFor(story),
    techniques: techniquesFor(type.intent),
    incident: false,
    correlationKey: undefined,
  }
}

/** A new alert: kept, and told to the automations as the connector writes it. */
function addAlert(state: State, alert: Alert): Alert {
  if (isSuppressed(state, alert.subscription, alert.alertType)) alert.status = 'Dismissed'
  state.alerts.set(alert.name.toLowerCase(), alert)
  lag(state, alertId(alert), 1000, 10_000)
  state.emit({ source: 'Alerts', subject: alert.resourceId, body: connectorBody(state, alert) })
  return alert
}
