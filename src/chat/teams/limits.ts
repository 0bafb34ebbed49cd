import type { Clock } from '../../ports.ts'

/**
 * What Teams allows one bot in one conversation, send and update together: so many in so many seconds.
 * Source: Microsoft Learn, "Optimize your bot with rate limiting in Teams" (values "subject to change").
 */
export const perConversation = [
  { count: 7, seconds: 1 },
  { count: 8, seconds: 2 },
  { count: 60, seconds: 30 },
  { count: 1800, seconds: 3600 },
] as const

/** The same over all conversations of a tenant. */
export const perTenant = [{ count: 50, seconds: 1 }] as const

export const limits = {
  /** What 60 in 30 s leaves between two messages to one place; bursts and hours are counted besides. */
  paceMs: 500,
  callMs: 30_000,
  /** Two presses of one button by one person on one state of a card within this time are one press. */
  doubleClickMs: 5000,
  /** A repeated delivery of a message is recognised for this long, in this process; afterwards the record of requests does it. */
  repeatMs: 10 * 60_000,
  /** An activity with all its inputs stays far below. */
  maxBodyBytes: 1_048_576,
  /** More than a message holds. */
  maxText: 120_000,
  searchResults: 100,
  /** Clicks under way get this long when the bot stops. */
  drainMs: 8000,
} as const

export interface Timing {
  /** An invoke should be answered within 5 s; what lasts longer is answered "under way". */
  patienceMs: number
  /** A post without an answer for so long counts as uncertain; it is still listened to until `callMs`. */
  postMs: number
  /** The bot's own token is not waited for longer; less than `postMs`. */
  signInMs: number
  /** Waits before an answer to a person is sent again. */
  replyWaitsMs: readonly number[]
}

export const usual: Timing = { patienceMs: 4500, postMs: 10_000, signInMs: 4000, replyWaitsMs: [1000, 2000, 4000, 8000] }

type Windows = readonly { count: number; seconds: number }[]

/** Counts what was sent, so that the limit is kept rather than hit. Per process; Teams' own 429 covers several. */
export interface Limiter {
  /** Counts one call and returns 0, or, counting nothing, how many ms to wait first. `room`: so many calls in all are about to be made. */
  take(tenant: string, conversation: string, room?: number): number
}

const rememberedAtMost = 5000

export function openLimiter(clock: Clock): Limiter {
  const sent = new Map<string, number[]>()

  function take(tenant: string, conversation: string, room = 1): number {
    const now = clock.now().getTime()
    const groups = [
      { key: `c:${conversation}`, windows: perConversation },
      { key: `t:${tenant}`, windows: perTenant },
    ]
    const waitMs = Math.max(...groups.map(({ key, windows }) => waitFor(sent.get(key) ?? [], { windows, room }, now)))
    if (waitMs === 0) for (const { key, windows } of groups) note(key, windows, now)
    return waitMs
  }

  function note(key: string, windows: Windows, now: number): void {
    const longest = Math.max(...windows.map(({ seconds }) => seconds)) * 1000
    const kept = (sent.get(key) ?? []).filter(at => at > now - longest)
    sent.delete(key)
    sent.set(key, [...kept, now])
    const [oldest] = sent.keys()
    if (sent.size > rememberedAtMost && oldest !== undefined) sent.delete(oldest)
  }

  return { take }
}

function waitFor(times: number[], { windows, room }: { windows: Windows; room: number }, now: number): number {
  return Math.max(
    ...windows.map(({ count, seconds }) => {
      const first = times.at(room - 1 - count)
      return first === undefined ? 0 : Math.max(0, first + seconds * 1000 - now)
    }),
  )
}
