import { createHash } from 'node:crypto'
import type { Feed } from '../model/feed.ts'
import { type Delivery, type Finding, moved, opened } from '../model/finding.ts'
import type { Arrival, Change, Taken, World } from '../ports.ts'
import { placesFor } from './deliver.ts'

/** STORY 1: an event becomes a finding, or moves one, and is wanted in the places whose feeds carry it. Resolves when it is durable. */
export async function receive(world: World, arrivals: Arrival[]): Promise<Taken[]> {
  const feeds = await world.store.feeds.list()
  return world.store.accept(arrivals, (arrival, before) => plan(arrival, before, feeds, world.clock.now()))
}

function plan(arrival: Arrival, before: Finding | undefined, feeds: Feed[], now: Date): Change | undefined {
  if (before === undefined && arrival.event.snapshot) return undefined
  const delivery = deliveryOf(arrival)
  const finding = before === undefined ? opened(arrival.event, delivery.digest, now) : moved(before, delivery, now)
  return finding && { finding, body: arrival.body, places: placesFor(finding.event, feeds) }
}

function deliveryOf(arrival: Arrival): Delivery {
  const digest = createHash('sha256').update(arrival.body).update(arrival.event.at).digest('base64url').slice(0, 16)
  return { event: arrival.event, digest, receivedAt: arrival.receivedAt, current: arrival.via === 'poll' }
}
