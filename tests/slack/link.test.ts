import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { personal } from '../../src/actions/action.ts'
import { connectSlack } from '../../src/chat/slack/bot.ts'
import { sharedDialogs } from '../../src/chat/slack/dialogs.ts'
import { entraEndpoints, entraSignIn } from '../../src/chat/slack/sign-in.ts'
import { errorBody, Problem } from '../../src/errors.ts'
import { silent } from '../../src/log.ts'
import { startServer } from '../../src/server.ts'
import { aCard } from '../contract/chat.ts'
import { type Entra, startEntra } from '../fakes/entra.ts'
import { type SlackSink, startSlackSink } from '../fakes/slack-api.ts'
import { slackPerson } from '../fakes/slack-person.ts'
import {
  memoryFeeds,
  memoryLedger,
  memoryPeople,
  memoryPlaces,
  memoryRequests,
  memoryTexts,
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
const clientSecret = 'client-secret'
const publicUrl = 'https://bot.example.com'

let entra: Entra
let sink: SlackSink

beforeAll(async () => {
  const person = { oid, name: 'Analyst <b>' }
  ;[entra, sink] = [await startEntra({ tenant, clientId, clientSecret, person }), await startSlackSink({ token })]
})
afterAll(async () => {
  await entra.close()
  await sink.close()
})

/** A bot whose desk knows only linked people, as the real one does. */
async function openLinking() {
  const [desk, people, ledger, pending] = [recordingDesk(), memoryPeople(), memoryLedger(), memoryRequests()]
  let aheadMs = 0
  const clock = { now: () => new Date(Date.now() + aheadMs) }
  desk.answerWith(async ({ from, action }) => {
    const person = await people.of(from.account)
    const problem = new Problem('NotLinked')
    return person === undefined
      ? { ...personal(aCard(problem.message)), error: errorBody(problem) }
      : said(`${action} as ${person.id}`)
  })
  const endpoints = entraEndpoints(tenant, entra.authority)
  const redirectUri = `${publicUrl}/link/slack/callback`
  const signIn = entraSignIn({ tenant, clientId, clientSecret, redirectUri, secret: 's3cret', clock, endpoints })
  const link = { signIn, secret: 's3cret', publicUrl, pending, ledger }
  const ports = { desk, read, people, places: memoryPlaces(), feeds: memoryFeeds(), clock, log: silent }
  const bot = connectSlack({
    access: { token },
    signingSecret,
    apiUrl: sink.apiUrl,
    link,
    dialogs: sharedDialogs({ texts: memoryTexts(), prefix: 'dialog/', ...ports }),
    ...ports,
  })
  await bot.start()
  const server = await startServer(bot.doors, { host: '127.0.0.1', port: 0, log: silent })
  const user = `U0${randomBytes(4).toString('hex').toUpperCase()}`
  return {
    desk,
    people,
    ledger,
    pending,
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

async function linkAddress(stage: Linking, asking = 'run Notify-SOC'): Promise<string> {
  const from = sink.responses.length
  await stage.person.slash(asking)
  const { body } = await until(() => sink.responses[from])
  const found = /https:\/\/bot\.example\.com\/link\/slack\?state=[^"\\]+/.exec(JSON.stringify(body.blocks))
  if (found === null) throw new Error('no link offered')
  return stage.at(found[0])
}

/** The browser is sent to the provider, where the person consents. */
async function consent(stage: Linking, address: string): Promise<string> {
  const start = await fetch(address, { redirect: 'manual' })
  expect(start.status).toBe(302)
  const location = start.headers.get('location') ?? ''
  expect(new URL(location).searchParams.get('code_challenge_method')).toBe('S256')
  return stage.at(entra.consent(location))
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
  expect(stage.ledger.kept.map(({ who, action, on, phase, result }) => [who?.id, action, on, phase, result])).toEqual([
    [oid, 'link', `slack:${sink.team}:${stage.user}`, 'intent', ''],
    [oid, 'link', `slack:${sink.team}:${stage.user}`, 'outcome', 'linked by signing in'],
  ])
  const [first, resumed] = stage.desk.accepted
  expect(resumed).toEqual({ ...first, requestId: `${first?.requestId}-linked` })
  await stage.close()
})

test('what waits for the link holds no key that was typed', async () => {
  const stage = await openLinking()
  const address = await linkAddress(stage, 'run Notify-SOC with xoxb-1234567890-abcdef')
  const [id = ''] = new URL(address).searchParams.get('state')?.split('.') ?? []
  const kept = (await stage.pending.get(`slack-link-${id}`))?.request
  expect(kept).toContain('Notify-SOC with (not kept)')
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
  entra.faults.spoil = spoil
  const page = await fetch(back)
  entra.faults.spoil = {}
  expect(page.status).toBe(401)
  expect(await page.text()).not.toContain('name="token"')
  await stage.close()
})

test('a token signed with another key, a wrong code and a denied consent link nobody', async () => {
  const stage = await openLinking()
  const address = await linkAddress(stage)
  const back = await consent(stage, address)
  entra.faults.forge = true
  expect((await fetch(back)).status).toBe(401)
  entra.faults.forge = false
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
