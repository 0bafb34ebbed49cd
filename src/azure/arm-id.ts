import { Problem } from '../errors.ts'

interface ArmId {
  subscription: string
  group?: string
  /** Lower case, `microsoft.logic/workflows`. */
  type: string
  /** One name per level of the type. */
  names: string[]
}

const subscriptionPath = /^subscriptions\/([0-9a-f-]{36})(?:\/resourcegroups\/([^/]+))?(?:\/providers\/([^/]+)\/(.+))?$/i
/** What Azure allows in a name that stands in an id, letters of any script included; above all no `?`, `#`, `%`, `\` and no `..`. */
const harmless = /^[\p{L}\p{N} ._()@:,;=+~!$&'*|-]+$/u

/** Reads an ARM id, with or without leading slash. Ids come with events from outside: nothing unusual in them gets into an address. */
export function readArmId(id: string): ArmId {
  const match = subscriptionPath.exec(withoutSlash(id))
  const [, subscription, group, provider, rest] = match ?? []
  const segments = rest?.split('/') ?? []
  const parts = [...segments, ...(group === undefined ? [] : [group]), ...(provider === undefined ? [] : [provider])]
  if (subscription === undefined || !parts.every(isHarmless) || segments.length % 2 === 1) throw notAnId()
  return {
    subscription,
    ...(group === undefined ? {} : { group }),
    type: [provider ?? '', ...segments.filter((_, index) => index % 2 === 0)].join('/').toLowerCase(),
    names: segments.filter((_, index) => index % 2 === 1),
  }
}

/** A scope as the clients want it: no leading slash (they would double it), ready to stand in an address. */
export function scopePath(scope: string): string {
  const segments = withoutSlash(scope).split('/')
  const known = /^(?:subscriptions|providers)$/i.test(segments[0] ?? '')
  if (!known || segments.length < 2 || !segments.every(isHarmless)) throw notAnId()
  return segments.map(encodeURIComponent).join('/')
}

export function withoutSlash(id: string): string {
  return id.replace(/^\/+/, '').replace(/\/+$/, '')
}

function isHarmless(segment: string): boolean {
  return harmless.test(segment) && !/^\.+$/.test(segment)
}

function notAnId(): Problem {
  return new Problem('BadInput', 'That is not the id of a resource in Azure.', { field: 'id' })
}
