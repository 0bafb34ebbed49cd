import type { RequestListener } from 'node:http'
import type { ActionRequest, Desk } from '../../actions/action.ts'
import type { Log } from '../../log.ts'
import type { Chat, Clock, Feeds, People, Places } from '../../ports.ts'
import type { Door } from '../../route.ts'
import type { Read, Spot } from './asks.ts'
import { type Background, background } from './background.ts'
import { boltListener } from './bolt.ts'
import { type Channels, slackChannels } from './channels.ts'
import { slackChat } from './chat.ts'
import { slackDesk } from './desk.ts'
import type { Dialogs } from './dialogs.ts'
import { slackEvents } from './events.ts'
import { slackFiles } from './files.ts'
import { slackGate } from './gate.ts'
import { watchIdentity } from './identity.ts'
import { installDoors, type OAuthSettings } from './install.ts'
import type { Installations } from './installations.ts'
import { interactions } from './interactions.ts'
import { type LinkSettings, slackLink } from './link.ts'
import { type Members, slackMembers } from './members.ts'
import { watchRepeats } from './repeats.ts'
import { replyTo } from './reply.ts'
import { suggestions } from './suggestions.ts'
import { manyWorkspaces, oneWorkspace, type Workspaces } from './workspaces.ts'

const eventsPath = '/slack/events'
const startPatienceMs = 1000

export interface SlackSettings {
  /** One workspace by its bot token, or many by their installations. */
  access: { token: string } | { installations: Installations; oauth: OAuthSettings }
  signingSecret: string
  /** Another address of the Web API, for tests. */
  apiUrl?: string | undefined
  /** The first feed's channel: id or name. */
  channel?: string | undefined
  /** Pause between two messages to one channel, other than what Slack asks for. */
  paceMs?: number
  /** Workspaces served; absent: the token's own, or every one that installed the app. */
  teamAllow?: string[]
  desk: Desk
  read: Read
  dialogs: Dialogs
  people: People
  places: Places
  feeds: Feeds
  clock: Clock
  log: Log
  /** Signing in for people not yet linked; absent: an admin keeps the map. */
  link?: LinkSettings
}

export interface SlackBot {
  chat: Chat
  doors: Door[]
  /** Never waits long for Slack, and never fails because of it. */
  start(): Promise<void>
  /** Takes no new requests and lets those in flight end. */
  stop(): Promise<void>
  /** What keeps Slack from working; undefined when it works. */
  wrong(): string | undefined
}

export function connectSlack(settings: SlackSettings): SlackBot {
  const { clock, log } = settings
  const workspaces = workspacesOf(settings)
  const channels = slackChannels(settings)
  const work = background(log)
  const identity = watchIdentity({ workspaces, channels, channel: settings.channel, log })
  const { listener, linkDoors } = people(settings, workspaces, channels, work)
  const raw = slackGate(listener, clock, work.isStopping)
  return {
    chat: slackChat(workspaces.webOf, log, settings.paceMs),
    doors: [{ method: 'post', path: eventsPath, raw }, ...doorsToInstall(settings, channels), ...linkDoors],
    start: () => identity.start(startPatienceMs),
    stop: () => {
      identity.stop()
      return work.drain()
    },
    wrong: identity.wrong,
  }
}

function workspacesOf({ access, teamAllow = [], ...settings }: SlackSettings): Workspaces {
  return 'token' in access
    ? oneWorkspace(access.token, teamAllow, settings)
    : manyWorkspaces(access.installations, teamAllow, settings)
}

/** Everything that people do in Slack, behind one listener. */
function people(
  settings: SlackSettings,
  workspaces: Workspaces,
  channels: Channels,
  { later }: Background,
): { listener: RequestListener; linkDoors: Door[] } {
  const { desk, read, dialogs, clock, log } = settings
  const members = slackMembers(workspaces, settings.people, clock, log)
  const replies = { webOf: workspaces.webOf, apiUrl: settings.apiUrl, clock, log }
  const answering = (spot: Spot) => replyTo(spot, replies)
  const link = linkOf(settings, members, (request, spot) => resume(request, spot), later)
  const slack = slackDesk({ desk, members, channels, log, linkButton: async (request, spot) => link?.button(request, spot) })
  const common = { desk: slack, members, repeats: watchRepeats(clock), read, replyTo: answering, log }
  const withFiles = slackFiles(workspaces, settings.apiUrl)
  const events = slackEvents({ ...common, workspaces, channels, withFiles })
  const handlers = interactions({ ...common, dialogs, publishHome: events.publishHome, later })
  const suggest = suggestions(desk, slack, log)
  const listener = boltListener(
    { signingSecret: settings.signingSecret, path: eventsPath, workspaces, apiUrl: settings.apiUrl, log },
    { ...handlers, suggest, take: events.take, later },
  )
  return { listener, linkDoors: link?.doors ?? [] }

  async function resume(request: ActionRequest, spot: Spot): Promise<void> {
    await slack.accept(request)
    await answering(spot).answer(await slack.perform(request, spot))
  }
}

function linkOf(
  settings: SlackSettings,
  members: Members,
  resume: (request: ActionRequest, spot: Spot) => Promise<void>,
  later: Background['later'],
) {
  const { link, people, clock, log } = settings
  const { keepable } = settings.desk
  const { whyNotLinked: whyNot, displayName } = members
  return link && slackLink({ ...link, people, keepable, clock, log, whyNot, displayName, resume, later })
}

function doorsToInstall({ access, teamAllow = [], signingSecret, apiUrl, log }: SlackSettings, channels: Channels): Door[] {
  if (!('oauth' in access)) return []
  return installDoors(access.oauth, signingSecret, {
    installations: access.installations,
    allowed: teamAllow,
    onInstalled: channels.reopenAll,
    apiUrl,
    log,
  })
}
