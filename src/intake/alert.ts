import type { AlertEvent, Resource } from '../model/event.ts'
import { tableOf } from '../table.ts'
import { Envelope, Fields } from './alert-fields.ts'
import { alertArmId, isArmId, isResourceId, resourceOf, segmentAfter, subscriptionOf } from './arm-id.ts'
import { readEntities } from './entities.ts'
import { at, type Foreign, isObject } from './fold.ts'
import { isoOf, momentOf } from './moment.ts'
import { httpsLink, jsonIn, label, listOf, plain, short, steps } from './plain.ts'
import { idLimit, known, type Read, refused, refusedBy, told } from './read.ts'
import { readable } from './readable.ts'

/** What an alert can't be told without. */
interface Essence {
  name: string
  title: string
  severity: string
  at: string
}

/** An alert in any of its forms. Its own fields stand at the top (connector, Log Analytics) or under `properties` (ARM, Activity Log). */
export function readAlert(value: Foreign, now: Date): Read<AlertEvent> {
  const envelope = Envelope.parse(value)
  const nested =
    isObject(envelope.properties) && at(value, 'systemAlertId') === undefined && at(value, 'alertDisplayName') === undefined
  const prefix = nested ? ['properties'] : []
  const parsed = Fields.safeParse(nested ? envelope.properties : value)
  if (!parsed.success) return refusedBy(parsed.error, prefix)
  const fields = parsed.data
  const name = nameOf(fields, envelope)
  if (name === undefined) return refused([...prefix, 'systemAlertId'], 'An alert needs its SystemAlertId, or from ARM its name.')
  if (name.length > idLimit) return refused([...prefix, 'systemAlertId'], `The id of an alert has at most ${idLimit} characters.`)
  const title = told(fields.alertDisplayName) ?? told(fields.displayName) ?? told(envelope.eventName?.value)
  if (title === undefined) return refused([...prefix, 'alertDisplayName'], 'An alert needs a title.')
  const severity = told(fields.severity) ?? told(fields.reportedSeverity) ?? told(fields.alertSeverity)
  if (severity === undefined) return refused([...prefix, 'severity'], 'An alert needs a severity.')
  const time = timeOf(fields, envelope, now)
  if (time.bad !== undefined)
    return refused(time.bad === 'eventTimestamp' ? [time.bad] : [...prefix, time.bad], 'This is not a time.')
  return { event: eventOf(fields, envelope, { name, title, severity, at: time.iso }, now) }
}

/** The guid in an alert's ARM id may be another one than its name: the name is the identity. */
function nameOf(fields: Fields, envelope: Envelope): string | undefined {
  return (
    told(fields.systemAlertId) ??
    told(envelope.name) ??
    segmentAfter(envelope.id, 'alerts') ??
    segmentAfter(envelope.resourceId, 'alerts') ??
    told(envelope.correlationId)
  )
}

/** When Defender raised it; a time that can't be meant (year 0001, the future) gives way to the next one told, in the end to our clock. */
function timeOf(fields: Fields, envelope: Envelope, now: Date): { iso: string; bad?: undefined } | { bad: string } {
  const { timeGenerated, timeGeneratedUtc, detectedTimeUtc, reportedTimeUtc, processingEndTime, processingEndTimeUtc } = fields
  const candidates = { timeGenerated, timeGeneratedUtc, detectedTimeUtc, eventTimestamp: envelope.eventTimestamp }
  for (const [name, value] of Object.entries({ ...candidates, reportedTimeUtc, processingEndTime, processingEndTimeUtc })) {
    if (value === undefined) continue
    const moment = momentOf(value, now)
    if (moment === 'not a time') return { bad: name }
    if (moment !== 'unset') return moment
  }
  return { iso: now.toISOString() }
}

/** What only a card or a search looks at is read when one does: most that comes in is kept, and looked at later, if at all. */
function eventOf(fields: Fields, envelope: Envelope, { name, title, severity, at }: Essence, now: Date): AlertEvent {
  const uri = told(fields.alertUri) ?? told(fields.alertLink)
  const extended = extendedOf(fields, envelope)
  const resource = resourceHit(fields)
  const subscription = subscriptionTold(fields, envelope, uri, resource)
  const description = once(() => filled(plain(fields.description ?? envelope.description ?? ''), extended))
  const tactics = once(() => tacticsOf(fields, extended))
  const techniques = once(() => techniquesOf(fields, extended))
  const entities = once(() => readEntities(fields.entities))
  const remediation = once(() => listOf(fields.remediationSteps).flatMap(steps))
  const properties = once(() => Object.entries(extended).flatMap(([key, value]) => property(key, value)))
  return {
    kind: 'alert',
    key: name.toLowerCase(),
    id: name,
    title,
    get description() {
      return description()
    },
    severity,
    resource: resource ?? nowhere(subscription),
    subscription,
    at,
    snapshot: false,
    alertType: told(fields.alertType) ?? told(fields.alertName) ?? '',
    status: statusOf(fields, envelope),
    get tactics() {
      return tactics()
    },
    get techniques() {
      return techniques()
    },
    get entities() {
      return entities()
    },
    get remediation() {
      return remediation()
    },
    get properties() {
      return properties()
    },
    incident: String(fields.isIncident).toLowerCase() === 'true',
    ...known({
      portalUrl: httpsLink(uri),
      startedAt: isoOf(fields.startTimeUtc ?? fields.startTime, now),
      endedAt: isoOf(fields.endTimeUtc ?? fields.endTime, now),
      correlationKey: told(fields.correlationKey),
      armId: armIdOf(envelope, uri, name),
    }),
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

const statusWords = tableOf<AlertEvent['status']>({
  inprogress: 'in-progress',
  resolved: 'resolved',
  resolve: 'resolved',
  dismissed: 'dismissed',
  dismiss: 'dismissed',
})

/** New, Active, Unknown and words to come are active. The Activity Log's status is constant; there the operation tells. */
function statusOf(fields: Fields, envelope: Envelope): AlertEvent['status'] {
  const operation = segmentAfter(envelope.operationName?.value, 'alerts')
  const word = operation ?? fields.status ?? fields.state
  return (typeof word === 'string' ? statusWords.get(word.toLowerCase().replace(/[\s_-]/g, '')) : undefined) ?? 'active'
}

const ownFields = new Set(['severity', 'intent', 'compromisedentity', 'remediationsteps'])

/** The Activity Log has no ExtendedProperties: what else stands under `properties` is that. */
function extendedOf(fields: Fields, envelope: Envelope): Foreign {
  const written = typeof fields.extendedProperties === 'string' ? jsonIn(fields.extendedProperties) : fields.extendedProperties
  if (isObject(written)) return written
  if (envelope.operationName === undefined || !isObject(envelope.properties)) return {}
  return Object.fromEntries(Object.entries(envelope.properties).filter(([key]) => !ownFields.has(key.toLowerCase())))
}

function property(key: string, value: unknown): [string, string][] {
  const said = readable(value)
  return said === '' ? [] : [[label(key), said]]
}

const mostFilled = 50

/** `%{Process Path}` is filled from the properties as the portal does it; one that nothing fills stays readable as its name. */
function filled(description: string, extended: Foreign): string {
  if (!description.includes('%{')) return description
  const values = new Map(Object.entries(extended).map(([key, value]) => [key.trim().toLowerCase(), short(readable(value), 200)]))
  let count = 0
  return description.replace(/%\{([^{}]{1,100})\}/g, (_, name: string) => {
    count += 1
    const value = count > mostFilled ? '' : (values.get(name.trim().toLowerCase()) ?? '')
    return value === '' ? `[${name.trim()}]` : value
  })
}

function tacticsOf(fields: Fields, extended: Foreign): string[] {
  const intents = listOf(fields.intent ?? fields.tactics ?? at(extended, 'killChainIntent'))
  return distinct(intents.flatMap(intent => intent.split(',')).filter(intent => intent.trim().toLowerCase() !== 'unknown'))
}

function techniquesOf(fields: Fields, extended: Foreign): string[] {
  const own = [...listOf(fields.techniques), ...listOf(fields.subTechniques)].flatMap(item => item.split(','))
  const mentioned = Object.entries(extended).flatMap(([key, value]) =>
    /technique/i.test(key) ? (readable(value).match(/\bT\d{4}(?:\.\d{3})?\b/g) ?? []) : [],
  )
  return distinct([...own, ...mentioned])
}

function distinct(words: string[]): string[] {
  return [...new Set(words.map(word => word.trim()).filter(word => word !== ''))]
}

/** The narrowest thing named: a resource before its subscription; without any ARM id the name of what was attacked. */
function resourceHit(fields: Fields): Resource | undefined {
  const identifiers = Array.isArray(fields.resourceIdentifiers)
    ? fields.resourceIdentifiers.map(item => at(item, 'azureResourceId'))
    : []
  const named = told(fields.compromisedEntity)
  const candidates = [fields.azureResourceId, ...identifiers, fields.associatedResource, fields.resourceId, named]
  const ids = candidates.filter(id => typeof id === 'string').filter(id => id.trim() !== '')
  const id = ids.find(isResourceId) ?? ids.find(isArmId) ?? ids[0]
  if (id === undefined) return undefined
  const resource = resourceOf(id)
  return isResourceId(id) || named === undefined || isArmId(named) ? resource : { ...resource, name: named }
}

function nowhere(subscription: string): Resource {
  return subscription === '' ? { id: '', name: 'unknown resource' } : resourceOf(`/subscriptions/${subscription}`)
}

function subscriptionTold(fields: Fields, envelope: Envelope, uri: string | undefined, resource: Resource | undefined): string {
  return subscriptionOf(
    segmentAfter(envelope.id, 'subscriptions'),
    segmentAfter(uri, 'subscriptionId'),
    fields.azureResourceSubscriptionId,
    segmentAfter(resource?.id, 'subscriptions'),
    fields.subscriptionId,
    envelope.subscriptionId,
  )
}

/** From the ARM id; the connector sends none, there the portal link carries all its parts. */
function armIdOf(envelope: Envelope, uri: string | undefined, name: string): string | undefined {
  const own = [envelope.id, envelope.resourceId].find(
    id => segmentAfter(id, 'alerts') !== undefined && segmentAfter(id, 'locations') !== undefined,
  )
  const [path, words] = own === undefined ? [uri, uriWords] : [own, idWords]
  return alertArmId({
    subscription: subscriptionOf(segmentAfter(path, words.subscription)),
    group: segmentAfter(path, words.group),
    location: segmentAfter(path, words.location),
    name,
  })
}

const idWords = { subscription: 'subscriptions', group: 'resourceGroups', location: 'locations' }
const uriWords = { subscription: 'subscriptionId', group: 'resourceGroup', location: 'location' }
