import { dryRunCard, ruleTestCard } from '../../cards/back-test.ts'
import type { Card } from '../../cards/card.ts'
import { type RuleView, ruleCard } from '../../cards/rule.ts'
import { ruleDeletedCard, ruleDeleteFormCard } from '../../cards/rule-delete.ts'
import { type RuleFormView, ruleFormCard } from '../../cards/rule-form.ts'
import { ruleHistoryCard } from '../../cards/rule-history.ts'
import { ruleKindCard } from '../../cards/rule-kind.ts'
import { ruleListCard } from '../../cards/rule-list.ts'
import { rulesNewsCard } from '../../cards/rule-news.ts'
import { ruleTestFormCard } from '../../cards/rule-test-form.ts'
import { whyCard } from '../../cards/why.ts'
import type { BackTest } from '../../src/model/back-test.ts'
import type { RuleNews } from '../../src/model/notice.ts'
import type { Rule } from '../../src/model/rule.ts'
import type { Trouble } from '../../src/model/rule-health.ts'
import { listPrices } from '../../src/model/run-cost.ts'
import { alertEvent, findingOf, now, runOf, subscription } from './findings.ts'
import { ruleOf, versionOf } from './rules.ts'

/** Cards about rules that have golden files. */

const words = 'When an alert contains SQL in its name and severity is High or Medium, run Block-IP.'
const bait = '<!channel> [x](https://evil.example) **bold** <b>html</b> https://evil.example/a \u202Etxt'

const gone: Trouble = {
  code: 'app-gone',
  level: 'broken',
  message: 'Its logic app Block-IP is gone. Choose another one, or delete the rule.',
}
const deprecated: Trouble = {
  code: 'recommendation-deprecated',
  level: 'warning',
  message: 'Azure plans to withdraw the recommendation "Storage accounts should prevent shared key access" from 01/2027.',
}
const failing: Trouble = {
  code: 'runs-fail',
  level: 'warning',
  message: 'Block-IP is started, but 4 of its last 5 runs failed, whoever started them. See why: app show Block-IP.',
}

function viewOf(rule: Rule, other: Partial<RuleView> = {}): RuleView {
  return { rule, words, scope: 'all of Production', home: 'rg-soc · Production', apps: ['Block-IP'], troubles: [], ...other }
}

const firedRun = runOf('succeeded', { startedBy: { as: 'rule', id: ruleOf().id, name: 'Block-attackers' } })
const history = [
  versionOf('edited', '2026-11-03T12:04:00.000Z', { why: 'Medium alerts matter too.' }),
  versionOf('disabled', '2026-11-02T09:00:00.000Z'),
  versionOf('created', '2026-11-01T09:00:00.000Z'),
]

function backTest(days: number, other: Partial<BackTest> = {}): BackTest {
  const from = new Date(now.getTime() - days * 86_400_000).toISOString()
  const perDay = Array.from({ length: days + 1 }, (_, index) => ({
    day: new Date(now.getTime() - (days - index) * 86_400_000).toISOString().slice(0, 10),
    count: index % 7 === 3 ? 0 : (index * 5) % 9,
  }))
  const count = perDay.reduce((sum, day) => sum + day.count, 0)
  return {
    from,
    to: now.toISOString(),
    asked: { from, to: now.toISOString() },
    looked: 1240,
    count,
    perDay,
    examples: [1, 2, 3, 4, 5].map(index => ({
      findingId: `a-00000000000${index}`,
      title: 'Suspected brute-force attack on SQL',
      resource: `sql-shop-0${index}`,
      severity: index % 2 === 0 ? 'Medium' : 'High',
      at: `2026-11-03T0${index}:12:00.000Z`,
    })),
    noisiest: { resource: { name: 'sql-shop-01', count: 41 }, type: { name: 'SQL.DB_BruteForce', count: 77 } },
    cost: { dollars: 0.021, source: listPrices.source },
    ...other,
  }
}

function form(other: Partial<RuleFormView> = {}): Card {
  const values = {
    name: 'Block-attackers',
    description: '',
    home: `${subscription}/rg-soc`,
    scope: 'subscription',
    logicApp: 'Block-IP',
    conditions: 'Severity is High\nTitle contains "SQL"\nor\nSeverity is Critical',
    add: '',
    enabled: true,
    why: '',
  }
  return ruleFormCard({
    kind: 'alert',
    values,
    homes: [{ value: `${subscription}/rg-soc`, title: 'rg-soc', note: 'Production' }],
    scopes: [
      { value: 'subscription', title: 'The whole subscription' },
      { value: 'rg-shop', title: 'Only rg-shop', note: 'Production' },
    ],
    apps: [{ value: 'Block-IP', title: 'Block-IP', note: 'rg-soc' }],
    unfit: [{ name: 'Legacy-Responder', reason: 'It has the legacy alert trigger, which Defender for Cloud no longer starts.' }],
    known: 'a1B2',
    errors: [],
    kept: [],
    hidden: { kind: 'alert' },
    now,
    ...other,
  })
}

const review = { words, warnings: [], verdict: { ok: true as const }, test: backTest(30) }
const editing = { name: 'Block-attackers', home: 'rg-soc · Production' }

export const goldenRules: Record<string, Card> = {
  'rule.enabled': ruleCard(viewOf(ruleOf(), { lastRun: firedRun }), history, now),
  'rule.failing': ruleCard(viewOf(ruleOf(), { troubles: [failing], lastRun: firedRun }), history, now),
  'rule.broken': ruleCard(viewOf(ruleOf(), { troubles: [gone, deprecated] }), [], now),
  'rule.disabled': ruleCard(viewOf(ruleOf({ enabled: false, description: '' })), history.slice(2), now),
  'rule.hostile': ruleCard(
    viewOf(ruleOf({ name: bait, description: bait }), { words: bait, scope: bait, home: bait, apps: [bait] }),
    [versionOf('edited', '2026-11-03T12:04:00.000Z', { why: bait })],
    now,
  ),
  'rule.list': ruleListCard({
    rules: [
      viewOf(ruleOf(), { troubles: [gone] }),
      viewOf(ruleOf({ name: 'Notify-on-secrets', enabled: false }), { lastBrought: '2026-11-04T12:01:00.000Z' }),
      viewOf(ruleOf({ name: 'Block-the-rest' }), { troubles: [failing] }),
      viewOf(ruleOf({ name: 'Tell-the-SOC' }), { lastRun: firedRun }),
    ],
    total: 14,
    broken: 1,
    filter: 'sub:production sql',
    next: 2,
    now,
  }),
  'rule.list-empty': ruleListCard({ rules: [], total: 0, broken: 0, filter: '', now }),
  'rule.history': ruleHistoryCard(
    ruleOf(),
    history.map((version, index) => ({ number: history.length - index, version, words })),
    now,
  ),
  'rule.news-broken': rulesNewsCard({ type: 'rule', rules: [newsOf('Block-attackers', [gone, deprecated])] }),
  'rule.news-well': rulesNewsCard({ type: 'rule', rules: [newsOf('Block-attackers', [], 'well')] }),
  'rule.news-deleted': rulesNewsCard({ type: 'rule', rules: [newsOf('Block-attackers', [], 'deleted')] }),
  'rule.news-many': rulesNewsCard({
    type: 'rule',
    rules: [
      newsOf('Watch-SQL', [], 'well'),
      newsOf('Tell-the-SOC', [deprecated]),
      newsOf('Block-attackers', [deprecated, gone]),
      newsOf('Ticket-on-medium', [gone]),
      newsOf('Old-and-gone', [], 'deleted'),
    ],
  }),
  'rule.news-many-well': rulesNewsCard({
    type: 'rule',
    rules: [newsOf('Watch-SQL', [], 'well'), newsOf('Tell-the-SOC', [], 'disabled')],
  }),
  'rule.news-very-many': rulesNewsCard({
    type: 'rule',
    rules: Array.from({ length: 40 }, (_, index) => newsOf(`Rule-${index + 1}`, [gone])),
  }),
  'rule.test': ruleTestCard({ rule: ruleOf(), words, test: backTest(30), now }),
  'rule.test-cut': ruleTestCard({ rule: ruleOf(), words, test: backTest(3, { cut: true, looked: 12_500 }), now }),
  'rule.test-kept': ruleTestCard({
    rule: ruleOf(),
    words,
    test: { ...backTest(4), asked: backTest(30).asked },
    now,
  }),
  'rule.test-week': ruleTestCard({ rule: ruleOf(), words, test: backTest(7), now }),
  'rule.test-none': ruleTestCard({
    rule: ruleOf(),
    words,
    test: backTest(30, { count: 0, examples: [], noisiest: {} }),
    now,
  }),
  'rule.dry-run': dryRunCard({
    rule: ruleOf(),
    event: 'Suspicious PowerShell activity detected on vm-web-03',
    matched: false,
    reasons: ['Not met: name contains SQL. It is “Suspicious PowerShell activity detected”.'],
  }),
  'rule.dry-run-fires': dryRunCard({
    rule: ruleOf(),
    event: 'Suspected brute-force attack on SQL on sql-shop-01',
    matched: true,
    reasons: ['It would start Block-IP.'],
  }),
  'form.rule-test': ruleTestFormCard({
    rule: ruleOf(),
    given: { days: '7', on: '', body: '{ "Severity": "High' },
    errors: [{ field: 'body', message: 'This is not JSON. Paste the whole event, from { to }.' }],
  }),
  'form.rule-delete': ruleDeleteFormCard(ruleOf(), words),
  'rule.deleted': ruleDeletedCard(ruleOf(), 3),
  'form.rule-kind': ruleKindCard(),
  'form.rule-kind-begun': ruleKindCard({ id: 'd1', name: 'Block-attackers' }),
  'form.rule-kind-discarded': ruleKindCard(undefined, 'What you had begun is discarded.'),
  'form.rule-begun': form({
    kept: ['Block-attackers was deleted. Saving makes it anew: the rest as it was last known here.'],
    hidden: { kind: 'alert', draft: 'd1', past: ruleOf().id, to: '2' },
  }),
  'form.rule': form(),
  'form.rule-refreshed': form({
    news: '2 logic apps can be chosen now, new: Tell-Leads. 1 can’t be; the end of this form says why.',
  }),
  'form.rule-errors': form({
    errors: [
      { field: 'name', message: 'A name may not hold a slash.' },
      { field: 'conditions', message: 'Line 2: there is no field "Titel". Did you mean "Title"?' },
      { field: 'kind', message: 'Sub-assessments never start a logic app one by one.' },
    ],
  }),
  'form.rule-review': form({ review, hidden: { kind: 'alert', reviewed: 'f3a9' } }),
  'form.rule-confirm': form({
    review: {
      ...review,
      warnings: ['"Contains healthy" also matches Unhealthy.'],
      confirm: 'Without conditions the rule fires on every alert in its subscription.',
      test: backTest(30, { count: 0 }),
    },
  }),
  'form.rule-refused': form({ review: { ...review, verdict: { refused: 'The logic app has no trigger of that name.' } } }),
  'form.rule-conflict': form({
    editing,
    review,
    theirs: {
      rule: ruleOf().id,
      differs: [
        { label: 'Description', theirs: 'Keeps attackers out. Asked for by the SOC.', mine: '' },
        { label: 'Hears events of', theirs: 'rg-shop of Production', mine: 'all of Production' },
        {
          label: 'Starts when',
          theirs: 'an alert’s severity is High',
          mine: 'an alert contains SQL in its name and severity is High',
        },
        { label: 'Logic app', theirs: 'Notify-SOC in rg-soc', mine: 'Block-IP in rg-soc' },
        { label: 'Enabled', theirs: 'No', mine: 'Yes' },
      ],
    },
    kept: ['It also exports to an Event Hub; that stays as it is.'],
    fixedConditions:
      'Its 1,000 sets of conditions are too long for a form and stay as now. Change them as a file, where the bot runs: npm run -s rules -- export yaml Block-SQL > rules.yaml, edit it, attach it to “rules plan” here, or npm run -s rules -- apply rules.yaml.',
    fixedApp:
      'What it starts (Block-IP) stays as now: it also sends to an event hub, and Azure doesn’t give back the key for it. Change that in the Azure portal; everything else can be changed here.',
  }),
  'form.rule-taken': form({
    errors: [{ field: 'name', message: 'There is a rule Block-attackers by now. Choose another name, or leave it at theirs.' }],
    theirs: {
      rule: ruleOf().id,
      taken: 'Block-attackers',
      differs: [{ label: 'Logic app', theirs: 'Notify-SOC in rg-soc', mine: 'Block-IP in rg-soc' }],
    },
  }),
  'why.matched': whyCard(findingOf(alertEvent()), [
    { rule: ruleOf(), outcome: 'fired', reason: 'It starts Block-IP.' },
    { rule: ruleOf({ name: 'Old-one' }), outcome: 'dead', reason: gone.message },
    {
      rule: ruleOf({ name: 'Tell-the-SOC' }),
      outcome: 'no-match',
      reason: 'Not met: severity is Low. It is High.',
    },
    { rule: ruleOf({ name: 'Notify-on-secrets' }), outcome: 'disabled', reason: 'It is disabled.' },
    { rule: ruleOf({ name: 'Compliance-mail' }), outcome: 'wrong-kind', reason: 'It hears compliance changes.' },
    { rule: ruleOf({ name: 'Sandbox-only' }), outcome: 'wrong-scope', reason: 'It hears Sandbox only.' },
  ]),
  'why.none': whyCard(findingOf(alertEvent()), []),
}

function newsOf(ruleName: string, troubles: Trouble[], ended?: RuleNews['ended']): RuleNews {
  return { ruleId: ruleOf().id, ruleName, troubles, ...(ended !== undefined && { ended }) }
}
