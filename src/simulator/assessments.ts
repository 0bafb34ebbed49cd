import { ArmError } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply } from './call.ts'
import type { Assessment, Metadata, State } from './state.ts'

const versions = ['2021-06-01'] as const
const read = 'Microsoft.Security/assessments/read'

export const assessments: Operation[] = [
  { method: 'GET', pattern: '/{scope+}/providers/Microsoft.Security/assessments', versions, action: read, handle: listed },
  {
    method: 'GET',
    pattern: '/{scope+}/providers/Microsoft.Security/assessments/{assessment}',
    versions,
    action: read,
    handle: one,
  },
  {
    method: 'GET',
    pattern: '/providers/Microsoft.Security/assessmentMetadata',
    versions,
    action: undefined,
    handle: call =>
      page(
        call,
        call.state.metadata.map(data => metadataBody(data)),
      ),
  },
  {
    method: 'GET',
    pattern: '/providers/Microsoft.Security/assessmentMetadata/{key}',
    versions,
    action: undefined,
    handle: metadataNamed,
  },
  {
    method: 'GET',
    pattern: '/subscriptions/{subscription}/providers/Microsoft.Security/assessmentMetadata',
    versions,
    action: 'Microsoft.Security/assessmentMetadata/read',
    handle: call =>
      page(
        call,
        call.state.metadata.map(data => metadataBody(data)),
      ),
  },
  {
    method: 'GET',
    pattern: '/subscriptions/{subscription}/providers/Microsoft.Security/assessmentMetadata/{key}',
    versions,
    action: 'Microsoft.Security/assessmentMetadata/read',
    handle: metadataNamed,
  },
]

function listed(call: Call): Reply {
  const scope = `/${param(call, 'scope')}/`.toLowerCase()
  const found = [...call.state.assessments.values()].filter(({ id }) => id.toLowerCase().startsWith(scope))
  return page(
    call,
    found.map(assessment => assessmentBody(call.state, assessment, false)),
  )
}

function one(call: Call): Reply {
  const id = `/${param(call, 'scope')}/providers/Microsoft.Security/assessments/${param(call, 'assessment')}`.toLowerCase()
  const found = call.state.assessments.get(id)
  if (found === undefined)
    throw new ArmError(
      404,
      'ResourceNotFound',
      `The Resource 'Microsoft.Security/assessments/${param(call, 'assessment')}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    )
  return { status: 200, body: assessmentBody(call.state, found, call.query.get('$expand') === 'metadata') }
}

function metadataNamed(call: Call): Reply {
  const found = call.state.metadata.find(({ key }) => key === param(call, 'key').toLowerCase())
  if (found === undefined)
    throw new ArmError(404, 'AssessmentMetadataNotFound', `The assessment metadata '${param(call, 'key')}' was not found.`)
  return { status: 200, body: metadataBody(found) }
}

const categories = ['Compute', 'Networking', 'Data', 'IdentityAndAccess', 'IoT']

function metadataProperties(data: Metadata): object {
  return {
    displayName: data.displayName,
    ...(data.policyDefinitionId !== undefined && { policyDefinitionId: data.policyDefinitionId }),
    description: `Azure checks this by itself. ${data.displayName}, so that an attacker finds less to work with.`,
    remediationDescription: `<ol><li>Open the resource in the portal.</li><li>Do what the recommendation says: ${data.displayName.toLowerCase()}.</li><li>Wait for the next evaluation.</li></ol>`,
    categories: [categories.includes(data.category) ? data.category : 'Compute'],
    severity: data.severity,
    userImpact: 'Low',
    implementationEffort: 'Moderate',
    threats: ['dataExfiltration', 'accountBreach'],
    assessmentType: 'BuiltIn',
    ...(data.preview && { preview: true }),
  }
}

function metadataBody(data: Metadata): object {
  return {
    id: `/providers/Microsoft.Security/assessmentMetadata/${data.key}`,
    name: data.key,
    type: 'Microsoft.Security/assessmentMetadata',
    properties: {
      ...metadataProperties(data),
      publishDates: { public: '06/01/2021' },
      ...(data.deprecated && { plannedDeprecationDate: '03/2027' }),
    },
  }
}

function assessmentBody(state: State, assessment: Assessment, expanded: boolean): object {
  const data = state.metadata.find(({ key }) => key === assessment.key)
  return {
    id: assessment.id,
    name: assessment.key,
    type: 'Microsoft.Security/assessments',
    properties: {
      displayName: data?.displayName ?? assessment.key,
      resourceDetails: { source: 'Azure', id: assessment.resource.id },
      status: {
        code: assessment.status,
        statusChangeDate: assessment.since.toISOString(),
        firstEvaluationDate: assessment.first.toISOString(),
      },
      additionalData: {},
      links: { azurePortal: portal(assessment) },
      ...(expanded && data !== undefined && { metadata: metadataProperties(data) }),
    },
  }
}

/** Azure leaves the scheme out. */
function portal({ key, resource }: Assessment): string {
  return `portal.azure.com/#blade/Microsoft_Azure_Security/RecommendationsBlade/assessmentKey/${key}/resourceId/${encodeURIComponent(resource.id)}`
}

/** Changes a status and tells the automations, as Azure does for the parent assessment only. */
export function turn(state: State, assessment: Assessment, status: Assessment['status']): void {
  if (assessment.status === status) return
  assessment.status = status
  assessment.since = state.now()
  const data = state.metadata.find(({ key }) => key === assessment.key)
  const enrichment = { action: 'Write', apiVersion: '2019-01-01', isSnapshot: false }
  const { properties, ...rest } = eventForm(assessmentBody(state, assessment, true))
  const body = {
    assessmentEventDataEnrichment: enrichment,
    securityEventDataEnrichment: { ...enrichment, interval: '00:00:00' },
    tenantId: state.tenantId,
    kind: null,
    location: null,
    tags: null,
    ...rest,
    properties,
  }
  state.emit({ source: 'Assessments', subject: assessment.resource.id, body })
  if (data !== undefined) follow(state, assessment)
}

function eventForm(body: object): { properties: unknown } {
  return { properties: {}, ...body }
}

const states = { Healthy: 'Passed', Unhealthy: 'Failed', NotApplicable: 'Skipped' } as const

/** Compliance follows from the resources under a recommendation; told where it changes. */
function follow(state: State, assessment: Assessment): void {
  for (const result of state.compliance.values()) {
    if (result.key !== assessment.key || result.subscription !== assessment.resource.subscription) continue
    const next = derived(state, result.key, result.subscription)
    if (next === result.state) continue
    result.state = next
    state.emit({
      source: 'RegulatoryComplianceAssessment',
      subject: `/subscriptions/${result.subscription}`,
      body: complianceEvent(state, result),
    })
  }
}

/** Failed when any resource is unhealthy, skipped when none can be judged. */
export function derived(state: State, key: string, subscription: string): 'Passed' | 'Failed' | 'Skipped' | 'Unsupported' {
  const found = [...state.assessments.values()]
    .filter(one => one.key === key && one.resource.subscription === subscription)
    .map(({ status }) => status)
  if (found.length === 0) return 'Unsupported'
  if (found.includes('Unhealthy')) return states.Unhealthy
  return found.every(status => status === 'NotApplicable') ? states.NotApplicable : states.Healthy
}

export function complianceBody(
  state: State,
  {
    subscription,
    standard,
    control,
    key,
    state: at,
  }: { subscription: string; standard: string; control: string; key: string; state: string },
): { properties: object } & Record<string, unknown> {
  const of = [...state.assessments.values()].filter(one => one.key === key && one.resource.subscription === subscription)
  const count = (status: Assessment['status']) => of.filter(one => one.status === status).length
  return {
    id: `/subscriptions/${subscription}/providers/Microsoft.Security/regulatoryComplianceStandards/${standard}/regulatoryComplianceControls/${control}/regulatoryComplianceAssessments/${key}`,
    name: key,
    type: 'Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/regulatoryComplianceAssessments',
    properties: {
      description: state.metadata.find(data => data.key === key)?.displayName ?? key,
      assessmentType: 'Assessment',
      assessmentDetailsLink: `https://management.azure.com/subscriptions/${subscription}/providers/Microsoft.Security/assessments/${key}`,
      state: at,
      passedResources: count('Healthy'),
      failedResources: count('Unhealthy'),
      skippedResources: count('NotApplicable'),
      unsupportedResources: 0,
    },
  }
}

function complianceEvent(state: State, result: Parameters<typeof complianceBody>[1]): object {
  const body = complianceBody(state, result)
  return {
    securityEventDataEnrichment: { action: 'Write', apiVersion: '2019-01-01-preview', isSnapshot: false, interval: '00:00:00' },
    ...body,
    properties: { ...body.properties, assessmentType: 'AssessmentResult' },
  }
}
