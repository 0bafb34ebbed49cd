import { describe, expect, jest, test } from '@jest/globals'
import { connectTeams, type Teams } from '../../src/chat/teams/bot.ts'
import { silent } from '../../src/log.ts'
import { startServer } from '../../src/server.ts'
import { startTeamsConnector, type TeamsConnector } from '../fakes/teams-connector.ts'
import { channel, sendActivity, teamsPerson } from '../fakes/teams-person.ts'
import { analyst, type Bench, parts } from './bench.ts'

interface Alone {
  teams: Teams
  url: string
  connector: TeamsConnector
  kept: ReturnType<typeof parts>
}

/** Bots that need a process state of their own. */
export function aloneTests(at: () => Bench): void {
  lifeTests(at)
  openTests()
  settingsTests()
}

function lifeTests(at: () => Bench): void {
  test('keys that cannot be fetched are our trouble: the sender may try again', async () => {
    await on({ withoutAuth: false }, async ({ connector, url }) => {
      const quiet = jest.spyOn(console, 'error').mockImplementation(() => undefined)
      connector.failNext('keys', { status: 503 }, { cut: 'before' })
      const person = personOn(connector, url)
      expect((await person.say('alerts')).body).toMatchObject({ error: { code: 'ChatUnavailable' } })
      expect((await person.say('alerts')).status).toBe(503)
      expect((await person.say('alerts')).status).toBe(200)
      quiet.mockRestore()
    })
  })

  test('a bot that cannot get its own token has sent nothing', async () => {
    await on({ withoutAuth: false }, async ({ connector, url, teams, kept }) => {
      at().connector.failAlways('token', { status: 400, code: 'no' })
      expect((await personOn(connector, url).say('alerts')).status).toBe(200)
      const [place] = kept.places.all.values()
      if (place === undefined) throw new Error('no place')
      await expect(
        teams.chat.post(place, { fallback: 'x', tone: 'info', body: [], buttons: [], more: [] }, 'k'),
      ).rejects.toMatchObject({ retry: true })
      expect(connector.calls.filter(({ kind }) => kind === 'post')).toEqual([])
    })
  })

  test('a stopping bot takes nothing new and lets what is under way end', async () => {
    await on({ withoutAuth: false }, async ({ connector, url, teams, kept }) => {
      const person = personOn(connector, url)
      const end = Promise.withResolvers<void>()
      kept.desk.answerWith(async () => {
        await end.promise
        return { card: { fallback: 'Late.', tone: 'info', body: [], buttons: [], more: [] }, changed: [], personal: true }
      })
      const asked = person.say('alerts')
      while (kept.desk.requests.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
      const stopped = teams.stop()
      expect((await person.say('alerts')).body).toMatchObject({ error: { code: 'Stopping' } })
      end.resolve()
      await Promise.all([asked, stopped])
      expect(person.sees().map(({ summary }) => summary)).toEqual(['Late.'])
    })
  })
}

function openTests(): void {
  describe('without authentication', () => {
    test('unsigned activities from this machine are taken and answered', async () => {
      await on({ withoutAuth: true }, async ({ connector, url, kept }) => {
        const person = personOn(connector, url)
        expect((await sendActivity(url, person.spoken('alerts'), '')).status).toBe(200)
        expect(kept.desk.requests).toHaveLength(1)
        expect(person.sees()).toHaveLength(1)
        expect(connector.calls[0]?.authorization).toBe('')
      })
    })

    test.each(['https://smba.example/', 'http://127.0.0.1.example/', 'http://192.0.2.1/', 'https://localhost.example'])(
      'the service %s is refused',
      async serviceUrl => {
        await on({ withoutAuth: true }, async ({ connector, url, kept }) => {
          const reply = await sendActivity(url, { ...personOn(connector, url).spoken('alerts'), serviceUrl }, '')
          expect(reply).toMatchObject({ status: 403, body: { error: { code: 'Forbidden', field: 'serviceUrl' } } })
          expect(kept.desk.requests).toEqual([])
        })
      },
    )

    test('nothing leaves this machine, whatever address is stored', async () => {
      await on({ withoutAuth: true }, async ({ teams }) => {
        const address = {
          conversationId: 'x',
          serviceUrl: 'http://192.0.2.1/',
          tenantId: 't',
          bot: { id: 'b', name: 'b' },
          channelId: 'msteams',
          kind: 'channel',
        }
        const place = {
          id: 'teams:t:x',
          chat: 'teams' as const,
          tenant: 't',
          channel: 'x',
          name: 'x',
          address: JSON.stringify(address),
        }
        await expect(
          teams.chat.post(place, { fallback: 'x', tone: 'info', body: [], buttons: [], more: [] }, 'k'),
        ).rejects.toMatchObject({ code: 'PlaceGone' })
      })
    })
  })
}

function settingsTests(): void {
  describe('settings with which the bot would believe anybody are refused', () => {
    const id = { MicrosoftAppId: '00000000-0000-4000-8000-00000000000a' }
    test.each([
      ['nothing', {}, 'MicrosoftAppId'],
      ['an empty id', { MicrosoftAppId: ' ' }, 'MicrosoftAppId'],
      ['no tenant', { ...id, MicrosoftAppPassword: 'x' }, 'MicrosoftAppTenantId'],
      ['half a cloud', { ...id, MicrosoftAppTenantId: 't', OAuthUrl: 'https://x.example' }, 'ToChannelFromBotLoginUrl'],
    ])('%s', (_name, settings, field) => {
      expect(() => connectTeams({ settings, withoutAuth: false, log: silent, ...parts() })).toThrow(
        expect.objectContaining({ name: 'Problem', field }),
      )
    })

    test('a managed identity with a password', () => {
      const settings = { ...id, MicrosoftAppTenantId: 't', MicrosoftAppType: 'UserAssignedMSI', MicrosoftAppPassword: 'x' }
      expect(() => connectTeams({ settings, withoutAuth: false, log: silent, ...parts() })).toThrow(
        /MicrosoftAppPassword must not be set/,
      )
    })

    test('a single tenant with its password is fine', () => {
      const settings = {
        ...id,
        MicrosoftAppTenantId: 't',
        MicrosoftAppType: 'SingleTenant',
        MicrosoftAppPassword: 'x',
        PATH: '/bin',
      }
      expect(connectTeams({ settings, withoutAuth: false, log: silent, ...parts() }).doors).toHaveLength(1)
    })
  })
}

function personOn(connector: TeamsConnector, botUrl: string) {
  return teamsPerson({ botUrl, connector, objectId: analyst, name: 'Analyst', conversation: channel('alerts') })
}

async function on({ withoutAuth }: { withoutAuth: boolean }, run: (alone: Alone) => Promise<void>): Promise<void> {
  const connector = await startTeamsConnector()
  const before = { ...process.env }
  Object.assign(process.env, connector.identity)
  const kept = parts()
  const settings = withoutAuth ? {} : connector.settings
  const teams = connectTeams({ settings, withoutAuth, log: silent, ...kept })
  const server = await startServer(teams.doors, { host: '127.0.0.1', port: 0, log: silent })
  try {
    await run({ teams, url: server.address, connector, kept })
  } finally {
    await teams.stop()
    await server.stop()
    await connector.stop()
    Object.assign(process.env, before)
  }
}
