import type { Resource } from '../model/event.ts'

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const armName = /^(?!\.+$)[\p{L}\p{N}_.()-]{1,260}$/u

/** The segment after the one of that name, whatever its case: `/subscriptions/{here}/…`. */
export function segmentAfter(path: string | undefined, name: string): string | undefined {
  if (path === undefined) return undefined
  const segments = path.split('/')
  const wanted = name.toLowerCase()
  const index = segments.findIndex(segment => segment.length === wanted.length && segment.toLowerCase() === wanted)
  const found = index < 0 ? undefined : decoded(segments[index + 1] ?? '')
  return found === '' ? undefined : found
}

function decoded(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    const plain = decodeURIComponent(segment)
    return /[\p{Cc}/]/u.test(plain) ? segment : plain
  } catch {
    return segment
  }
}

/** The first of the texts that is a subscription's guid, lower case; empty when none is. */
export function subscriptionOf(...candidates: (string | undefined)[]): string {
  return candidates.find(candidate => candidate !== undefined && guid.test(candidate))?.toLowerCase() ?? ''
}

/** ARM id of the affected thing → its parts. The id stays as written: its case is arbitrary and Azure ignores it. */
export function resourceOf(id: string): Resource {
  const segments = id.split('/').filter(segment => segment !== '')
  const group = segmentAfter(id, 'resourceGroups')
  const type = typeOf(segments)
  return { id, name: segments.at(-1) ?? id, ...(group === undefined ? {} : { group }), ...(type === undefined ? {} : { type }) }
}

/** `Microsoft.Sql/servers/databases` of `…/providers/Microsoft.Sql/servers/a/databases/b`. */
function typeOf(segments: string[]): string | undefined {
  const provider = segments.findLastIndex(segment => segment.toLowerCase() === 'providers')
  if (provider >= 0) {
    const [namespace, ...rest] = segments.slice(provider + 1)
    return [namespace, ...rest.filter((_, index) => index % 2 === 0)].join('/') || undefined
  }
  if (segments[0]?.toLowerCase() !== 'subscriptions') return undefined
  return segments.length > 2 ? 'Microsoft.Resources/resourceGroups' : 'Microsoft.Resources/subscriptions'
}

export function isArmId(candidate: string): boolean {
  return /^\/?subscriptions\/[^/]+/i.test(candidate)
}

/** Narrower than a subscription or a group. */
export function isResourceId(candidate: string): boolean {
  return isArmId(candidate) && /\/providers\//i.test(candidate)
}

/**
 * ARM id of an alert without leading slash. A part that could lead a request elsewhere makes it untold.
 * `group` is absent for alerts of the subscription itself.
 */
export function alertArmId(parts: {
  subscription: string
  group: string | undefined
  location: string | undefined
  name: string
}): string | undefined {
  const { subscription, group, location, name } = parts
  if (subscription === '' || location === undefined || !armName.test(location) || !armName.test(name)) return undefined
  if (group !== undefined && !armName.test(group)) return undefined
  const scope = group === undefined ? `subscriptions/${subscription}` : `subscriptions/${subscription}/resourceGroups/${group}`
  return `${scope}/providers/Microsoft.Security/locations/${location}/alerts/${name}`
}
