import type { Behaviour, Definition, State, Trigger, Workflow } from './state.ts'
import { production, staging } from './subscriptions.ts'
import { callbackOf } from './workflows.ts'

const schema = 'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#'
const alertTrigger = 'When_a_Microsoft_Defender_for_Cloud_alert_is_created_or_triggered'
const recommendationTrigger = 'When_a_Microsoft_Defender_for_Cloud_recommendation_is_created_or_triggered'
const complianceTrigger = 'When_a_Defender_for_Cloud_regulatory_compliance_assessment_is_created_or_runs'

const quick: Behaviour = { lastsMs: [700, 2200], failShare: 0, failure: { action: 'Send', code: 'BadRequest', message: '' } }
const slow: Behaviour = {
  lastsMs: [9000, 18_000],
  failShare: 0.25,
  failure: {
    action: 'Isolate',
    code: 'Conflict',
    message: 'The virtual machine is being updated by another operation; try again when it has ended.',
  },
}
const unauthorised: Behaviour = {
  lastsMs: [900, 1800],
  failShare: 1,
  failure: { action: 'Send', code: 'Unauthorized', message: 'The connection is not authorised: sign in to it in the portal.' },
}
const forwarding: Behaviour = {
  ...quick,
  forwards: true,
  failure: { action: 'Send', code: 'ServiceUnavailable', message: 'The endpoint could not be reached.' },
}

interface Seeded {
  name: string
  group?: string
  subscription?: string
  location?: string
  trigger: [string, Trigger]
  actions?: Record<string, unknown>
  behaviour: Behaviour
  disabled?: true
}

const alert = connector('Alert', 'ascalert')
const recommendation = connector('Assessment', 'ascassessment')
const compliance = connector('RegulatoryComplianceAssessment', 'ascregulatorycomplianceassessment')
const http = (kind: string): Trigger => ({ type: 'Request', kind, inputs: { schema: {} } })
const send = {
  Send: {
    type: 'Http',
    inputs: { method: 'POST', uri: 'https://chatops.example/api/events', body: '@triggerBody()' },
    runAfter: {},
  },
}

const apps: Seeded[] = [
  { name: 'Notify-SOC', trigger: [alertTrigger, alert], behaviour: quick },
  {
    name: 'Isolate-VM',
    trigger: [alertTrigger, alert],
    actions: { Isolate: { type: 'Http', runAfter: {} }, Send: { type: 'ApiConnection', runAfter: { Isolate: ['Succeeded'] } } },
    behaviour: slow,
  },
  { name: 'Block-IP', trigger: [alertTrigger, alert], behaviour: quick },
  { name: 'Post-To-Archive', trigger: [alertTrigger, alert], behaviour: unauthorised },
  { name: 'Old-Notify', trigger: [alertTrigger, alert], behaviour: quick, disabled: true },
  { name: 'Legacy-Responder', trigger: ['manual', http('SecurityCenterAlert')], behaviour: quick },
  {
    name: 'Fix-Recommendation',
    trigger: [recommendationTrigger, recommendation],
    behaviour: { ...quick, lastsMs: [2000, 5000] },
  },
  { name: 'Report-Compliance', trigger: [complianceTrigger, compliance], behaviour: quick },
  {
    name: 'Weekly-Report',
    trigger: ['Recurrence', { type: 'Recurrence', recurrence: { frequency: 'Week', interval: 1 } }],
    behaviour: quick,
  },
  { name: 'Open-Ticket', trigger: ['manual', http('Http')], behaviour: quick },
  { name: 'Rotate-Keys', group: 'rg-platform', trigger: [alertTrigger, alert], behaviour: quick },
  {
    name: 'Notify-SOC-Staging',
    group: 'rg-soc-stg',
    subscription: staging,
    location: 'eastus',
    trigger: [alertTrigger, alert],
    behaviour: quick,
  },
  { name: 'Send-To-ChatOps', group: 'rg-platform', trigger: [alertTrigger, alert], actions: send, behaviour: forwarding },
  {
    name: 'Send-Recommendations-To-ChatOps',
    group: 'rg-platform',
    trigger: [recommendationTrigger, recommendation],
    actions: send,
    behaviour: forwarding,
  },
  {
    name: 'Send-Compliance-To-ChatOps',
    group: 'rg-platform',
    trigger: [complianceTrigger, compliance],
    actions: send,
    behaviour: forwarding,
  },
]

function connector(event: string, api: string): Trigger {
  return {
    type: 'ApiConnectionWebhook',
    inputs: {
      body: { callback_url: '@{listCallbackUrl()}' },
      host: { connection: { name: `@parameters('$connections')['${api}']['connectionId']` } },
      path: `/Microsoft.Security/${event}/subscribe`,
    },
  }
}

export function seedApps(state: State): void {
  for (const app of apps) addApp(state, app)
  state.sites.push({
    id: `/subscriptions/${production}/resourceGroups/rg-soc/providers/Microsoft.Web/sites/Standard-Responder`,
    name: 'Standard-Responder',
    group: 'rg-soc',
    subscription: production,
    location: 'westeurope',
  })
  for (const [name, source, app] of forwards)
    for (const subscription of [production, staging])
      addForward(state, `${name}${subscription === staging ? '-Staging' : ''}`, source, app, subscription)
}

function addApp(
  state: State,
  { name, group = 'rg-soc', subscription = production, location = 'westeurope', trigger, actions, behaviour, disabled }: Seeded,
): void {
  const created = new Date(state.now().getTime() - 90 * 86_400_000)
  const definition: Definition = {
    $schema: schema,
    contentVersion: '1.0.0.0',
    parameters: {},
    triggers: { [trigger[0]]: trigger[1] },
    actions: actions ?? { Send: { type: 'ApiConnection', runAfter: {} } },
    outputs: {},
  }
  const workflow: Workflow = {
    id: `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Logic/workflows/${name}`,
    name,
    group,
    subscription,
    location,
    tags: {},
    enabled: disabled !== true,
    created,
    changed: created,
    definition,
    parameters: {},
    key: state.dice.guid(),
    behaviour,
  }
  state.workflows.set(workflow.id.toLowerCase(), workflow)
}

const forwards: [string, string, string][] = [
  ['Alerts-To-ChatOps', 'Alerts', 'Send-To-ChatOps'],
  ['Recommendations-To-ChatOps', 'Assessments', 'Send-Recommendations-To-ChatOps'],
  ['Compliance-To-ChatOps', 'RegulatoryComplianceAssessment', 'Send-Compliance-To-ChatOps'],
]

function addForward(state: State, name: string, eventSource: string, appName: string, subscription: string): void {
  const app = [...state.workflows.values()].find(one => one.name === appName)
  const group = subscription === production ? 'rg-soc' : 'rg-soc-stg'
  if (app === undefined) throw new Error(`no app ${appName}`)
  const at = app.created.toISOString()
  const id = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Security/automations/${name}`
  state.automations.set(id.toLowerCase(), {
    id,
    name,
    group,
    subscription,
    location: subscription === production ? 'westeurope' : 'eastus',
    tags: {},
    etag: state.dice.guid(),
    properties: {
      description: 'Sends every event to chat.',
      isEnabled: true,
      scopes: [{ description: '', scopePath: `/subscriptions/${subscription}` }],
      sources: [{ eventSource, ruleSets: [] }],
      actions: [{ actionType: 'LogicApp', logicAppResourceId: app.id }],
      metadata: { createdDateTimeUtc: at, updatedDateTimeUtc: at, createdBy: 'Admin', updatedBy: 'Admin' },
    },
    uri: callbackOf(state, app, Object.keys(app.definition.triggers)[0] ?? '').value,
    counts: { matches: 0, deliveries: 0, failures: 0 },
  })
}
