import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { chunks, clip, count, inline, isHttps, plain, short } from '../../cards/text.ts'
import { clockTime, isToday, spoken, took, when } from '../../cards/time.ts'
import { messageText } from '../../src/chat/slack/blocks.ts'

const now = new Date('2026-11-03T12:10:00Z')

test.each([
  ['2026-11-03T12:04:00Z', '12:04 UTC (6 min)'],
  ['2026-11-03T13:04:00+01:00', '12:04 UTC (6 min)'],
  ['2026-11-03T12:09:40Z', '12:09 UTC (now)'],
  ['2026-11-02T22:10:00Z', '2 Nov, 22:10 UTC (14 h)'],
  ['2025-12-31T23:59:00Z', '31 Dec 2025, 23:59 UTC (306 days)'],
  ['2026-11-03T12:20:00Z', '12:20 UTC (in 10 min)'],
  ['2019-12-25T18:52:00Z', '25 Dec 2019, 18:52 UTC (6 years)'],
  ['0001-01-01T00:00:00Z', 'time unknown'],
  ['', 'time unknown'],
  ['yesterday', 'yesterday'],
  ['+275760-09-13T00:00:00Z', '13 Sep 275760, 00:00 UTC (in 273728 years)'],
])('%j is shown as %s', (at, shown) => {
  expect(when(at, now)).toBe(shown)
})

test('the clock alone, for lines under one with a zone, and aloud', () => {
  expect(clockTime('2026-11-03T12:06:59Z', now)).toBe('12:06')
  expect(spoken('2026-11-01T12:06:00Z', now)).toBe('1 Nov, 12:06 UTC')
  expect([isToday('2026-11-03T00:00:00Z', now), isToday('2026-11-02T23:59:59Z', now), isToday('?', now)]).toEqual([
    true,
    false,
    false,
  ])
})

test.each([
  ['2026-11-03T12:00:00.000Z', '2026-11-03T12:00:02.100Z', '2.1 s'],
  ['2026-11-03T12:00:00Z', '2026-11-03T12:00:00Z', '0.1 s'],
  ['2026-11-03T12:00:00Z', '2026-11-03T12:03:30Z', '3 min'],
  ['2026-11-03T12:00:00Z', undefined, ''],
  ['2026-11-03T12:00:00Z', '2026-11-03T11:00:00Z', ''],
])('from %s to %s took %j', (from, to, shown) => {
  expect(took(from, to)).toBe(shown)
})

test('what turns letters round is shown, what hides is gone', () => {
  expect(plain('invoice\u202Efdp.exe')).toBe('invoice[U+202E]fdp.exe')
  expect(plain('a\u200Bb\uFEFF\u0000\u00ADc\u{E0041}')).toBe('abc')
  expect(plain('a\r\nb\u2028c\td')).toBe('a\nb\nc\td')
  expect(plain('\uD800')).toBe('\uFFFD')
  expect(inline(' a\n\n b ')).toBe('a b')
})

test('nothing is cut silently', () => {
  expect(short('one two three', 13)).toBe('one two three')
  expect(short('one two three four', 16)).toBe('one two three…')
  expect(short('It ended. And more', 12)).toBe('It ended. …')
  expect(clip('x'.repeat(1000), 100)).toMatch(/^x{70}… \(930 more characters\)$/)
})

describe('for any text', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 400 })

  test('pieces are the whole, none too long, no character halved', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 60 }), (text, max) => {
        const whole = plain(text)
        const pieces = chunks(whole, max)
        expect(pieces.join('')).toBe(whole)
        expect(pieces.every(piece => piece.length <= max && piece.isWellFormed())).toBe(true)
      }),
    )
  })

  test('what is shortened fits', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 40, max: 80 }), (text, max) => {
        expect(Math.max(short(text, max).length, clip(text, max).length)).toBeLessThanOrEqual(max)
      }),
    )
  })
})

test.each([
  ['https://portal.azure.com/#blade/x', true],
  ['http://portal.azure.com', false],
  ['javascript:alert(1)', false],
  ['https://x.example/" onclick="x', false],
  ['https://x.example|click>', false],
  ['https://', false],
  [`https://x.example/${'a'.repeat(3000)}`, false],
])('%s may become a link: %s', (url, may) => {
  expect(isHttps(url)).toBe(may)
})

test('the text Slack reads as markup has none', () => {
  expect(messageText('<!channel> *b* ~s~ `c` _i_ svc_deploy https://evil.example & @everyone')).toBe(
    "&lt;!channel&gt; ∗b∗ ∼s∼ 'c' ˍiˍ svc_deploy https[:]//evil.example &amp; @everyone",
  )
})

test('words follow numbers', () => {
  expect([count(1, 'step'), count(2, 'step'), count(1200, 'entity', 'entities')]).toEqual(['1 step', '2 steps', '1,200 entities'])
})
