import { ArmError } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply, readable } from './call.ts'
import { covers } from './roles.ts'
import type { PolicyAssignment } from './state.ts'

const type = 'Microsoft.Authorization/policyAssignments'
const versions = ['2024-05-01', '2024-04-01', '2023-04-01', '2022-06-01'] as const
const read = `${type}/read`
const root = `/{scope+}/providers/${type}`

/** Read only. */
export const policyAssignments: Operation[] = [
  { method: 'GET', pattern: root, versions, action: read, list: true, handle: listed },
  { method: 'GET', pattern: `${root}/{name}`, versions, action: read, handle: get },
]

function idOf({ scope, name }: PolicyAssignment): string {
  return `${scope}/providers/${type}/${name}`
}

/** What holds at the scope, from above, and below it; only the first two with `atScope()`, only its own with `atExactScope()`. */
function listed(call: Call): Reply {
  const scope = `/${param(call, 'scope')}`
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

function get(call: Call): Reply {
  const wanted = `/${param(call, 'scope')}/providers/${type}/${param(call, 'name')}`.toLowerCase()
  const found = call.state.policyAssignments.find(one => idOf(one).toLowerCase() === wanted)
  if (found !== undefined) return { status: 200, body: assignmentBody(call, found) }
  throw new ArmError(404, 'PolicyAssignmentNotFound', `The policy assignment '${param(call, 'name')}' is not found.`)
}

function assignmentBody({ state: { tenantId } }: Call, assignment: PolicyAssignment): object {
  const { name, scope, location, principalId, displayName, description, policyDefinitionId, parameters, created } = assignment
  return {
    id: idOf(assignment),
    name,
    type,
    location,
    identity: { type: 'SystemAssigned', principalId, tenantId },
    properties: {
      displayName,
      description,
      policyDefinitionId,
      scope,
      notScopes: [],
      parameters: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, { value }])),
      metadata: { assignedBy: 'Admin', createdOn: created.toISOString() },
      enforcementMode: 'Default',
    },
  }
}
