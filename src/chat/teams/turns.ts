import { errorCard } from '../../../cards/answer.ts'
import { Problem } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { Activity } from './activity.ts'
import { addressOf } from './address.ts'
import type { InvokeReply } from './incoming.ts'
import type { Installs } from './installs.ts'
import { type InvokeKind, kindOf, onInvoke } from './invokes.ts'
import type { Replies } from './replies.ts'
import type { Tasks } from './tasks.ts'
import { foreignSentence, isForeign } from './who.ts'

export interface TurnsDeps {
  kinds: Readonly<Record<string, InvokeKind>>
  onMessage(activity: Activity): Promise<void>
  installs: Installs
  replies: Replies
  tasks: Tasks
  tenants: string[] | undefined
  log: Log
}

/** Whatever a verified sender brings, to whom it concerns. */
export function openTurns({ kinds, onMessage, installs, replies, tasks, tenants, log }: TurnsDeps) {
  async function turn(activity: Activity): Promise<InvokeReply | undefined> {
    if (isForeign(activity, tenants)) return refuse(activity)
    switch (activity.type) {
      case 'message':
        if (activity.from?.role !== 'bot') await onMessage(activity)
        return undefined
      case 'invoke':
        return onInvoke(kinds, activity, log)
      case 'installationUpdate':
        await installs.installation(activity)
        return undefined
      case 'conversationUpdate':
        await installs.conversation(activity)
        return undefined
      default:
        return undefined
    }
  }

  /** Strangers are told so where they asked; nothing of theirs is kept. */
  function refuse(activity: Activity): InvokeReply | undefined {
    log.warn({ type: activity.type, conversation: activity.conversation.id }, 'an activity of another tenant was refused')
    if (activity.type === 'invoke') return kindOf(kinds, activity)?.said(foreignSentence) ?? { status: 501 }
    if (activity.type === 'message')
      tasks.alone(replies.say(addressOf(activity), errorCard(new Problem('Forbidden', foreignSentence))))
    return undefined
  }

  return turn
}
