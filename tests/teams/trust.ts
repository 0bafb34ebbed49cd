import { describe, expect, jest, test } from '@jest/globals'
import { generateKeyPair } from 'jose'
import { type BotReply, personalChat, sendActivity } from '../fakes/teams-person.ts'
import { admin, analyst, type Bench } from './bench.ts'

/** Who is believed. */
export function trustTests(at: () => Bench): void {
  tokenTests(at)
  bodyTests(at)
  peopleTests(at)
}

function tokenTests(at: () => Bench): void {
  describe('strangers get 401 and not a word', () => {
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url')
    const forged: [string, (bench: Bench) => Promise<string> | string][] = [
      ['no header', () => ''],
      ['another scheme', () => 'Basic YTpi'],
      ['no token', () => 'Bearer '],
      ['letters', () => 'Bearer abc'],
      [
        'a key of their own',
        async ({ connector }) => `Bearer ${await connector.token({ key: (await generateKeyPair('RS256')).privateKey })}`,
      ],
      ['an unknown key id', async ({ connector }) => `Bearer ${await connector.token({ kid: 'other' })}`],
      ['alg none', async ({ connector }) => `Bearer ${unsigned}.${(await connector.token()).split('.')[1]}.`],
      ['a changed payload', async ({ connector }) => `Bearer ${spoilt(await connector.token())}`],
      ['an expired token', async ({ connector }) => `Bearer ${await connector.token({ expiresIn: -301 })}`],
      [
        'another bot’s token',
        async ({ connector }) => `Bearer ${await connector.token({ audience: '00000000-0000-4000-8000-00000000ffff' })}`,
      ],
      ['another issuer', async ({ connector }) => `Bearer ${await connector.token({ issuer: 'https://issuer.example' })}`],
      ['another service', async ({ connector }) => `Bearer ${await connector.token({ serviceUrl: 'https://smba.example/' })}`],
      ['the bot’s own token', async bench => `Bearer ${await bench.connector.token(emulator(bench))}`],
    ]
    test.each(forged)('%s', async (_name, authorization) => {
      const quiet = jest.spyOn(console, 'error').mockImplementation(() => undefined)
      const reply = await sendActivity(at().url, at().person().spoken('alerts'), await authorization(at()))
      quiet.mockRestore()
      expect(reply).toMatchObject({ status: 401, text: '' })
      expect(at().desk.requests).toEqual([])
    })

    test('a signed token within the clock’s tolerance is taken', async () => {
      const reply = await sendActivity(
        at().url,
        at().person().spoken('alerts'),
        `Bearer ${await at().connector.token({ expiresIn: -200 })}`,
      )
      expect(reply.status).toBe(200)
      expect(at().desk.requests).toHaveLength(1)
    })
  })

  test.each(['webchat', 'directline', 'AseChannel', 'emulator'])(
    'a token of the channel %s speaks for nobody',
    async channelId => {
      const reply = await at()
        .person()
        .deliver({ ...at().person().spoken('alerts'), channelId })
      expect(reply).toMatchObject({ status: 401, text: '' })
    },
  )
}

function bodyTests(at: () => Bench): void {
  describe('what is no activity is refused in our shape', () => {
    const bodies: [string, unknown, number, string][] = [
      ['not JSON', '{', 400, 'NotJson'],
      ['empty', '', 400, 'NotJson'],
      ['an array', [], 400, 'BadInput'],
      ['a number', 1, 400, 'BadInput'],
      ['null', null, 400, 'BadInput'],
      ['an object of something else', { hello: 1 }, 400, 'BadInput'],
      ['a type that is a number', { type: 1 }, 400, 'BadInput'],
      ['no conversation', { type: 'message', channelId: 'msteams', serviceUrl: 'https://smba.example/' }, 400, 'BadInput'],
      [
        'a serviceUrl of another kind',
        { type: 'message', channelId: 'msteams', serviceUrl: 'file:///etc', conversation: { id: 'x' } },
        400,
        'BadInput',
      ],
    ]
    test.each(bodies)('%s', async (_name, body, status, code) => {
      const reply = await sendActivity(at().url, body, `Bearer ${await at().connector.token()}`)
      expect(reply.status).toBe(status)
      expect(reply.body).toMatchObject({ error: { code } })
    })

    test('10 MB', async () => {
      const reply = await sendActivity(
        at().url,
        { type: 'message', text: 'x'.repeat(10_000_000) },
        `Bearer ${await at().connector.token()}`,
      )
      expect(reply.status).toBe(413)
      expect(reply.body).toMatchObject({ error: { code: 'TooLarge' } })
    })

    test('another content type', async () => {
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Bearer ${await at().connector.token()}`,
      }
      const response = await fetch(`${at().url}/api/messages`, { method: 'POST', headers, body: 'a=1' })
      expect(response.status).toBe(415)
    })
  })
}

function peopleTests(at: () => Bench): void {
  describe('people', () => {
    test('are known by object id and tenant; the name is only shown', async () => {
      await at().person(undefined, { objectId: admin.toUpperCase(), name: 'Analyst' }).say('alerts')
      const [request] = at().desk.requests
      const tenant = at().connector.tenantId
      expect(request?.from).toEqual({ account: { chat: 'teams', tenant, user: admin }, person: { id: admin, name: 'Analyst' } })
      expect([...at().people.links.values()]).toEqual([{ id: admin, name: 'Analyst' }])
    })

    test('without object id can do nothing', async () => {
      const nobody = at().person(personalChat('Nobody'), { objectId: undefined, name: 'Analyst' })
      await nobody.say('alerts')
      expect(at().desk.requests).toEqual([])
      expect(nobody.sees().at(-1)?.summary).toContain('did not say who you are')
    })

    test('without object id but linked are who they are linked to', async () => {
      const account = { chat: 'teams' as const, tenant: at().connector.tenantId, user: '29:Linked' }
      await at().people.link(account, { id: analyst, name: 'Analyst' })
      await at().person(personalChat('Linked'), { objectId: undefined, name: 'Linked' }).say('alerts')
      expect(at().desk.requests[0]?.from).toEqual({ account, person: { id: analyst, name: 'Analyst' } })
    })

    test('of another tenant are told so, and nothing of theirs is kept', async () => {
      const stranger = at().person(personalChat('Stranger'), {
        objectId: analyst,
        name: 'Stranger',
        tenantId: '99999999-0000-4000-8000-000000000000',
      })
      await stranger.install()
      await stranger.say('alerts')
      await said(stranger.sees, 'another tenant')
      expect(messageIn(await stranger.invoke('adaptiveCard/action', {}))).toContain('another tenant')
      expect(at().desk.requests).toEqual([])
      expect(at().places.all.size).toBe(0)
    })

    test('from another tenant in a channel of ours are strangers, too', async () => {
      const { spoken, deliver, from } = at().person()
      await deliver({ ...spoken('alerts'), from: { ...from, tenantId: '99999999-0000-4000-8000-000000000000' } })
      await deliver({ ...spoken('alerts'), from: { ...from, userRole: 'guest' } })
      expect(at().desk.requests).toEqual([])
    })
  })

  test('keys that cannot be fetched are our trouble, not theirs', async () => {
    at().connector.failAlways('keys', { status: 503 })
    // The keys are known already; the tests of a fresh process are in keys.ts.
    expect((await at().person().say('alerts')).status).toBe(200)
  })
}

async function said(sees: () => { summary: string }[], words: string): Promise<void> {
  for (let tries = 0; tries < 200 && !sees().some(({ summary }) => summary.includes(words)); tries++)
    await new Promise(resolve => setTimeout(resolve, 10))
  expect(sees().at(-1)?.summary).toContain(words)
}

export function messageIn({ status, body }: BotReply): string {
  expect(status).toBe(200)
  expect(body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.activity.message' })
  return String(body.value)
}

function emulator({ connector }: Bench) {
  const issuer = 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/'
  return { issuer, audience: connector.appId, claims: { ver: '1.0', appid: connector.appId } }
}

function spoilt(token: string): string {
  const [head = '', payload = '', signature = ''] = token.split('.')
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const changed = { ...(typeof claims === 'object' ? claims : {}), extra: 1 }
  return `${head}.${Buffer.from(JSON.stringify(changed)).toString('base64url')}.${signature}`
}
