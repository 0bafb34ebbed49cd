import type { Alert, State } from './state.ts'

const newer = '2022-01-01'
const product = 'Microsoft Defender for Cloud'

export function alertId(alert: Alert): string {
  const group = alert.group === undefined ? '' : `/resourceGroups/${alert.group}`
  return `/subscriptions/${alert.subscription}${group}/providers/Microsoft.Security/locations/${alert.ascLocation}/alerts/${alert.name}`
}

function alertUri(alert: Alert): string {
  const group = alert.group === undefined ? '' : `/resourceGroup/${alert.group}`
  return `https://portal.azure.com/#blade/Microsoft_Azure_Security_AzureDefenderForData/AlertBlade/alertId/${alert.name}/subscriptionId/${alert.subscription}${group}/referencedFrom/alertDeepLink/location/${alert.ascLocation}`
}

/** As the workflow automation connector and Event Hubs write it. */
export function connectorBody(state: State, alert: Alert): object {
  const { started, ended, at, processed } = timesOf(alert)
  return {
    VendorName: 'Microsoft',
    AlertType: alert.alertType,
    ProductName: product,
    StartTimeUtc: started,
    EndTimeUtc: ended,
    TimeGenerated: at,
    ProcessingEndTime: processed,
    Severity: alert.severity,
    Status: alert.status === 'Active' ? 'New' : alert.status,
    ProviderAlertStatus: null,
    ConfidenceLevel: null,
    ConfidenceScore: null,
    ConfidenceReasons: null,
    IsIncident: alert.incident,
    SystemAlertId: alert.name,
    CorrelationKey: alert.correlationKey ?? null,
    Intent: alert.intent,
    AzureResourceId: alert.resourceId,
    AzureResourceSubscriptionId: alert.subscription,
    TenantId: state.tenantId,
    WorkspaceId: null,
    WorkspaceSubscriptionId: null,
    WorkspaceResourceGroup: null,
    AgentId: null,
    CompromisedEntity: alert.compromised,
    AlertDisplayName: alert.displayName,
    Description: alert.description,
    ProductComponentName: alert.plan,
    Entities: alert.entities.map(pascal),
    RemediationSteps: alert.remediation,
    ExtendedProperties: {
      ...alert.properties,
      ...(alert.techniques.length > 0 && { 'MITRE techniques': alert.techniques.join(', ') }),
    },
    ResourceIdentifiers: [
      { $id: '1', AzureResourceId: alert.resourceId, Type: 'AzureResource', AzureResourceTenantId: state.tenantId },
    ],
    ExtendedLinks: null,
    AlertUri: alertUri(alert),
    Version: '3.0',
  }
}

function pascal(entity: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entity).map(([key, value]) => [
      key.startsWith('$') ? key : key.charAt(0).toUpperCase() + key.slice(1),
      inner(value),
    ]),
  )
}

function inner(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? pascal(Object.fromEntries(Object.entries(value)))
    : value
}

/** What was seen ends a little before it is reported, and is processed a little after; seven digits, as Azure writes them. */
function timesOf({ at }: Alert): { started: string; ended: string; at: string; processed: string } {
  const plus = (ms: number) => new Date(at.getTime() + ms).toISOString().replace('Z', '0000Z')
  return { started: plus(-240_000), ended: plus(-20_000), at: plus(0), processed: plus(900) }
}

/** As the alerts API answers; the newer version knows more fields. */
export function armBody(alert: Alert, version: string): object {
  const { started, ended, at, processed } = timesOf(alert)
  return {
    id: alertId(alert),
    name: alert.name,
    type: 'Microsoft.Security/Locations/alerts',
    properties: {
      alertType: alert.alertType,
      systemAlertId: alert.name,
      productComponentName: alert.plan,
      alertDisplayName: alert.displayName,
      description: alert.description,
      severity: alert.severity,
      intent: alert.intent.split(',')[0]?.trim() ?? 'Unknown',
      startTimeUtc: started,
      endTimeUtc: ended,
      resourceIdentifiers: [{ type: 'AzureResource', azureResourceId: alert.resourceId }],
      remediationSteps: alert.remediation,
      vendorName: 'Microsoft',
      // The older version has no word for it.
      status: alert.status === 'InProgress' && version !== newer ? 'Active' : alert.status,
      extendedLinks: [],
      alertUri: alertUri(alert),
      timeGeneratedUtc: at,
      productName: product,
      processingEndTimeUtc: processed,
      entities: alert.entities,
      isIncident: alert.incident,
      ...(alert.correlationKey !== undefined && { correlationKey: alert.correlationKey }),
      extendedProperties: alert.properties,
      compromisedEntity: alert.compromised,
      ...(version === newer && { version: '2022-01-01.0', techniques: alert.techniques, subTechniques: [] }),
    },
  }
}
