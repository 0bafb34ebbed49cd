import { Problem } from '../errors.ts'
import { tableOf } from '../table.ts'
import { valueAt } from './condition.ts'
import type { Kind } from './event.ts'

/**
 * The event as rules and logic apps see it. Defender sends alerts in its connector's form (PascalCase); one read from the management API is put
 * into that form, everything else is as it is. NotJson when the text is none.
 */
export function connectorBody(kind: Kind, text: string): unknown {
  const body = unwrapped(parsed(text))
  return kind === 'alert' && isArmAlert(body) ? fromArm(body) : body
}

/** The same as text for sending: to the letter what came in, when it came in that form. */
export function connectorText(kind: Kind, text: string): string {
  const sent = parsed(text)
  const body = unwrapped(sent)
  if (kind === 'alert' && isArmAlert(body)) return JSON.stringify(fromArm(body))
  return body === sent ? text : JSON.stringify(body)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    throw new Problem('NotJson', undefined, { cause: thrown })
  }
}

type Fields = Readonly<Record<string, unknown>>

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Real logic apps pass an event on under `body`; no event has a `body` of its own beside what makes it one. */
function unwrapped(value: unknown): unknown {
  const inner = valueAt(value, 'body')
  const own = ['type', 'properties', 'SystemAlertId', 'AlertType'].some(name => valueAt(value, name) !== undefined)
  return isFields(inner) && !own ? inner : value
}

function isArmAlert(value: unknown): value is Fields {
  const own = valueAt(value, 'SystemAlertId') ?? valueAt(value, 'AlertDisplayName')
  return own === undefined && valueAt(value, 'properties.alertDisplayName') !== undefined && isFields(value)
}

type Read = (alert: Fields) => unknown

/** The first of these under `properties` that is there. Versions of the API: 2019-01-01 and 2021-01-01 to 2022-01-01. */
function first(...names: string[]): Read {
  return alert => names.map(name => valueAt(alert, `properties.${name}`)).find(value => value !== undefined && value !== null)
}

/** What the connector's form has though the other does not: always there, with this value when nothing better is known. */
function or(read: Read, otherwise: unknown): Read {
  return alert => read(alert) ?? otherwise
}

/** The connector's fields in its order, each with where the management API has it. Sources: domain facts 1.1 and 1.2, real samples of both. */
const fields = tableOf<Read>({
  VendorName: or(first('vendorName'), 'Microsoft'),
  AlertType: first('alertType', 'alertName'),
  ProductName: or(first('productName'), 'Microsoft Defender for Cloud'),
  ProductComponentName: first('productComponentName'),
  StartTimeUtc: first('startTimeUtc', 'detectedTimeUtc', 'timeGeneratedUtc'),
  EndTimeUtc: first('endTimeUtc', 'detectedTimeUtc', 'timeGeneratedUtc'),
  TimeGenerated: first('timeGeneratedUtc', 'reportedTimeUtc', 'detectedTimeUtc'),
  ProcessingEndTime: first('processingEndTimeUtc', 'reportedTimeUtc', 'timeGeneratedUtc'),
  Severity: first('severity', 'reportedSeverity'),
  Status: statusWord,
  ProviderAlertStatus: or(first('providerAlertStatus'), null),
  ConfidenceLevel: or(first('confidenceLevel'), null),
  ConfidenceScore: or(first('confidenceScore'), null),
  ConfidenceReasons: or(first('confidenceReasons'), null),
  IsIncident: or(first('isIncident'), false),
  SystemAlertId: alert => first('systemAlertId')(alert) ?? valueAt(alert, 'name'),
  CorrelationKey: or(first('correlationKey'), null),
  Intent: first('intent', 'extendedProperties.killChainIntent'),
  AzureResourceId: resourceId,
  AzureResourceSubscriptionId: alert => first('subscriptionId')(alert) ?? segmentAfter(valueAt(alert, 'id'), 'subscriptions'),
  WorkspaceId: or(first('workspaceId'), null),
  WorkspaceSubscriptionId: workspacePart('workspaceSubscriptionId', 'subscriptions'),
  WorkspaceResourceGroup: workspacePart('workspaceResourceGroup', 'resourceGroups'),
  AgentId: or(first('agentId'), null),
  CompromisedEntity: first('compromisedEntity'),
  AlertDisplayName: first('alertDisplayName'),
  Description: first('description'),
  Entities: alert => pascal(first('entities')(alert) ?? []),
  ExtendedLinks: alert => pascal(first('extendedLinks')(alert) ?? null),
  ResourceIdentifiers: alert => pascal(first('resourceIdentifiers')(alert) ?? []),
  RemediationSteps: remediation,
  ExtendedProperties: or(first('extendedProperties'), {}),
  AlertUri: first('alertUri'),
  Version: () => connectorVersion,
})

/** Microsoft's own policy tests `Version Contains "3."` as a condition that always holds; the management API's version is its own date. */
const connectorVersion = '3.0'

/** Under other names above. */
const renamed = [
  'alertName',
  'detectedTimeUtc',
  'timeGeneratedUtc',
  'reportedTimeUtc',
  'processingEndTimeUtc',
  'reportedSeverity',
  'state',
  'associatedResource',
  'subscriptionId',
  'workspaceArmId',
]
const known = new Set([...fields.keys(), ...renamed].map(name => name.toLowerCase()))

function fromArm(alert: Fields): Fields {
  const own = [...fields].map(([name, read]) => [name, read(alert)])
  const properties = valueAt(alert, 'properties')
  const more = Object.entries(isFields(properties) ? properties : {})
    .filter(([key]) => !known.has(key.toLowerCase()))
    .map(([key, value]) => [pascalKey(key), value])
  return Object.fromEntries([...own, ...more].filter(([, value]) => value !== undefined))
}

/** The connector knows New, Resolved, Dismissed, Unknown. An alert in progress is neither resolved nor dismissed: New, so that rules on open alerts still see it. */
const statusWords = tableOf<string>({ active: 'New', inprogress: 'New', resolved: 'Resolved', dismissed: 'Dismissed' })

function statusWord(alert: Fields): string {
  const word = first('status', 'state')(alert)
  return (typeof word === 'string' ? statusWords.get(word.toLowerCase()) : undefined) ?? 'Unknown'
}

function resourceId(alert: Fields): unknown {
  const identifiers = first('resourceIdentifiers')(alert)
  const ids = Array.isArray(identifiers) ? identifiers.map(item => valueAt(item, 'azureResourceId')) : []
  return ids.find(id => typeof id === 'string') ?? first('associatedResource')(alert)
}

function workspacePart(name: string, segment: string): Read {
  return alert => first(name)(alert) ?? segmentAfter(first('workspaceArmId')(alert), segment) ?? null
}

function segmentAfter(path: unknown, name: string): string | undefined {
  const segments = typeof path === 'string' ? path.split('/') : []
  const at = segments.findIndex(segment => segment.toLowerCase() === name.toLowerCase())
  return at < 0 ? undefined : segments[at + 1]
}

/** A list of steps; the form of 2019 has one text with a line for each. */
function remediation(alert: Fields): unknown {
  const steps = first('remediationSteps')(alert) ?? []
  return typeof steps === 'string' ? steps.split(/\r?\n/).filter(step => step.trim() !== '') : steps
}

/** Keys of the connector that are more than a capital away from the management API's. */
const spelt = tableOf<string>({
  _id: '$id',
  ntDomain: 'NTDomain',
  omsAgentID: 'OMSAgentID',
  osFamily: 'OSFamily',
  osVersion: 'OSVersion',
  upnSuffix: 'UPNSuffix',
})

function pascalKey(key: string): string {
  return spelt.get(key) ?? key.charAt(0).toUpperCase() + key.slice(1)
}

function pascal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pascal)
  if (!isFields(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [pascalKey(key), pascal(inner)]))
}
