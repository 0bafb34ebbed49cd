import type { Kind } from '../model/event.ts'
import { tableOf } from '../table.ts'
import { at, type Foreign, isObject } from './fold.ts'
import { short } from './plain.ts'
import { type Refusal, refused } from './read.ts'

const security = 'microsoft.security/'
const types = tableOf<Kind>({
  'microsoft.security/locations/alerts': 'alert',
  'microsoft.security/alerts': 'alert',
  securityalert: 'alert',
  'microsoft.security/assessments': 'recommendation',
  'microsoft.security/regulatorycompliancestandards/regulatorycompliancecontrols/regulatorycomplianceassessments': 'compliance',
  'microsoft.security/regulatorycomplianceassessment': 'compliance',
})

const others: [RegExp, string][] = [
  [
    /\/subassessments$/,
    'A sub-assessment is a detail of a recommendation; what comes in is the recommendation, when its status changes.',
  ],
  [/\/securescores(?:\/|$)/, 'Secure scores are figures, not events; alerts, recommendations and compliance changes come in.'],
  [/\/regulatorycompliancestandards(?:\/|$)/, 'Standards and controls are sums; what comes in is each of their assessments.'],
  [/\/attackpaths$/, 'Attack paths don’t come in yet; alerts, recommendations and compliance changes do.'],
  [/\/assessmentmetadata$/, 'This describes a recommendation; what comes in is its assessment of a resource.'],
]

/** By `type`; without one by what only one kind has. Rules of the published schemas and samples, in the order they can be trusted. */
export function kindOf(value: Foreign): Kind | { refused: Refusal } {
  const type = at(value, 'type')
  if (type !== undefined && type !== null && typeof type !== 'string') return refused(['type'], 'This must be a text.')
  const named = typeof type === 'string' ? type.trim().toLowerCase() : ''
  const known = types.get(named)
  if (known !== undefined) return known
  const other = others.find(([pattern]) => pattern.test(named))
  if (other !== undefined) return refused(['type'], other[1])
  if (named.startsWith(security))
    return refused(['type'], `Defender’s “${short(named, 80)}” is neither an alert, a recommendation nor a compliance change.`)
  return untyped(value) ?? unknownKind(value, named)
}

function untyped(value: Foreign): Kind | undefined {
  const properties = at(value, 'properties')
  const fields = isObject(properties) ? [value, properties] : [value]
  if (fields.some(place => at(place, 'systemAlertId') !== undefined || at(place, 'alertType') !== undefined)) return 'alert'
  if (operationOf(value).startsWith('microsoft.security/locations/alerts/')) return 'alert'
  const id = at(value, 'id')
  return typeof id === 'string' ? kindOfId(id.toLowerCase()) : undefined
}

function operationOf(value: Foreign): string {
  const operation = at(at(value, 'operationName'), 'value')
  return typeof operation === 'string' ? operation.toLowerCase() : ''
}

function kindOfId(id: string): Kind | undefined {
  if (/\/providers\/microsoft\.security\/locations\/[^/]+\/alerts\/[^/]+$/.test(id)) return 'alert'
  if (id.includes('/regulatorycomplianceassessments/')) return 'compliance'
  return /\/providers\/microsoft\.security\/assessments\/[^/]+$/.test(id) ? 'recommendation' : undefined
}

function unknownKind(value: Foreign, type: string): { refused: Refusal } {
  if (at(value, 'responses') !== undefined && at(value, 'parameters') !== undefined)
    return refused(
      ['responses'],
      'This is an example of Azure’s REST specification; the event in it stands under responses.200.body.',
    )
  if (type !== '') return refused(['type'], `“${short(type, 80)}” is not a kind of event from Defender for Cloud.`)
  if (operationOf(value) !== '') return refused(['operationName'], 'Of the Activity Log only security alerts come in.')
  return refused(
    ['type'],
    'Nothing says what this is: an alert has a SystemAlertId, the other kinds a type beginning with Microsoft.Security/.',
  )
}
