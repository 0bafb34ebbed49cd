import type { DefenderEvent } from '../model/event.ts'
import { type Feed, follows } from '../model/feed.ts'
import { severityRank } from '../model/severity.ts'
import type { WantedPost } from '../ports.ts'

/** Where a finding is wanted: every place with a feed that carries it, once; a feed for acting outranks one for reading. */
export function placesFor(event: DefenderEvent, feeds: Feed[]): WantedPost[] {
  const wanted = new Map<string, WantedPost>()
  for (const feed of feeds) {
    if (!follows(feed.filter, event)) continue
    if (wanted.get(feed.placeId)?.audience === 'act') continue
    wanted.set(feed.placeId, { placeId: feed.placeId, audience: feed.audience, priority: severityRank(event.severity) })
  }
  return [...wanted.values()]
}
