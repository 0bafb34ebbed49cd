import { createHash, timingSafeEqual } from 'node:crypto'
import { createRemoteJWKSet, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { Problem } from '../errors.ts'
import type { HttpRequest } from '../route.ts'

export interface EventsAuth {
  /** One or two; with two, either is taken while they change. */
  keys: string[]
  entra?: Entra
}

export interface Entra {
  tenant: string
  audience: string
  /** Object ids or app ids that may call. */
  callers: string[]
  keySet: JWTVerifyGetKey
}

/** The keys Entra signs with. Source: Microsoft identity platform, OpenID configuration of a tenant. */
export function entraKeys(tenant: string): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(`https://login.microsoftonline.com/${tenant}/discovery/v2.0/keys`))
}

/** Verifies who sends events: a key, a token of a listed caller, or, with neither set up, the machine itself. Else Unauthenticated. */
export async function authorize(
  request: Pick<HttpRequest, 'headers' | 'remoteAddress'>,
  auth: EventsAuth,
  now: Date,
): Promise<void> {
  const key = request.headers['x-api-key']
  if (typeof key === 'string' && auth.keys.some(known => sameText(known, key))) return
  if (auth.entra !== undefined && (await isCaller(request.headers.authorization, auth.entra, now))) return
  const open = auth.keys.length === 0 && auth.entra === undefined
  if (!open || !isLoopbackAddress(request.remoteAddress)) throw new Problem('Unauthenticated')
}

/** Of equal length by hashing, so that the time tells nothing. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

async function isCaller(header: string | undefined, { tenant, audience, callers, keySet }: Entra, now: Date): Promise<boolean> {
  const token = /^Bearer (.+)$/i.exec(header ?? '')?.[1]
  if (token === undefined) return false
  const issuer = [`https://login.microsoftonline.com/${tenant}/v2.0`, `https://sts.windows.net/${tenant}/`]
  try {
    const { payload } = await jwtVerify(token, keySet, {
      issuer,
      audience,
      algorithms: ['RS256'],
      currentDate: now,
      clockTolerance: 300,
    })
    return [payload.oid, payload.azp, payload.appid].some(id => typeof id === 'string' && callers.includes(id))
  } catch {
    return false
  }
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address)
}
