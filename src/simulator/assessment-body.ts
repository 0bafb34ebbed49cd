import { tableOf } from '../table.ts'
import type { Assessment, Metadata, State } from './state.ts'

interface Prose {
  why: string
  how: string
  threats: string[]
}

const machine: Prose = {
  why: 'A machine that is not kept to this rule is the easiest way into its network.',
  how: 'Open the virtual machine, follow the fix that the portal offers, and restart it in its maintenance window.',
  threats: ['accountBreach', 'maliciousInsider'],
}

/** What a recommendation says besides its title, by its category; written for the simulator. */
const prose = tableOf<Prose>({
  Compute: machine,
  Networking: {
    why: 'What can be reached from everywhere is tried from everywhere.',
    how: 'Open the networking page of the resource, allow the networks that need it, and deny the rest.',
    threats: ['dataExfiltration', 'denialOfService'],
  },
  Data: {
    why: 'Data that can be read without a trace can be taken without a trace.',
    how: 'Open the security page of the resource, switch the setting on, and check that the applications still connect.',
    threats: ['dataExfiltration', 'dataSpillage'],
  },
  IdentityAndAccess: {
    why: 'Accounts with more rights than they use are what attackers look for first.',
    how: 'Open Access control (IAM) of the subscription, review the assignments, and take away what is not needed.',
    threats: ['accountBreach', 'elevationOfPrivilege'],
  },
})

/** The API knows fewer categories than the reference has headings. */
const kinds = ['Compute', 'Networking', 'Data', 'IdentityAndAccess', 'IoT']
const levels = ['Low', 'Moderate', 'High'] as const

function metadataProperties(data: Metadata): object {
  const { why, how, threats } = prose.get(data.category) ?? machine
  const weight = Number.parseInt(data.key.slice(0, 4), 16)
  return {
    displayName: data.displayName,
    ...(data.policyDefinitionId !== undefined && { policyDefinitionId: data.policyDefinitionId }),
    description: `${data.displayName}. ${why}`,
    remediationDescription: `1. ${how}<br>2. Wait for the next evaluation; it can take up to 24 hours.`,
    categories: [kinds.includes(data.category) ? data.category : 'Compute'],
    severity: data.severity,
    userImpact: levels[weight % 3],
    implementationEffort: levels[weight % 2],
    threats,
    assessmentType: 'BuiltIn',
    preview: data.preview,
  }
}

export function metadataBody(data: Metadata): object {
  return {
    id: `/providers/Microsoft.Security/assessmentMetadata/${data.key}`,
    name: data.key,
    type: 'Microsoft.Security/assessmentMetadata',
    properties: {
      ...metadataProperties(data),
      publishDates: { GA: '06/01/2021', public: '06/01/2021' },
      ...(data.plannedDeprecation !== undefined && { plannedDeprecationDate: data.plannedDeprecation }),
    },
  }
}

function portal({ key, resource }: Assessment): string {
  return `portal.azure.com/#blade/Microsoft_Azure_Security/RecommendationsBlade/assessmentKey/${key}/resourceId/${encodeURIComponent(resource.id)}`
}

function properties(state: State, assessment: Assessment): { displayName: string } & Record<string, unknown> {
  return {
    displayName: state.metadata.find(({ key }) => key === assessment.key)?.displayName ?? assessment.key,
    resourceDetails: { source: 'Azure', id: assessment.resource.id },
    status: {
      code: assessment.status,
      ...(assessment.status === 'NotApplicable' && {
        cause: 'OffByPolicy',
        description: 'The effective policy for the assessment was evaluated to off',
      }),
      statusChangeDate: assessment.since.toISOString(),
      firstEvaluationDate: assessment.first.toISOString(),
    },
    additionalData: {},
  }
}

function expanded(state: State, assessment: Assessment): object {
  const data = state.metadata.find(({ key }) => key === assessment.key)
  return data === undefined ? {} : { metadata: metadataProperties(data) }
}

/** As the assessments API answers; lists never hold metadata. */
export function assessmentBody(state: State, assessment: Assessment, withMetadata: boolean): object {
  return {
    id: assessment.id,
    name: assessment.key,
    type: 'Microsoft.Security/assessments',
    properties: {
      ...properties(state, assessment),
      links: { azurePortalUri: `https://${portal(assessment)}` },
      ...(withMetadata && expanded(state, assessment)),
    },
  }
}

/** As workflow automation writes a change; its link has another name and no scheme. */
export function assessmentEvent(state: State, assessment: Assessment, action: 'Write' | 'Delete'): object {
  const enrichment = { action, apiVersion: '2019-01-01', isSnapshot: false }
  return {
    assessmentEventDataEnrichment: enrichment,
    securityEventDataEnrichment: { ...enrichment, interval: '00:00:00' },
    tenantId: state.tenantId,
    type: 'Microsoft.Security/assessments',
    kind: null,
    location: null,
    id: assessment.id,
    name: assessment.key,
    tags: null,
    properties: {
      ...properties(state, assessment),
      ...expanded(state, assessment),
      links: { azurePortal: portal(assessment) },
    },
  }
}
