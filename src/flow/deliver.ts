import type { DefenderEvent } from '../model/event.ts'
import type { Feed } from '../model/feed.ts'
import { severityRank } from '../model/severity.ts'
import type { WantedPost } from '../ports.ts'

/** Where a finding is wanted: every place with a feed that carries it, once; a feed for acting outranks one for reading. */
export function placesFor(event: DefenderEvent, carrying: Feed[]): WantedPost[] {
  const wanted = new Map<string, WantedPost>()
  for (const feed of carrying) {
    if (wanted.get(feed.placeId)?.audience === 'act') continue
    wanted.set(feed.placeId, { placeId: feed.placeId, audience: feed.audience, priority: severityRank(event.severity) })
  }
  return [...wanted.values()]
}
