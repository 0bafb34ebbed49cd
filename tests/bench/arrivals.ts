import type { SlackSink } from '../fakes/slack-api.ts'

/** Finding → when each of its cards came to Slack. */
export type Cards = ReadonlyMap<string, number[]>

/** The cards that were posted, by the finding each carries in its mark. */
export function cardsIn(slack: SlackSink): Cards {
  const cards = new Map<string, number[]>()
  for (const { metadata, at } of slack.messages) {
    const finding = String(metadata?.event_payload.post).split('.')[0] ?? ''
    cards.set(finding, [...(cards.get(finding) ?? []), at])
  }
  return cards
}

/** How long each event's card took, where each is wanted in one channel. */
export function arrivals(sent: ReadonlyMap<string, number>, cards: Cards): { tookMs: number[]; lost: number; doubled: number } {
  const counts = [...sent.keys()].map(id => cards.get(id)?.length ?? 0)
  return {
    tookMs: [...sent].flatMap(([id, from]) => (cards.get(id) ?? []).slice(0, 1).map(at => at - from)),
    lost: counts.filter(count => count === 0).length,
    doubled: counts.filter(count => count > 1).length,
  }
}
