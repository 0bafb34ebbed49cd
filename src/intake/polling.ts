import { createHash } from 'node:crypto'
import { type Problem, toProblem } from '../errors.ts'
import type { Kind } from '../model/event.ts'
import type { Azure, Clock } from '../ports.ts'
import { type Item, readText } from './body.ts'
import { type Inbox, take } from './webhook.ts'

/** What the last whole round over a subscription held, by kind; only items that are not in it cost anything. */
export type Seen = Map<string, ReadonlySet<string>>

export interface Poll extends Inbox {
  azure: Pick<Azure, 'listEvents'>
  clock: Clock
  seen: Seen
  /** True once polling should end: the round stops after the page at hand. */
  stopping?: () => boolean
}

export interface Round {
  read: number
  fresh: number
  rejected: number
  failed: { subscription: string; problem: Problem }[]
}

/** Per subscription and kind, about 100 bytes each; what is over it is handed on every round, which is slow and right. */
const mostRemembered = 200_000
const batch = 200

/** One look at everything of a kind. A subscription that fails is named and does not stop the others; RateLimited carries how long to wait. */
export async function poll(polling: Poll, subscriptions: readonly string[], kind: Kind): Promise<Round> {
  const round: Round = { read: 0, fresh: 0, rejected: 0, failed: [] }
  for (const subscription of subscriptions) {
    if (polling.stopping?.() === true) break
    try {
      await pollOne(polling, subscription, kind, round)
    } catch (thrown) {
      round.failed.push({ subscription, problem: toProblem(thrown) })
    }
  }
  return round
}

async function pollOne(polling: Poll, subscription: string, kind: Kind, round: Round): Promise<void> {
  const scope = `${kind}|${subscription}`
  const before = polling.seen.get(scope)
  const current = new Set<string>()
  // Until the round is whole, only what it has met counts: what was not met again may have changed to and fro.
  polling.seen.set(scope, current)
  // An item may have been read at any time since its page was asked for; the earliest is the safe claim.
  let asked = polling.clock.now()
  for await (const page of polling.azure.listEvents(subscription, kind)) {
    round.read += page.length
    for (let start = 0; start < page.length; start += batch)
      await takeFresh(polling, page.slice(start, start + batch), { before, current, asked, round })
    if (polling.stopping?.() === true) return
    asked = polling.clock.now()
  }
}

interface Progress {
  before: ReadonlySet<string> | undefined
  current: Set<string>
  asked: Date
  round: Round
}

async function takeFresh(inbox: Inbox, texts: string[], { before, current, asked, round }: Progress): Promise<void> {
  const digests = texts.map(digest)
  const fresh = texts.filter((_, place) => before?.has(digests[place] ?? '') !== true)
  const items = fresh.map((text, index) => ({ ...readText(text, asked), index })).filter(isNews)
  if (items.length > 0) {
    const outcome = await take(inbox, items, 'poll', asked)
    round.fresh += outcome.accepted.length
    round.rejected += outcome.rejected.length
  }
  for (const seen of digests) if (current.size < mostRemembered) current.add(seen)
}

/** A weekly snapshot repeats how things stand; polling has just looked. */
function isNews({ reading }: Item): boolean {
  return !('event' in reading && reading.event.snapshot)
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
