import { toProblem } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { eventId, type Read, requestId, type Spot, spotOfMessage, typed } from './asks.ts'
import type { Channels } from './channels.ts'
import { refusal, type SlackDesk } from './desk.ts'
import { uninstalled } from './failures.ts'
import type { slackFiles } from './files.ts'
import type { Members } from './members.ts'
import type { EventCallback, SlackEvent } from './payloads.ts'
import { renderSlackHome } from './render.ts'
import type { Repeats } from './repeats.ts'
import type { Reply } from './reply.ts'
import { Done } from './web.ts'
import type { Workspaces } from './workspaces.ts'

export interface EventDeps {
  desk: SlackDesk
  members: Members
  repeats: Repeats
  workspaces: Workspaces
  channels: Channels
  read: Read
  /** The line with the text of the file attached to it. */
  withFiles: ReturnType<typeof slackFiles>
  replyTo(spot: Spot): Reply
  log: Log
}

type Said = Extract<SlackEvent, { type: 'app_mention' | 'message' }>
type After = () => Promise<void>

/** What Slack tells: mentions, direct messages, opened homes, and the comings and goings of the app. */
export function slackEvents(deps: EventDeps) {
  const { desk, members, repeats, workspaces, channels, read, withFiles, replyTo, log } = deps

  /**
   * Bolt acknowledges events before its listeners run, so what must be durable first is stored here; the returned work follows the
   * acknowledgement. A throw means: not acknowledged, deliver again.
   */
  async function take(body: EventCallback): Promise<After | undefined> {
    const { event, team_id: team } = body
    switch (event.type) {
      case 'app_mention':
      case 'message':
        return isAnswerable(event) ? said(body, event) : undefined
      case 'app_home_opened':
        return event.tab === 'messages' ? undefined : () => publishHome({ team, user: event.user }, eventId(body))
      case 'member_joined_channel':
        return () => joined(team, event.user, event.channel)
      case 'app_uninstalled':
        return () => leave(team)
      case 'tokens_revoked':
        return (event.tokens.bot ?? []).length > 0 ? () => leave(team) : undefined
    }
  }

  async function said(body: EventCallback, event: Said): Promise<After | undefined> {
    const spot = spotOfMessage(body.team_id, event)
    const id = eventId(body)
    if (!repeats.isNew(id)) return undefined
    try {
      const asked = async () => {
        const line = typed(await members.named(body.team_id, withoutBot(event.text)))
        return read(await withFiles(line, body.team_id, event.files))
      }
      const request = await desk.request(spot, id, [event.user_team, event.source_team], asked)
      await desk.accept(request)
      return async () => replyTo(spot).answer(await desk.perform(request, spot))
    } catch (thrown) {
      const problem = toProblem(thrown)
      if (!problem.retry) return () => replyTo(spot).answer(refusal(problem))
      repeats.forget(id)
      throw problem
    }
  }

  async function publishHome(spot: Spot, id: string): Promise<void> {
    const card = await homeOf(spot, requestId('home', id))
    const web = await workspaces.webOf(spot.team)
    await web.call('views.publish', { user_id: spot.user, view: renderSlackHome(card) }, Done)
  }

  async function homeOf(spot: Spot, id: string) {
    try {
      const request = await desk.request(spot, id, [], () => read(''))
      return (await desk.perform(request, spot)).card
    } catch (thrown) {
      return refusal(toProblem(thrown)).card
    }
  }

  async function joined(team: string, user: string, channel: string): Promise<void> {
    const { botUserId } = await workspaces.identityOf(team)
    if (user === botUserId) await channels.reopen(await channels.of(team, channel))
  }

  async function leave(team: string): Promise<void> {
    if (!(await workspaces.isOurs(team))) return
    log.warn({ team }, 'the Slack app was uninstalled, or its token revoked')
    await workspaces.remove(team)
    await channels.blockAll(team, uninstalled)
  }

  return { take, publishHome }
}

/** Not what bots say (ourselves included), edits and deletions; in channels only mentions. */
function isAnswerable(event: Said): boolean {
  if (event.bot_id !== undefined || ![undefined, 'file_share', 'thread_broadcast'].includes(event.subtype)) return false
  return event.type === 'app_mention' || event.channel_type === 'im'
}

/** The mention at the front is the bot's; taken off before other mentions are turned into people. */
function withoutBot(text: string): string {
  return text.replace(/^\s*<@[A-Z0-9]+(?:\|[^>]*)?>[\s:,]*/, '')
}
