import { assessmentEvent } from './assessment-body.ts'
import { complianceEvent, derived } from './compliance-body.ts'
import type { Assessment, State } from './state.ts'

/** Compliance follows recommendations with the next evaluation; this long after, where lags are wanted. */
const evaluationAfterMs = 8000

/** Changes a status and tells the automations, as Azure does for the parent assessment only. */
export function turn(state: State, assessment: Assessment, status: Assessment['status']): void {
  if (assessment.status === status) return
  assessment.status = status
  assessment.since = state.clock.now()
  state.emit({ source: 'Assessments', subject: assessment.resource.id, body: assessmentEvent(state, assessment, 'Write') })
  if (state.lags) state.clock.after(evaluationAfterMs, () => evaluate(state, assessment))
  else evaluate(state, assessment)
}

/** The resource is gone, or the recommendation was withdrawn. */
export function withdraw(state: State, assessment: Assessment): void {
  state.assessments.delete(assessment.id.toLowerCase())
  state.emit({ source: 'Assessments', subject: assessment.resource.id, body: assessmentEvent(state, assessment, 'Delete') })
  evaluate(state, assessment)
}

/** Compliance follows from the resources under a recommendation; told where it changes. */
function evaluate(state: State, { key, resource: { subscription } }: Assessment): void {
  const subject = `/subscriptions/${subscription}`
  for (const result of state.compliance.values()) {
    if (result.key !== key || result.subscription !== subscription) continue
    const next = derived(state, result)
    if (next === result.state) continue
    result.state = next
    state.emit({ source: 'RegulatoryComplianceAssessment', subject, body: complianceEvent(state, result) })
  }
}
