import { healthCard, helpCard, linkedCard, whoamiCard } from '../../cards/about.ts'
import { errorCard, refusalCard, saidCard, waitingCard } from '../../cards/answer.ts'
import { auditCard } from '../../cards/audit.ts'
import type { Card } from '../../cards/card.ts'
import { detailsCard } from '../../cards/details.ts'
import { findingCard } from '../../cards/finding.ts'
import { assignFormCard, runFormCard, statusFormCard } from '../../cards/forms.ts'
import { homeCard } from '../../cards/home.ts'
import { feedListCard, findingListCard, runListCard, stormListCard, whichFindingCard } from '../../cards/list.ts'
import { stormCard } from '../../cards/storm.ts'
import { updateCard } from '../../cards/update.ts'
import { renderSlackMessage, renderSlackModal } from '../../src/chat/slack/render.ts'
import { renderTeams, renderTeamsDialog } from '../../src/chat/teams/render.ts'
import { Problem } from '../../src/errors.ts'
import type { Finding, Status } from '../../src/model/finding.ts'
import type { LedgerEntry } from '../../src/model/ledger.ts'
import type { LogicApp } from '../../src/model/logic-app.ts'
import { beginning, counted, type Storm } from '../../src/model/storm.ts'
import {
  alertEvent,
  analyst,
  complianceEvent,
  findingOf,
  inProgress,
  now,
  recommendationEvent,
  relatedFindings,
  runOf,
  subscription,
} from './findings.ts'
import { goldenApps } from './golden-apps.ts'
import { goldenRules } from './golden-rules.ts'
import { goldenRulesAsCode } from './golden-rules-as-code.ts'

const gone = { field: 'logicApp', message: 'Block-IP is no longer there. Choose another.' }

/** What a thread is told of a run that a person started, of a rule's that failed, and of what people and Azure changed. */
function update(changes: number): Card {
  const runs = [
    runOf('succeeded'),
    { ...failedRun(), startedBy: { as: 'rule' as const, id: '/rules/page', name: 'Page-On-High' } },
  ]
  const at = '2026-11-03T12:08:00Z'
  const ended = runs.map(({ id, logicAppName, state }) => ({ at, what: `${logicAppName} ${state}`, run: id }))
  const others = Array.from({ length: changes - ended.length }, (_, index) =>
    index % 2 === 0
      ? { at, by: analyst, what: 'set it to resolved: <!channel> *known* test' }
      : { at, what: 'set to active in Azure' },
  )
  return updateCard({ ...inProgress(runs), history: [...ended, ...others] }, 0, now) ?? saidCard('nothing')
}

function setTo(to: Status, why?: string): Finding['history'] {
  const what = `set it to ${to}${why === undefined ? '' : `: ${why}`}`
  return [{ at: '2026-11-03T12:08:00Z', by: analyst, what, to, ...(why !== undefined && { why }) }]
}

/** What people did here, and what nobody here did. */
function movedElsewhere(): Finding {
  const others = [
    { at: '2026-11-03T12:06:03Z', what: 'Notify-SOC succeeded' },
    { at: '2026-11-03T12:08:00Z', what: 'set to resolved in Azure' },
  ]
  const finding = inProgress()
  return { ...finding, history: [...finding.history, ...others] }
}

/** Every card that has a golden file, by the file's name. */
export const goldenCards: Record<string, Card> = {
  ...goldenRulesAsCode,
  'finding.high': shown(inProgress(), relatedFindings),
  'finding.new': shown(findingOf(alertEvent())),
  'finding.failed-run': shown(inProgress([runOf('succeeded'), failedRun()])),
  'finding.many-runs': shown(inProgress(manyRuns())),
  'finding.resolved': shown(
    findingOf(alertEvent({ status: 'resolved' }), { owner: analyst, version: 7, history: setTo('resolved') }),
  ),
  'finding.dismissed': shown(
    findingOf(alertEvent({ status: 'dismissed', severity: 'Low' }), { history: setTo('dismissed', 'planned work') }),
  ),
  'finding.dismissed-at-length': shown(
    findingOf(alertEvent({ status: 'dismissed' }), {
      history: setTo(
        'dismissed',
        `<!channel> *known* [test](https://evil.example)\n${'We tested this host all day. '.repeat(30)}`,
      ),
    }),
  ),
  'finding.read': shown(findingOf(alertEvent({ severity: 'Medium' })), [], 'read'),
  'finding.hostile': shown(findingOf(hostileEvent())),
  'finding.large': shown(findingOf(largeEvent())),
  update: update(4),
  'update.much': update(30),
  'recommendation.unhealthy': shown(findingOf(recommendationEvent())),
  'recommendation.healthy': shown(findingOf(recommendationEvent({ status: 'healthy' }), { version: 2 })),
  'recommendation.withdrawn': shown(findingOf(recommendationEvent({ withdrawn: true }))),
  'compliance.failed': shown(findingOf(complianceEvent())),
  'details.remediation': detailsCard({ finding: inProgress(), related: [], part: 'remediation', page: 1, now }),
  'details.entities-2': detailsCard({ finding: findingOf(largeEvent()), related: [], part: 'entities', page: 2, now }),
  'details.history': detailsCard({ finding: movedElsewhere(), related: [], part: 'history', page: 1, now }),
  'list.alerts': alertList(),
  'list.storm': stormListCard({ storm: 'n-storm-1', page: { items: relatedFindings, total: 212, next: 'next' }, now }),
  storm: stormCard('n-storm-1', storm(), now),
  'storm.over': stormCard('n-storm-1', { ...storm(), over: '2026-11-24T12:12:00.000Z' }, now),
  'list.compliance': findingListCard({
    action: 'compliance',
    kind: 'compliance',
    filter: '',
    page: { items: [findingOf(complianceEvent()), findingOf(complianceEvent({ control: '9.2' }))], total: 2 },
    now,
  }),
  'list.which': whichFindingCard({
    does: { label: 'Assign', action: 'assign', input: { to: 'me' } },
    usage: 'assign <id> [to @person]',
    findings: relatedFindings,
    now,
  }),
  'list.empty': findingListCard({ action: 'alerts', kind: 'alert', filter: 'high mine', page: { items: [], total: 0 }, now }),
  'list.runs': runListCard({
    runs: [failedRun(), ...manyRuns()],
    findings: [{ ...inProgress(), id: failedRun().findingId }],
    filter: 'yours',
    now,
  }),
  'list.feeds': feedListCard([
    { id: 'f-1', words: 'High alerts in Production', place: 'SOC', here: true },
    { id: 'f-2', words: 'Everything', place: 'Security', here: false },
  ]),
  'form.run': runFormCard({
    finding: inProgress(),
    eligible: [app('Notify-SOC'), app('Isolate-VM')],
    others: unfit(),
    errors: [],
  }),
  'form.run-error': runFormCard({ finding: inProgress(), eligible: [app('Notify-SOC')], others: [], errors: [gone] }),
  'form.run-many': runFormCard({ finding: inProgress(), eligible: manyApps(), others: [], errors: [] }),
  'form.run-none': runFormCard({ finding: inProgress(), eligible: [], others: unfit(), errors: [] }),
  'form.assign': assignFormCard({ finding: inProgress(), people: [analyst, { id: '2', name: 'Admin' }], errors: [] }),
  'form.dismiss': statusFormCard({ finding: inProgress(), to: 'dismissed', errors: [] }),
  'answer.said': saidCard('Notify-SOC is queued.', inProgress()),
  'answer.wait': waitingCard(),
  'answer.refused': refusalCard({
    subscriptions: [],
    what: 'Trigger logic app',
    lacking: [
      {
        action: 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action',
        scope: app('Isolate-VM').id.slice(1),
        roles: ['Logic App Contributor', 'Contributor'],
      },
    ],
  }),
  'answer.refused-many': refusalCard({
    subscriptions: [],
    what: 'New logic app',
    lacking: [
      ...['Microsoft.Resources/deployments/write', 'Microsoft.Logic/workflows/write'].map(action => ({
        action,
        scope: `subscriptions/${subscription}/resourceGroups/rg-shop`,
        roles: ['Logic App Contributor', 'Contributor'],
      })),
      {
        action: 'Microsoft.Authorization/roleAssignments/write',
        scope: `subscriptions/${subscription}/resourceGroups/rg-soc`,
        roles: ['Owner'],
      },
    ],
  }),
  'answer.error': errorCard(new Problem('AzureUnavailable', undefined, { reference: '3f2a…', retryAfterS: 30 })),
  'answer.unknown': errorCard(new Problem('UnknownCommand', 'There is no command "alrts". Did you mean "alerts"?')),
  'list.ledger': auditCard({ entries: ledgerEntries(), filter: 'since:7d', before: 41, now }),
  'link.signed-in': linkedCard({ person: analyst, account: { chat: 'slack', tenant: 'T1', user: 'U1' }, by: 'sign-in' }),
  'link.mapped': linkedCard({ person: analyst, account: { chat: 'slack', tenant: 'T1', user: 'U1' }, by: 'map' }),
  home: homeCard({
    person: analyst,
    mine: { items: [inProgress()], total: 1 },
    unassigned: { items: [findingOf(alertEvent({ key: 'alert-4' }))], total: 26 },
    failedRuns: [failedRun()],
    reads: true,
    now,
  }),
  'home.nothing': homeCard({
    person: { id: '2', name: 'Nobody' },
    mine: { items: [], total: 0 },
    unassigned: { items: [], total: 0 },
    failedRuns: [],
    reads: false,
    now,
  }),
  help: helpCard({
    hidden: 2,
    lines: [
      { usage: 'alerts [high…] [mine] [words]', help: 'Lists alerts.', topic: 'Findings' },
      { usage: 'show <id>', help: 'Shows the card of one finding.', topic: 'Findings' },
      { usage: 'run <logic app> on <id>', help: 'Runs a logic app.', topic: 'Logic apps' },
    ],
  }),
  'help.topic': helpCard({
    hidden: 0,
    lines: [{ usage: 'show <id>', help: 'Shows the card of one finding.', topic: 'Findings' }],
  }),
  whoami: whoamiCard({
    person: analyst,
    account: { chat: 'slack', tenant: 'T1', user: 'U1' },
    rights: [
      { name: 'Production', id: subscription, may: ['read findings', 'change alerts', 'run logic apps'] },
      { name: 'Sandbox', id: '00000000-0000-0000-0000-00000000005c', may: [] },
    ],
  }),
  health: healthCard({
    troubles: ['Azure could not be asked for alerts of subscription 1111 (and 1 more): You may not do that.'],
    status: {
      events: 1204,
      findings: 312,
      runs: { queued: 0, running: 1, succeeded: 40, failed: 2, cancelled: 0, refused: 1 },
      behind: 0,
      deadLetters: 3,
    },
    blocked: [
      { id: 'slack:T1:C1', chat: 'slack', tenant: 'T1', channel: 'C1', name: '#soc', blocked: 'The channel is archived.' },
    ],
  }),
  ...goldenRules,
  ...goldenApps,
}

/** The pieces to paste into the vendors' designers: an Adaptive Card, and a message or view of Block Kit. */
export function goldenFiles(card: Card): { teams: object; slack: object } {
  const isDialog = card.form !== undefined
  return {
    teams: isDialog ? renderTeamsDialog(card) : renderTeams(card),
    slack: isDialog ? renderSlackModal(card) : renderSlackMessage(card),
  }
}

function shown(finding: Finding, related: Finding[] = [], audience: 'act' | 'read' = 'act'): Card {
  return findingCard({ finding, related, now, audience, subscriptionName: 'Production' })
}

function failedRun() {
  const error = 'Action Block_IP failed: the network security group nsg-web was not found.'
  return runOf('failed', {
    logicAppName: 'Block-IP',
    startedAt: '2026-11-03T12:08:00.000Z',
    endedAt: '2026-11-03T12:08:04.400Z',
    error,
  })
}

function manyRuns() {
  const states = ['succeeded', 'running', 'queued', 'cancelled', 'refused'] as const
  return states.map((state, index) =>
    runOf(state, { startedAt: `2026-11-03T12:0${index + 1}:00.000Z`, endedAt: `2026-11-03T12:0${index + 2}:00.000Z` }),
  )
}

function hostileEvent() {
  const bait =
    '<!channel> @everyone <at>all</at> [x](https://evil.example) **bold** <b>html</b> *b* _i_ `c` :smile: https://evil.example/a'
  return alertEvent({
    title: `${bait} invoice\u202Efdp.exe \u200Bzero`,
    description: `${bait}\n# heading\n- [link](javascript:alert(1))\n![image](https://evil.example/i.png)`,
    severity: '<!here>',
    resource: { id: bait, name: '<@U123>', group: '[g](https://evil.example)' },
    portalUrl: 'javascript:alert(1)',
    entities: [{ type: 'account', name: bait, details: [[bait, bait]] }],
    remediation: [bait],
  })
}

function largeEvent() {
  return alertEvent({
    title: 'A very long title '.repeat(40),
    description: 'A sentence that goes on and on. '.repeat(6000),
    entities: Array.from({ length: 300 }, (_, index) => ({ type: 'ip', name: `198.51.100.${index % 256}`, details: [] })),
    remediation: Array.from({ length: 40 }, (_, index) => `Do the thing number ${index + 1}. `.repeat(40)),
    properties: Array.from({ length: 200 }, (_, index): [string, string] => [`property ${index}`, 'value '.repeat(100)]),
  })
}

function ledgerEntries(): LedgerEntry[] {
  const common = { at: '2026-11-03T12:06:00.000Z', who: analyst, requestId: 'r', prev: '', hash: '' }
  const on = 'a-1b2c3d4e5f6g'
  return [
    {
      ...common,
      seq: 45,
      action: 'run',
      on,
      input: '{"logicApp":"Notify-SOC"}',
      phase: 'outcome',
      result: 'Notify-SOC is queued.',
    },
    {
      ...common,
      seq: 43,
      action: 'run',
      on,
      input: '{"logicApp":"/subscriptions/s/resourceGroups/rg-soc/providers/Microsoft.Logic/workflows/Block-IP"}',
      phase: 'outcome',
      result: 'failed: Azure does not answer at the moment.',
    },
    {
      ...common,
      seq: 42,
      action: 'status',
      on,
      input: '{"to":"dismissed","reason":"planned work"}',
      phase: 'refused',
      result: 'lacks Microsoft.Security/locations/alerts/dismiss/action on subscriptions/s1',
    },
    {
      ...common,
      seq: 44,
      action: 'status',
      on,
      input: '{"to":"dismissed","reason":"planned work"}',
      phase: 'outcome',
      result: 'Dismissed: Suspicious PowerShell activity detected on vm-web-03. Reason: planned work',
    },
    {
      ...common,
      seq: 40,
      action: 'follow',
      on: '',
      input: '{"filter":"high","readOnly":false}',
      phase: 'outcome',
      result: 'nothing changed: This place already follows High findings. "unfollow f-1" ends it.',
    },
    { ...common, seq: 41, action: 'follow', on: '', input: '{"filter":"high","readOnly":false}', phase: 'intent', result: '' },
  ]
}

function alertList(): Card {
  const severities = ['High', 'High', 'High', 'Medium', 'Medium', 'Medium', 'Low', 'Low', 'Low', 'Informational']
  const items = severities.map((severity, index) => findingOf(alertEvent({ key: `listed-${index}`, severity })))
  return findingListCard({
    action: 'alerts',
    kind: 'alert',
    filter: 'since:24h',
    page: { items, total: 42, next: 'cursor-2' },
    now,
  })
}

function app(name: string): LogicApp {
  const id = `/subscriptions/${subscription}/resourceGroups/rg-soc/providers/Microsoft.Logic/workflows/${name}`
  return {
    id,
    name,
    group: 'rg-soc',
    subscription,
    location: 'westeurope',
    plan: 'consumption',
    enabled: true,
    triggers: [],
    actions: { builtIn: 1, connector: 0 },
    parameters: [],
  }
}

function manyApps(): LogicApp[] {
  return Array.from({ length: 130 }, (_, index) => app(`Playbook-${String(index + 1).padStart(3, '0')}`))
}

function unfit(): { app: LogicApp; reason: string }[] {
  return [
    { app: app('Legacy-Responder'), reason: 'It has the legacy alert trigger, which Defender for Cloud no longer starts.' },
    { app: app('Standard-Responder'), reason: 'It is a Standard logic app; Defender for Cloud starts only consumption ones.' },
  ]
}

/** Four minutes of it. */
function storm(): Storm {
  const kinds = [
    { title: 'Suspicious authentication activity', severity: 'Medium', resource: 'vm-web-01', minutes: [6, 42, 61, 38] },
    { title: 'Possible port scanning activity detected', severity: 'Low', resource: 'vm-build-02', minutes: [3, 12, 25, 9] },
    { title: 'Access from a Tor exit node', severity: 'Medium', resource: 'stshoplogs', minutes: [0, 3, 6, 4] },
    {
      title: 'Antimalware disabled and code execution in your virtual machine',
      severity: 'High',
      resource: 'vm-cart-01',
      minutes: [1, 0, 2, 0],
    },
  ]
  const came = kinds.flatMap(({ title, severity, resource, minutes }) =>
    minutes.flatMap((count, minute) =>
      Array.from({ length: count }, (_, n) => {
        const at = new Date(now.getTime() - (6 - minute) * 60_000 + n * 500).toISOString()
        const event = alertEvent({ title, severity, at })
        return { ...findingOf({ ...event, resource: { ...event.resource, name: resource } }), openedAt: at }
      }),
    ),
  )
  return counted(beginning('slack:t:c', now), came)
}
