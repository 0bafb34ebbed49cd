import { z } from 'zod'
import type { Card } from '../../../cards/card.ts'
import type { Answer } from '../../actions/action.ts'
import { Problem } from '../../errors.ts'
import { type ButtonData, fieldPrefix, pressed } from '../button.ts'
import type { Activity } from './activity.ts'
import { addressOf } from './address.ts'
import type { Asks } from './asks.ts'
import type { InvokeReply } from './incoming.ts'
import type { InvokeKind } from './invokes.ts'
import { olderSentence } from './messages.ts'
import type { Presses } from './presses.ts'
import type { Replies } from './replies.ts'
import { shown } from './stamp.ts'
import type { Tasks } from './tasks.ts'

const CardAction = z.object({
  action: z.object({ data: z.unknown().optional() }),
  trigger: z.string().optional().catch(undefined),
})

export interface CardActionsDeps {
  asks: Asks
  replies: Replies
  presses: Presses
  tasks: Tasks
  patienceMs: number
}

/** `adaptiveCard/action`: a button of a card in a conversation, or Teams asking for the present card. */
export function cardActions({ asks, replies, presses, tasks, patienceMs }: CardActionsDeps): InvokeKind {
  async function answer(activity: Activity): Promise<InvokeReply> {
    const read = CardAction.safeParse(activity.value)
    const button = read.success ? pressed(read.data.action.data) : undefined
    if (!read.success || button === undefined) throw new Problem('NotOffered', olderSentence)
    const { data } = read.data.action
    return read.data.trigger === 'automatic' ? refresh(activity, button) : press(activity, button, data)
  }

  /** Nobody clicked: only the present card is shown, whatever the action says. */
  async function refresh(activity: Activity, { findingId }: ButtonData): Promise<InvokeReply> {
    const card = findingId === undefined ? undefined : await asks.present(activity, findingId)
    return card === undefined ? said('') : cardReply(card)
  }

  async function press(activity: Activity, button: ButtonData, data: unknown): Promise<InvokeReply> {
    const requestId = presses.onCard(activity, button, data)
    const work = asks.answer(activity, { requestId, ...button })
    const answer = await tasks.within(patienceMs, work, outcome => replies.late(activity, outcome))
    if (answer === undefined) return said('This takes a little longer. The card shows how it ends.')
    return outcomeOf(activity, button, data, answer)
  }

  async function outcomeOf(activity: Activity, button: ButtonData, data: unknown, answer: Answer): Promise<InvokeReply> {
    const { card, error, changed } = answer
    if (card.form !== undefined) return cardReply(card)
    if (error !== undefined) return said(card.fallback)
    if (wasForm(data)) return closeForm(activity, card)
    if (changed.length > 0 && button.findingId !== undefined) {
      const now = await asks.present(activity, button.findingId)
      return now === undefined ? said(card.fallback) : cardReply(now)
    }
    return isOneLine(card) ? said(card.fallback) : cardReply(card)
  }

  /** The form's message becomes its outcome, for everybody who sees it. */
  function closeForm(activity: Activity, card: Card): InvokeReply {
    const { replyToId } = activity
    if (replyToId !== undefined) tasks.alone(replies.replace(addressOf(activity), replyToId, card))
    return cardReply(card)
  }

  return { answer, said }
}

function cardReply(card: Card): InvokeReply {
  return reply('application/vnd.microsoft.card.adaptive', shown(card))
}

function said(sentence: string): InvokeReply {
  return reply('application/vnd.microsoft.activity.message', sentence)
}

function reply(type: string, value: unknown): InvokeReply {
  return { status: 200, body: { statusCode: 200, type, value } }
}

function wasForm(data: unknown): boolean {
  return typeof data === 'object' && data !== null && Object.keys(data).some(key => key.startsWith(fieldPrefix))
}

export function isOneLine({ body, buttons, form }: Card): boolean {
  const rest = body.filter(({ type }) => type !== 'line' && type !== 'text')
  return body.some(({ type }) => type === 'line') && rest.length === 0 && buttons.length === 0 && form === undefined
}
