import { z } from 'zod'
import type { RecommendationEvent } from '../model/event.ts'
import { tableOf } from '../table.ts'
import { isArmId, resourceOf, segmentAfter, subscriptionOf } from './arm-id.ts'
import { type Foreign, folded, loose, looseText, text } from './fold.ts'
import { isoOf } from './moment.ts'
import { capitalised, httpsLink, listOf, plain, steps } from './plain.ts'
import { idLimit, known, type Read, refused, refusedBy, told } from './read.ts'

const Enrichment = folded({ action: looseText, isSnapshot: z.boolean().optional().catch(undefined) })
  .optional()
  .catch(undefined)

const Metadata = folded({
  displayName: looseText,
  description: looseText,
  remediationDescription: looseText,
  severity: looseText,
  userImpact: looseText,
  implementationEffort: looseText,
  categories: loose,
  threats: loose,
})

const Assessment = folded({
  assessmentEventDataEnrichment: Enrichment,
  securityEventDataEnrichment: Enrichment,
  id: text,
  name: text,
  properties: folded({
    displayName: text,
    resourceDetails: folded({ id: looseText, resourceName: looseText }).optional().catch(undefined),
    status: folded({
      code: z.string(),
      cause: looseText,
      description: looseText,
      statusChangeDate: loose,
      firstEvaluationDate: loose,
    }),
    metadata: Metadata.optional().catch(undefined),
    risk: folded({ level: looseText }).optional().catch(undefined),
    links: folded({ azurePortal: looseText, azurePortalUri: looseText }).optional().catch(undefined),
  }),
})
type Assessment = z.infer<typeof Assessment>

const marker = '/providers/microsoft.security/assessments/'
const codes = tableOf<RecommendationEvent['status']>({
  healthy: 'healthy',
  unhealthy: 'unhealthy',
  notapplicable: 'not-applicable',
})

/** An assessment, as an event or from ARM; lists of ARM carry no metadata unless it was joined under `properties.metadata`. */
export function readRecommendation(value: Foreign, now: Date): Read<RecommendationEvent> {
  const parsed = Assessment.safeParse(value)
  if (!parsed.success) return refusedBy(parsed.error)
  const assessment = parsed.data
  const { properties } = assessment
  const id = idOf(assessment)
  if (id === undefined)
    return refused(['id'], 'A recommendation needs the id of its assessment: …/providers/Microsoft.Security/assessments/{key}.')
  if (id.length > idLimit) return refused(['id'], `The id of an assessment has at most ${idLimit} characters.`)
  const title = told(properties.displayName) ?? told(properties.metadata?.displayName)
  if (title === undefined) return refused(['properties', 'displayName'], 'A recommendation needs a title.')
  const status = codes.get(properties.status.code.toLowerCase().replace(/[\s_-]/g, ''))
  if (status === undefined) return refused(['properties', 'status', 'code'], 'This must be Healthy, Unhealthy or NotApplicable.')
  return { event: eventOf(assessment, { id, title, status }, now) }
}

/** As written, with a leading slash; put together from resource and name where it is absent. */
function idOf({ id, name, properties }: Assessment): string | undefined {
  const written = told(id)
  if (written !== undefined) return written.toLowerCase().includes(marker) ? slashed(written) : undefined
  const resource = told(properties.resourceDetails?.id)
  const key = told(name)
  if (resource === undefined || key === undefined || !isArmId(resource)) return undefined
  return `${slashed(resource)}/providers/Microsoft.Security/assessments/${key}`
}

function slashed(id: string): string {
  return id.startsWith('/') ? id : `/${id}`
}

function eventOf(
  assessment: Assessment,
  { id, title, status }: Pick<RecommendationEvent, 'id' | 'title' | 'status'>,
  now: Date,
): RecommendationEvent {
  const { properties, name } = assessment
  const { metadata, links } = properties
  const enrichment = assessment.securityEventDataEnrichment ?? assessment.assessmentEventDataEnrichment
  const since = isoOf(properties.status.statusChangeDate, now)
  return {
    kind: 'recommendation',
    key: id.toLowerCase(),
    id,
    title,
    description: plain(metadata?.description ?? '').trim(),
    severity: told(metadata?.severity) ?? told(properties.risk?.level) ?? 'None',
    resource: resourceHit(id, properties.resourceDetails),
    subscription: subscriptionOf(
      segmentAfter(id, 'subscriptions'),
      segmentAfter(properties.resourceDetails?.id, 'subscriptions'),
    ),
    at: since ?? isoOf(properties.status.firstEvaluationDate, now) ?? now.toISOString(),
    snapshot: enrichment?.isSnapshot === true,
    assessmentKey: told(name) ?? segmentAfter(id, 'assessments') ?? '',
    status,
    withdrawn: enrichment?.action?.toLowerCase() === 'delete',
    threats: listOf(metadata?.threats).map(capitalised),
    categories: listOf(metadata?.categories),
    remediation: steps(metadata?.remediationDescription ?? ''),
    ...known({
      portalUrl: httpsLink(links?.azurePortal) ?? httpsLink(links?.azurePortalUri),
      cause: told(properties.status.description) ?? told(properties.status.cause),
      since,
      effort: told(metadata?.implementationEffort),
      impact: told(metadata?.userImpact),
    }),
  }
}

/** Other clouds and machines outside Azure have no ARM id of their own: then the assessment's own prefix is where it belongs. */
function resourceHit(id: string, details: Assessment['properties']['resourceDetails']): RecommendationEvent['resource'] {
  const written = told(details?.id)
  const resource = resourceOf(
    written !== undefined && isArmId(written) ? written : id.slice(0, id.toLowerCase().lastIndexOf(marker)),
  )
  const name = told(details?.resourceName)
  return name === undefined ? resource : { ...resource, name }
}
