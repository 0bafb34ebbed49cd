import { z } from 'zod'
import type { ComplianceEvent } from '../model/event.ts'
import { tableOf } from '../table.ts'
import { resourceOf, segmentAfter, subscriptionOf } from './arm-id.ts'
import { type Foreign, folded, looseText, text } from './fold.ts'
import { httpsLink } from './plain.ts'
import { idLimit, known, type Read, refused, refusedBy, told } from './read.ts'

const count = z.number().int().min(0).default(0)

const Compliance = folded({
  securityEventDataEnrichment: folded({ isSnapshot: z.boolean().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  id: z.string(),
  properties: folded({
    description: text,
    state: z.string(),
    passedResources: count,
    failedResources: count,
    skippedResources: count,
    assessmentDetailsLink: looseText,
  }),
})

const states = tableOf<ComplianceEvent['status']>({
  failed: 'failed',
  passed: 'passed',
  skipped: 'skipped',
  unsupported: 'unsupported',
})

/** A change of one assessment under a control of a standard; only the id says which standard and control. No form of it carries a time. */
export function readCompliance(value: Foreign, now: Date): Read<ComplianceEvent> {
  const parsed = Compliance.safeParse(value)
  if (!parsed.success) return refusedBy(parsed.error)
  const { id: written, properties, securityEventDataEnrichment } = parsed.data
  const id = written.trim()
  if (id.length > idLimit) return refused(['id'], `The id of a compliance assessment has at most ${idLimit} characters.`)
  const standard = segmentAfter(id, 'regulatoryComplianceStandards')
  const control = segmentAfter(id, 'regulatoryComplianceControls')
  if (standard === undefined || control === undefined || segmentAfter(id, 'regulatoryComplianceAssessments') === undefined)
    return refused(
      ['id'],
      'The id must name standard, control and assessment: …/regulatoryComplianceStandards/{}/regulatoryComplianceControls/{}/regulatoryComplianceAssessments/{}.',
    )
  const title = told(properties.description)
  if (title === undefined)
    return refused(['properties', 'description'], 'A compliance change needs its description, which is its title.')
  const status = states.get(properties.state.trim().toLowerCase())
  if (status === undefined) return refused(['properties', 'state'], 'This must be Passed, Failed, Skipped or Unsupported.')
  const scope = id.slice(0, id.toLowerCase().indexOf('/providers/microsoft.security/regulatorycompliancestandards/'))
  return {
    event: {
      kind: 'compliance',
      key: `/${id.toLowerCase().replace(/^\/+/, '')}`,
      id,
      title,
      description: '',
      severity: 'None',
      resource: resourceOf(scope),
      subscription: subscriptionOf(segmentAfter(id, 'subscriptions')),
      at: now.toISOString(),
      snapshot: securityEventDataEnrichment?.isSnapshot === true,
      standard,
      control,
      status,
      passed: properties.passedResources,
      failed: properties.failedResources,
      skipped: properties.skippedResources,
      ...known({ portalUrl: httpsLink(properties.assessmentDetailsLink) }),
    },
  }
}
