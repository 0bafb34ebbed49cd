import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { z } from 'zod'
import { Problem } from '../../errors.ts'
import type { Person } from '../../model/person.ts'
import type { Clock } from '../../ports.ts'

/** Signing in with the identity that Azure knows: where to send the browser, and who came back. */
export interface SignIn {
  url(state: string): string
  /** The Problem Unauthenticated when the code or what it buys does not hold. */
  finish(code: string, state: string): Promise<Person>
}

export interface EntraSettings {
  /** Entra tenant, a guid. */
  tenant: string
  clientId: string
  clientSecret: string
  redirectUri: string
  /** Of the bot alone; from it the proofs of a sign-in are derived, so that any process can finish it. */
  secret: string
  clock: Clock
  endpoints: SignInEndpoints
}

export interface SignInEndpoints {
  issuer: string
  authorize: string
  token: string
  keys: string
}

/** Microsoft identity platform v2.0 (learn.microsoft.com/entra/identity-platform/v2-protocols-oidc). */
export function entraEndpoints(tenant: string, authority: string): SignInEndpoints {
  const base = `${authority}/${tenant}`
  return {
    issuer: `${base}/v2.0`,
    authorize: `${base}/oauth2/v2.0/authorize`,
    token: `${base}/oauth2/v2.0/token`,
    keys: `${base}/discovery/v2.0/keys`,
  }
}

const scope = 'openid profile'
const waitMs = 10_000
const Tokens = z.object({ id_token: z.string() })
const Claims = z.object({
  oid: z.guid(),
  tid: z.string(),
  nonce: z.string(),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
})

/** Authorization code flow with PKCE. */
export function entraSignIn(settings: EntraSettings): SignIn {
  const { tenant, clientId, clientSecret, redirectUri, secret, clock, endpoints } = settings
  const keys = createRemoteJWKSet(new URL(endpoints.keys), { timeoutDuration: waitMs })

  function url(state: string): string {
    const address = new URL(endpoints.authorize)
    const challenge = createHash('sha256').update(derived('verifier', state)).digest('base64url')
    const asked = { client_id: clientId, response_type: 'code', redirect_uri: redirectUri, response_mode: 'query', scope, state }
    const proofs = {
      nonce: derived('nonce', state),
      code_challenge: challenge,
      code_challenge_method: 'S256',
      prompt: 'select_account',
    }
    for (const [name, value] of Object.entries({ ...asked, ...proofs })) address.searchParams.set(name, value)
    return address.href
  }

  async function finish(code: string, state: string): Promise<Person> {
    try {
      return await verified(await idToken(code, state), state)
    } catch (thrown) {
      throw thrown instanceof Problem
        ? thrown
        : new Problem('Unauthenticated', 'Signing in did not work. Ask for a new link in Slack.', { cause: thrown })
    }
  }

  async function idToken(code: string, state: string): Promise<string> {
    const who = { client_id: clientId, client_secret: clientSecret }
    const what = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: derived('verifier', state),
      scope,
    }
    const signal = AbortSignal.timeout(waitMs)
    const response = await fetch(endpoints.token, {
      method: 'POST',
      redirect: 'error',
      signal,
      body: new URLSearchParams({ ...who, ...what }),
    })
    if (!response.ok) throw new Error(`the token endpoint answered ${response.status}`)
    return Tokens.parse(await response.json()).id_token
  }

  async function verified(token: string, state: string): Promise<Person> {
    const { payload } = await jwtVerify(token, keys, {
      issuer: endpoints.issuer,
      audience: clientId,
      algorithms: ['RS256'],
      currentDate: clock.now(),
      clockTolerance: 60,
      requiredClaims: ['exp', 'iat'],
    })
    const claims = Claims.parse(payload)
    if (claims.tid.toLowerCase() !== tenant.toLowerCase()) throw new Error('the token is of another tenant')
    if (!equal(claims.nonce, derived('nonce', state))) throw new Error('the token answers another sign-in')
    return { id: claims.oid.toLowerCase(), name: claims.name ?? claims.preferred_username ?? claims.oid }
  }

  function derived(purpose: string, state: string): string {
    return createHmac('sha256', secret).update(`${purpose}:${state}`).digest('base64url')
  }

  return { url, finish }
}

export function equal(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}
