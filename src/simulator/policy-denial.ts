import { ArmError } from './arm-error.ts'
import { guidOf } from './dice.ts'
import { covers } from './roles.ts'
import type { Denial, State } from './state.ts'

/** A policy with the effect deny stops what would be made or changed, never what is read or deleted. */
export function checkPolicy({ denials }: State, path: string, method: string): void {
  if (method !== 'PUT' && method !== 'PATCH') return
  const [, type, name] = resourceIn(path)
  const stopped = denials.find(
    ({ scope, type: only }) => covers(scope, path) && (only === undefined || only.toLowerCase() === type?.toLowerCase()),
  )
  if (stopped !== undefined) throw disallowed(stopped, name ?? path)
}

/** The last provider's type and name. */
function resourceIn(path: string): string[] {
  return /^.*\/providers\/([^/]+\/[^/]+)\/([^/]+)$/i.exec(path) ?? []
}

/** Text and additional information as ARM gives them. */
function disallowed({ scope, policy }: Denial, resource: string): ArmError {
  const definition = guidOf(`policy ${policy}`)
  const assignmentId = `${scope}/providers/Microsoft.Authorization/policyAssignments/${definition.slice(0, 8)}`
  const definitionId = `/providers/Microsoft.Authorization/policyDefinitions/${definition}`
  const identifiers = [
    {
      policyAssignment: { name: policy, id: assignmentId },
      policyDefinition: { name: policy, id: definitionId },
    },
  ]
  const info = {
    policyDefinitionDisplayName: policy,
    policyDefinitionId: definitionId,
    policyDefinitionName: definition,
    policyDefinitionEffect: 'deny',
    policyAssignmentId: assignmentId,
    policyAssignmentName: definition.slice(0, 8),
    policyAssignmentDisplayName: policy,
    policyAssignmentScope: scope,
    policyAssignmentParameters: {},
    policyExemptionIds: [],
  }
  return new ArmError(
    403,
    'RequestDisallowedByPolicy',
    `Resource '${resource}' was disallowed by policy. Policy identifiers: '${JSON.stringify(identifiers)}'.`,
    { target: resource, additionalInfo: [{ type: 'PolicyViolation', info }] },
  )
}
