import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Activity } from '../../src/chat/teams/activity.ts'
import { openLimiter, perConversation, perTenant } from '../../src/chat/teams/limits.ts'
import { isLoopback } from '../../src/chat/teams/loopback.ts'
import { typedText } from '../../src/chat/teams/text.ts'

const bot = { id: '28:defender', name: 'Defender' }
const other = { id: '29:other', name: 'Other Person', aadObjectId: '11111111-aaaa-4aaa-8aaa-000000000009' }

function said(text: unknown, more: object = {}): string {
  const base = {
    type: 'message',
    channelId: 'msteams',
    serviceUrl: 'https://smba.example/',
    conversation: { id: 'x' },
    recipient: bot,
  }
  return typedText(Activity.parse({ ...base, text, ...more }))
}

const mention = (mentioned: object, text = '<at>x</at>') => ({ entities: [{ type: 'mention', text, mentioned }] })

describe('what was typed', () => {
  const lines: [string, string, object, string][] = [
    ['plain', 'alerts', {}, 'alerts'],
    ['a mention first', '<at>Defender</at> alerts', mention(bot), 'alerts'],
    ['a mention without a space', '<at>Defender</at>alerts', mention(bot), 'alerts'],
    ['a mention last', 'alerts <at>Defender</at>', mention(bot), 'alerts'],
    ['a mention with attributes', '<at id="0">Defender</at> alerts', mention(bot), 'alerts'],
    ['two mentions', '<at>Defender</at> <at>Defender</at> alerts', mention(bot), 'alerts'],
    ['a non-breaking space', '<at>Defender</at>\u00a0alerts\u00a0high', mention(bot), 'alerts high'],
    [
      'entities',
      '<at>Defender</at>&nbsp;show &quot;a b&quot; &amp; &lt;c&gt; &#39;d&#x27;',
      mention(bot),
      'show "a b" & <c> \'d\'',
    ],
    ['entities that are none', 'a &nothing; &#0; &#99999999; & b', {}, 'a &nothing; &#99999999; & b'],
    ['line ends', '<at>Defender</at> alerts\r\nhigh\n\n', mention(bot), 'alerts\nhigh'],
    ['a break', 'alerts<br>high<br/>mine', {}, 'alerts\nhigh\nmine'],
    [
      'a pasted file',
      '<at>Defender</at>  rules plan\n\nrules:\r\n&nbsp; - name:\u00a0A\n    on: alert  ',
      mention(bot),
      'rules plan\n\nrules:\n  - name: A\n    on: alert',
    ],
    ['zero-width marks', 'ale\u200brts\u200d \u2060hi\ufeffgh\u202e', {}, 'alerts high'],
    ['control characters', 'alerts\u0000\u0007 high', {}, 'alerts high'],
    ['four-byte letters', '<at>Defender</at> alerts 🔥 𝕏', mention(bot), 'alerts 🔥 𝕏'],
    ['quotes unclosed', '<at>Defender</at> show "a b', mention(bot), 'show "a b'],
    ['nothing but the mention', '<at>Defender</at>', mention(bot), ''],
    ['nothing', '', {}, ''],
    ['the name without markup', '@Defender alerts', {}, 'alerts'],
    ['a word that begins like the name', 'Defenders alerts', {}, 'Defenders alerts'],
    ['a tag never closed', '<at>Defender alerts', {}, 'alerts'],
    [
      'a person',
      '<at>Defender</at> assign a-1 to <at>Other Person</at>',
      { entities: [...mention(bot).entities, ...mention(other).entities] },
      `assign a-1 to ${other.aadObjectId}`,
    ],
    ['a person unknown', 'assign a-1 to <at>Some One</at>', {}, 'assign a-1 to @Some One'],
    ['a name in another case and spacing', '<at>DEFENDER&nbsp;</at> alerts', mention(bot), 'alerts'],
  ]
  test.each(lines)('%s', (_name, text, more, typed) => {
    expect(said(text, more)).toBe(typed)
  })

  test('without recipient the first mention is the bot', () => {
    expect(said('<at>Whoever</at> assign a-1 to <at>Other Person</at>', { recipient: undefined })).toBe(
      'assign a-1 to @Other Person',
    )
  })

  test('text of another type, mentions of another shape', () => {
    expect(said(17)).toBe('')
    expect(said(null)).toBe('')
    expect(said('alerts', { entities: [null, 1, { type: 'mention' }, { type: 'mention', mentioned: null }] })).toBe('alerts')
    expect(said('alerts', { entities: 'x' })).toBe('alerts')
  })

  test('whatever comes, it is of bounded length and without invisible marks, quickly', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('<at>', '</at>', '&nbsp;', '&#', '<at ', '\u200b', '<at>Defender</at>'),
    )
    const check = fc.property(fc.array(part, { maxLength: 60 }), parts => {
      const typed = said(parts.join(''), mention(bot))
      expect(typed).not.toMatch(/\r|[\p{Cf}]|(?!\n)\p{Cc}|^\s|\s$/u)
      expect(typed.length).toBeLessThanOrEqual(120_000)
    })
    fc.assert(check, { numRuns: 300 })
    const started = performance.now()
    said('<at>'.repeat(250_000))
    said('<at x'.repeat(200_000))
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('limits are kept rather than hit', () => {
  function sending(start = 1_000_000_000_000) {
    const time = { at: start }
    const limiter = openLimiter({ now: () => new Date(time.at) })
    return { time, take: (conversation = 'c', tenant = 't', room = 1) => limiter.take(tenant, conversation, room) }
  }

  test('whatever the pace, no window ever holds more than it may', () => {
    const { time, take } = sending()
    const times: number[] = []
    for (let step = 0; step < 4000; step++) {
      const waitMs = take()
      if (waitMs === 0) times.push(time.at)
      else time.at += step % 3 === 0 ? waitMs : Math.ceil(waitMs / 2)
    }
    for (const { count, seconds } of perConversation)
      for (const [index, at] of times.entries())
        expect(times[index + count] ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(at + seconds * 1000)
    expect(times.length).toBeGreaterThan(1800)
  })

  test('what it says to wait is enough', () => {
    const { time, take } = sending()
    while (take() === 0) time.at += 10
    time.at += take()
    expect(take()).toBe(0)
  })

  test('a pair begins only when its second fits too', () => {
    const { time, take } = sending()
    while (take() === 0) time.at += 10
    time.at += take()
    const waitMs = take('c', 't', 2)
    expect(waitMs).toBeGreaterThan(0)
    time.at += waitMs
    expect([take('c', 't', 2), take()]).toEqual([0, 0])
  })

  test('one conversation does not hold up another, but the tenant has a limit of its own', () => {
    const { take } = sending()
    for (let sent = 0; sent < 7; sent++) expect(take('one')).toBe(0)
    expect(take('one')).toBeGreaterThan(0)
    for (let sent = 7; sent < perTenant[0].count; sent++) expect(take(`c${sent}`)).toBe(0)
    expect(take('fresh')).toBeGreaterThan(0)
    expect(take('fresh', 'other tenant')).toBe(0)
  })
})

test.each([
  ['http://127.0.0.1:3978/', true],
  ['http://localhost:56150/_connector', true],
  ['http://[::1]:1/', true],
  ['https://127.0.0.9/', true],
  ['http://127.0.0.1.example/', false],
  ['http://localhost.example/', false],
  ['http://user@192.0.2.1/', false],
  ['http://127.0.0.1@192.0.2.1/', false],
  ['http://0x7f000001/', true],
  ['http://0.0.0.0/', false],
  ['file://localhost/etc', false],
  ['urn:botframework:websocket', false],
  ['', false],
])('%s is this machine: %p', (url, is) => {
  expect(isLoopback(url)).toBe(is)
})
