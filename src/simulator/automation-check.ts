import { fitsType, operators, readAs, valueTypes } from '../model/condition.ts'
import { ArmError, refused } from './arm-error.ts'
import { automationType, type Wanted } from './automation-body.ts'
import { type Call, param } from './call.ts'
import { covers, may } from './roles.ts'
import { same } from './same.ts'
import type { RuleCondition } from './state.ts'
import { takesOf } from './takes.ts'

type Source = Wanted['properties']['sources'][number]
type Action = Wanted['properties']['actions'][number]
/** Makes the refusal in the style of the provider. */
type No = (field: string, reason: string) => ArmError

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
]
const newerSources = ['AttackPaths', 'AttackPathsSnapshot']
const run = 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action'

/** The provider's own checks; throws the first refusal. */
export function checkAutomation(call: Call, { properties: { sources, actions, scopes } }: Wanted, actionsToo = true): void {
  const no: No = (field, reason) => refused(field, reason, call.state.noise.guid())
  if (sources.length === 0) throw no('sources', 'at least one source is required')
  if (actions.length === 0) throw no('actions', 'at least one action is required')
  if (scopes.length === 0) throw no('scopes', 'at least one scope is required')
  const own = `/subscriptions/${param(call, 'subscription')}`
  if (!scopes.every(({ scopePath }) => isScope(scopePath) && covers(own, scopePath)))
    throw no('scopes.scopePath', 'a scope must be the subscription of the automation or a resource group in it')
  for (const source of sources) checkSource(call, source, no)
  for (const action of actionsToo ? actions : []) checkAction(call, action, sources, no)
}

function isScope(path: string): boolean {
  return /^\/subscriptions\/[^/]+(\/resourceGroups\/[^/]+)?\/?$/i.test(path)
}

function checkSource(call: Call, { eventSource, ruleSets }: Source, no: No): void {
  const known = call.version.startsWith('2019') ? eventSources : [...eventSources, ...newerSources]
  if (!known.some(name => same(name, eventSource))) throw no('eventSource', `unknown event source '${eventSource}'`)
  for (const { rules } of ruleSets ?? []) for (const rule of rules) checkRule(rule, no)
}

function checkRule({ propertyJPath, propertyType, expectedValue, operator }: RuleCondition, no: No): void {
  const type = valueTypes.find(name => same(name, propertyType))
  const known = operators.find(name => same(name, operator))
  if (propertyJPath.trim() === '') throw no('propertyJPath', 'it must not be empty')
  if (type === undefined) throw no('propertyType', `unknown property type '${propertyType}'`)
  if (known === undefined) throw no('operator', `unknown operator '${operator}'`)
  if (!fitsType(known, type)) throw no('operator', `'${operator}' does not fit the property type '${propertyType}'`)
  if (readAs(type, expectedValue) === undefined) throw no('expectedValue', `'${expectedValue}' is not a valid ${propertyType}`)
}

/** A type of action that is not known here is kept and never carried out: Azure's list of them grows. */
function checkAction(call: Call, action: Action, sources: Source[], no: No): void {
  if (same(action.actionType, 'EventHub') && (action.connectionString ?? '') === '')
    throw no('connectionString', 'the connection string is required')
  if (same(action.actionType, 'LogicApp')) checkLogicApp(call, action, sources, no)
}

function checkLogicApp(call: Call, { logicAppResourceId: id = '', uri = '' }: Action, sources: Source[], no: No): void {
  if (uri === '') throw no('uri', 'the callback address is required')
  if (/\/microsoft\.web\/sites\//i.test(id)) throw no('logicAppResourceId', 'Standard logic apps are not supported')
  const app = call.state.workflows.get(id.toLowerCase())
  if (app === undefined) throw no('logicAppResourceId', `the logic app '${id}' does not exist`)
  const takes = Object.values(app.definition.triggers).map(takesOf)
  const fits = sources.every(({ eventSource }) => takes.includes('http') || takes.includes(eventSource.toLowerCase()))
  if (!fits) throw no('logicAppResourceId', 'the trigger of the logic app does not fit the event source')
  if (!may(call.state, call.caller, run, app.id)) throw linked(call, app.id)
}

/** A rule may only start what its author may start. */
function linked({ caller: { name, objectId }, params }: Call, app: string): ArmError {
  const { subscription = '', group = '', automation = '' } = params
  const scope = `/subscriptions/${subscription}/resourceGroups/${group}/providers/${automationType}/${automation}`
  return new ArmError(
    403,
    'LinkedAuthorizationFailed',
    `The client '${name}' with object id '${objectId}' has permission to perform action '${automationType}/write' on scope '${scope}'; however, it does not have permission to perform action(s) '${run}' on the linked scope(s) '${app}' (respectively) or the linked scope(s) are invalid.`,
  )
}
