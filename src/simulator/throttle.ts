import { ArmError } from './arm-error.ts'
import type { Principal } from './state.ts'

export interface Throttle {
  /** Takes one from the caller's bucket or throws 429. */
  take(caller: Principal, path: string, method: string): void
  /** The counter header of the last answer to that caller. */
  remaining(caller: Principal, path: string, method: string): Record<string, string>
}

type Kind = 'reads' | 'writes' | 'deletes'
interface Bucket {
  left: number
  at: number
}

/** Size and refill a second, per subscription, principal and kind. Source: Microsoft Learn, how Azure Resource Manager throttles requests. */
const limits: Record<Kind, { size: number; perSecond: number }> = {
  reads: { size: 250, perSecond: 25 },
  writes: { size: 200, perSecond: 10 },
  deletes: { size: 200, perSecond: 10 },
}

export function createThrottle(now: () => Date): Throttle {
  const buckets = new Map<string, Bucket>()

  function bucketOf(caller: Principal, path: string, kind: Kind): Bucket {
    const key = `${scopeOf(path)} ${caller.objectId} ${kind}`
    const { size, perSecond } = limits[kind]
    const at = now().getTime()
    const before = buckets.get(key) ?? { left: size, at }
    const bucket = { left: Math.min(size, before.left + (Math.max(0, at - before.at) / 1000) * perSecond), at }
    buckets.set(key, bucket)
    return bucket
  }

  return {
    take(caller, path, method) {
      const kind = kindOf(method)
      const bucket = bucketOf(caller, path, kind)
      if (bucket.left >= 1) {
        bucket.left -= 1
        return
      }
      const wait = Math.ceil((1 - bucket.left) / limits[kind].perSecond)
      throw new ArmError(
        429,
        'SubscriptionRequestsThrottled',
        `Number of requests for subscription '${scopeOf(path)}' and operation '${kind}' exceeded the limit. Please try again after '${wait}' seconds.`,
        {},
        { 'retry-after': String(wait) },
      )
    },
    remaining(caller, path, method) {
      const kind = kindOf(method)
      const scope = /^\/subscriptions\//i.test(path) ? 'subscription' : 'tenant'
      return { [`x-ms-ratelimit-remaining-${scope}-${kind}`]: String(Math.floor(bucketOf(caller, path, kind).left)) }
    },
  }
}

function kindOf(method: string): Kind {
  return method === 'GET' ? 'reads' : method === 'DELETE' ? 'deletes' : 'writes'
}

function scopeOf(path: string): string {
  return (/^\/subscriptions\/([^/]+)/i.exec(path)?.[1] ?? 'tenant').toLowerCase()
}
