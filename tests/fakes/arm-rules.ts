import { randomUUID } from 'node:crypto'
import { subscription, workflows } from './arm-data.ts'

/** Automations of the stand-in. Unlike the simulator it keeps what it doesn't know, as Azure may. */

type Json = Record<string, unknown>
interface Action extends Json {
  actionType: string
}
interface Automation extends Json {
  id: string
  name: string
  etag: string
  properties: Json & { actions: Action[]; sources: Json[] }
}

const root = `/subscriptions/${subscription}`
const idOf = (name: string) => `${root}/resourceGroups/rg-soc/providers/Microsoft.Security/automations/${name}`
const app = workflows[0]?.id ?? ''

const severity = { propertyJPath: 'Severity', propertyType: 'string', expectedValue: 'High', operator: 'equals', note: 'kept' }
const rich = {
  kind: 'Custom',
  tags: { owner: 'soc' },
  systemData: { createdBy: 'someone' },
  properties: {
    description: null,
    isEnabled: true,
    metadata: { createdBy: 'portal' },
    scopes: [{ description: 'all of it', scopePath: root }],
    sources: [
      { eventSource: 'Alerts', eventVersionType: 'Api', ruleSets: [{ rules: [severity], label: 'first' }] },
      { eventSource: 'AttackPaths', ruleSets: null },
    ],
    actions: [
      { actionType: 'LogicApp', logicAppResourceId: app, delay: 'PT1M' },
      { actionType: 'Workspace', workspaceResourceId: `${root}/resourceGroups/rg-soc/x`, table: 'one' },
      { actionType: 'Pager', number: 112 },
    ],
  },
}

function simple(name: string, actions: Action[], rules: Json[] = [severity]): Automation {
  return {
    id: idOf(name),
    name,
    type: 'Microsoft.Security/SecurityAutomations',
    location: 'westeurope',
    etag: randomUUID(),
    properties: { scopes: [{ scopePath: root }], sources: [{ eventSource: 'Alerts', ruleSets: [{ rules }] }], actions },
  }
}

const start: Action = { actionType: 'LogicApp', logicAppResourceId: app }

export function seedRules(): Map<string, Automation> {
  const all: Automation[] = [
    { ...simple('Rich', []), ...rich },
    simple('From-Tomorrow', [start], [severity, { ...severity, operator: 'Resembles' }]),
    simple('To-Hub-Too', [start, { actionType: 'EventHub', eventHubResourceId: `${root}/x`, sasPolicyName: 'send' }]),
    simple('ExportToWorkspace', [{ actionType: 'Workspace', workspaceResourceId: `${root}/x` }, start]),
    simple('Hub-Only', [{ actionType: 'EventHub', eventHubResourceId: `${root}/x` }]),
  ]
  return new Map(all.map(one => [one.id.toLowerCase(), one]))
}

interface Answer {
  status: number
  body?: object
}

function failed(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message } } }
}

export function getRule(rules: Map<string, Automation>, id: string): Answer {
  const rule = rules.get(id.toLowerCase())
  return rule === undefined ? failed(404, 'ResourceNotFound', `The Resource '${id}' was not found.`) : { status: 200, body: rule }
}

export function putRule(rules: Map<string, Automation>, id: string, text: string): Answer {
  const before = rules.get(id.toLowerCase())
  const { etag, ...body } = JSON.parse(text)
  if (etag !== undefined && etag !== before?.etag) return failed(412, 'PreconditionFailed', 'The etag is not the current one.')
  const bad = complaint(body)
  if (bad !== undefined) return failed(400, 'BadRequest', bad)
  const actions = body.properties.actions.map(({ uri: _uri, ...action }: Action & { uri: string }) => action)
  const name = id.split('/').at(-1)
  const saved = { ...body, id, name, etag: randomUUID(), type: 'Microsoft.Security/automations' }
  rules.set(id.toLowerCase(), { ...saved, properties: { ...body.properties, actions } })
  return { status: before === undefined ? 201 : 200, body: rules.get(id.toLowerCase()) ?? {} }
}

/** Keeps what it does not name, the event hub's key included, and judges nothing. */
export function patchRule(rules: Map<string, Automation>, id: string, text: string): Answer {
  const before = rules.get(id.toLowerCase())
  if (before === undefined) return getRule(rules, id)
  const { properties, ...rest } = JSON.parse(text)
  rules.set(id.toLowerCase(), { ...before, ...rest, etag: randomUUID(), properties: { ...before.properties, ...properties } })
  return getRule(rules, id)
}

export function validateRule(text: string): Answer {
  const bad = complaint(JSON.parse(text))
  return { status: 200, body: { isValid: bad === undefined, message: bad ?? 'Validation Successful' } }
}

/** Answers 200, which the specification of the newer version allows and the client does not. */
export function deleteRule(rules: Map<string, Automation>, id: string): Answer {
  rules.delete(id.toLowerCase())
  return { status: 200 }
}

function complaint({ properties }: Automation): string | undefined {
  const starting = properties.actions.filter(({ actionType }) => actionType === 'LogicApp')
  if (!starting.every(({ uri }) => typeof uri === 'string' && uri.startsWith('http'))) return 'The uri is missing.'
  const rules = JSON.stringify(properties.sources)
  return rules.includes('"propertyJPath":""') ? 'The json value of propertyJPath failed validation.' : undefined
}
