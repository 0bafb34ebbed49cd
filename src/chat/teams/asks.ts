import type { Card } from '../../../cards/card.ts'
import type { ActionRequest, Answer, Desk, Sender } from '../../actions/action.ts'
import type { Activity } from './activity.ts'
import { placeIdOf } from './address.ts'
import type { Installs } from './installs.ts'
import { askingRequestId } from './presses.ts'

/** A verb with its words, from a button or typed. */
export interface Wanted {
  requestId: string
  action: string
  input: Record<string, unknown>
  findingId?: string | undefined
}

/** Brings what people ask to the desk. */
export interface Asks {
  request(activity: Activity, wanted: Wanted): Promise<ActionRequest>
  /** Stored first, then carried out. What goes wrong before it is stored is thrown. */
  answer(activity: Activity, wanted: Wanted): Promise<Answer>
  /** A finding's card as the sender may use it now; undefined when they may not see it. Nothing is stored: Teams asks often. */
  present(activity: Activity, findingId: string): Promise<Card | undefined>
}

export interface AsksDeps {
  desk: Desk
  installs: Installs
  whoSent(activity: Activity): Promise<Sender>
}

export function openAsks({ desk, installs, whoSent }: AsksDeps): Asks {
  async function request(activity: Activity, { requestId, action, input, findingId }: Wanted): Promise<ActionRequest> {
    const from = await whoSent(activity)
    const placeId = placeIdOf(activity)
    return { requestId, action, input, from, placeId, ...(findingId === undefined ? {} : { findingId }) }
  }

  async function answer(activity: Activity, wanted: Wanted): Promise<Answer> {
    const [asked] = await Promise.all([request(activity, wanted), installs.seen(activity)])
    await desk.accept(asked)
    return desk.perform(asked)
  }

  async function present(activity: Activity, findingId: string): Promise<Card | undefined> {
    const requestId = askingRequestId(activity)
    const { error, card } = await desk.look(await request(activity, { requestId, action: 'show', input: {}, findingId }))
    return error === undefined ? card : undefined
  }

  return { request, answer, present }
}
