import type { Clock } from '../../ports.ts'
import type { ButtonData } from '../button.ts'
import type { Activity } from './activity.ts'
import { limits } from './limits.ts'
import { digest, stampOf } from './stamp.ts'

/** Names requests so that the same delivery, or a double click, has the name it had before. */
export interface Presses {
  /** A button on a card in a conversation. */
  onCard(activity: Activity, button: ButtonData, data: unknown): string
  /** A button or the submit of a dialog. */
  inDialog(activity: Activity, button: ButtonData, data: unknown): string
}

export function openPresses(clock: Clock): Presses {
  const recent = new Map<string, { id: string; at: number }>()

  /**
   * The name holds a slice of time, so that the same button may be pressed again later; within a process the slice slides, between
   * processes it is cut by the time at which Teams took the click, which a repeated delivery has too.
   */
  function onCard(activity: Activity, button: ButtonData, data: unknown): string {
    const delivery = `delivery ${activity.conversation.id} ${activity.id ?? JSON.stringify(activity)}`
    const click = `click ${pressOf(activity, button, data)}`
    const now = clock.now().getTime()
    forget(now)
    const before = recent.get(delivery) ?? fresh(recent.get(click), now)
    const id = before?.id ?? requestId(`${click} ${Math.floor(takenAt(activity, now) / limits.doubleClickMs)}`)
    recent.set(delivery, { id, at: now })
    recent.set(click, { id, at: now })
    return id
  }

  /** Each opening of a dialog is its own; what it submits counts once for each input. */
  function inDialog(activity: Activity, button: ButtonData, data: unknown): string {
    return stampOf(data) === '' ? onCard(activity, button, data) : requestId(`dialog ${pressOf(activity, button, data)}`)
  }

  function forget(now: number): void {
    for (const [key, { at }] of recent) {
      if (at > now - limits.repeatMs) return
      recent.delete(key)
    }
  }

  return { onCard, inDialog }
}

/** Ids that Teams gives each message; without one its whole content stands for it. */
export function messageRequestId(activity: Activity): string {
  return requestId(`message ${activity.conversation.id} ${activity.id ?? JSON.stringify(activity)}`)
}

/** For what changes nothing: each asking is its own. */
export function askingRequestId(activity: Activity): string {
  return requestId(`asking ${activity.conversation.id} ${activity.replyToId} ${activity.id ?? JSON.stringify(activity)}`)
}

function pressOf({ from, conversation, replyToId }: Activity, { action, findingId, input }: ButtonData, data: unknown): string {
  const words = Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([from?.aadObjectId ?? from?.id, conversation.id, replyToId, stampOf(data), action, findingId, words])
}

function fresh(press: { id: string; at: number } | undefined, now: number) {
  return press !== undefined && press.at > now - limits.doubleClickMs ? press : undefined
}

function takenAt({ timestamp }: Activity, now: number): number {
  const at = Date.parse(timestamp ?? '')
  return Number.isNaN(at) ? now : at
}

function requestId(of: string): string {
  return `teams-${digest(of)}`
}
