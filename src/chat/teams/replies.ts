import { errorCard, plainCard } from '../../../cards/answer.ts'
import type { Card } from '../../../cards/card.ts'
import { type Answer, personal } from '../../actions/action.ts'
import { type Problem, toProblem } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { type Activity, isPersonal } from './activity.ts'
import type { Adapter } from './adapter.ts'
import { type Address, addressOf } from './address.ts'
import { messageOf } from './stamp.ts'

/** Answers on the bot's own initiative; they never fail, they are logged. */
export interface Replies {
  say(to: Address, card: Card): Promise<void>
  /** In the one-to-one chat of who sent the activity. */
  privately(activity: Activity, card: Card): Promise<void>
  /** What came too late for the click: when the finding's card does not show it anyway, the person is told. */
  late(activity: Activity, outcome: Promise<Answer>): Promise<void>
  /** Makes a message that was a form show what became of it. */
  replace(to: Address, messageId: string, card: Card): Promise<void>
}

export function openReplies(adapter: Adapter, log: Log, waitsMs: readonly number[]): Replies {
  async function say(to: Address, card: Card): Promise<void> {
    await trying(to, async () => {
      try {
        await adapter.send(to, messageOf(card))
      } catch (thrown) {
        if (toProblem(thrown).code !== 'CardRefused') throw thrown
        await adapter.send(to, messageOf(plainCard(card)))
      }
    })
  }

  async function privately(activity: Activity, card: Card): Promise<void> {
    const here = addressOf(activity)
    const { from } = activity
    if (isPersonal(activity) || from === undefined) return say(here, card)
    const chat: { address?: Address } = {}
    await trying(here, async () => {
      chat.address = await adapter.chatWith(here, from.id)
    })
    if (chat.address !== undefined) await say(chat.address, card)
  }

  async function late(activity: Activity, outcome: Promise<Answer>): Promise<void> {
    const answer = await outcome.catch((thrown: unknown) => personal(errorCard(toProblem(thrown))))
    if (answer.changed.length > 0 && answer.error === undefined) return
    await privately(activity, answer.card)
  }

  function replace(to: Address, messageId: string, card: Card): Promise<void> {
    return trying(to, () => adapter.update(to, messageId, messageOf(card)))
  }

  /** What may succeed later is tried again; what may have arrived is not. */
  async function trying(to: Address, send: () => Promise<unknown>): Promise<void> {
    for (const waitMs of [...waitsMs, undefined]) {
      const problem = await failureOf(send)
      if (problem === undefined) return
      if (waitMs === undefined || !problem.retry || problem.code === 'ChatUncertain') {
        log.warn({ conversation: to.conversationId, code: problem.code, error: problem }, 'an answer could not be sent')
        return
      }
      await pause(Math.max(waitMs * (0.75 + Math.random() / 2), (problem.retryAfterS ?? 0) * 1000))
    }
  }

  return { say, privately, late, replace }
}

async function failureOf(send: () => Promise<unknown>): Promise<Problem | undefined> {
  try {
    await send()
    return undefined
  } catch (thrown) {
    return toProblem(thrown)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
