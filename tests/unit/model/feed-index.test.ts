import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { DefenderEvent } from '../../../src/model/event.ts'
import type { Feed, FeedFilter } from '../../../src/model/feed.ts'
import { openFeedIndex } from '../../../src/model/feed-index.ts'
import { alertEvent, complianceEvent, recommendationEvent } from '../../fakes/findings.ts'
import { kinds } from './arbitrary.ts'

// The plain way: each feed is asked, part by part.
function plainly({ kinds, severities, subscriptions, words = [] }: FeedFilter, event: DefenderEvent): boolean {
  const among = (wanted: string[] | undefined, value: string) =>
    wanted === undefined || wanted.some(one => one.toLowerCase() === value.toLowerCase())
  const seen = [
    event.title,
    event.description,
    event.resource.id,
    event.resource.name,
    event.kind === 'alert' ? event.alertType : '',
  ]
  const text = seen.join('\n').toLowerCase()
  return (
    among(kinds, event.kind) &&
    among(severities, event.severity) &&
    among(subscriptions, event.subscription) &&
    words.every(word => text.includes(word.toLowerCase()))
  )
}

const severity = fc.constantFrom('High', 'high', 'Low', 'None', '')
const subscription = fc.constantFrom('s1', 'S1', 's2', '')
const filter: fc.Arbitrary<FeedFilter> = fc.record(
  {
    kinds: fc.array(kinds, { maxLength: 2 }),
    severities: fc.array(severity, { maxLength: 3 }),
    subscriptions: fc.array(subscription, { maxLength: 2 }),
    words: fc.array(fc.constantFrom('SQL', 'vm', 'nowhere'), { maxLength: 2 }),
  },
  { requiredKeys: [] },
)

test('finds the feeds that the plain loop finds', () => {
  const base = fc.constantFrom<DefenderEvent>(alertEvent(), recommendationEvent(), complianceEvent())
  const parts = fc.record({ severity, subscription, title: fc.constantFrom('sql attack', 'other') })
  fc.assert(
    fc.property(fc.array(filter, { maxLength: 12 }), base, parts, (filters, event, more) => {
      const feeds: Feed[] = filters.map((filter, number) => ({
        id: `f${number}`,
        placeId: 'p',
        filter,
        audience: 'act',
        createdAt: '',
      }))
      const happened = { ...event, ...more }
      const wanted = feeds.filter(({ filter }) => plainly(filter, happened)).map(({ id }) => id)
      expect(
        openFeedIndex(feeds)(happened)
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(wanted.toSorted())
    }),
    { numRuns: 2000 },
  )
})
