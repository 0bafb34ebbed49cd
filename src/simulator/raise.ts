import { alertId, connectorBody } from './alert-body.ts'
import alertTypes from './data/alert-types.json' with { type: 'json' }
import type { Alert, Inventory, State } from './state.ts'
import { entitiesFor, propertiesFor, remediationFor, techniquesFor } from './story.ts'
import { descending } from './ticks.ts'

export type AlertType = (typeof alertTypes)[number]

/** How often each severity comes: a day has few High ones. */
const weights: Record<string, number> = { High: 2, Medium: 3, Low: 3, Informational: 2 }
const bundleTypes: Record<string, string> = {
  VirtualMachines: 'Microsoft.Compute/virtualMachines',
  SqlServers: 'Microsoft.Sql/servers/databases',
  StorageAccounts: 'Microsoft.Storage/storageAccounts',
  KeyVaults: 'Microsoft.KeyVault/vaults',
  AppServices: 'Microsoft.Web/sites',
  KubernetesService: 'Microsoft.ContainerService/managedClusters',
  ResourceManager: 'Microsoft.Resources/subscriptions',
  DNS: 'Microsoft.Compute/virtualMachines',
  CosmosDbs: 'Microsoft.DocumentDB/databaseAccounts',
}

export interface Raise {
  type?: string
  resource?: string
  severity?: string
  subscription?: string
  at?: Date
}

/** An alert of a named or thrown type on a resource of the right kind. */
export function raise(state: State, wish: Raise = {}): Alert {
  const resources = state.resources.filter(
    ({ subscription }) => wish.subscription === undefined || subscription === wish.subscription,
  )
  const type =
    (wish.type === undefined
      ? thrownType(state, resources, wish.severity)
      : alertTypes.find(({ alertType }) => alertType.toLowerCase() === wish.type?.toLowerCase())) ?? alertTypes[0]
  if (type === undefined) throw new Error('there are no alert types')
  return addAlert(state, alertOf(state, type, resourceFor(state, resources, type, wish.resource), wish))
}

/** Marked as a sample in title and text, as Azure's own are. */
export function raiseSample(state: State, subscription: string, bundle: string): Alert {
  const resources = state.resources.filter(resource => resource.subscription === subscription)
  const type = state.dice.some(alertTypes.filter(({ resourceType }) => resourceType === bundleTypes[bundle])) ?? alertTypes[0]
  if (type === undefined) throw new Error('there are no alert types')
  const alert = alertOf(state, type, resourceFor(state, resources, type, undefined), { subscription })
  const sample = {
    ...alert,
    alertType: `SIMULATED_${alert.alertType}`,
    displayName: `[SAMPLE ALERT] ${alert.displayName}`,
    description: `THIS IS A SAMPLE ALERT: ${alert.description}`,
  }
  return addAlert(state, sample)
}

function thrownType(state: State, resources: Inventory[], severity: string | undefined): AlertType | undefined {
  const kinds = new Set(resources.map(({ type }) => type))
  const wanted = severity ?? thrownSeverity(state)
  return state.dice.some(
    alertTypes.filter(({ resourceType, severities }) => kinds.has(resourceType) && severities.includes(wanted)),
  )
}

function thrownSeverity(state: State): string {
  const all = Object.entries(weights).flatMap(([severity, weight]) => Array.from({ length: weight }, () => severity))
  return state.dice.some(all) ?? 'Medium'
}

function resourceFor(state: State, resources: Inventory[], type: AlertType, named: string | undefined): Inventory {
  const exact = resources.find(
    ({ id, name }) =>
      named !== undefined && (id.toLowerCase() === named.toLowerCase() || name.toLowerCase() === named.toLowerCase()),
  )
  const found =
    exact ?? state.dice.some(resources.filter(resource => resource.type === type.resourceType)) ?? state.dice.some(resources)
  if (found === undefined) throw new Error('the inventory is empty')
  return found
}

function alertOf(state: State, type: AlertType, resource: Inventory, wish: Raise): Alert {
  const at = wish.at ?? state.now()
  const story = { dice: state.dice, resource, type }
  const severity =
    wish.severity !== undefined && type.severities.includes(wish.severity)
      ? wish.severity
      : (state.dice.some(type.severities) ?? 'Medium')
  return {
    name: `${descending(at)}_${state.dice.guid()}`,
    subscription: resource.subscription,
    group: resource.group === '' ? undefined : resource.group,
    ascLocation: state.subscriptions.find(({ id }) => id === resource.subscription)?.ascLocation ?? 'westeurope',
    alertType: type.alertType,
    displayName: type.displayName,
    description: `${type.description} The activity was seen on ${resource.name} and does not fit what is usual there.`,
    severity,
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
  state.alerts.set(alert.name.toLowerCase(), alert)
  state.emit({ source: 'Alerts', subject: alert.resourceId || alertId(alert), body: connectorBody(state, alert) })
  return alert
}
