import { callbackOf } from './callback.ts'
import type { Behaviour, Definition, State, Trigger, Workflow } from './state.ts'
import { production, staging } from './subscriptions.ts'

const schema = 'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#'

/** Name of the trigger as the portal makes it, path, and name of the managed API. Source: Azure/logicapps gallery templates. */
const connectors = {
  alert: ['When_a_Microsoft_Defender_for_Cloud_alert_is_created_or_triggered', 'Alert', 'ascalert'],
  recommendation: ['When_a_Microsoft_Defender_for_Cloud_recommendation_is_created_or_triggered', 'Assessment', 'ascassessment'],
  compliance: [
    'When_a_Defender_for_Cloud_regulatory_compliance_assessment_is_created_or_runs',
    'RegulatoryComplianceAssessment',
    'ascregulatorycomplianceassessment',
  ],
} as const

const noFailure = { action: '', code: 'ActionFailed', message: 'An action failed. No dependent actions succeeded.' }
const quick: Behaviour = { lastsMs: [700, 2200], failsEvery: 0, failure: noFailure }
const fixing: Behaviour = { ...quick, lastsMs: [2000, 5000] }
const slow: Behaviour = {
  lastsMs: [10_000, 20_000],
  failsEvery: 4,
  failure: {
    action: 'Isolate',
    code: 'Conflict',
    message: 'The virtual machine is being updated by another operation; try again when it has ended.',
  },
}
const unauthorised: Behaviour = {
  lastsMs: [900, 1800],
  failsEvery: 1,
  failure: { action: 'Send', code: 'Unauthorized', message: 'The connection is not authorised: sign in to it in the portal.' },
}
const forwarding: Behaviour = {
  ...quick,
  forwards: true,
  failure: { action: 'Send', code: 'ServiceUnavailable', message: 'The endpoint did not take the event:' },
}

interface Seeded {
  name: string
  group?: string
  subscription?: string
  location?: string
  takes?: keyof typeof connectors
  /** Instead of a Defender connector. */
  trigger?: [string, Trigger]
  /** Names of the actions, one after the other. */
  actions?: string[]
  behaviour?: Behaviour
  disabled?: true
}

const http = (kind: string): [string, Trigger] => ['manual', { type: 'Request', kind, inputs: { schema: {} } }]
const weekly: [string, Trigger] = ['Recurrence', { type: 'Recurrence', recurrence: { frequency: 'Week', interval: 1 } }]
const platform = 'rg-platform'

const apps: Seeded[] = [
  { name: 'Notify-SOC', takes: 'alert', actions: ['Compose', 'Send'] },
  { name: 'Isolate-VM', takes: 'alert', actions: ['Parse', 'Isolate', 'Send'], behaviour: slow },
  { name: 'Block-IP', takes: 'alert', actions: ['Parse', 'Block'] },
  { name: 'Post-To-Archive', takes: 'alert', behaviour: unauthorised },
  { name: 'Old-Notify', takes: 'alert', disabled: true },
  { name: 'Legacy-Responder', trigger: http('SecurityCenterAlert') },
  { name: 'Fix-Recommendation', takes: 'recommendation', actions: ['Parse', 'Fix'], behaviour: fixing },
  { name: 'Report-Compliance', takes: 'compliance' },
  { name: 'Weekly-Report', trigger: weekly },
  { name: 'Open-Ticket', trigger: http('Http') },
  { name: 'Rotate-Keys', group: platform, takes: 'alert' },
  { name: 'Notify-SOC-Staging', group: 'rg-soc-stg', subscription: staging, location: 'eastus', takes: 'alert' },
  { name: 'Send-To-ChatOps', group: platform, takes: 'alert', behaviour: forwarding },
  { name: 'Send-Recommendations-To-ChatOps', group: platform, takes: 'recommendation', behaviour: forwarding },
  { name: 'Send-Compliance-To-ChatOps', group: platform, takes: 'compliance', behaviour: forwarding },
]

export function seedApps(state: State): void {
  for (const app of apps) addApp(state, app)
  state.sites.push({
    id: `/subscriptions/${production}/resourceGroups/rg-soc/providers/Microsoft.Web/sites/Standard-Responder`,
    name: 'Standard-Responder',
    group: 'rg-soc',
    subscription: production,
    location: 'westeurope',
  })
  for (const forward of forwards) for (const subscription of [production, staging]) addForward(state, forward, subscription)
}

function triggerOf({ takes = 'alert', trigger }: Seeded): [string, Trigger] {
  if (trigger !== undefined) return trigger
  const [name, event, api] = connectors[takes]
  const inputs = {
    body: { callback_url: '@{listCallbackUrl()}' },
    host: { connection: { name: `@parameters('$connections')['${api}']['connectionId']` } },
    path: `/Microsoft.Security/${event}/subscribe`,
  }
  return [name, { type: 'ApiConnectionWebhook', inputs }]
}

function actionsOf({ actions = ['Send'], behaviour }: Seeded): Definition['actions'] {
  const inputs = behaviour?.forwards
    ? { method: 'POST', uri: "@parameters('address')", headers: { 'x-api-key': "@parameters('key')" }, body: '@triggerBody()' }
    : { method: 'POST', uri: 'https://soc.example/hook', body: '@triggerBody()' }
  return Object.fromEntries(
    actions.map((name, index) => {
      const before = actions[index - 1]
      return [name, { type: 'Http', inputs, runAfter: before === undefined ? {} : { [before]: ['Succeeded'] } }]
    }),
  )
}

function connectionsOf({ takes }: Seeded, group: string, subscription: string, location: string): Record<string, unknown> {
  if (takes === undefined) return {}
  const api = connectors[takes][2]
  const connection = {
    connectionId: `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Web/connections/${api}`,
    connectionName: api,
    id: `/subscriptions/${subscription}/providers/Microsoft.Web/locations/${location}/managedApis/${api}`,
  }
  return { $connections: { value: { [api]: connection } } }
}

function addApp(state: State, app: Seeded): void {
  const { name, group = 'rg-soc', subscription = production, location = 'westeurope', behaviour = quick } = app
  const [trigger, triggered] = triggerOf(app)
  const created = new Date(state.clock.now().getTime() - 90 * 86_400_000)
  const workflow: Workflow = {
    id: `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Logic/workflows/${name}`,
    name,
    group,
    subscription,
    location,
    tags: { LogicAppsCategory: 'security' },
    enabled: app.disabled !== true,
    created,
    changed: created,
    definition: {
      $schema: schema,
      contentVersion: '1.0.0.0',
      parameters: {
        $connections: { defaultValue: {}, type: 'Object' },
        ...(behaviour.forwards && { address: { type: 'String' }, key: { type: 'SecureString' } }),
      },
      triggers: { [trigger]: triggered },
      actions: actionsOf(app),
      outputs: {},
    },
    parameters: connectionsOf(app, group, subscription, location),
    key: state.noise.guid(),
    behaviour,
  }
  state.workflows.set(workflow.id.toLowerCase(), workflow)
}

/** Rules as somebody would set them up who wants every event in chat: name, source, app. */
const forwards: [string, string, string][] = [
  ['Alerts-To-ChatOps', 'Alerts', 'Send-To-ChatOps'],
  ['Recommendations-To-ChatOps', 'Assessments', 'Send-Recommendations-To-ChatOps'],
  ['Compliance-To-ChatOps', 'RegulatoryComplianceAssessment', 'Send-Compliance-To-ChatOps'],
]

function addForward(state: State, [plain, eventSource, appName]: [string, string, string], subscription: string): void {
  const app = [...state.workflows.values()].find(one => one.name === appName)
  if (app === undefined) throw new Error(`no app ${appName}`)
  const home = subscription === production
  const name = home ? plain : `${plain}-Staging`
  const group = home ? 'rg-soc' : 'rg-soc-stg'
  const id = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Security/automations/${name}`
  const [trigger = ''] = Object.keys(app.definition.triggers)
  const uri = callbackOf(state, app, trigger).value
  state.automations.set(id.toLowerCase(), {
    id,
    name,
    group,
    subscription,
    location: home ? 'westeurope' : 'eastus',
    tags: {},
    etag: state.noise.guid(),
    properties: {
      description: 'Sends every event to chat.',
      isEnabled: true,
      scopes: [{ scopePath: `/subscriptions/${subscription}` }],
      sources: [{ eventSource, ruleSets: [] }],
      actions: [{ actionType: 'LogicApp', logicAppResourceId: app.id, uri }],
    },
    counts: { matches: 0, deliveries: 0, failures: 0 },
  })
}
