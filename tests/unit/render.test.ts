import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Card, Do, Element } from '../../cards/card.ts'
import { detailsCard } from '../../cards/details.ts'
import { findingCard } from '../../cards/finding.ts'
import { findingListCard } from '../../cards/list.ts'
import { offered } from '../../cards/offered.ts'
import { partNames } from '../../cards/parts.ts'
import { pressed, pressedText } from '../../src/chat/button.ts'
import { renderSlackHome, renderSlackMessage, renderSlackModal } from '../../src/chat/slack/render.ts'
import { renderTeams, renderTeamsDialog } from '../../src/chat/teams/render.ts'
import type { Finding } from '../../src/model/finding.ts'
import { expectNoLiveMarkup, expectReadable, expectWithinTeamsLimits } from '../fakes/adaptive-card-limits.ts'
import { expectWithinMessageLimits, expectWithinViewLimits } from '../fakes/block-kit-limits.ts'
import {
  alertEvent,
  analyst,
  complianceEvent,
  findingOf,
  inProgress,
  now,
  recommendationEvent,
  runOf,
} from '../fakes/findings.ts'

const bait = [
  '<!channel> <@U1> <https://evil.example|click>',
  '@everyone <at>all</at>',
  '[x](https://evil.example) **b** `c`',
  '<script>alert(1)</script>&amp;"\'',
  'invoice\u202Efdp.exe\u2066\u2069',
  '\u200B\uFEFF\u0000\u0007',
  '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}\u{1F3FD}',
  '\uD800 half \uDC00',
  'e\u0301'.repeat(50),
  'a\nb\r\n\u2028c',
  '',
  ' ',
  '\\',
  '{{y}} <%= z %>',
  '__proto__',
  'constructor',
  'toString',
]
const word = fc.oneof(
  fc.constantFrom(...bait),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .tuple(fc.constantFrom(...bait, 'x', '"', '\\', '字'), fc.integer({ min: 1, max: 200_000 }))
    .map(([piece, length]) => filled(piece, length)),
)
const words = fc.array(word, { maxLength: 6 })
const many = fc
  .tuple(word, fc.integer({ min: 0, max: 3000 }))
  .map(([piece, n]) => Array.from({ length: piece.length > 500 ? Math.min(n, 3) : n }, () => piece))

function filled(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / Math.max(piece.length, 1))).slice(0, length)
}

const alerts = fc.record({
  title: word,
  description: word,
  severity: word,
  at: fc.oneof(
    word,
    fc.constantFrom('0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2026-11-03T12:00:00Z', '+275760-09-13T00:00:00Z'),
  ),
  resource: fc.record({ id: word, name: word, group: word, type: word }),
  portalUrl: fc.oneof(
    word,
    fc.constantFrom('https://portal.azure.com/#x', 'javascript:alert(1)', 'https://x.example/" onclick="', 'http://x.example'),
  ),
  tactics: words,
  techniques: words,
  remediation: fc.oneof(words, many),
  entities: fc
    .tuple(fc.oneof(words, many), word, word)
    .map(([names, type, detail]) => names.map(name => ({ type, name, details: [[detail, detail] satisfies [string, string]] }))),
  properties: many.map(all => all.map((value): [string, string] => [value, value])),
})
const findings: fc.Arbitrary<Finding> = fc.oneof(
  fc.tuple(alerts, words, fc.boolean()).map(([event, errors, owned]) =>
    findingOf(alertEvent(event), {
      runs: errors.map(error =>
        runOf('failed', { error, logicAppName: error, link: error, startedBy: { as: 'person', id: '1', name: error } }),
      ),
      history: errors.map(what => ({ at: what, what })),
      ...(owned ? { owner: { id: '1', name: errors[0] ?? 'x' } } : {}),
    }),
  ),
  fc
    .record({
      title: word,
      description: word,
      cause: word,
      effort: word,
      impact: word,
      threats: words,
      categories: words,
      remediation: words,
    })
    .map(event => findingOf(recommendationEvent(event))),
  fc.record({ title: word, description: word, standard: word, control: word }).map(event => findingOf(complianceEvent(event))),
)

function expectSound(card: Card): void {
  for (const teams of [renderTeams(card), renderTeamsDialog(card)]) {
    expectReadable(teams)
    expectWithinTeamsLimits(teams)
    expectNoLiveMarkup(teams)
  }
  expectWithinMessageLimits(renderSlackMessage(card))
  expectWithinViewLimits(renderSlackModal(card))
  expectWithinViewLimits(renderSlackHome(card))
}

const fuzz = { numRuns: 40, interruptAfterTimeLimit: 6_000 }

describe('whatever comes in', () => {
  test('a finding stays within every limit and is no markup', () => {
    fc.assert(
      fc.property(findings, findings, fc.constantFrom('act', 'read'), (finding, other, audience) => {
        expectSound(findingCard({ finding, related: [other, finding], now, audience, subscriptionName: other.event.title }))
      }),
      fuzz,
    )
  })

  test('so do its parts, page by page, and lists', () => {
    fc.assert(
      fc.property(
        findings,
        fc.constantFrom(...partNames),
        fc.integer({ min: 1, max: 9 }),
        word,
        (finding, part, page, filter) => {
          expectSound(detailsCard({ finding, related: [finding], part, page, now }))
          const items = Array.from({ length: 10 }, () => finding)
          expectSound(findingListCard({ action: 'alerts', kind: 'alert', filter, page: { items, total: 11, next: filter }, now }))
        },
      ),
      fuzz,
    )
  })

  test('any card does, also one that nobody thought through', () => {
    fc.assert(
      fc.property(fc.array(elements(), { maxLength: 80 }), word, (body, fallback) => {
        const button = { type: 'do', label: fallback, action: 'show', input: { words: fallback } } as const
        expectSound({
          fallback: fallback.trim() === '' ? 'x' : fallback,
          tone: 'info',
          body,
          buttons: [button],
          more: Array.from({ length: 13 }, () => button),
        })
      }),
      fuzz,
    )
  })
})

test('a form whose choices are too long for Teams keeps all of its fields: few options are shown, what is chosen first, and typing finds the others', () => {
  const options = Array.from({ length: 95 }, (_, index) => ({ value: `${'v'.repeat(140)}-${index}`, title: `Name ${index}` }))
  const value = options.at(-1)?.value ?? ''
  const choice = (id: string) =>
    ({ type: 'input', as: 'choice', id, label: id, required: true, value, ...offered(options, value) }) as const
  const form = { title: 'Form', action: 'rule new', submit: 'Check' }
  const card: Card = { fallback: 'Form', tone: 'neutral', body: ['a', 'b', 'c'].map(choice), buttons: [], more: [], form }
  expectSound(card)
  const fields = renderTeamsDialog(card).body.filter(({ type }) => type === 'Input.ChoiceSet')
  expect(fields).toHaveLength(3)
  expect(fields[0]).toMatchObject({
    value,
    choices: expect.arrayContaining([expect.objectContaining({ value })]),
    'choices.data': {},
  })
  expect(JSON.stringify(renderTeamsDialog(card))).toContain('There are 95: type a part of the name.')
})

function elements(): fc.Arbitrary<Element> {
  const tone = fc.constantFrom('bad', 'warn', 'info', 'good', 'neutral')
  return fc.oneof(
    fc.record({ type: fc.constant('title'), text: word }),
    fc.record({ type: fc.constant('text'), text: word, subtle: fc.boolean() }),
    fc.record({ type: fc.constant('code'), text: word }),
    fc.record({ type: fc.constant('divider') }),
    fc.record({ type: fc.constant('heading'), badge: word, tone, left: word, right: word }),
    fc.record({ type: fc.constant('steps'), items: words }),
    fc.record({ type: fc.constant('facts'), facts: fc.array(fc.record({ label: word, value: word }), { maxLength: 30 }) }),
    fc.record({
      type: fc.constant('rows'),
      rows: fc.array(fc.record({ badge: word, tone, text: word, subtle: word }), { maxLength: 30 }),
    }),
    fc.record({
      type: fc.constant('line'),
      tone,
      icon: fc.constant('ok'),
      text: word,
      link: fc.record({ label: word, url: word }),
    }),
  )
}

test.each(['__proto__', 'constructor', 'toString'])('an event may use the word %s everywhere', word => {
  const entities = [{ type: word, name: word, details: [[word, word] satisfies [string, string]] }]
  const words = { title: word, description: word, tactics: [word], techniques: [word], remediation: [word] }
  const card = findingCard({
    finding: findingOf(alertEvent({ ...words, severity: word, alertType: word, entities, properties: [[word, word]] })),
    related: [],
    now,
    audience: 'act',
    subscriptionName: word,
  })
  expectSound(card)
  expect(JSON.stringify(renderTeams(card))).toContain(word)
})

describe('what is too long', () => {
  const description = 'One sentence after the other. '.repeat(200)
  const finding = findingOf(alertEvent({ description }))
  const card = findingCard({ finding, related: [], now, audience: 'act' })

  test('stands whole in a Teams card that has room, folded', () => {
    expect(JSON.stringify(renderTeams(card))).toContain(description.trim())
  })

  test('is one press away in Slack', () => {
    const unfold = JSON.stringify({ action: 'details', findingId: finding.id, input: { part: 'description' }, dialog: true })
    expect(JSON.stringify(renderSlackMessage(card))).toContain(JSON.stringify(unfold))
  })

  test('is whole on the pages of its part', () => {
    const long = findingOf(alertEvent({ description: description.repeat(20) }))
    const pages = [1, 2, 3, 4].map(page => detailsCard({ finding: long, related: [], part: 'description', page, now }))
    const shown = pages.flatMap(({ body }) => body.slice(2)).map(element => (element.type === 'text' ? element.text : ''))
    expect(shown.join('')).toBe(description.repeat(20).trim())
    for (const page of pages) expect(JSON.stringify(renderSlackModal(page))).not.toMatch(/not shown|more characters/)
  })

  test('and cannot be folded is left out aloud', () => {
    const body = Array.from({ length: 200 }, (_, index): Element => ({ type: 'text', text: `line ${index}`, subtle: true }))
    const { blocks } = renderSlackMessage({ fallback: 'Lines', tone: 'info', body, buttons: [], more: [] })
    expect(JSON.stringify(blocks.at(-1))).toMatch(/15\d more lines not shown/)
  })
})

describe('buttons', () => {
  const finding = findingOf(alertEvent(), { owner: analyst })

  test('carry their verb, and come back with the form’s fields', () => {
    const data = {
      action: 'run',
      findingId: finding.id,
      input: { a: 'b' },
      field_logicApp: 'Notify-SOC',
      msteams: { type: 'task/submit' },
    }
    expect(pressed(data)).toEqual({ action: 'run', findingId: finding.id, input: { a: 'b', logicApp: 'Notify-SOC' } })
  })

  test.each([
    ['nothing', undefined],
    ['no JSON', '{'],
    ['no verb', '{"input":{}}'],
    ['a number', '{"action":1}'],
    ['a list', '[]'],
  ])('that carry %s are not ours', (_name, text) => {
    expect(pressedText(text)).toBeUndefined()
  })

  test('too large for Slack lose their words, so that the verb asks', () => {
    const button = {
      type: 'do',
      label: 'Go',
      action: 'run',
      findingId: finding.id,
      input: { logicApp: 'x'.repeat(3000) },
    } as const
    const { blocks } = renderSlackMessage({ fallback: 'x', tone: 'info', body: [], buttons: [button], more: [] })
    expect(JSON.stringify(blocks)).toContain(JSON.stringify(JSON.stringify({ action: 'run', findingId: finding.id, input: {} })))
  })

  test.each(['act', 'read'] as const)('on a card to %s', audience => {
    const { buttons, more } = findingCard({ finding, related: [], now, audience })
    expect([...buttons, ...more].length > 0).toBe(audience === 'act')
  })
})

describe.each([
  [
    'new alert',
    findingOf(alertEvent()),
    ['Trigger logic app', 'Assign to me', 'Resolve'],
    ['Set in progress', 'Dismiss', 'Assign to…', 'Make a rule', 'Why'],
  ],
  [
    'owned alert',
    findingOf(alertEvent({ status: 'in-progress' }), { owner: analyst }),
    ['Trigger logic app', 'Resolve', 'Dismiss'],
    ['Assign to me', 'Assign to…', 'Make a rule', 'Why'],
  ],
  [
    'resolved alert',
    findingOf(alertEvent({ status: 'resolved' })),
    ['Trigger logic app', 'Reactivate', 'Assign to…'],
    ['Make a rule', 'Why'],
  ],
  [
    'failed run',
    findingOf(alertEvent(), { runs: [runOf('failed')] }),
    ['Trigger logic app', 'Run again', 'Assign to me'],
    ['Resolve', 'Set in progress', 'Dismiss', 'Assign to…', 'Make a rule', 'Why'],
  ],
  [
    'recommendation',
    findingOf(recommendationEvent()),
    ['Trigger logic app', 'Assign to me', 'Set in progress'],
    ['Assign to…', 'Make a rule', 'Why'],
  ],
  ['withdrawn recommendation', findingOf(recommendationEvent({ withdrawn: true })), [], []],
  [
    'compliance',
    findingOf(complianceEvent()),
    ['Trigger logic app', 'Assign to me', 'Set in progress'],
    ['Assign to…', 'Make a rule', 'Why'],
  ],
])('a card of a %s', (_name, finding, shown, hidden) => {
  test('offers what makes sense now', () => {
    const { buttons, more } = findingCard({ finding, related: [], now, audience: 'act' })
    expect([buttons.map(({ label }) => label), more.map(({ label }) => label)]).toEqual([shown, hidden])
  })
})

test.each([
  ['act', 'History (3)', []],
  ['read', undefined, ['History (3)']],
] as const)(
  'what has happened is offered once to who may %s: in the menu, or folded where there is none',
  (audience, button, folded) => {
    const { body, more } = findingCard({ finding: inProgress(), related: [], now, audience })
    expect(more.map(({ label }) => label).find(label => label.startsWith('History'))).toBe(button)
    expect(
      body.flatMap(element => (element.type === 'details' && element.title.startsWith('History') ? [element.title] : [])),
    ).toEqual(folded)
  },
)

describe('in Slack', () => {
  const labels = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `B${from + index}`)
  const button = (label: string, style?: 'danger'): Do => ({
    type: 'do',
    label,
    action: 'help',
    ...(style === undefined ? {} : { style }),
  })
  const card = (of: Partial<Card>): Card => ({ fallback: 'A card', tone: 'neutral', body: [], buttons: [], more: [], ...of })
  const elementsOf = (of: Partial<Card>) =>
    renderSlackMessage(card(of)).blocks.flatMap(block => (block.type === 'actions' ? block.elements : []))

  test('a sixth thing for a menu of five stands before the menu', () => {
    const drawn = elementsOf({ buttons: [button('First')], more: labels(0, 6).map(label => button(label)) })
    expect(drawn.map(one => (one.type === 'button' ? one.text.text : one.type))).toEqual(['First', 'B0', 'overflow'])
  })

  test('what has no place in the menu is not louder than what is shown', () => {
    const [only] = elementsOf({ more: [button('Delete', 'danger')] })
    expect(only).not.toHaveProperty('style')
  })

  test('more folds than fit in a row go into a menu', () => {
    const folds = (titles: string[]) =>
      titles.map((title): Element => ({ type: 'details', title, body: [], unfold: button('x') }))
    expect(elementsOf({ body: folds(labels(0, 4)) }).map(({ type }) => type)).toEqual(['button', 'button', 'button', 'button'])
    expect(elementsOf({ body: folds(labels(0, 5)) }).map(({ type }) => type)).toEqual(['button', 'button', 'button', 'overflow'])
  })

  test('rows of one list look alike: with a button or without, marked or not', () => {
    const row = { badge: 'High', tone: 'bad', text: 'Title', subtle: 'vm-1', button: button('Show') } as const
    const { button: _button, ...bare } = { ...row, badge: 'Informational', tone: 'neutral' as const }
    const { blocks } = renderSlackMessage(card({ body: [{ type: 'rows', rows: [row, bare] }] }))
    expect(blocks.map(block => (block.type === 'section' ? block.text?.text : block.type))).toEqual([
      '🔴 High · Title',
      'context',
      '⚪ Informational · Title',
      'context',
    ])
  })

  test('steps are a numbered list that goes on where it broke', () => {
    const [block] = renderSlackMessage(card({ body: [{ type: 'steps', items: ['Look', 'Act'], first: 3 }] })).blocks
    expect(block).toMatchObject({ elements: [{ style: 'ordered', offset: 2, elements: [{}, {}] }] })
  })
})

test('rows without a badge keep its place in Teams when others have one', () => {
  const rows = ['Here', ''].map(badge => ({ badge, tone: 'info' as const, text: 'Everything', subtle: '' }))
  const { body } = renderTeams({ fallback: 'Feeds', tone: 'neutral', body: [{ type: 'rows', rows }], buttons: [], more: [] })
  expect(body.map(({ columns }) => (Array.isArray(columns) ? columns.length : 0))).toEqual([2, 2])
})
