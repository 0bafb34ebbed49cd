import { z } from 'zod'
import type { Card } from '../../../cards/card.ts'
import type { Log } from '../../log.ts'
import type { Place } from '../../model/place.ts'
import type { Chat } from '../../ports.ts'
import { chatProblem, isRefusedCard } from './failures.ts'
import { limits } from './limits.ts'
import { renderSlackMessage } from './render.ts'
import { Done, literally, SlackFailure, type SlackWeb } from './web.ts'

/** Our mark on a message, by which it is found again: the id of the post, nothing else (other apps in the channel may read it). */
const mark = 'defender_post'

const Posted = z.object({ ts: z.string(), channel: z.string() })
const History = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()).default({}) }).optional(),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
})
/** Deleted by someone, or written under another installation of the app: nothing there is ours to change. */
const overForGood = ['message_not_found', 'cant_update_message', 'edit_window_closed']
const threadGone = ['message_not_found', 'thread_not_found', 'cannot_reply_to_message']
/** Without the permission or membership to read a channel nobody can say what is there. */
const cannotLook = ['missing_scope', 'not_in_channel', 'no_permission', 'not_allowed_token_type']

/** Cards in Slack. A message's id is its `ts`, or `channel:ts` where the place was named by a name or a person. */
export function slackChat(webOf: (tenant: string) => Promise<SlackWeb>, log: Log, paceMs: number = limits.paceMs): Chat {
  return { name: 'slack', paceMs, post, update, find, reply, hasReply }

  async function post(place: Place, card: Card, key: string): Promise<string> {
    try {
      const posted = await send(place, { channel: place.channel }, card, key)
      return posted.channel === place.channel ? posted.ts : `${posted.channel}:${posted.ts}`
    } catch (thrown) {
      throw chatProblem(thrown, true)
    }
  }

  async function update(place: Place, messageId: string, card: Card): Promise<boolean> {
    try {
      const web = await webOf(place.tenant)
      await inAnyForm(card, form => web.call('chat.update', { ...addressOf(place, messageId), ...literally, ...form }, Done))
      return true
    } catch (thrown) {
      if (!(thrown instanceof SlackFailure && overForGood.includes(thrown.code))) throw chatProblem(thrown, false)
      log.info({ place: place.id, messageId, code: thrown.code }, 'a message is no longer there to update')
      return false
    }
  }

  async function find(place: Place, key: string): Promise<string | undefined> {
    if (!/^[CDG][A-Z0-9]+$/.test(place.channel)) return undefined
    try {
      return await lookFor(await webOf(place.tenant), 'conversations.history', { channel: place.channel }, key)
    } catch (thrown) {
      if (!(thrown instanceof SlackFailure && cannotLook.includes(thrown.code))) throw chatProblem(thrown, false)
      log.warn(
        { place: place.id, code: thrown.code },
        'the history of a channel cannot be read: an uncertain post may come twice',
      )
      return undefined
    }
  }

  async function reply(place: Place, messageId: string, card: Card, key: string): Promise<void> {
    const { channel, ts } = addressOf(place, messageId)
    try {
      await send(place, { channel, thread_ts: ts }, card, key)
    } catch (thrown) {
      if (!(thrown instanceof SlackFailure && threadGone.includes(thrown.code))) throw chatProblem(thrown, true)
      log.info({ place: place.id, messageId, code: thrown.code }, 'a message has no thread any more')
    }
  }

  async function hasReply(place: Place, messageId: string, key: string): Promise<boolean> {
    const { channel, ts } = addressOf(place, messageId)
    try {
      const web = await webOf(place.tenant)
      return (await lookFor(web, 'conversations.replies', { channel, ts }, key)) !== undefined
    } catch (thrown) {
      if (!(thrown instanceof SlackFailure && [...cannotLook, ...threadGone].includes(thrown.code)))
        throw chatProblem(thrown, false)
      return false
    }
  }

  async function send(place: Place, where: object, card: Card, key: string): Promise<z.infer<typeof Posted>> {
    const metadata = { event_type: mark, event_payload: { post: key } }
    const args = { ...where, unfurl_links: false, unfurl_media: false, metadata, ...literally }
    const web = await webOf(place.tenant)
    return inAnyForm(card, form => web.call('chat.postMessage', { ...args, ...form }, Posted))
  }

  /** Workspaces may refuse new kinds of blocks while these roll out: then the card's one line goes alone. */
  async function inAnyForm<Result>(card: Card, send: (form: object) => Promise<Result>): Promise<Result> {
    const { text, blocks } = drawn(card)
    try {
      return await send({ text, blocks })
    } catch (thrown) {
      if (!isRefusedCard(thrown)) throw thrown
      log.warn({ error: thrown }, 'Slack refused a card; its plain text is sent')
      return send({ text: text.slice(0, 3500), blocks: [] })
    }
  }
}

/** One card goes to many channels: it is drawn and written out once. */
const messages = new WeakMap<Card, { text: string; blocks: string }>()

function drawn(card: Card): { text: string; blocks: string } {
  const known = messages.get(card)
  if (known !== undefined) return known
  const { text, blocks } = renderSlackMessage(card)
  const message = { text, blocks: JSON.stringify(blocks) }
  messages.set(card, message)
  return message
}

/** The message with our mark and this key, in a channel or under a message. */
async function lookFor(web: SlackWeb, method: string, where: object, key: string): Promise<string | undefined> {
  let cursor: string | undefined
  for (let page = 0; page < limits.historyPages; page++) {
    const args = { ...where, limit: limits.historyPage, include_all_metadata: true, ...(cursor !== undefined && { cursor }) }
    const history = await web.call(method, args, History)
    const found = history.messages.find(({ metadata }) => metadata?.event_type === mark && metadata.event_payload.post === key)
    if (found !== undefined) return found.ts
    cursor = history.response_metadata?.next_cursor
    if (cursor === undefined || cursor === '') return undefined
  }
  return undefined
}

function addressOf(place: Place, messageId: string): { channel: string; ts: string } {
  const at = messageId.indexOf(':')
  return at < 0 ? { channel: place.channel, ts: messageId } : { channel: messageId.slice(0, at), ts: messageId.slice(at + 1) }
}
