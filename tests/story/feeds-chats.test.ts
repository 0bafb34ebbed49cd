import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { production, staging } from '../../src/simulator/subscriptions.ts'
import { labelsOf, slackPerson } from '../fakes/slack-person.ts'
import { actionsIn, channel } from '../fakes/teams-person.ts'
import { type Chats, openChats, signingSecret } from './chats.ts'
import { until } from './ground.ts'

/** Each channel of either chat follows what it asked for, and channels of both can follow the same. */

const filters = {
  ALL: '',
  HIGH: 'alerts high',
  SUB: 'sub:staging',
  WORDS: 'SQL injection',
  POSTURE: 'recommendations',
  LOOK: 'high read-only',
}
type Room = keyof typeof filters
const rooms: Room[] = ['ALL', 'HIGH', 'SUB', 'WORDS', 'POSTURE', 'LOOK']

let chats: Chats
beforeAll(async () => {
  chats = await openChats()
  for (const room of rooms) {
    await slackIn(room).slash(`follow ${filters[room]}`)
    await teamsIn(room).say(`follow ${filters[room]}`)
  }
  await until('all feeds', async () => ((await feeds()).length >= 2 * rooms.length + 1 ? true : undefined))
}, 30_000)
afterAll(() => chats.close())

const slackChannel = (room: Room) => `C0ROOM${room}`
const slackIn = (room: Room) =>
  slackPerson({ botUrl: chats.story.app.address, signingSecret, sink: chats.sink, user: 'U0ADMIN', channel: slackChannel(room) })
const teamsIn = (room: Room) => chats.inTeams('admin', channel(room))
const feeds = () => chats.story.app.world.store.feeds.list()

function alert(name: string, severity: string, subscription = production) {
  const id = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1`
  return { SystemAlertId: name, AlertType: 'VM_Feed', AlertDisplayName: name, Severity: severity, AzureResourceId: id }
}

async function push(...events: object[]): Promise<void> {
  for (const event of events) expect((await chats.story.call('/api/events', event)).status).toBe(202)
  await until('all is shown', async () => ((await chats.story.app.world.store.status()).behind === 0 ? true : undefined), 30_000)
}

/** Titles of the cards in a room of each chat. */
function seen(room: Room): { slack: string[]; teams: string[] } {
  const titles = (texts: string[]) =>
    texts.flatMap(text => /^\w+ (?:alert|recommendation): (.*?) on /.exec(text)?.[1] ?? []).sort()
  return {
    slack: titles(chats.sink.channelMessages(slackChannel(room)).map(({ text }) => text)),
    teams: titles(
      teamsIn(room)
        .sees()
        .map(({ summary }) => summary),
    ),
  }
}

const inBoth = (...titles: string[]) => ({ slack: titles, teams: titles })

test('by kind, severity, subscription and words, the same in both chats', async () => {
  await push(
    alert('High one', 'High'),
    alert('Low one', 'Low'),
    alert('Staging one', 'Low', staging),
    alert('Potential SQL injection', 'Medium'),
  )
  expect(seen('ALL')).toEqual(inBoth('High one', 'Low one', 'Potential SQL injection', 'Staging one'))
  expect(seen('HIGH')).toEqual(inBoth('High one'))
  expect(seen('SUB')).toEqual(inBoth('Staging one'))
  expect(seen('WORDS')).toEqual(inBoth('Potential SQL injection'))
  expect(seen('POSTURE')).toEqual(inBoth())
  expect(seen('LOOK')).toEqual(inBoth('High one'))
})

test('a place that only reads has no buttons but the portal’s', () => {
  const [inSlack] = chats.sink.channelMessages(slackChannel('LOOK'))
  const inTeams = teamsIn('LOOK')
    .sees()
    .find(({ summary }) => summary.includes('High one'))
  for (const label of ['Trigger logic app', 'Assign to me', 'Resolve']) {
    expect(labelsOf(inSlack?.blocks ?? [])).not.toContain(label)
    expect(actionsIn(inTeams?.card).map(({ title }) => title)).not.toContain(label)
  }
  expect(inTeams?.card).not.toHaveProperty('refresh')
})

test('what follows the first channel of the settings is everything, from the start', () => {
  expect(chats.sink.channelMessages('C0000MAIN').filter(({ text }) => text.includes('alert:'))).toHaveLength(4)
})

test('feeds lists those of here first by name; unfollow ends one, in its chat alone', async () => {
  const from = chats.sink.responses.length
  await slackIn('HIGH').slash('feeds')
  const list = await until('the list', async () => chats.sink.responses[from]?.body)
  expect(JSON.stringify(list)).toContain('High alerts')
  const mine = (await feeds()).find(({ placeId }) => placeId.endsWith(slackChannel('HIGH')))
  await slackIn('HIGH').slash(`unfollow ${mine?.id}`)
  await until('its end', async () => ((await feeds()).some(({ id }) => id === mine?.id) ? undefined : true))
  await push(alert('High two', 'High'))
  expect(seen('HIGH')).toEqual({ slack: ['High one'], teams: ['High one', 'High two'] })
})

test('a subscription that nobody has, and one that is not the asker’s to read, are told', async () => {
  const person = chats.inTeams('stakeholder', channel('Elsewhere'))
  await person.say('follow sub:nowhere')
  await until('a word', async () => person.sees().find(({ summary }) => summary.includes('no subscription "nowhere"')))
  expect((await feeds()).some(({ placeId }) => placeId.includes('elsewhere'))).toBe(false)
})
