import { beforeAll, expect, test } from '@jest/globals'
import { type CryptoKey, createLocalJWKSet, exportJWK, generateKeyPair, type JWTVerifyGetKey, SignJWT, UnsecuredJWT } from 'jose'
import { authorize, entraKeys, type Sender, type SenderSettings } from '../../src/intake/auth.ts'

const now = new Date('2026-11-24T05:00:00Z')
const tenant = '11111111-1111-4111-8111-111111111111'
const caller = '22222222-2222-4222-8222-222222222222'
const audience = 'api://33333333-3333-4333-8333-333333333333'
const remote = '203.0.113.9'

let signingKeys: JWTVerifyGetKey
let ours: CryptoKey
let theirs: CryptoKey

beforeAll(async () => {
  const pair = await generateKeyPair('RS256')
  ours = pair.privateKey
  theirs = (await generateKeyPair('RS256')).privateKey
  signingKeys = createLocalJWKSet({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256' }] })
})

interface Made {
  key?: CryptoKey
  claims?: Record<string, unknown>
  issuer?: string
  audience?: string
  expiresS?: number
}

function token({
  key = ours,
  claims = {},
  issuer = `https://login.microsoftonline.com/${tenant}/v2.0`,
  audience: to = audience,
  expiresS = 3_600,
}: Made = {}): Promise<string> {
  const at = Math.floor(now.getTime() / 1_000)
  return new SignJWT({ tid: tenant, oid: caller, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .setIssuer(issuer)
    .setAudience(to)
    .setIssuedAt(at)
    .setExpirationTime(at + expiresS)
    .sign(key)
}

function withToken(value: string): Sender {
  return { remoteAddress: remote, headers: { authorization: `Bearer ${value}` } }
}

function entra(callers = [caller], keys: string[] = []): SenderSettings {
  return { keys, entra: { tenant, audience, callers, signingKeys } }
}

async function outcome(sender: Sender, settings: SenderSettings): Promise<string> {
  return authorize(sender, settings, now).then(
    () => 'let in',
    problem => problem.code,
  )
}

test.each([
  ['127.0.0.1', {}, 'let in'],
  ['127.8.9.1', {}, 'let in'],
  ['::1', {}, 'let in'],
  ['::ffff:127.0.0.1', {}, 'let in'],
  ['127.0.0.1', { 'x-forwarded-for': remote }, 'Unauthenticated'],
  ['127.0.0.1', { forwarded: `for=${remote}` }, 'Unauthenticated'],
  [remote, {}, 'Unauthenticated'],
  ['192.0.2.127', {}, 'Unauthenticated'],
  ['::ffff:203.0.113.9', {}, 'Unauthenticated'],
  ['', {}, 'Unauthenticated'],
])('nothing is set: a sender at "%s" with %j is %s', async (remoteAddress, headers, expected) => {
  expect(await outcome({ remoteAddress, headers }, { keys: [] })).toBe(expected)
})

test.each([
  ['the first key', 'old-key', 'let in'],
  ['the second key', 'new-key', 'let in'],
  ['a part of a key', 'old-ke', 'Unauthenticated'],
  ['a longer key', 'old-key ', 'Unauthenticated'],
  ['another case', 'OLD-KEY', 'Unauthenticated'],
  ['an empty key', '', 'Unauthenticated'],
])('%s: %s', async (_name, key, expected) => {
  expect(await outcome({ remoteAddress: remote, headers: { 'x-api-key': key } }, { keys: ['old-key', 'new-key'] })).toBe(expected)
})

test('with keys set even this machine needs one', async () => {
  expect(await outcome({ remoteAddress: '127.0.0.1', headers: {} }, { keys: ['k'] })).toBe('Unauthenticated')
})

test.each<[string, Made, string]>([
  ['issuer of version 2', {}, 'let in'],
  [
    'issuer of version 1, app id',
    { issuer: `https://sts.windows.net/${tenant}/`, claims: { oid: 'x', appid: caller } },
    'let in',
  ],
  ['azp', { claims: { oid: undefined, azp: caller } }, 'let in'],
  ['caller in capitals', { claims: { oid: caller.toUpperCase() } }, 'let in'],
  ['audience without api://', { audience: audience.slice(6) }, 'let in'],
  ['another caller', { claims: { oid: 'somebody' } }, 'Unauthenticated'],
  [
    'another tenant’s issuer',
    { issuer: 'https://login.microsoftonline.com/99999999-9999-4999-8999-999999999999/v2.0' },
    'Unauthenticated',
  ],
  ['another tenant’s guest', { claims: { tid: '99999999-9999-4999-8999-999999999999' } }, 'Unauthenticated'],
  ['no tenant', { claims: { tid: undefined } }, 'Unauthenticated'],
  ['another audience', { audience: 'https://management.azure.com' }, 'Unauthenticated'],
  ['expired', { expiresS: -120 }, 'Unauthenticated'],
])('a token, %s: %s', async (_name, made, expected) => {
  expect(await outcome(withToken(await token(made)), entra())).toBe(expected)
})

test('a token signed by another key, by none, or by the public key as a secret is refused', async () => {
  expect(await outcome(withToken(await token({ key: theirs })), entra())).toBe('Unauthenticated')
  const claims = { tid: tenant, oid: caller }
  const none = new UnsecuredJWT(claims)
    .setIssuer(`https://sts.windows.net/${tenant}/`)
    .setAudience(audience)
    .setExpirationTime('10y')
    .encode()
  expect(await outcome(withToken(none), entra())).toBe('Unauthenticated')
  expect(await outcome(withToken(`${none}x`), entra())).toBe('Unauthenticated')
  const secret = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
    .setIssuer(`https://sts.windows.net/${tenant}/`)
    .setAudience(audience)
    .setExpirationTime('10y')
    .sign(new TextEncoder().encode('k'.repeat(32)))
  expect(await outcome(withToken(secret), entra())).toBe('Unauthenticated')
})

test.each(['', 'Bearer', 'Bearer x', 'Basic a.b.c', 'Bearer a.b.c', 'Bearer ..'])(
  'the header "%s" lets nobody in',
  async authorization => {
    expect(await outcome({ remoteAddress: '127.0.0.1', headers: { authorization } }, entra())).toBe('Unauthenticated')
  },
)

test('an empty list of callers lets nobody in; a key does beside it', async () => {
  expect(await outcome(withToken(await token()), entra([]))).toBe('Unauthenticated')
  expect(await outcome({ remoteAddress: remote, headers: { 'x-api-key': 'k' } }, entra([], ['k']))).toBe('let in')
})

test('Entra’s keys out of reach: not the sender’s fault', async () => {
  const settings = {
    keys: [],
    entra: { tenant, audience, callers: [caller], signingKeys: entraKeys(tenant, new URL('http://127.0.0.1:9/keys')) },
  }
  expect(await outcome(withToken(await token()), settings)).toBe('AzureUnavailable')
})
