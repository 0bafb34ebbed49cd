import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createEmulator, type Emulator } from 'emulate'
import { z } from 'zod'
import { scopes } from '../../src/chat/slack/install.ts'
import { openWeb, type SlackWeb } from '../../src/chat/slack/web.ts'
import { silent } from '../../src/log.ts'
import { freePort } from '../fakes/free-port.ts'
import { buttonOf, sendSigned } from '../fakes/slack-person.ts'
import { startTeamsConnector, type TeamsConnector } from '../fakes/teams-connector.ts'
import { channel, teamsPerson, textOf } from '../fakes/teams-person.ts'
import { openStory, type Story, until } from './ground.ts'

/** The same with an emulated Slack that keeps its own state, scopes and trigger ids. */

const token = 'xoxb-emulated'
const signingSecret = 'story-signing-secret'
const user = 'U000000001'
const team = 'T000000001'
const general = 'C000000001'

const History = z.object({
  messages: z.array(
    z.object({ ts: z.string(), text: z.string(), blocks: z.array(z.looseObject({ type: z.string() })).default([]) }),
  ),
})
const Trigger = z.object({ trigger_id: z.string() })

let emulator: Emulator
let connector: TeamsConnector
let story: Story
let web: SlackWeb

beforeAll(async () => {
  const seed = { slack: { strict_scopes: true, tokens: [{ token, user: 'admin', scopes: [...scopes] }] } }
  emulator = await createEmulator({ service: 'slack', port: await freePort(), seed })
  const apiUrl = `${emulator.url}/api/`
  web = openWeb(token, apiUrl, silent)
  connector = await startTeamsConnector()
  Object.assign(process.env, connector.identity)
  const slack = { SLACK_BOT_TOKEN: token, SLACK_SIGNING_SECRET: signingSecret, SLACK_API_URL: apiUrl, SLACK_CHANNEL: '#general' }
  story = await openStory({ ...slack, ...connector.settings })
  await story.app.world.store.people.link({ chat: 'slack', tenant: team, user }, { id: objectId(), name: 'Analyst' })
  await inTeams().say('follow')
}, 30_000)
afterAll(async () => {
  await story.close()
  await connector.stop()
  await emulator.close()
})

function objectId(): string {
  return story.simulator().people.find(({ role }) => role === 'analyst')?.objectId ?? ''
}

function inTeams() {
  return teamsPerson({
    botUrl: story.app.address,
    connector,
    objectId: objectId(),
    name: 'Analyst',
    conversation: channel('Security'),
  })
}

async function slackCards() {
  return (await web.call('conversations.history', { channel: general }, History)).messages.filter(({ blocks }) =>
    JSON.stringify(blocks).includes('Trigger logic app'),
  )
}

async function press(label: string): Promise<Response> {
  const [card] = await slackCards()
  if (card === undefined) throw new Error('no card')
  const { trigger_id } = await web.call('views.generateTriggerId', { user_id: user }, Trigger)
  const payload = {
    type: 'block_actions',
    trigger_id,
    user: { id: user, team_id: team },
    team: { id: team },
    channel: { id: general },
    container: { type: 'message', message_ts: card.ts },
    message: { ts: card.ts },
    actions: [{ ...buttonOf(card.blocks, label), action_ts: String(Date.now()) }],
  }
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
  return sendSigned(`${story.app.address}/slack/events`, signingSecret, body)
}

test('alert → card in both → a click in Slack and one in Teams show on both', async () => {
  story.simulator().fire({ type: 'VM_AmDisablementAndCodeExecution', subscription: '11111111-5eed-4000-8000-000000000001' })
  await until('the card in Slack', async () => ((await slackCards()).length === 1 ? true : undefined))
  const posted = await until('the card in Teams', async () =>
    connector.messages.find(({ card }) => textOf(card).includes('Trigger logic app')),
  )
  expect((await press('Assign to me')).status).toBe(200)
  await until('Teams names the owner', async () => (textOf(posted.card).includes('Analyst') ? true : undefined))
  await inTeams().press(posted, 'Resolve')
  const [card] = await until('Slack says resolved', async () => {
    const cards = await slackCards()
    return JSON.stringify(cards).includes('Resolved') ? cards : undefined
  })
  expect(JSON.stringify(card?.blocks)).toContain('Analyst')
  expect(await slackCards()).toHaveLength(1)
})
