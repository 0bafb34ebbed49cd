import type { Inbox } from '../../src/intake/webhook.ts'
import { findingId } from '../../src/model/finding.ts'
import type { Arrival, DeadLetter, DeadLetters } from '../../src/ports.ts'

export interface FakeInbox extends Inbox {
  arrivals: Arrival[]
  letters: Map<string, DeadLetter>
  /** How often `receive` was called. */
  calls: number
  /** What the next call throws. */
  failure: unknown
  deadLetters: DeadLetters
}

/** Takes everything, tells duplicates by key, keeps letters in memory. */
export function fakeInbox(): FakeInbox {
  const letters = new Map<string, DeadLetter>()
  const known = new Set<string>()
  const inbox: FakeInbox = {
    arrivals: [],
    letters,
    calls: 0,
    failure: undefined,
    async receive(arrivals) {
      inbox.calls += 1
      if (inbox.failure !== undefined) throw inbox.failure
      inbox.arrivals.push(...arrivals)
      return arrivals.map(({ event }) => {
        const duplicate = known.has(event.key)
        known.add(event.key)
        return { findingId: findingId(event), duplicate }
      })
    },
    deadLetters: {
      async keep(kept) {
        for (const letter of kept) letters.set(String(letters.size + 1), { id: String(letters.size + 1), ...letter })
      },
      list: async () => [...letters.values()],
      get: async id => letters.get(id),
      remove: async id => void letters.delete(id),
    },
  }
  return inbox
}
