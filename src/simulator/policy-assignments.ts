import { z } from 'zod'
import { ArmError, undeserialized } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply, readable } from './call.ts'
import { guidOf } from './dice.ts'
import { idOfSet } from './policy-sets.ts'
import { covers } from './roles.ts'
import { ruleParameters, rulePolicies } from './rule-policies.ts'
import type { PolicyAssignment, State } from './state.ts'

const type = 'Microsoft.Authorization/policyAssignments'
const versions = ['2024-05-01', '2024-04-01', '2023-04-01', '2022-06-01'] as const
const read = `${type}/read`
const root = `/{scope+}/providers/${type}`

/** An assignment says what is wanted; nothing here makes it so. */
export const policyAssignments: Operation[] = [
  { method: 'GET', pattern: root, versions, action: read, list: true, handle: listed },
  { method: 'GET', pattern: `${root}/{name}`, versions, action: read, handle: get },
  { method: 'PUT', pattern: `${root}/{name}`, versions, action: `${type}/write`, handle: put },
  { method: 'DELETE', pattern: `${root}/{name}`, versions, action: `${type}/delete`, handle: remove },
]

function idOf({ scope, name }: PolicyAssignment): string {
  return `${scope}/providers/${type}/${name}`
}

function scopeOf(call: Call): string {
  return `/${param(call, 'scope')}`
}

/** What holds at the scope, from above, and below it; only the first two with `atScope()`, only its own with `atExactScope()`. */
function listed(call: Call): Reply {
  const scope = scopeOf(call)
  const filter = call.query.get('$filter') ?? ''
  const exact = /atExactScope\(\)/i.test(filter)
  const below = !exact && !/atScope\(\)/i.test(filter)
  const definition = /policyDefinitionId eq '([^']+)'/i.exec(filter)?.[1]?.toLowerCase()
  const found = call.state.policyAssignments.filter(
    one =>
      (exact
        ? covers(one.scope, scope) && covers(scope, one.scope)
        : covers(one.scope, scope) || (below && covers(scope, one.scope))) &&
      (definition === undefined || one.policyDefinitionId.toLowerCase() === definition),
  )
  return page(call, readable(call, read, found, idOf), { idOf, body: one => assignmentBody(call, one) })
}

function named(call: Call): PolicyAssignment | undefined {
  const wanted = `${scopeOf(call)}/providers/${type}/${param(call, 'name')}`.toLowerCase()
  return call.state.policyAssignments.find(one => idOf(one).toLowerCase() === wanted)
}

function get(call: Call): Reply {
  const found = named(call)
  if (found !== undefined) return { status: 200, body: assignmentBody(call, found) }
  throw new ArmError(404, 'PolicyAssignmentNotFound', `The policy assignment '${param(call, 'name')}' is not found.`)
}

/** What it made stays: a rule is nobody's then. */
function remove(call: Call): Reply {
  const gone = named(call)
  if (gone === undefined) return { status: 204 }
  call.state.policyAssignments = call.state.policyAssignments.filter(one => one !== gone)
  return { status: 200, body: assignmentBody(call, gone) }
}

const AssignmentBody = z.object({
  location: z.string().optional(),
  identity: z.object({ type: z.string() }).optional(),
  properties: z.object({
    policyDefinitionId: z.string(),
    displayName: z.string().default(''),
    description: z.string().default(''),
    enforcementMode: z.enum(['Default', 'DoNotEnforce']).default('Default'),
    parameters: z.record(z.string(), z.object({ value: z.unknown() })).default({}),
  }),
})

/** Always 201. Rights of its identity are given apart. */
function put(call: Call): Reply {
  const body = AssignmentBody.safeParse(call.body)
  if (!body.success) throw undeserialized(body.error.issues.map(({ path }) => path.join('.')).join(', '))
  const { location, identity, properties } = body.data
  if (identity !== undefined && identity.type !== 'None' && location === undefined)
    throw new ArmError(400, 'LocationRequired', 'The location property is required for this definition.')
  const name = param(call, 'name')
  const parameters = Object.fromEntries(Object.entries(properties.parameters).map(([key, { value }]) => [key, value]))
  checkParameters(call.state, name, properties.policyDefinitionId, Object.keys(parameters))
  const made: PolicyAssignment = {
    ...properties,
    name,
    scope: scopeOf(call),
    parameters,
    ...(location !== undefined && { location }),
    ...(identity?.type === 'SystemAssigned' && { principalId: guidOf(`identity of ${name}`) }),
    created: named(call)?.created ?? call.state.clock.now(),
  }
  call.state.policyAssignments = [...call.state.policyAssignments.filter(one => one !== named(call)), made]
  return { status: 201, body: assignmentBody(call, made) }
}

/** Text of the refusal as Azure gives it. */
function checkParameters(state: State, assignment: string, definitionId: string, given: string[]): void {
  const lower = given.map(one => one.toLowerCase())
  const missing = requiredBy(state, definitionId).filter(one => !lower.includes(one.toLowerCase()))
  if (missing.length === 0) return
  throw new ArmError(
    400,
    'MissingPolicyParameter',
    `The policy assignment '${assignment}' is missing the parameter(s) '${missing.join(',')}' as defined in the policy definition '${definitionId.split('/').at(-1)}'.`,
  )
}

/** Names of the parameters without a default. */
function requiredBy({ policySets }: State, definitionId: string): string[] {
  const id = definitionId.toLowerCase()
  const set = policySets.find(one => idOfSet(one).toLowerCase() === id)
  if (set !== undefined)
    return Object.entries(set.parameters).flatMap(([name, { defaultValue }]) => (defaultValue === undefined ? [name] : []))
  if (Object.values(rulePolicies).some(guid => id.endsWith(`/policydefinitions/${guid}`))) return ruleParameters
  const [what, code] = id.includes('/policysetdefinitions/')
    ? ['policy set definition', 'PolicySetDefinitionNotFound']
    : ['policy definition', 'PolicyDefinitionNotFound']
  throw new ArmError(404, code, `The ${what} '${definitionId.split('/').at(-1)}' could not be found.`)
}

function assignmentBody({ state: { tenantId } }: Call, assignment: PolicyAssignment): object {
  const { name, scope, location, principalId, displayName, description, policyDefinitionId, parameters, created } = assignment
  return {
    id: idOf(assignment),
    name,
    type,
    ...(location !== undefined && { location }),
    ...(principalId !== undefined && { identity: { type: 'SystemAssigned', principalId, tenantId } }),
    properties: {
      displayName,
      description,
      policyDefinitionId,
      scope,
      notScopes: [],
      parameters: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, { value }])),
      metadata: { assignedBy: 'Admin', createdOn: created.toISOString() },
      enforcementMode: assignment.enforcementMode ?? 'Default',
    },
  }
}
