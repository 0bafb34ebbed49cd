import { hash } from 'node:crypto'
import type { Feed } from '../model/feed.ts'
import { type FeedsOf, openFeedIndex } from '../model/feed-index.ts'
import { type Delivery, type Finding, isPastKeeping, moved, opened, statusOf } from '../model/finding.ts'
import type { Arrival, Change, Store, Taken, World } from '../ports.ts'
import { placesFor } from './deliver.ts'

export type Receive = (arrivals: Arrival[]) => Promise<Taken[]>

/** STORY 1: an event becomes a finding, or moves one, and is wanted in the places whose feeds carry it. Resolves when it is durable. */
export function openReceive({ store, clock }: Pick<World, 'store' | 'clock'>): Receive {
  const presentFeeds = keepFeeds(store)
  return async arrivals => {
    const feedsOf = await presentFeeds()
    return store.accept(arrivals, (arrival, before, closedAt) => {
      if (before === undefined && isOldNews(arrival, closedAt, clock.now())) return undefined
      return plan(arrival, before, feedsOf, clock.now())
    })
  }
}

/** Read once and then again after every change: what was being read while it changed is not kept. */
function keepFeeds({ feeds, onChange }: Pick<Store, 'feeds' | 'onChange'>): () => Promise<FeedsOf> {
  let kept: Promise<FeedsOf> | undefined
  const forget = () => {
    kept = undefined
  }
  onChange(({ type }) => type === 'feed' && forget())
  return async () => {
    kept ??= feeds.list().then(openFeedIndex)
    return kept.catch(thrown => {
      forget()
      throw thrown
    })
  }
}

function plan(arrival: Arrival, before: Finding | undefined, feedsOf: FeedsOf, now: Date): Change | undefined {
  const delivery = deliveryOf(arrival)
  const finding = before === undefined ? opened(arrival.event, delivery.digest, now) : moved(before, delivery, now)
  if (finding === undefined) return undefined
  const carrying = inTime(arrival, before, feedsOf(finding.event))
  return { finding, places: placesFor(finding.event, carrying) }
}

/**
 * Weekly snapshots change nothing; what is read from Azure and is over already needs nobody. Azure tells how things stand, so what it lists as open
 * was opened again; a push tells how they stood at its time, and an alert that was closed after that is over.
 */
function isOldNews({ event, via }: Arrival, closedAt: string | undefined, now: Date): boolean {
  const isOver = ['resolved', 'dismissed'].includes(statusOf(event)) || isPastKeeping(event, now)
  const wasClosed = closedAt !== undefined && Date.parse(event.at) <= Date.parse(closedAt)
  return event.snapshot || (via === 'poll' ? isOver : wasClosed)
}

/** What is read from Azure for the first time may be long past: a feed carries what happened since it is there. */
function inTime({ event, via }: Arrival, before: Finding | undefined, feeds: Feed[]): Feed[] {
  if (via !== 'poll' || before !== undefined) return feeds
  if (event.kind === 'compliance') return []
  const at = event.kind === 'recommendation' ? (event.since ?? '') : event.at
  return feeds.filter(({ createdAt }) => at >= createdAt)
}

function deliveryOf(arrival: Arrival): Delivery {
  const digest = hash('sha256', arrival.body + arrival.event.at, 'base64url').slice(0, 16)
  return { event: arrival.event, digest, receivedAt: arrival.receivedAt, current: arrival.via === 'poll' }
}
