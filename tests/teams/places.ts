import { expect, test } from '@jest/globals'
import { channel, personalChat } from '../fakes/teams-person.ts'
import { type Bench, until } from './bench.ts'

/** Where the app is installed. */
export function placesTests(at: () => Bench): void {
  installationTests(at)
  renewalTests(at)
  removalTests(at)
}

function onPlaces(at: () => Bench) {
  const only = () => {
    const [place] = [...at().places.all.values()]
    if (place === undefined) throw new Error('no place')
    return place
  }

  /** Installed, and the greeting has come. */
  async function install(person: ReturnType<Bench['person']>): Promise<void> {
    const before = person.sees().length
    expect(await person.install()).toMatchObject({ status: 200, text: '' })
    await until(() => person.sees().length > before)
  }

  return { only, install }
}

function installationTests(at: () => Bench): void {
  const { only, install } = onPlaces(at)
  test('an installation is a place with an address of our own, and greeted', async () => {
    const person = at().person(channel('alerts', 'Security'))
    await install(person)
    const { tenantId, serviceUrl } = at().connector
    expect(only()).toEqual({
      id: `teams:${tenantId}:19:alerts@thread.tacv2`,
      chat: 'teams',
      tenant: tenantId,
      channel: '19:alerts@thread.tacv2',
      name: 'Security / alerts',
      address: JSON.stringify({
        conversationId: '19:alerts@thread.tacv2',
        serviceUrl,
        tenantId,
        bot: { id: '28:defender', name: 'Defender' },
        channelId: 'msteams',
        kind: 'channel',
        teamId: '19:security@thread.tacv2',
      }),
    })
    expect(person.sees().map(({ summary }) => summary)).toEqual([expect.stringContaining('help')])
  })

  test('told by two events at once and again later, it is greeted once', async () => {
    const person = at().person()
    const joined = person.activity({ type: 'conversationUpdate', membersAdded: [{ id: '28:defender' }] })
    await Promise.all([person.install(), person.deliver(joined)])
    await person.install()
    await until(() => person.sees().length > 0)
    await person.say('alerts')
    expect(person.sees().map(({ summary }) => summary.slice(0, 8))).toEqual(['Defender', 'Done.'])
    expect(at().places.all.size).toBe(1)
    expect(at().places.saves).toBe(1)
  })

  test('people who join are not the bot', async () => {
    const { deliver, activity } = at().person()
    await deliver(activity({ type: 'conversationUpdate', membersAdded: [{ id: '29:someone' }] }))
    expect(at().places.all.size).toBe(0)
  })

  test('the channel picked while adding to a team is the place', async () => {
    const { deliver, activity } = at().person(channel('general'))
    const settings = { selectedChannel: { id: '19:picked@thread.tacv2', name: 'Picked' } }
    const team = { id: '19:security@thread.tacv2', name: 'Security' }
    const tenant = { id: at().connector.tenantId }
    await deliver(activity({ type: 'installationUpdate', action: 'add', channelData: { tenant, team, settings } }))
    expect(only()).toMatchObject({ channel: '19:picked@thread.tacv2', name: 'Security / Picked' })
    await until(() => at().connector.in('19:picked@thread.tacv2').length === 1)
  })
}

function renewalTests(at: () => Bench): void {
  const { only, install } = onPlaces(at)
  test('a message renews the address, keeps the name it does not tell, and opens a blocked place', async () => {
    const person = at().person()
    await install(person)
    const known = only()
    await at().places.save({
      ...known,
      address: known.address?.replace(at().connector.serviceUrl, 'https://old.example/') ?? '',
      blocked: 'gone',
    })
    at().places.saves = 0
    const { channelData: _untold, ...spoken } = person.spoken('alerts')
    await person.deliver({ ...spoken, channelData: { tenant: { id: at().connector.tenantId } } })
    await person.deliver(person.spoken('alerts'))
    expect(only()).toEqual(known)
  })

  test('removed, the place is blocked with a sentence; added again, it is greeted again', async () => {
    const person = at().person()
    await install(person)
    await person.uninstall()
    expect(only().blocked).toMatch(/^The app was removed.*\.$/)
    await install(person)
    expect(only().blocked).toBeUndefined()
  })

  test('a team takes its channels with it', async () => {
    const [alerts, posture, other] = [
      at().person(channel('alerts')),
      at().person(channel('posture')),
      at().person(channel('other', 'Elsewhere')),
    ]
    for (const person of [alerts, posture, other]) await person.say('alerts')
    const general = at().person({
      id: '19:security@thread.tacv2',
      conversationType: 'channel',
      team: { id: '19:security@thread.tacv2', name: 'Security' },
    })
    await general.deliver(general.activity({ type: 'conversationUpdate', membersRemoved: [{ id: '28:defender' }] }))
    const blocked = [...at().places.all.values()].filter(place => place.blocked !== undefined).map(({ name }) => name)
    expect(blocked.sort()).toEqual(['Security / alerts', 'Security / posture'])
  })
}

function removalTests(at: () => Bench): void {
  const { only, install } = onPlaces(at)
  test.each([
    ['channelDeleted', 'deleted'],
    ['teamArchived', 'archived'],
    ['teamDeleted', 'deleted'],
  ])('%s blocks', async (eventType, word) => {
    const person = at().person()
    await person.say('alerts')
    const { channelData } = person.activity({})
    await person.deliver(person.activity({ type: 'conversationUpdate', channelData: Object.assign({ eventType }, channelData) }))
    expect(only().blocked).toContain(word)
  })

  test('a renamed channel has its new name, an unknown one is not begun', async () => {
    const person = at().person()
    await person.say('alerts')
    const tenant = { id: at().connector.tenantId }
    const team = { id: '19:security@thread.tacv2', name: 'Security' }
    const renamed = (id: string, name: string) =>
      person.deliver(
        person.activity({
          type: 'conversationUpdate',
          channelData: { tenant, team, channel: { id, name }, eventType: 'channelRenamed' },
        }),
      )
    await renamed('19:alerts@thread.tacv2', 'incidents')
    await renamed('19:unknown@thread.tacv2', 'unknown')
    expect(only().name).toBe('Security / incidents')
  })

  test('a chat with a person is named after them', async () => {
    await install(at().person(personalChat('Analyst')))
    expect(only()).toMatchObject({ name: 'Chat with Analyst', channel: 'a:chat-29:Analyst' })
  })

  test('nothing is greeted where the welcome cannot be posted, and the place is kept', async () => {
    at().connector.failAlways('post', { status: 403, code: 'BotNotInConversationRoster' })
    expect((await at().person().install()).status).toBe(200)
    expect(at().places.all.size).toBe(1)
    await until(() => at().connector.calls.some(({ kind }) => kind === 'post'))
  })
}
