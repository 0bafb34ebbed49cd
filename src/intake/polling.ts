import { type Problem, toProblem } from '../errors.ts'
import type { Kind } from '../model/event.ts'
import type { Azure, Clock } from '../ports.ts'
import { type Item, readText } from './body.ts'
import { openSeen, type Seen, type SeenTexts } from './seen.ts'
import { type Inbox, take } from './webhook.ts'

export interface Poll extends Inbox {
  azure: Pick<Azure, 'listEvents'>
  clock: Clock
  /** Where it is kept what was seen, per subscription and kind: only what changed since costs anything. */
  texts: SeenTexts
  /** True once polling should end: the round stops after the page at hand. */
  stopping?: () => boolean
}

export interface Round {
  read: number
  fresh: number
  rejected: number
  failed: { subscription: string; problem: Problem }[]
}

const batch = 200

/** One look at everything of a kind. A subscription that fails is named and does not stop the others; RateLimited carries how long to wait. */
export async function poll(polling: Poll, subscriptions: readonly string[], kind: Kind): Promise<Round> {
  const round: Round = { read: 0, fresh: 0, rejected: 0, failed: [] }
  for (const subscription of subscriptions) {
    if (polling.stopping?.() === true) break
    try {
      const seen = await openSeen(polling.texts, `polled:${kind}|${subscription}`)
      await pollOne(polling, subscription, kind, { seen, round })
    } catch (thrown) {
      round.failed.push({ subscription, problem: toProblem(thrown) })
    }
  }
  return round
}

interface Progress {
  seen: Seen
  round: Round
}

async function pollOne(polling: Poll, subscription: string, kind: Kind, progress: Progress): Promise<void> {
  let whole = false
  try {
    whole = await takePages(polling, subscription, kind, progress)
  } finally {
    await progress.seen.end(whole)
  }
}

/** Whether it got to the end of the list. */
async function takePages(polling: Poll, subscription: string, kind: Kind, progress: Progress): Promise<boolean> {
  // An item may have been read at any time since its page was asked for; the earliest is the safe claim.
  let asked = polling.clock.now()
  for await (const page of polling.azure.listEvents(subscription, kind)) {
    progress.round.read += page.length
    for (let start = 0; start < page.length; start += batch)
      await takeNews(polling, page.slice(start, start + batch), asked, progress)
    if (polling.stopping?.() === true) return false
    asked = polling.clock.now()
  }
  return true
}

async function takeNews(inbox: Inbox, texts: string[], asked: Date, { seen, round }: Progress): Promise<void> {
  const news = seen.news(texts)
  if (news.length > 0) await seen.begin()
  const items = news.map((text, index) => ({ ...readText(text, asked), index })).filter(isNews)
  if (items.length > 0) {
    const outcome = await take(inbox, items, 'poll', asked)
    round.fresh += outcome.accepted.length
    round.rejected += outcome.rejected.length
  }
  seen.met(texts)
}

/** A weekly snapshot repeats how things stand; polling has just looked. */
function isNews({ reading }: Item): boolean {
  return !('event' in reading && reading.event.snapshot)
}
