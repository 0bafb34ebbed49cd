import { type AppRunView, type AppView, appCard } from '../../cards/app.ts'
import { disableCard } from '../../cards/app-disable.ts'
import { backToRule, newAppCard, newAppDetailsCard } from '../../cards/app-form.ts'
import { appListCard } from '../../cards/apps.ts'
import type { Card } from '../../cards/card.ts'
import { deploymentCard } from '../../cards/deployment.ts'
import { runParametersCard } from '../../cards/forms.ts'
import { failingOf, statisticsOf } from '../../src/model/app-statistics.ts'
import type { Deployment, DeploymentState } from '../../src/model/deployment.ts'
import type { LogicApp, Trigger } from '../../src/model/logic-app.ts'
import { templates } from '../../src/templates/templates.ts'
import { analyst, inProgress, now, subscription } from './findings.ts'

const group = `/subscriptions/${subscription}/resourceGroups/rg-soc/providers`
const link = 'https://portal.azure.com/#resource/app'
const trigger: Trigger = { name: 'alert', type: 'ApiConnectionWebhook', path: '/Microsoft.Security/Alert/subscribe' }
const locked = 'A lock on the resource group rg-soc prevents this change. Remove the lock, then try again. (ScopeLocked)'
const denied = 'The policy "Approved regions only" forbids it. Ask its owner for an exemption, or change what it forbids.'
const lacking =
  'The bot itself may not do this in Azure: it lacks Microsoft.Web/connections/write on office365-Mail-Owner in rg-soc, which Logic App Contributor has. Ask an owner there to give its identity that.'
const bait = '<!channel> [x](https://evil.example) <b>*b*</b> \u202Etxt'

/** Cards of logic apps, by the names of their golden files. */
export const goldenApps: Record<string, Card> = {
  'apps.list': appListCard({ rows: listed(), total: 14, usable: 3, filter: 'soc', next: 2 }),
  'apps.none': appListCard({ rows: [], total: 0, usable: 0, filter: '' }),
  'app.ready': done('ssfs'),
  'app.stumbled': done('fsss'),
  'app.often-failing': done('sffff'),
  'app.always-failing': done('fff'),
  'app.failing': shown({
    app: { ...app('Post-To-Archive'), parameters: asked() },
    runs: runs('f'),
    signedOut: ['Office 365 Outlook'],
    hiddenRules: 2,
    rules: [],
  }),
  'app.unusable': shown({
    app: { ...app('Old-Notify'), enabled: false, unreadParameters: 'Its tag chatops-parameters can\'t be read at "x:date".' },
    why: 'It is disabled.',
    rules: [],
  }),
  'app.hostile': shown({ app: { ...app(bait), group: bait }, rules: [{ id: '1', name: bait, enabled: false }] }),
  'app.disable': disableCard({
    app: app('Notify-SOC'),
    rules: [
      { name: 'Tell-SOC', group: 'rg-soc' },
      { name: 'Weekend', group: 'rg-platform' },
    ],
    hidden: 1,
    confirm: '0123456789ab',
  }),
  'form.app-new': newAppCard({ templates: choices(), groups: groups(), values: {}, errors: [], hidden: {} }),
  'form.app-new-error': newAppCard({
    templates: choices(),
    groups: groups(),
    values: { template: 'block-ip', name: 'Block-IP', group: groups()[0]?.value ?? '' },
    errors: [{ field: 'name', message: 'There is a logic app "Block-IP" in rg-soc already; choose another name.' }],
    hidden: { kind: 'alert' },
  }),
  'form.app-new-for-rule': forRule(
    newAppCard({ templates: choices(), groups: groups(), values: {}, errors: [], hidden: { draft: 'd1' } }),
  ),
  'form.app-details': details('mail-owner', []),
  'form.app-details-error': details('block-ip', [
    { field: 'priority', message: '"high" is no whole number.' },
    { field: 'nsg', message: 'This must be the resource id of a Microsoft.Network/networkSecurityGroups.' },
  ]),
  'form.run-parameters': runParametersCard({
    finding: inProgress(),
    app: {
      ...app('Block-IP'),
      parameters: [...asked(), { name: 'hosts', label: 'hosts', type: 'list', required: true }],
      unreadParameters: 'It asks for a secret (key), and no secret is asked for in a chat: let it read that from Key Vault.',
    },
    values: { hours: 'four', hosts: 'web-01' },
    errors: [
      { field: 'parameters.hours', message: '"four" is no whole number.' },
      { field: 'parameters.hosts', message: 'This must be a JSON list: ["one", "two"].' },
    ],
  }),
  'deployment.starting': deploymentCard(deployment('starting'), now),
  'deployment.running': deploymentCard(
    deployment('running', {
      resources: [
        resource('ascalert-Mail-Owner', 'Microsoft.Web/connections', 'succeeded'),
        resource('office365-Mail-Owner', 'Microsoft.Web/connections', 'running'),
      ],
    }),
    now,
  ),
  'deployment.done': deploymentCard(deployment('succeeded', { resources: made(), endedAt: '2026-11-03T12:08:21.000Z' }), now),
  'deployment.cancelled': deploymentCard(
    deployment('cancelled', {
      resources: [...made().slice(0, 1), resource('Mail-Owner', 'Microsoft.Logic/workflows', 'cancelled')],
      endedAt: '2026-11-03T12:08:09.000Z',
    }),
    now,
  ),
  'deployment.locked': deploymentCard(deployment('failed', { error: locked, endedAt: '2026-11-03T12:08:01.000Z' }), now),
  'deployment.denied': failed('Mail-Owner', 'Microsoft.Logic/workflows', denied),
  'deployment.lacking': failed('office365-Mail-Owner', 'Microsoft.Web/connections', lacking),
}

function app(name: string): LogicApp {
  return {
    id: `${group}/Microsoft.Logic/workflows/${name}`,
    name,
    group: 'rg-soc',
    subscription,
    location: 'westeurope',
    plan: 'consumption',
    enabled: true,
    triggers: [trigger],
    actions: { builtIn: 1, connector: 1 },
    parameters: [],
  }
}

function listed() {
  return [
    { app: app('Block-IP') },
    { app: app('Post-To-Archive'), failing: { failed: 4, of: 5, often: true } },
    { app: { ...app('Fix-Recommendation'), triggers: [{ ...trigger, path: '/Microsoft.Security/Assessment/subscribe' }] } },
    { app: app('Rotate-Keys'), why: 'You lack Microsoft.Logic/workflows/triggers/listCallbackUrl/action.' },
    { app: { ...app('Old-Notify'), enabled: false }, why: 'It is disabled.' },
    {
      app: { ...app('Standard-Responder'), plan: 'standard' as const, triggers: [] },
      why: 'It is a Standard logic app; Defender for Cloud starts only consumption ones.',
    },
  ]
}

function shown(other: Partial<AppView>): Card {
  return appCard({
    app: app('Notify-SOC'),
    subscriptionName: 'Production',
    runs: [],
    statistics: statisticsOf(other.runs ?? []),
    rules: [
      { id: '1', name: 'Tell-SOC', enabled: true },
      { id: '2', name: 'Weekend', enabled: false },
    ],
    signedOut: [],
    hiddenRules: 0,
    link,
    now,
    ...other,
  })
}

/** With these runs, the newest first: s(ucceeded), f(ailed). */
function done(letters: string): Card {
  const ended = runs(letters)
  const failing = failingOf(ended)
  return shown({ runs: ended, statistics: statisticsOf(ended), ...(failing !== undefined && { failing }) })
}

function runs(letters: string): AppRunView[] {
  return [...letters].map((letter, index) => {
    const startedAt = new Date(now.getTime() - (index * index * 7 + 2) * 60_000)
    const times = {
      startedAt: startedAt.toISOString(),
      endedAt: new Date(startedAt.getTime() + 2100 - index * 250).toISOString(),
    }
    const error = 'Send failed. Unauthorized: The connection is not authorised: sign in to it in the portal.'
    return letter === 'f' ? { state: 'failed', ...times, error, link } : { state: 'succeeded', ...times, link }
  })
}

function asked(): LogicApp['parameters'] {
  return [
    { name: 'address', label: 'address', type: 'text', required: true, hint: 'Which address to block.' },
    { name: 'hours', label: 'hours', type: 'whole', required: false, default: '4' },
    { name: 'hard', label: 'hard', type: 'toggle', required: false },
    {
      name: 'where',
      label: 'where',
      type: 'choice',
      required: true,
      options: [
        { value: 'edge', title: 'edge' },
        { value: 'host', title: 'host' },
      ],
    },
  ]
}

function choices() {
  return templates.map(({ name, title }) => ({ value: name, title }))
}

function groups() {
  return ['rg-soc', 'rg-platform'].map(name => ({
    value: `${subscription}/${name}`,
    title: name,
    note: 'Production · westeurope',
  }))
}

function details(name: string, errors: { field: string; message: string }[]): Card {
  const template = templates.find(one => one.name === name)
  return newAppDetailsCard({
    templateTitle: template?.title ?? '',
    help: template?.help ?? '',
    ...(template?.powers !== undefined && { powers: template.powers }),
    name: 'Respond',
    where: 'in rg-soc, Production',
    parameters: (template?.parameters ?? []).map(parameter => ({ parameter, ...(errors.length > 0 && { value: 'high' }) })),
    errors,
    hidden: { template: name, name: 'Respond', group: `${subscription}/rg-soc` },
  })
}

function deployment(state: DeploymentState, other: Partial<Deployment> = {}): Deployment {
  return {
    type: 'deployment',
    subscription,
    group: 'rg-soc',
    name: 'chatops-0123',
    template: 'mail-owner',
    values: {
      template: 'mail-owner',
      name: 'Mail-Owner',
      group: `${subscription}/rg-soc`,
      ownerTag: 'owner',
      otherwise: 'soc@contoso.example',
    },
    appName: 'Mail-Owner',
    kind: 'recommendation',
    appId: `${group}/Microsoft.Logic/workflows/Mail-Owner`,
    link,
    by: analyst,
    startedAt: '2026-11-03T12:08:00.000Z',
    state,
    resources: [],
    toAuthorise: ['Office 365 Outlook'],
    roles: [{ role: 'Reader', on: 'the subscriptions whose resources it looks up', to: 'read tags' }],
    ...other,
  }
}

/** Asked for on the way of a rule. */
function forRule(card: Card): Card {
  return { ...card, buttons: [backToRule('d1')] }
}

/** One part failed with that reason; what came before it is done. */
function failed(name: string, type: string, error: string): Card {
  const at = made().findIndex(one => one.name === name)
  const resources = [...made().slice(0, at), { ...resource(name, type, 'failed'), error }]
  return deploymentCard(deployment('failed', { resources, error, endedAt: '2026-11-03T12:08:21.000Z' }), now)
}

function resource(name: string, type: string, state: DeploymentState) {
  return { name, type, state }
}

function made() {
  return [
    resource('ascalert-Mail-Owner', 'Microsoft.Web/connections', 'succeeded'),
    resource('office365-Mail-Owner', 'Microsoft.Web/connections', 'succeeded'),
    resource('Mail-Owner', 'Microsoft.Logic/workflows', 'succeeded'),
  ]
}
