import { tableOf } from '../table.ts'
import { ArmError } from './arm-error.ts'
import type { Principal } from './principal.ts'

export interface Throttle {
  /** Takes one from the caller's bucket, and one from everybody's, or throws 429. */
  take(caller: Principal, path: string, method: string): void
  /** The counter that Azure shows with every answer. */
  counter(caller: Principal | undefined, path: string, method: string): Record<string, string>
}

interface Limit {
  /** Word in header and message. */
  kind: string
  size: number
  perSecond: number
}

interface Bucket {
  left: number
  at: number
}

/** Size and refill a second, per subscription, principal and kind. Source: Microsoft Learn, how Azure Resource Manager throttles requests. */
const limits = tableOf<Limit>({
  GET: { kind: 'reads', size: 250, perSecond: 25 },
  DELETE: { kind: 'deletes', size: 200, perSecond: 10 },
})
const writes: Limit = { kind: 'writes', size: 200, perSecond: 10 }
/** Over all principals of a subscription. */
const shared = 15
/** Lists across a subscription; sizes as recorded, the length of the window is not known. */
const listLimits: [RegExp, Limit][] = [
  [/^\/subscriptions\/[^/]+\/providers\/Microsoft\.Security\/\w+$/i, { kind: 'resource-requests', size: 750, perSecond: 25 }],
  [/^\/subscriptions\/[^/]+\/providers\/Microsoft\.Logic\/\w+$/i, { kind: 'resource-requests', size: 20_000, perSecond: 250 }],
]

export function createThrottle(now: () => Date): Throttle {
  const buckets = new Map<string, Bucket>()

  function bucketOf(key: string, { size, perSecond }: Limit): Bucket {
    const at = now().getTime()
    const before = buckets.get(key) ?? { left: size, at }
    const bucket = { left: Math.min(size, before.left + (Math.max(0, at - before.at) / 1000) * perSecond), at }
    buckets.set(key, bucket)
    return bucket
  }

  function spend(scope: string, key: string, limit: Limit): void {
    const bucket = bucketOf(key, limit)
    if (bucket.left < 1) throw tooMany(scope, limit, Math.ceil((1 - bucket.left) / limit.perSecond))
    bucket.left -= 1
  }

  return {
    take(caller, path, method) {
      const scope = scopeOf(path)
      const limit = limitOf(path, method)
      spend(scope, keyOf(scope, caller, path, limit), limit)
      spend(scope, `${scope} ${limit.kind}`, { ...limit, size: limit.size * shared, perSecond: limit.perSecond * shared })
    },
    counter(caller, path, method) {
      const scope = scopeOf(path)
      const limit = limitOf(path, method)
      const left = caller === undefined ? limit.size : bucketOf(keyOf(scope, caller, path, limit), limit).left
      return {
        [`x-ms-ratelimit-remaining-${scope === 'tenant' ? 'tenant' : 'subscription'}-${limit.kind}`]: String(Math.floor(left)),
      }
    },
  }
}

function keyOf(scope: string, caller: Principal, path: string, limit: Limit): string {
  return `${scope} ${caller.objectId} ${limit.kind === 'resource-requests' ? path.toLowerCase() : limit.kind}`
}

function limitOf(path: string, method: string): Limit {
  const list = method === 'GET' ? listLimits.find(([pattern]) => pattern.test(path))?.[1] : undefined
  return list ?? limits.get(method) ?? writes
}

function scopeOf(path: string): string {
  return (/^\/subscriptions\/([^/]+)/i.exec(path)?.[1] ?? 'tenant').toLowerCase()
}

function tooMany(scope: string, { kind, size }: Limit, wait: number): ArmError {
  const code = kind === 'resource-requests' ? 'ResourceRequestsThrottled' : 'SubscriptionRequestsThrottled'
  const message = `Number of requests for action '${kind}' on '${scope}' exceeded the limit of '${size}' for time interval '00:05:00'. Please try again after '${wait}' seconds.`
  return new ArmError(429, code, message, {}, { 'retry-after': String(wait) })
}
