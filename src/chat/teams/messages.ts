import { errorCard } from '../../../cards/answer.ts'
import type { Card } from '../../../cards/card.ts'
import { Problem, toProblem } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { Clock } from '../../ports.ts'
import { withFile } from '../attached.ts'
import { pressed } from '../button.ts'
import type { Activity } from './activity.ts'
import { addressOf } from './address.ts'
import type { Asks, Wanted } from './asks.ts'
import { limits } from './limits.ts'
import { messageRequestId, type Presses } from './presses.ts'
import type { Replies } from './replies.ts'
import type { Tasks } from './tasks.ts'
import { typedText } from './text.ts'

export interface MessagesDeps {
  asks: Asks
  replies: Replies
  presses: Presses
  tasks: Tasks
  patienceMs: number
  clock: Clock
  log: Log
  /** Whether Teams keeps files at this address. */
  isTheirs(address: URL): boolean
  read(text: string): { action: string; input: Record<string, unknown>; findingId?: string }
}

/** Typed lines, and buttons that come back as messages. Each is answered in its thread, once however often it is delivered. */
export function openMessages({
  asks,
  replies,
  presses,
  tasks,
  patienceMs,
  clock,
  log,
  isTheirs,
  read,
}: MessagesDeps): (activity: Activity) => Promise<void> {
  const answered = new Map<string, { at: number; work: Promise<void> }>()

  return async function onMessage(activity) {
    const { id, wanted } = readMessage(activity)
    await tasks.within(
      patienceMs,
      once(id, () => reply(activity, wanted)),
      async () => undefined,
    )
  }

  function once(id: string, start: () => Promise<void>): Promise<void> {
    const now = clock.now().getTime()
    for (const [old, { at }] of answered) {
      if (at > now - limits.repeatMs) break
      answered.delete(old)
    }
    const work = answered.get(id)?.work ?? start()
    answered.set(id, { at: now, work })
    return work
  }

  async function reply(activity: Activity, wanted: () => Wanted | Promise<Wanted>): Promise<void> {
    await replies.say(addressOf(activity), await cardFor(activity, wanted))
  }

  async function cardFor(activity: Activity, wanted: () => Wanted | Promise<Wanted>): Promise<Card> {
    try {
      return (await asks.answer(activity, await wanted())).card
    } catch (thrown) {
      const problem = toProblem(thrown)
      if (problem.code === 'Internal') log.error({ error: thrown }, 'a message could not be answered')
      return errorCard(problem)
    }
  }

  function typedIn(activity: Activity): Promise<string> {
    return withFile(typedText(activity), activity.attachments, { isTheirs, patienceMs })
  }

  /** The id is known before anything can go wrong, so that a refusal is said once, too. */
  function readMessage(activity: Activity): { id: string; wanted(): Wanted | Promise<Wanted> } {
    const { value } = activity
    if (typeof value !== 'object' || value === null) {
      const id = messageRequestId(activity)
      return { id, wanted: async () => ({ requestId: id, ...read(await typedIn(activity)) }) }
    }
    const button = pressed(value)
    if (button === undefined) return { id: messageRequestId(activity), wanted: olderButton }
    const id = presses.onCard(activity, button, value)
    return { id, wanted: () => ({ requestId: id, ...button }) }
  }
}

function olderButton(): never {
  throw new Problem('NotOffered', olderSentence)
}

export const olderSentence = 'This button belongs to an older version of the card. Ask for the card again with "show".'
