import type { Log } from '../../src/log.ts'
import { type SinkMessage, type SlackSink, startSlackSink } from '../fakes/slack-api.ts'
import { slackPerson } from '../fakes/slack-person.ts'
import { startTeamsConnector, type TeamsConnector, type TeamsMessage } from '../fakes/teams-connector.ts'
import { channel, type TeamsConversation, teamsPerson } from '../fakes/teams-person.ts'
import { openStory, type Story, until } from './ground.ts'

export const slackChannel = 'C0000MAIN'
export const signingSecret = 'story-signing-secret'
const token = 'xoxb-story'
const production = '11111111-5eed-4000-8000-000000000001'

type Role = 'analyst' | 'admin' | 'stakeholder'

/** One finding's card in both chats. */
export interface Shown {
  findingId: string
  slack: SinkMessage
  teams: TeamsMessage
}

/** The real program with both chats joined, each with the platform's stand-in at its other end and people who sit there. */
export interface Chats {
  story: Story
  sink: SlackSink
  connector: TeamsConnector
  /** Somebody in Slack, linked as an admin's map would; `at` is the process that Slack's requests reach. */
  inSlack(role: Role, at?: Story): ReturnType<typeof slackPerson>
  inTeams(
    role: Role,
    conversation?: TeamsConversation,
    who?: { tenantId?: string; name?: string; at?: Story },
  ): ReturnType<typeof teamsPerson>
  /** Somebody in Slack whom nobody linked. */
  stranger(): ReturnType<typeof slackPerson>
  /** An alert happens in Azure; returns once both chats show its card. */
  alert(): Promise<Shown>
  /** The same where only one of them can. */
  alertInSlack(): Promise<Omit<Shown, 'teams'>>
  alertInTeams(): Promise<Omit<Shown, 'slack'>>
  /** What the two chats show of a finding now. */
  shown(findingId: string): Promise<Shown | undefined>
  /** One more process on the same database (`DATABASE_URL` is needed), the same Azure and the same chats. */
  another(): Promise<Story>
  statusInAzure(findingId: string): Promise<string | undefined>
  close(): Promise<void>
}

export interface ChatsOptions {
  /** The app is in a Teams channel from the start, or that channel follows everything too. */
  inTeams?: 'added' | 'following'
  /** More settings of the program. */
  env?: Record<string, string>
  log?: Log
  /** Before the program starts. */
  before?(sink: SlackSink, connector: TeamsConnector): Promise<void>
}

export async function openChats({ env = {}, before, inTeams: appIs, log }: ChatsOptions = {}): Promise<Chats> {
  const [sink, connector] = await Promise.all([
    startSlackSink({ token, channels: [{ id: slackChannel, name: 'main' }] }),
    startTeamsConnector(),
  ])
  Object.assign(process.env, connector.identity)
  await before?.(sink, connector)
  const slack = {
    SLACK_BOT_TOKEN: token,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_URL: sink.apiUrl,
    SLACK_CHANNEL: slackChannel,
  }
  const settings = { ...slack, ...connector.settings, ...env }
  const story = await openStory(settings, log)
  const objectId = (role: Role) => story.simulator().people.find(person => person.role === role)?.objectId ?? ''
  for (const role of ['analyst', 'admin', 'stakeholder'] as const)
    await story.app.world.store.people.link(
      { chat: 'slack', tenant: sink.team, user: userOf(role) },
      { id: objectId(role), name: nameOf(role) },
    )

  const inSlack = (user: string, at = story) =>
    slackPerson({ botUrl: at.app.address, signingSecret, sink, user, channel: slackChannel })
  const inTeams: Chats['inTeams'] = (role, conversation = channel('Security'), { at = story, ...who } = {}) =>
    teamsPerson({ botUrl: at.app.address, connector, objectId: objectId(role), name: nameOf(role), conversation, ...who })
  if (appIs !== undefined) await inTeams('admin').install()
  if (appIs === 'following') await inTeams('analyst').say('follow')

  const messageIds = async (findingId: string) =>
    (await story.app.world.store.posts.of(findingId)).map(({ messageId }) => messageId)

  async function seenInSlack(findingId: string): Promise<Omit<Shown, 'teams'> | undefined> {
    const ids = await messageIds(findingId)
    const slack = sink.messages.find(({ ts }) => ids.includes(ts))
    return slack && { findingId, slack }
  }

  async function seenInTeams(findingId: string): Promise<Omit<Shown, 'slack'> | undefined> {
    const ids = await messageIds(findingId)
    const teams = connector.messages.find(({ id }) => ids.includes(id))
    return teams && { findingId, teams }
  }

  async function shown(findingId: string): Promise<Shown | undefined> {
    const [slack, teams] = await Promise.all([seenInSlack(findingId), seenInTeams(findingId)])
    return slack && teams && { ...slack, ...teams }
  }

  async function alerted<Seen>(what: string, seen: (findingId: string) => Promise<Seen | undefined>): Promise<Seen> {
    const { name } = story.simulator().fire({ type: 'VM_AmDisablementAndCodeExecution', subscription: production })
    const findingId = await until(
      'the finding',
      async () => (await story.posts()).find(({ card }) => JSON.stringify(card).includes(name))?.findingId,
    )
    return until(what, () => seen(findingId))
  }

  return {
    story,
    sink,
    connector,
    inSlack: (role, at) => inSlack(userOf(role), at),
    stranger: () => inSlack('U0STRANGER'),
    inTeams,
    another: () => {
      const { origin, tokens, tenantId } = story.simulator()
      const azure = { AZURE_ARM_ENDPOINT: origin, AZURE_STATIC_TOKEN: tokens.bot, AZURE_TENANT_ID: tenantId, CONSOLE: '0' }
      return openStory({ ...settings, ...azure })
    },
    shown,
    alert: () => alerted('its card in both chats', shown),
    alertInSlack: () => alerted('its card in Slack', seenInSlack),
    alertInTeams: () => alerted('its card in Teams', seenInTeams),
    async statusInAzure(findingId) {
      const finding = await story.app.world.store.findings.get(findingId)
      const id = finding?.event.kind === 'alert' ? finding.event.armId : undefined
      return [...story.simulator().state.alerts.values()].find(({ name }) => id?.toLowerCase().endsWith(name))?.status
    },
    async close() {
      await story.close()
      await sink.close()
      await connector.stop()
    },
  }
}

const userOf = (role: Role) => `U0${role.toUpperCase()}`
const nameOf = (role: Role) => `${role.charAt(0).toUpperCase()}${role.slice(1)}`
