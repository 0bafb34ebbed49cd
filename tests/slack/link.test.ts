import { createHash, randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { personal } from '../../src/actions/action.ts'
import { connectSlack } from '../../src/chat/slack/bot.ts'
import { entraSignIn } from '../../src/chat/slack/sign-in.ts'
import { errorBody, Problem } from '../../src/errors.ts'
import { silent } from '../../src/log.ts'
import { startServer } from '../../src/server.ts'
import { aCard } from '../contract/chat.ts'
import { type SlackSink, startSlackSink } from '../fakes/slack-api.ts'
import { slackPerson } from '../fakes/slack-person.ts'
import {
  memoryFeeds,
  memoryPeople,
  memoryPlaces,
  memoryRequests,
  read,
  recordingDesk,
  said,
  signingSecret,
  token,
  until,
} from './stage.ts'

/** Signing in at the moment of the click, against an OpenID provider that the test plays. */

const tenant = '22222222-2222-4222-8222-222222222222'
const oid = '33333333-3333-4333-8333-333333333333'
const clientId = 'app-1'
const publicUrl = 'https://bot.example.com'

interface Provider {
  url: string
  /** What the next id_token says instead of the truth. */
  spoil: Record<string, unknown>
  /** Signs with a key that is not published. */
  forge: boolean
  server: Server
  codes: Map<string, { nonce: string; challenge: string }>
}

let provider: Provider
let sink: SlackSink

beforeAll(async () => {
  ;[provider, sink] = [await startProvider(), await startSlackSink({ token })]
})
afterAll(async () => {
  await new Promise(resolve => provider.server.close(resolve))
  await sink.close()
})

async function startProvider(): Promise<Provider> {
  const [real, other] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')]
  const jwk = { ...(await exportJWK(real.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }
  const server = createServer((request, response) => {
    const send = (body: object, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    if (request.url === '/keys') return send({ keys: [jwk] })
    let text = ''
    request.on('data', chunk => {
      text += chunk
    })
    request.on('end', () => {
      const form = new URLSearchParams(text)
      const code = provider.codes.get(form.get('code') ?? '')
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url')
      provider.codes.delete(form.get('code') ?? '')
      if (code === undefined || code.challenge !== challenge || form.get('client_secret') !== 'client-secret')
        return send({ error: 'invalid_grant' }, 400)
      const claims = {
        iss: `${provider.url}/v2.0`,
        aud: clientId,
        oid,
        tid: tenant,
        name: 'Analyst <b>',
        nonce: code.nonce,
        ...provider.spoil,
      }
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
        .setIssuedAt()
        .setExpirationTime('exp' in provider.spoil ? Number(provider.spoil.exp) : '5m')
        .sign(provider.forge ? other.privateKey : real.privateKey)
        .then(id_token => send({ id_token, access_token: 'at' }))
        .catch(() => send({}, 500))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`
  return { url, spoil: {}, forge: false, server, codes: new Map() }
}

/** A bot whose desk knows only linked people, as the real one does. */
async function openLinking() {
  const [desk, people] = [recordingDesk(), memoryPeople()]
  let aheadMs = 0
  const clock = { now: () => new Date(Date.now() + aheadMs) }
  desk.answerWith(async ({ from, action }) => {
    const person = await people.of(from.account)
    const problem = new Problem('NotLinked')
    return person === undefined
      ? { ...personal(aCard(problem.message)), error: errorBody(problem) }
      : said(`${action} as ${person.id}`)
  })
  const endpoints = {
    issuer: `${provider.url}/v2.0`,
    authorize: `${provider.url}/authorize`,
    token: `${provider.url}/token`,
    keys: `${provider.url}/keys`,
  }
  const redirectUri = `${publicUrl}/link/slack/callback`
  const signIn = entraSignIn({ tenant, clientId, clientSecret: 'client-secret', redirectUri, secret: 's3cret', clock, endpoints })
  const link = { signIn, secret: 's3cret', publicUrl, pending: memoryRequests() }
  const ports = { desk, read, people, places: memoryPlaces(), feeds: memoryFeeds(), clock, log: silent }
  const bot = connectSlack({ access: { token }, signingSecret, apiUrl: sink.apiUrl, link, ...ports })
  await bot.start()
  const server = await startServer(bot.doors, { host: '127.0.0.1', port: 0, log: silent })
  const user = `U0${randomBytes(4).toString('hex').toUpperCase()}`
  return {
    desk,
    people,
    user,
    account: { chat: 'slack' as const, tenant: sink.team, user },
    person: slackPerson({ botUrl: server.address, signingSecret, sink, user }),
    /** What the browser does with one of the bot's addresses. */
    at: (address: string) => address.replace(publicUrl, server.address),
    move: (ms: number) => {
      aheadMs += ms
    },
    close: async () => {
      await bot.stop()
      await server.stop()
    },
  }
}

type Linking = Awaited<ReturnType<typeof openLinking>>

async function linkAddress(stage: Linking): Promise<string> {
  const from = sink.responses.length
  await stage.person.slash('run Notify-SOC')
  const { body } = await until(() => sink.responses[from])
  const found = /https:\/\/bot\.example\.com\/link\/slack\?state=[^"\\]+/.exec(JSON.stringify(body.blocks))
  if (found === null) throw new Error('no link offered')
  return stage.at(found[0])
}

/** Plays the provider's page: the person consents. */
async function consent(stage: Linking, address: string): Promise<string> {
  const start = await fetch(address, { redirect: 'manual' })
  expect(start.status).toBe(302)
  const asked = new URL(start.headers.get('location') ?? '').searchParams
  expect(asked.get('code_challenge_method')).toBe('S256')
  const code = randomBytes(8).toString('hex')
  provider.codes.set(code, { nonce: asked.get('nonce') ?? '', challenge: asked.get('code_challenge') ?? '' })
  return stage.at(`${asked.get('redirect_uri')}?code=${code}&state=${encodeURIComponent(asked.get('state') ?? '')}`)
}

function tokenIn(page: string): string {
  return /name="token" value="([^"]+)"/.exec(page)?.[1] ?? ''
}

const confirm = (stage: Linking, proof: string) =>
  fetch(stage.at(`${publicUrl}/link/slack/confirm`), { method: 'POST', body: new URLSearchParams({ token: proof }) })

test('who is not linked signs in, presses once, and what they asked for is carried out', async () => {
  const stage = await openLinking()
  const page = await fetch(await consent(stage, await linkAddress(stage)))
  const html = await page.text()
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(html).toContain('Analyst &lt;b&gt;')
  expect(html).toContain(stage.user)
  expect(await stage.people.of(stage.account)).toBeUndefined()
  const from = sink.responses.length
  expect((await confirm(stage, tokenIn(html))).status).toBe(200)
  expect(await stage.people.of(stage.account)).toEqual({ id: oid, name: 'Analyst <b>' })
  expect((await until(() => sink.responses[from])).body.text).toBe(`run as ${oid}`)
  const [first, resumed] = stage.desk.accepted
  expect(resumed).toEqual({ ...first, requestId: `${first?.requestId}-linked` })
  await stage.close()
})

test('a link works once', async () => {
  const stage = await openLinking()
  const address = await linkAddress(stage)
  const proof = tokenIn(await (await fetch(await consent(stage, address))).text())
  expect((await confirm(stage, proof)).status).toBe(200)
  expect((await confirm(stage, proof)).status).toBe(401)
  const again = tokenIn(await (await fetch(await consent(stage, address))).text())
  expect((await confirm(stage, again)).status).toBe(401)
  await stage.close()
})

test('a link lives ten minutes', async () => {
  const stage = await openLinking()
  const address = await linkAddress(stage)
  stage.move(11 * 60_000)
  expect((await fetch(address, { redirect: 'manual' })).status).toBe(401)
  await stage.close()
})

test.each([
  ['of another state', (address: string) => address.replace(/state=.{6}/, 'state=AAAAAA')],
  ['with another signature', (address: string) => `${address.slice(0, -4)}AAAA`],
  ['without state', (address: string) => address.replace(/\?.*/, '')],
])('a link %s is refused', async (_what, spoil) => {
  const stage = await openLinking()
  expect((await fetch(spoil(await linkAddress(stage)), { redirect: 'manual' })).status).toBe(401)
  await stage.close()
})

test.each([
  ['of another tenant', { tid: '44444444-4444-4444-8444-444444444444' }],
  ['for another app', { aud: 'app-2' }],
  ['of another issuer', { iss: 'https://login.example.com/v2.0' }],
  ['for another sign-in', { nonce: 'other' }],
  ['without an object id', { oid: undefined }],
  ['that has expired', { exp: Math.floor(Date.now() / 1000) - 3600 }],
])('a token %s links nobody', async (_what, spoil) => {
  const stage = await openLinking()
  const back = await consent(stage, await linkAddress(stage))
  provider.spoil = spoil
  const page = await fetch(back)
  provider.spoil = {}
  expect(page.status).toBe(401)
  expect(await page.text()).not.toContain('name="token"')
  await stage.close()
})

test('a token signed with another key, a wrong code and a denied consent link nobody', async () => {
  const stage = await openLinking()
  const address = await linkAddress(stage)
  const back = await consent(stage, address)
  provider.forge = true
  expect((await fetch(back)).status).toBe(401)
  provider.forge = false
  expect((await fetch(back)).status).toBe(401)
  const denied = (await consent(stage, address)).replace(/code=[^&]+/, 'error=access_denied')
  expect((await fetch(denied)).status).toBe(401)
  expect((await confirm(stage, 'no.such.token')).status).toBe(401)
  await stage.close()
})

test('a guest cannot link, nor can anybody of whom Slack does not say that they are no guest', async () => {
  const stage = await openLinking()
  const proof = tokenIn(await (await fetch(await consent(stage, await linkAddress(stage)))).text())
  sink.failNext('users.info', { status: 500 })
  expect((await confirm(stage, proof)).status).toBe(403)
  sink.users.set(stage.user, { is_restricted: true })
  expect((await confirm(stage, proof)).status).toBe(403)
  expect(await stage.people.of(stage.account)).toBeUndefined()
  await stage.close()
})
