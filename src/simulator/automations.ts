import { z } from 'zod'
import { type Condition, matches, type Operator, operators } from '../model/condition.ts'
import { ArmError, notFound, refused } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply } from './call.ts'
import { covers, may } from './roles.ts'
import type { Automation, Emitted, Source, State } from './state.ts'
import { takesOf } from './takes.ts'

const both = ['2019-01-01-preview', '2023-12-01-preview'] as const
const pattern = '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Security/automations/{automation}'
const type = 'Microsoft.Security/automations'
const read = 'Microsoft.Security/automations/read'
const eventSources = [
  'Alerts',
  'Assessments',
  'AssessmentsSnapshot',
  'SubAssessments',
  'SubAssessmentsSnapshot',
  'SecureScores',
  'SecureScoresSnapshot',
  'SecureScoreControls',
  'SecureScoreControlsSnapshot',
  'RegulatoryComplianceAssessment',
  'RegulatoryComplianceAssessmentSnapshot',
  'AttackPaths',
  'AttackPathsSnapshot',
]
const ordering = ['GreaterThan', 'GreaterThanOrEqualTo', 'LesserThan', 'LesserThanOrEqualTo']
const textual = ['Contains', 'StartsWith', 'EndsWith']

const RuleBody = z.object({
  propertyJPath: z.string().default(''),
  propertyType: z.string().default('String'),
  expectedValue: z.string().default(''),
  operator: z.string().default('Equals'),
})
const SourceBody = z.looseObject({
  eventSource: z.string(),
  ruleSets: z
    .array(z.object({ rules: z.array(RuleBody).default([]) }))
    .nullish()
    .transform(sets => sets ?? []),
})
const ActionBody = z.looseObject({
  actionType: z.string(),
  logicAppResourceId: z.string().optional(),
  uri: z.string().optional(),
  connectionString: z.string().optional(),
})
const Body = z.object({
  location: z.string(),
  tags: z
    .record(z.string(), z.string())
    .nullish()
    .transform(tags => tags ?? {}),
  etag: z.string().optional(),
  properties: z.object({
    description: z
      .string()
      .nullish()
      .transform(text => text ?? ''),
    isEnabled: z.boolean().default(true),
    scopes: z.array(z.object({ description: z.string().optional(), scopePath: z.string().default('') })).default([]),
    sources: z.array(SourceBody).default([]),
    actions: z.array(ActionBody).default([]),
  }),
})
type Body = z.infer<typeof Body>

export const automations: Operation[] = [
  {
    method: 'GET',
    pattern: '/subscriptions/{subscription}/providers/Microsoft.Security/automations',
    versions: both,
    action: read,
    handle: listed,
  },
  {
    method: 'GET',
    pattern: '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Security/automations',
    versions: both,
    action: read,
    handle: listed,
  },
  { method: 'GET', pattern, versions: both, action: read, handle: call => ({ status: 200, body: automationBody(found(call)) }) },
  { method: 'PUT', pattern, versions: both, action: 'Microsoft.Security/automations/write', handle: put },
  { method: 'PATCH', pattern, versions: ['2023-12-01-preview'], action: 'Microsoft.Security/automations/write', handle: patch },
  { method: 'DELETE', pattern, versions: both, action: 'Microsoft.Security/automations/delete', handle: remove },
  {
    method: 'POST',
    pattern: `${pattern}/validate`,
    versions: both,
    action: 'Microsoft.Security/automations/read',
    handle: validate,
  },
]

function idOf({ params: { subscription = '', group = '', automation = '' } }: Call): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/${type}/${automation}`
}

function found(call: Call): Automation {
  const automation = call.state.automations.get(idOf(call).toLowerCase())
  if (automation === undefined) throw notFound(type, param(call, 'automation'), param(call, 'group'))
  return automation
}

function listed(call: Call): Reply {
  const group = call.params.group?.toLowerCase()
  const all = [...call.state.automations.values()].filter(
    one =>
      one.subscription === param(call, 'subscription').toLowerCase() &&
      (group === undefined || one.group.toLowerCase() === group),
  )
  return page(call, all.map(automationBody))
}

/** Addresses and connection strings go in and never come out. */
function automationBody({ id, name, location, tags, etag, properties }: Automation): object {
  const actions = properties.actions.map(({ uri: _uri, connectionString: _connection, ...action }) => action)
  return { id, name, type, kind: '', location, tags, etag, properties: { ...properties, actions } }
}

function put(call: Call): Reply {
  const body = parsed(call)
  check(call, body)
  const before = call.state.automations.get(idOf(call).toLowerCase())
  if (before !== undefined && body.etag !== undefined && body.etag !== '' && body.etag !== before.etag)
    throw new ArmError(412, 'PreconditionFailed', 'The etag given is not the current one.')
  if (before !== undefined && before.location.toLowerCase() !== body.location.toLowerCase())
    throw new ArmError(
      409,
      'InvalidResourceLocation',
      `The resource '${before.name}' already exists in location '${before.location}' in resource group '${before.group}'. A resource with the same name cannot be created in location '${body.location}'. Please select a new resource name.`,
    )
  const saved = save(call, body, before)
  return { status: before === undefined ? 201 : 200, body: automationBody(saved) }
}

function save(call: Call, body: Body, before: Automation | undefined): Automation {
  const { state, caller } = call
  const now = state.now().toISOString()
  const {
    params: { subscription = '', group = '', automation: name = '' },
  } = call
  const metadata = {
    createdDateTimeUtc: before?.properties.metadata.createdDateTimeUtc ?? now,
    updatedDateTimeUtc: now,
    createdBy: before?.properties.metadata.createdBy ?? caller.name,
    updatedBy: caller.name,
  }
  const saved: Automation = {
    id: before?.id ?? idOf(call),
    name: before?.name ?? name,
    group,
    subscription: subscription.toLowerCase(),
    location: body.location,
    tags: body.tags,
    etag: state.dice.guid(),
    properties: {
      ...body.properties,
      scopes: body.properties.scopes.map(({ description, scopePath }) => ({
        ...(description !== undefined && { description }),
        scopePath,
      })),
      metadata,
    },
    uri: body.properties.actions.find(({ uri }) => uri !== undefined)?.uri,
    counts: before?.counts ?? { matches: 0, deliveries: 0, failures: 0 },
  }
  state.automations.set(saved.id.toLowerCase(), saved)
  return saved
}

const PatchBody = z.object({
  tags: z.record(z.string(), z.string()).optional(),
  properties: z.object({ isEnabled: z.boolean().optional(), description: z.string().optional() }).default({}),
})

/** Keeps the stored address. */
function patch(call: Call): Reply {
  const automation = found(call)
  const { tags, properties } = PatchBody.parse(call.body ?? {})
  automation.tags = tags ?? automation.tags
  automation.properties = {
    ...automation.properties,
    ...(properties.isEnabled !== undefined && { isEnabled: properties.isEnabled }),
    ...(properties.description !== undefined && { description: properties.description }),
  }
  automation.etag = call.state.dice.guid()
  return { status: 200, body: automationBody(automation) }
}

function remove(call: Call): Reply {
  call.state.automations.delete(idOf(call).toLowerCase())
  return { status: 204 }
}

function validate(call: Call): Reply {
  try {
    check(call, parsed(call))
    return { status: 200, body: { isValid: true, message: 'Validation Successful' } }
  } catch (error) {
    if (!(error instanceof ArmError) || error.status !== 400) throw error
    return { status: 200, body: { isValid: false, message: error.message } }
  }
}

function parsed(call: Call): Body {
  const read = Body.safeParse(call.body)
  if (read.success) return read.data
  const [issue] = read.error.issues
  if (issue?.path[0] === 'location')
    throw new ArmError(400, 'LocationRequired', 'The location property is required for this definition.')
  throw refused(issue?.path.join('.') ?? 'properties', issue?.message ?? 'wrong type', call.state.dice.guid())
}

function check(call: Call, { properties: { sources, actions, scopes } }: Body): void {
  const no = (field: string, reason: string) => refused(field, reason, call.state.dice.guid())
  if (sources.length === 0) throw no('sources', 'at least one source is required')
  if (actions.length === 0) throw no('actions', 'at least one action is required')
  if (scopes.length === 0) throw no('scopes', 'at least one scope is required')
  const own = `/subscriptions/${param(call, 'subscription')}`
  if (!scopes.every(({ scopePath }) => isScope(scopePath) && covers(own, scopePath)))
    throw no('scopes.scopePath', 'a scope must be the subscription of the automation or a resource group in it')
  for (const source of sources) checkSource(source, no)
  for (const action of actions) checkAction(call, action, sources, no)
}

function isScope(path: string): boolean {
  return /^\/subscriptions\/[^/]+(\/resourceGroups\/[^/]+)?\/?$/i.test(path)
}

type No = (field: string, reason: string) => ArmError

function checkSource({ eventSource, ruleSets }: Body['properties']['sources'][number], no: No): void {
  if (!eventSources.some(name => same(name, eventSource))) throw no('eventSource', `unknown event source '${eventSource}'`)
  for (const { propertyJPath, propertyType, expectedValue, operator } of ruleSets.flatMap(({ rules }) => rules)) {
    if (propertyJPath.trim() === '') throw no('propertyJPath', 'it must not be empty')
    if (!operators.some(name => same(name, operator))) throw no('operator', `unknown operator '${operator}'`)
    const numeric = same(propertyType, 'Integer') || same(propertyType, 'Number')
    if (ordering.some(name => same(name, operator)) && !numeric) throw no('operator', `'${operator}' needs a number`)
    if (textual.some(name => same(name, operator)) && !same(propertyType, 'String'))
      throw no('operator', `'${operator}' needs a string`)
    if (numeric && Number.isNaN(Number(expectedValue))) throw no('expectedValue', `'${expectedValue}' is no ${propertyType}`)
  }
}

function checkAction(call: Call, action: z.infer<typeof ActionBody>, sources: Body['properties']['sources'], no: No): void {
  if (!same(action.actionType, 'LogicApp')) return
  const id = action.logicAppResourceId ?? ''
  if (action.uri === undefined || action.uri === '') throw no('uri', 'the callback address is required')
  if (/microsoft\.web\/sites/i.test(id)) throw no('logicAppResourceId', 'Standard logic apps are not supported')
  const app = call.state.workflows.get(id.toLowerCase())
  if (app === undefined) throw no('logicAppResourceId', `the logic app '${id}' does not exist`)
  const takes = Object.values(app.definition.triggers).map(takesOf)
  const wanted = sources.map(({ eventSource }) => eventSource.toLowerCase())
  if (!takes.some(take => take === 'http' || wanted.includes(take)))
    throw no('logicAppResourceId', 'the trigger of the logic app does not fit the event source')
  const right = 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action'
  if (may(call.state, call.caller, right, app.id)) return
  throw new ArmError(
    403,
    'LinkedAuthorizationFailed',
    `The client '${call.caller.name}' with object id '${call.caller.objectId}' has permission to perform action 'Microsoft.Security/automations/write' on scope '${idOf(call)}'; however, it does not have permission to perform action(s) '${right}' on the linked scope(s) '${app.id}' (respectively) or the linked scope(s) are invalid.`,
  )
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** Enabled automations whose scope and conditions take this event. */
export function matching(state: State, event: Emitted): Automation[] {
  return [...state.automations.values()].filter(
    ({ properties }) =>
      properties.isEnabled &&
      properties.scopes.some(({ scopePath }) => covers(scopePath, event.subject)) &&
      properties.sources.some(source => same(source.eventSource, event.source) && matches(whenOf(source), event.body)),
  )
}

function whenOf({ ruleSets = [] }: Source): Condition[][] {
  return ruleSets.map(({ rules }) =>
    rules.map(({ propertyJPath, propertyType, expectedValue, operator }) => ({
      path: propertyJPath,
      type: typeOf(propertyType),
      operator: operatorOf(operator),
      value: expectedValue,
    })),
  )
}

function typeOf(name: string): Condition['type'] {
  return (['String', 'Integer', 'Number', 'Boolean'] as const).find(known => same(known, name)) ?? 'String'
}

function operatorOf(name: string): Operator {
  return operators.find(known => same(known, name)) ?? 'Equals'
}
