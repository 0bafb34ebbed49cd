import type { AlertEvent, ComplianceEvent, RecommendationEvent } from '../../src/model/event.ts'
import { type Finding, findingId, statusOf } from '../../src/model/finding.ts'
import type { Person } from '../../src/model/person.ts'
import type { Run, RunState } from '../../src/model/run.ts'

/** Findings as they come from Azure, for what shows them. */

export const now = new Date('2026-11-03T12:10:00Z')
export const analyst: Person = { id: '00000000-0000-0000-0000-0000000000a1', name: 'Analyst' }
export const subscription = '00000000-0000-0000-0000-00000000005b'
const group = `/subscriptions/${subscription}/resourceGroups/rg-shop`
const machine = `${group}/providers/Microsoft.Compute/virtualMachines/vm-web-03`

export function alertEvent(other: Partial<AlertEvent> = {}): AlertEvent {
  return {
    kind: 'alert',
    key: 'alert-1',
    id: '2517000000000000000_11111111-2222-3333-4444-555555555555',
    title: 'Suspicious PowerShell activity detected',
    description:
      'Analysis of host data detected a PowerShell process with an encoded command line, started by a service account that has not used PowerShell on this machine in the last 30 days. Encoded command lines hide what is run from people and from tools, and are a usual step after a break-in.',
    severity: 'High',
    resource: { id: machine, name: 'vm-web-03', group: 'rg-shop', type: 'Microsoft.Compute/virtualMachines' },
    subscription,
    at: '2026-11-03T12:04:00Z',
    portalUrl: 'https://portal.azure.com/#blade/Microsoft_Azure_Security/AlertBlade/alertId/1',
    snapshot: false,
    alertType: 'VM_SuspiciousPowerShell',
    status: 'active',
    tactics: ['Execution'],
    techniques: ['T1059.001'],
    entities: [
      { type: 'host', name: 'vm-web-03', details: [['OS', 'Windows']] },
      { type: 'account', name: 'CONTOSO\\svc-deploy', details: [['SID', 'S-1-5-21-1-1-1-1001']] },
      { type: 'ip', name: '203.0.113.7', details: [['Country', 'Example']] },
      { type: 'process', name: 'powershell.exe', details: [['Command line', 'powershell.exe -NoP -Enc SQBFAFgA…']] },
    ],
    remediation: [
      'Ask the owner of svc-deploy whether this is expected.',
      'If it is not, isolate the machine and collect its memory.',
      'Change the credentials of svc-deploy and of every account that signed in on the machine since.',
    ],
    properties: [
      ['parent process', 'w3wp.exe'],
      ['detection', 'behaviour'],
    ],
    startedAt: '2026-11-03T12:03:12Z',
    endedAt: '2026-11-03T12:03:40Z',
    incident: false,
    armId: `subscriptions/${subscription}/resourceGroups/rg-shop/providers/Microsoft.Security/locations/westeurope/alerts/1`,
    ...other,
  }
}

export function recommendationEvent(other: Partial<RecommendationEvent> = {}): RecommendationEvent {
  return {
    kind: 'recommendation',
    key: 'recommendation-1',
    id: `${group}/providers/Microsoft.Storage/storageAccounts/shopfiles/providers/Microsoft.Security/assessments/0001`,
    title: 'Storage accounts should prevent shared key access',
    description:
      'Requests to your storage account can be authorised with Entra credentials or with the account key. Entra is safer.',
    severity: 'Medium',
    resource: {
      id: `${group}/providers/Microsoft.Storage/storageAccounts/shopfiles`,
      name: 'shopfiles',
      group: 'rg-shop',
      type: 'Microsoft.Storage/storageAccounts',
    },
    subscription,
    at: '2026-11-03T11:58:00Z',
    portalUrl: 'https://portal.azure.com/#blade/Microsoft_Azure_Security/RecommendationsBlade/assessmentKey/1',
    snapshot: false,
    assessmentKey: '00000000-0000-0000-0000-0000000a55e5',
    status: 'unhealthy',
    cause: 'OffByPolicy',
    since: '2026-11-03T11:40:00Z',
    withdrawn: false,
    effort: 'Low',
    impact: 'Moderate',
    threats: ['dataExfiltration', 'accountBreach'],
    categories: ['Data'],
    remediation: ['In the storage account open Configuration.', 'Set Allow storage account key access to Disabled.'],
    ...other,
  }
}

export function complianceEvent(other: Partial<ComplianceEvent> = {}): ComplianceEvent {
  return {
    kind: 'compliance',
    key: 'compliance-1',
    id: `/subscriptions/${subscription}/providers/Microsoft.Security/regulatoryComplianceStandards/pci/regulatoryComplianceControls/1.2`,
    title: 'Virtual machines should be behind a network security group',
    description: 'Protect your machines from threats by restricting access to them.',
    severity: 'None',
    resource: { id: `/subscriptions/${subscription}`, name: 'Production' },
    subscription,
    at: '2026-11-03T06:00:00Z',
    portalUrl: 'https://portal.azure.com/#blade/Microsoft_Azure_Security/ComplianceBlade',
    snapshot: false,
    standard: 'PCI DSS 4',
    control: '1.2 Network security controls',
    status: 'failed',
    passed: 41,
    failed: 3,
    skipped: 0,
    ...other,
  }
}

export function findingOf(event: Finding['event'], other: Partial<Finding> = {}): Finding {
  return {
    id: findingId(event),
    version: 1,
    event,
    status: statusOf(event),
    openedAt: event.at,
    changedAt: event.at,
    runs: [],
    history: [],
    seen: [],
    ...other,
  }
}

export function runOf(state: RunState, other: Partial<Run> = {}): Run {
  return {
    id: `run-${state}`,
    findingId: 'a-000000000000',
    logicAppId: `/subscriptions/${subscription}/resourceGroups/rg-soc/providers/Microsoft.Logic/workflows/Notify-SOC`,
    logicAppName: 'Notify-SOC',
    trigger: 'When_an_alert_is_created',
    state,
    startedBy: { as: 'person', ...analyst },
    startedAt: '2026-11-03T12:06:00.000Z',
    ...(state === 'queued' || state === 'running' ? {} : { endedAt: '2026-11-03T12:06:02.100Z' }),
    link: 'https://portal.azure.com/#resource/logicApp/Notify-SOC/run/1',
    ...other,
  }
}

const handled: Finding['history'] = [
  { at: '2026-11-03T12:05:00Z', by: analyst, what: 'assigned it to Analyst' },
  { at: '2026-11-03T12:05:10Z', by: analyst, what: 'set it to in progress', to: 'in-progress' },
  { at: '2026-11-03T12:06:00Z', by: analyst, what: 'started Notify-SOC' },
]

export function inProgress(runs: Run[] = [runOf('succeeded')]): Finding {
  return findingOf(alertEvent({ status: 'in-progress' }), { owner: analyst, version: 5, runs, history: handled })
}

export const relatedFindings: Finding[] = [
  findingOf(
    alertEvent({ key: 'alert-2', title: 'Suspicious authentication activity', severity: 'Medium', at: '2026-11-03T11:31:00Z' }),
  ),
  findingOf(
    alertEvent({
      key: 'alert-3',
      title: 'Antimalware disabled',
      severity: 'Low',
      at: '2026-11-03T09:12:00Z',
      status: 'resolved',
    }),
  ),
]
