import type { CloudAddresses } from '../model/cloud.ts'
import type { IdentityRole } from '../model/deployment.ts'
import type { Kind } from '../model/event.ts'
import type { ParameterValue, ParameterValues } from '../model/parameter.ts'
import { eventWords } from './event-words.ts'
import type { Built, TemplateValues } from './template.ts'
import { hostOf, inOrder, type WorkflowActions } from './workflow.ts'

/** What one template's logic app consists of, besides what all have: trigger, connections, settings, identity. */
export interface Design {
  actions: WorkflowActions
  /** Values that the actions read as `parameters('…')`: never part of an expression, whatever they hold. */
  settings?: ParameterValues
  connectors?: Connector[]
  /** Any of these gives the logic app an identity of its own. */
  roles?: IdentityRole[]
  /** One run after the other: for those that read, change and write back. */
  oneAtATime?: boolean
  tags?: Record<string, string>
}

/** A managed API that a person signs in to. */
export interface Connector {
  api: string
  /** The service's name. */
  title: string
}

export const teams: Connector = { api: 'teams', title: 'Microsoft Teams' }
export const slack: Connector = { api: 'slack', title: 'Slack' }
export const office365: Connector = { api: 'office365', title: 'Office 365 Outlook' }

/** The names by which Azure Policy finds a trigger. Source: built-in policies f1525828, 73d6ab6c and 509122b9, version 5.0.1. */
const defender: Record<Kind, { trigger: string; path: string; api: string }> = {
  alert: {
    trigger: 'When_a_Microsoft_Defender_for_Cloud_alert_is_created_or_triggered',
    path: '/Microsoft.Security/Alert/subscribe',
    api: 'ascalert',
  },
  recommendation: {
    trigger: 'When_a_Microsoft_Defender_for_Cloud_recommendation_is_created_or_triggered',
    path: '/Microsoft.Security/Assessment/subscribe',
    api: 'ascassessment',
  },
  compliance: {
    trigger: 'When_a_Defender_for_Cloud_regulatory_compliance_assessment_is_created_or_runs',
    path: '/Microsoft.Security/RegulatoryComplianceAssessment/subscribe',
    api: 'ascregulatorycomplianceassessment',
  },
}

const workflowSchema = 'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#'
const deploymentSchema = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#'
const location = '[resourceGroup().location]'

type Start = Pick<TemplateValues, 'kind' | 'cloud'>

/** The whole deployment: a connection for each service, then the workflow. */
export function built({ kind, appName, cloud }: TemplateValues, design: Design): Built {
  const { settings = {}, connectors = [], roles = [] } = design
  const keys = [defender[kind].api, ...connectors.map(({ api }) => api)]
  const values = { appName, ...settings }
  return {
    template: {
      $schema: deploymentSchema,
      contentVersion: '1.0.0.0',
      parameters: Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, { type: typeOf(value).toLowerCase() }]),
      ),
      resources: [...keys.map(connection), workflow({ kind, cloud }, keys, design)],
    },
    parameters: values,
    appName,
    toAuthorise: connectors.map(({ title }) => title),
    roles,
  }
}

function connection(key: string): object {
  return {
    type: 'Microsoft.Web/connections',
    apiVersion: '2016-06-01',
    name: connectionName(key),
    location,
    properties: { displayName: "[parameters('appName')]", customParameterValues: {}, api: { id: apiId(key) } },
  }
}

/** Its own for each logic app: signing in to one never opens another. */
function connectionName(key: string): string {
  return `[${named(key)}]`
}

function connectionId(key: string): string {
  return `[resourceId('Microsoft.Web/connections', ${named(key)})]`
}

/** Short enough beside the longest name of a logic app. */
function named(key: string): string {
  return `concat('${key.slice(0, 13)}-', parameters('appName'))`
}

function apiId(key: string): string {
  return `[concat(subscription().id, '/providers/Microsoft.Web/locations/', resourceGroup().location, '/managedApis/${key}')]`
}

function workflow(start: Start, keys: string[], design: Design): object {
  const { settings = {}, roles = [], tags = {} } = design
  return {
    type: 'Microsoft.Logic/workflows',
    apiVersion: '2019-05-01',
    name: "[parameters('appName')]",
    location,
    tags: { LogicAppsCategory: 'security', ...tags },
    ...(roles.length > 0 && { identity: { type: 'SystemAssigned' } }),
    dependsOn: keys.map(connectionId),
    properties: {
      state: 'Enabled',
      definition: definition(start, design),
      parameters: {
        ...Object.fromEntries(Object.keys(settings).map(name => [name, { value: `[parameters('${name}')]` }])),
        $connections: { value: Object.fromEntries(keys.map(key => [key, connected(key)])) },
      },
    },
  }
}

function connected(key: string): object {
  return { connectionId: connectionId(key), connectionName: connectionName(key), id: apiId(key) }
}

function definition({ kind, cloud }: Start, { actions, settings = {}, oneAtATime = false }: Design): object {
  const { trigger, path, api } = defender[kind]
  const body = { callback_url: '@{listCallbackUrl()}' }
  return {
    $schema: workflowSchema,
    contentVersion: '1.0.0.0',
    parameters: {
      $connections: { type: 'Object', defaultValue: {} },
      ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, { type: typeOf(value) }])),
    },
    triggers: {
      [trigger]: {
        type: 'ApiConnectionWebhook',
        inputs: { host: hostOf(api), body, path },
        ...(oneAtATime && { runtimeConfiguration: { concurrency: { runs: 1 } } }),
      },
    },
    actions: inOrder({ Event: { type: 'Compose', inputs: eventParts(kind, cloud) }, ...actions }),
    outputs: {},
  }
}

/** What later actions read as `outputs('Event')?['title']`. */
function eventParts(kind: Kind, cloud: CloudAddresses): Record<string, string> {
  return Object.fromEntries(Object.entries(eventWords(kind, cloud)).map(([name, expression]) => [name, `@${expression}`]))
}

function typeOf(value: ParameterValue): 'String' | 'Bool' | 'Int' | 'Array' | 'Object' {
  if (typeof value === 'object') return Array.isArray(value) ? 'Array' : 'Object'
  if (typeof value === 'boolean') return 'Bool'
  return typeof value === 'string' ? 'String' : 'Int'
}
