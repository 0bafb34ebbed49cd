import type { Behaviour, Definition, Trigger, Workflow } from './logic.ts'
import { seedConnection } from './seed-connections.ts'
import type { State } from './state.ts'
import { production } from './subscriptions.ts'

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

/** An app of the seed, told in few words. */
export interface Seeded {
  name: string
  group?: string
  subscription?: string
  location?: string
  takes?: keyof typeof connectors
  /** Instead of a Defender connector. */
  trigger?: [string, Trigger]
  /** What its trigger lets through: an expression of workflow definitions. */
  onlyIf?: string
  /** So many runs at once; others wait. */
  atOnce?: number
  /** Asks a person first, who is given this long: `PT10S`. */
  asksFor?: string
  /** The managed API that its last action goes through, instead of plain HTTP. */
  through?: string
  /** Names of the actions, one after the other. */
  actions?: string[]
  behaviour: Behaviour
  disabled?: true
}

function triggerOf({ takes = 'alert', trigger, onlyIf, atOnce }: Seeded): [string, Trigger] {
  if (trigger !== undefined) return trigger
  const [name, event, api] = connectors[takes]
  const inputs = {
    body: { callback_url: '@{listCallbackUrl()}' },
    host: { connection: { name: `@parameters('$connections')['${api}']['connectionId']` } },
    path: `/Microsoft.Security/${event}/subscribe`,
  }
  const gate = {
    ...(onlyIf !== undefined && { conditions: [{ expression: onlyIf }] }),
    ...(atOnce !== undefined && { runtimeConfiguration: { concurrency: { runs: atOnce } } }),
  }
  return [name, { type: 'ApiConnectionWebhook', inputs, ...gate }]
}

function actionsOf({ actions = ['Send'], behaviour, through, asksFor }: Seeded): Definition['actions'] {
  const inputs = behaviour.forwards
    ? { method: 'POST', uri: "@parameters('address')", headers: { 'x-api-key': "@parameters('key')" }, body: '@triggerBody()' }
    : { method: 'POST', uri: 'https://soc.example/hook', body: '@triggerBody()' }
  return Object.fromEntries(
    actions.map((name, index) => {
      const before = actions[index - 1]
      const runAfter = before === undefined ? {} : { [before]: ['Succeeded'] }
      const last = index === actions.length - 1
      if (asksFor !== undefined && index === 0)
        return [name, { type: 'HttpWebhook', inputs: asking, limit: { timeout: asksFor }, runAfter }]
      return [name, through !== undefined && last ? connected(through, runAfter) : { type: 'Http', inputs, runAfter }]
    }),
  )
}

/** Sends a question and waits for somebody to press a button. */
const asking = {
  subscribe: { method: 'POST', uri: 'https://soc.example/approvals', body: { callbackUrl: '@listCallbackUrl()' } },
}

function connected(api: string, runAfter: object): object {
  const host = { connection: { name: `@parameters('$connections')['${api}']['connectionId']` } }
  return { type: 'ApiConnection', inputs: { host, method: 'post', path: '/v2/Mail', body: '@triggerBody()' }, runAfter }
}

export function addApp(state: State, app: Seeded): void {
  const { name, group = 'rg-soc', subscription = production, location = 'westeurope', behaviour } = app
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
    identity: undefined,
    settings: {},
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
    parameters: {},
    key: state.noise.guid(),
    behaviour,
  }
  const apis = [app.takes && connectors[app.takes][2], app.through].filter(api => api !== undefined)
  const value = Object.fromEntries(apis.map(api => [api, seedConnection(state, api, workflow)]))
  if (apis.length > 0) workflow.parameters = { $connections: { value } }
  state.workflows.set(workflow.id.toLowerCase(), workflow)
}
