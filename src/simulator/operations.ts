import { alerts } from './alerts.ts'
import { assessments } from './assessments.ts'
import { authorization } from './authorization.ts'
import { automations } from './automations.ts'
import { base } from './base.ts'
import type { Operation } from './call.ts'
import { compliance } from './compliance.ts'
import { connections } from './connections.ts'
import { deploymentOperations } from './deployment-operations.ts'
import { deployments } from './deployments.ts'
import { managementGroups } from './management-groups.ts'
import { policyAssignments } from './policy-assignments.ts'
import { policySets } from './policy-sets.ts'
import { runs } from './runs.ts'
import { suppression } from './suppression.ts'
import { triggers } from './triggers.ts'
import { workflows } from './workflows.ts'

/** Everything the simulated management API can be asked. */
export const operations: Operation[] = [
  ...base,
  ...managementGroups,
  ...authorization,
  ...policyAssignments,
  ...policySets,
  ...alerts,
  ...suppression,
  ...assessments,
  ...compliance,
  ...automations,
  ...connections,
  ...deployments,
  ...deploymentOperations,
  ...workflows,
  ...triggers,
  ...runs,
]
