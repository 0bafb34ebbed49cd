import { type DefenderEvent, Kind } from './event.ts'
import type { Feed, FeedFilter } from './feed.ts'
import { openRuleIndex } from './rule-index.ts'

/** The feeds that carry an event. */
export type FeedsOf = (event: DefenderEvent) => Feed[]

/** Every part of a feed's filter that is set must hold. Feeds are found as rules are, by kind, subscription and severity; then words are looked for. */
export function openFeedIndex(feeds: Feed[]): FeedsOf {
  const index = openRuleIndex()
  const known = new Map(feeds.map(feed => [feed.id, feed]))
  for (const { id, filter } of feeds)
    for (const kind of filter.kinds ?? Kind.options)
      index.put({ id: `${kind} ${id}`, kind, scopes: scopesOf(filter), when: whenOf(filter) })
  return event => {
    const found = index.match(event.kind, scopeOf(event.subscription), event)
    const carrying = found.flatMap(id => known.get(id.slice(event.kind.length + 1)) ?? [])
    return carrying.filter(({ filter }) => hasWords(filter.words ?? [], event))
  }
}

function scopesOf({ subscriptions, severities }: FeedFilter): string[] {
  if (severities?.length === 0) return []
  return subscriptions?.map(scopeOf) ?? ['/']
}

/** No ARM id: an event without a subscription is in none, not in all. */
function scopeOf(subscription: string): string {
  return `subscription ${subscription}`
}

function whenOf({ severities = [] }: FeedFilter) {
  return severities.map(value => [{ path: 'severity', type: 'String', operator: 'Equals', value } as const])
}

function hasWords(words: string[], event: DefenderEvent): boolean {
  if (words.length === 0) return true
  const type = event.kind === 'alert' ? event.alertType : ''
  const text = `${event.title}\n${event.description}\n${event.resource.id}\n${event.resource.name}\n${type}`.toLowerCase()
  return words.every(word => text.includes(word.toLowerCase()))
}
