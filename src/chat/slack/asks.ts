import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { ActionRequest } from '../../actions/action.ts'
import { pressedText } from '../button.ts'
import { valuesOf } from './entered.ts'
import { limits } from './limits.ts'
import type { BlockActions, Command, Entered, EventCallback, Press, SlackEvent, ViewSubmission } from './payloads.ts'

/** A verb with its words, before it is known where it was asked. */
export type Asked = Pick<ActionRequest, 'action' | 'input' | 'findingId'>

/** Reads a typed line; the Problem UnknownCommand names the nearest verbs. */
export type Read = (text: string) => Asked

/** Who asks, and where answers to it go. */
export const Spot = z.object({
  team: z.string(),
  user: z.string(),
  channel: z.string().optional(),
  channelName: z.string().optional(),
  /** The message whose thread takes what everybody sees. */
  thread: z.string().optional(),
  /** The thread in which the asker is, where the asker would see it. */
  within: z.string().optional(),
  responseUrl: z.string().optional(),
  /** The asker alone sees the message that was pressed: an answer takes its place. */
  ephemeral: z.boolean().optional(),
})
export type Spot = z.infer<typeof Spot>

/** The same delivery has the same id, whichever process it reaches. */
export function requestId(kind: string, ...parts: string[]): string {
  return `slack-${kind}-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40)}`
}

export function commandId({ team_id, user_id, trigger_id }: Command): string {
  return requestId('command', team_id, user_id, trigger_id)
}

/** What was pressed, by whom and on what, with what stood in which fields: the same for both presses of a double click. */
export function buttonOf({ team, user, view }: BlockActions, press: Press, { thread }: Spot): string {
  const value = press.value ?? press.selected_option?.value
  return JSON.stringify([team.id, user.id, view?.id ?? thread, press.block_id, press.action_id, value, view?.state])
}

/** With a slice of Slack's time, so that the other press of a double click has this name in another process too. */
export function pressId(button: string, { action_ts }: Press): string {
  const slice = Math.floor((Number(action_ts) * 1000) / limits.doubleClickMs)
  return requestId('press', button, Number.isNaN(slice) ? action_ts : String(slice))
}

/** With what it asks and its values: a corrected form, or the next step, is another request; the same form sent twice is not. */
export function submissionId({ team, user, view }: ViewSubmission): string {
  const { id, hash, private_metadata = '', state } = view
  return requestId('form', team.id, user.id, id, hash, private_metadata, JSON.stringify(state.values))
}

export function eventId({ team_id, event_id }: EventCallback): string {
  return requestId('event', team_id, event_id)
}

/** What a pressed button or chosen menu entry asks for; undefined when it is not one of ours, or a link. */
export function askedByPress(press: Press, entered: Entered = {}): (Asked & { dialog: boolean }) | undefined {
  const data = pressedText(press.value ?? press.selected_option?.value)
  return (
    data && {
      action: data.action,
      input: data.fields === true ? { ...valuesOf(entered), ...data.input } : data.input,
      ...(data.findingId !== undefined && { findingId: data.findingId }),
      dialog: data.dialog === true,
    }
  )
}

/** What a form asks for, with its fields; undefined when it is not one of ours. */
export function askedByForm(view: { private_metadata?: string | undefined }, entered: Entered = {}): Asked | undefined {
  const data = pressedText(view.private_metadata)
  if (data === undefined) return undefined
  const input = { ...data.input, ...valuesOf(entered) }
  return { action: data.action, input, ...(data.findingId !== undefined && { findingId: data.findingId }) }
}

export function spotOfCommand(command: Command): Spot {
  const { team_id: team, user_id: user, channel_id: channel, channel_name: channelName, response_url: responseUrl } = command
  return {
    team,
    user,
    channel,
    ...(channelName !== undefined && { channelName }),
    ...(responseUrl !== undefined && { responseUrl }),
  }
}

export function spotOfPress({ team, user, channel, container, message, view, response_url: responseUrl }: BlockActions): Spot {
  const thread = message?.thread_ts ?? message?.ts ?? container.message_ts
  return {
    team: team.id,
    user: user.id,
    ...(view === undefined ? {} : spotInView(view.private_metadata)),
    ...(channel !== undefined && { channel: channel.id, ...(channel.name !== undefined && { channelName: channel.name }) }),
    ...(thread !== undefined && { thread }),
    ...(message?.thread_ts !== undefined && { within: message.thread_ts }),
    ...(responseUrl !== undefined && { responseUrl }),
    ...(container.is_ephemeral === true && { ephemeral: true }),
  }
}

/** A mention is answered in its thread, a direct message where it stands. */
export function spotOfMessage(team: string, event: Extract<SlackEvent, { type: 'app_mention' | 'message' }>): Spot {
  const { user, channel, ts, thread_ts: within } = event
  const thread = within ?? (event.type === 'app_mention' ? ts : undefined)
  return { team, user, channel, ...(thread !== undefined && { thread }), ...(within !== undefined && { within }) }
}

const markers = /<([@#!])([^>|]*)(?:\|([^>]*))?>|<((?:https?|mailto|tel):[^>|]*)(?:\|([^>]*))?>/g

/** Text as typed: Slack's links, channel names and escapes undone. */
export function typed(text: string): string {
  return text
    .replace(markers, (_whole, sign, id, label, url, urlLabel) =>
      url === undefined ? mention(sign, id, label) : (urlLabel ?? url),
    )
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
}

function mention(sign: string, id: string, label: string | undefined): string {
  if (sign === '@') return `<@${id}>`
  return sign === '#' ? `#${label ?? id}` : `@${label ?? id}`
}

/** The place a dialog was opened from, carried through it: channel and thread. */
export function withSpot(metadata: string | undefined, { channel, thread }: Spot, max: number): string {
  const data = metadata === undefined ? {} : JSON.parse(metadata)
  const text = JSON.stringify({ ...data, at: [channel ?? '', thread ?? ''] })
  return text.length <= max ? text : (metadata ?? '')
}

export function spotInView(metadata: string | undefined): Pick<Spot, 'channel' | 'thread'> {
  const [channel, thread] = carried(metadata)
  return { ...(channel && { channel }), ...(thread && { thread }) }
}

function carried(metadata: string | undefined): string[] {
  try {
    const data: unknown = JSON.parse(metadata ?? '')
    const at = typeof data === 'object' && data !== null && 'at' in data ? data.at : []
    return Array.isArray(at) ? at.map(String) : []
  } catch {
    return []
  }
}
