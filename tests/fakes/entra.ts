import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

/** An OpenID provider at Entra's paths: one tenant, one app, one person who consents to everything. */

export interface EntraSettings {
  tenant: string
  clientId: string
  clientSecret: string
  person: { oid: string; name: string }
}

export type Entra = Awaited<ReturnType<typeof startEntra>>

export async function startEntra({ tenant, clientId, clientSecret, person }: EntraSettings) {
  const [real, other] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')]
  const jwk = { ...(await exportJWK(real.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }
  const codes = new Map<string, { nonce: string; challenge: string }>()
  /** `spoil`: what the next id_token says instead of the truth; `forge`: signs with a key that is not published. */
  const faults: { spoil: Record<string, unknown>; forge: boolean } = { spoil: {}, forge: false }
  let authority = ''

  async function tokens(form: URLSearchParams): Promise<[number, object]> {
    if (form.get('grant_type') === 'client_credentials')
      return form.get('client_secret') === clientSecret ? [200, { access_token: 'at' }] : [401, { error: 'invalid_client' }]
    const code = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (code?.challenge !== challenge || form.get('client_secret') !== clientSecret) return [400, { error: 'invalid_grant' }]
    const claims = {
      iss: `${authority}/${tenant}/v2.0`,
      aud: clientId,
      tid: tenant,
      nonce: code.nonce,
      ...person,
      ...faults.spoil,
    }
    const id_token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuedAt()
      .setExpirationTime('exp' in faults.spoil ? Number(faults.spoil.exp) : '5m')
      .sign(faults.forge ? other.privateKey : real.privateKey)
    return [200, { id_token, access_token: 'at' }]
  }

  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const known: Record<string, () => Promise<[number, object]>> = {
      [`/${tenant}/discovery/v2.0/keys`]: async () => [200, { keys: [jwk] }],
      [`/${tenant}/v2.0/.well-known/openid-configuration`]: async () => [
        200,
        { issuer: `${authority}/${tenant}/v2.0`, token_endpoint: `${authority}/${tenant}/oauth2/v2.0/token` },
      ],
      [`/${tenant}/oauth2/v2.0/token`]: () => tokens(new URLSearchParams(text)),
    }
    const [status, body] = (await known[request.url ?? '']?.()) ?? [404, {}]
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  authority = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`

  return {
    authority,
    faults,
    /** The person consents on the page at `location`; where the browser is sent back to. */
    consent(location: string): string {
      const asked = new URL(location).searchParams
      const code = randomBytes(8).toString('hex')
      codes.set(code, { nonce: asked.get('nonce') ?? '', challenge: asked.get('code_challenge') ?? '' })
      return `${asked.get('redirect_uri')}?code=${code}&state=${encodeURIComponent(asked.get('state') ?? '')}`
    },
    close: () => new Promise(resolve => server.close(resolve)),
  }
}
