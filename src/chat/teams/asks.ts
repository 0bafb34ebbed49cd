import type { ActionRequest, Answer, Desk, Sender } from '../../actions/action.ts'
import type { Activity } from './activity.ts'
import { placeIdOf } from './address.ts'
import type { Installs } from './installs.ts'

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

  return { request, answer }
}
