import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { textOf } from '../fakes/teams-person.ts'
import { type Chats, openChats } from './chats.ts'
import { until } from './ground.ts'
import { makeInSlack, makeInTeams } from './make-app.ts'

/** A logic app that Azure does not let through: the card in the chat says why, and what to do. */

let chats: Chats
beforeAll(async () => {
  chats = await openChats({ inTeams: 'added' })
  chats.story.hurry()
}, 20_000)
afterAll(() => chats.close())
afterEach(() => {
  const { simulator } = chats.story
  simulator().locks([])
  simulator().denials([])
  simulator().state.denyAssignments = []
})

const subscription = '/subscriptions/11111111-5eed-4000-8000-000000000001'
const scope = `${subscription}/resourceGroups/rg-soc`
const connections = 'Microsoft.Web/connections'

function deny(role: 'bot' | 'admin', action: string): void {
  const { people, state } = chats.story.simulator()
  const principalId = people.find(one => one.role === role)?.objectId ?? ''
  state.denyAssignments.push({ name: `${role}-${action}`, scope, principalId, actions: [action] })
}

const refusals: [string, () => void, string[]][] = [
  [
    'a lock on the group',
    () => chats.story.simulator().locks([{ scope, level: 'ReadOnly' }]),
    ['A lock on the resource group rg-soc prevents this change. Remove the lock, then try again.'],
  ],
  [
    'a policy that denies a part of it',
    () => chats.story.simulator().denials([{ scope, type: connections, policy: 'Approved connectors only' }]),
    ['The policy "Approved connectors only" forbids it. Ask its owner for an exemption'],
  ],
  [
    "a right on the connection that the bot's own identity lacks",
    () => deny('bot', `${connections}/write`),
    [
      'The bot itself may not do this in Azure: it lacks Microsoft.Web/connections/write on',
      'which Logic App Contributor has. Ask an owner there',
    ],
  ],
]

function numberOf(what: string): number {
  return refusals.findIndex(([one]) => one === what)
}

describe.each(refusals)('%s', (what, spoil, words) => {
  test('in Slack', async () => {
    const name = `Slack-${numberOf(what)}`
    spoil()
    await makeInSlack(chats, 'post-to-slack', name, { channel: '#leads' })
    const card = await until('the card to say failed', async () =>
      chats.sink.messages.find(({ text }) => text === `New logic app ${name}: failed.`),
    )
    for (const word of [...words, 'Try again']) expect(JSON.stringify(card.blocks).replaceAll('\\"', '"')).toContain(word)
    expect(chats.sink.messages.filter(({ text }) => text.startsWith(`New logic app ${name}`))).toHaveLength(1)
  })

  test('in Teams', async () => {
    const name = `Teams-${numberOf(what)}`
    spoil()
    await makeInTeams(chats, 'post-to-slack', name, { channel: '#leads' })
    const told = () =>
      chats
        .inTeams('admin')
        .sees()
        .filter(({ card }) => textOf(card).includes(`\n${name}\n`))
    const [card] = await until('the card to say failed', async () =>
      told().some(one => textOf(one.card).includes('FAILED')) ? told() : undefined,
    )
    for (const word of [...words, 'Try again']) expect(textOf(card?.card)).toContain(word)
    expect(told()).toHaveLength(1)
  })
})

test('once the lock is gone, the card leads to the same again', async () => {
  chats.story.simulator().locks([{ scope, level: 'ReadOnly' }])
  const admin = chats.inSlack('admin')
  await makeInSlack(chats, 'post-to-slack', 'Later-Free', { channel: '#leads' })
  const failed = await until('the card to say failed', async () =>
    chats.sink.messages.find(({ text }) => text === 'New logic app Later-Free: failed.'),
  )
  chats.story.simulator().locks([])
  chats.sink.views.clear()
  await admin.press(failed, 'Try again')
  const form = await until('the form, filled in', async () =>
    [...chats.sink.views.values()].find(({ view }) => JSON.stringify(view).includes('#leads')),
  )
  await admin.submit(form, {})
  await until('the card to say done', async () =>
    chats.sink.messages.find(({ text }) => text === 'New logic app Later-Free: done.'),
  )
})

test('a right that the person lacks on the connection alone is named alone, and nothing begins', async () => {
  deny('admin', `${connections}/write`)
  const input = { template: 'blank', name: 'Not-Mine', group: `${subscription.slice(15)}/rg-soc` }
  const error = await until('the right to be gone', async () => {
    const asked = await chats.story.act('app new', { ...input, kind: 'alert' }, undefined, 'admin')
    return asked.error?.code === 'Forbidden' ? asked.error : undefined
  })
  expect(error.message).toContain(`${connections}/write`)
  expect(error.message).not.toContain('deployments/write')
  expect([...chats.story.simulator().state.deployments.keys()].filter(id => id.includes('not-mine'))).toEqual([])
})
