import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { Problem } from '../errors.ts'

/** Who may push events. With neither keys nor Entra only programs on this machine may. */
export interface SenderSettings {
  /** One, or two while they are being changed. */
  keys: readonly string[]
  entra?: EntraSettings
}

export interface EntraSettings {
  tenant: string
  audience: string
  /** Object ids or app ids; nobody else, although anyone in the tenant may get a token for the audience. */
  callers: readonly string[]
  signingKeys: JWTVerifyGetKey
}

export interface Sender {
  remoteAddress: string
  headers: IncomingHttpHeaders
}

/** The keys Entra signs a tenant's tokens with; fetched when first needed, kept for ten minutes. */
export function entraKeys(tenant: string, address?: URL): JWTVerifyGetKey {
  return createRemoteJWKSet(
    address ?? new URL(`https://login.microsoftonline.com/${encodeURIComponent(tenant)}/discovery/v2.0/keys`),
    {
      timeoutDuration: 5_000,
    },
  )
}

/** Returns when the sender may push events; otherwise the Problem Unauthenticated, or AzureUnavailable while Entra's keys can't be had. */
export async function authorize(sender: Sender, settings: SenderSettings, now = new Date()): Promise<void> {
  if (settings.keys.length === 0 && settings.entra === undefined) {
    if (isLocal(sender)) return
    throw new Problem(
      'Unauthenticated',
      'Without EVENTS_KEYS or EVENTS_ENTRA settings only programs on this machine may send events.',
    )
  }
  if (hasKey(sender, settings.keys)) return
  if (settings.entra !== undefined && (await hasToken(sender, settings.entra, now))) return
  throw new Problem('Unauthenticated')
}

/** A proxy on this machine calls from here for anybody. */
function isLocal({ remoteAddress, headers }: Sender): boolean {
  const forwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
  return !forwarded && /^(?:::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/i.test(remoteAddress)
}

function hasKey({ headers }: Sender, keys: readonly string[]): boolean {
  const given = headers['x-api-key']
  if (typeof given !== 'string' || given === '') return false
  // Every key is compared, at a length of its own, so that the time tells neither which nor how much of it fits.
  return keys.map(key => timingSafeEqual(digest(key), digest(given))).includes(true)
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

async function hasToken({ headers }: Sender, entra: EntraSettings, now: Date): Promise<boolean> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(headers.authorization ?? '')?.[1]
  if (token === undefined) return false
  const claims = await verified(token, entra, now)
  if (claims === undefined || claims.tid !== entra.tenant) return false
  const callers = new Set(entra.callers.map(caller => caller.toLowerCase()))
  return [claims.oid, claims.appid, claims.azp].some(id => typeof id === 'string' && callers.has(id.toLowerCase()))
}

async function verified(token: string, entra: EntraSettings, now: Date): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(token, entra.signingKeys, {
      algorithms: ['RS256'],
      issuer: [`https://sts.windows.net/${entra.tenant}/`, `https://login.microsoftonline.com/${entra.tenant}/v2.0`],
      audience: [entra.audience, entra.audience.replace(/^api:\/\//, ''), `api://${entra.audience.replace(/^api:\/\//, '')}`],
      requiredClaims: ['exp', 'tid'],
      clockTolerance: 60,
      currentDate: now,
    })
    return payload
  } catch (thrown) {
    if (isAboutToken(thrown)) return undefined
    throw new Problem('AzureUnavailable', 'Entra’s signing keys can’t be had at the moment, so the sender can’t be verified.', {
      cause: thrown,
    })
  }
}

/** Anything else went wrong on the way to the keys. */
function isAboutToken(thrown: unknown): boolean {
  return (
    thrown instanceof errors.JOSEError &&
    thrown.code !== 'ERR_JWKS_TIMEOUT' &&
    thrown.code !== 'ERR_JOSE_GENERIC' &&
    thrown.code !== 'ERR_JWKS_INVALID'
  )
}
