import type { Assessment, ComplianceState, State } from './state.ts'

const type = 'Microsoft.Security/regulatoryComplianceStandards'

function under({ assessments }: State, { key, subscription }: Pick<ComplianceState, 'key' | 'subscription'>): Assessment[] {
  return [...assessments.values()].filter(one => one.key === key && one.resource.subscription === subscription)
}

/** Failed when any resource is unhealthy, skipped when none can be judged. */
export function derived(state: State, of: Pick<ComplianceState, 'key' | 'subscription'>): ComplianceState['state'] {
  const found = under(state, of).map(({ status }) => status)
  if (found.length === 0) return 'Unsupported'
  if (found.includes('Unhealthy')) return 'Failed'
  return found.every(status => status === 'NotApplicable') ? 'Skipped' : 'Passed'
}

/** As the compliance API answers for one assessment. */
export function complianceBody(state: State, result: ComplianceState): { properties: object } & Record<string, unknown> {
  const { subscription, standard, control, key } = result
  const found = under(state, result)
  const count = (status: Assessment['status']) => found.filter(one => one.status === status).length
  return {
    id: `/subscriptions/${subscription}/providers/${type}/${standard}/regulatoryComplianceControls/${control}/regulatoryComplianceAssessments/${key}`,
    name: key,
    type: `${type}/regulatoryComplianceControls/regulatoryComplianceAssessments`,
    properties: {
      description: state.metadata.find(data => data.key === key)?.displayName ?? key,
      assessmentType: 'Assessment',
      assessmentDetailsLink: `https://management.azure.com/subscriptions/${subscription}/providers/Microsoft.Security/assessments/${key}`,
      state: result.state,
      passedResources: count('Healthy'),
      failedResources: count('Unhealthy'),
      skippedResources: count('NotApplicable'),
      unsupportedResources: 0,
    },
  }
}

/** As workflow automation writes a change. */
export function complianceEvent(state: State, result: ComplianceState): object {
  const { properties, ...rest } = complianceBody(state, result)
  const { unsupportedResources: _none, ...told } = { unsupportedResources: 0, ...properties }
  return {
    securityEventDataEnrichment: { action: 'Write', apiVersion: '2019-01-01-preview', isSnapshot: false, interval: '00:00:00' },
    ...rest,
    properties: {
      ...told,
      assessmentType: 'AssessmentResult',
      assessmentDetailsLink: `https://portal.azure.com/#blade/Microsoft_Azure_Security/RecommendationsBlade/assessmentKey/${result.key}/initiativeId/${result.standard}`,
    },
  }
}
