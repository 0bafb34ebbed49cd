import { groups, seedResources } from './inventory.ts'
import { people, roleDefinitions, seedAssignments } from './people.ts'
import { seedApps } from './seed-apps.ts'
import { seedAssessments, seedCompliance, seedLeaving, seedMetadata } from './seed-findings.ts'
import { seedPolicy } from './seed-policy.ts'
import { seedRules } from './seed-rules.ts'
import type { State } from './state.ts'
import { production, retired, staging } from './subscriptions.ts'

export const tenantId = '00000000-5eed-4000-8000-000000000001'

type Parts = Pick<
  State,
  'clock' | 'dice' | 'noise' | 'emit' | 'carryOut' | 'perform' | 'refusal' | 'origin' | 'pageSize' | 'lags'
>

/** A company of some fifty resources, its people, apps and rules, at this moment. */
export function createState(parts: Parts): State {
  const state: State = {
    ...parts,
    tenantId,
    subscriptions: [
      { id: production, name: 'Production', state: 'Enabled', ascLocation: 'westeurope' },
      { id: staging, name: 'Staging', state: 'Enabled', ascLocation: 'centralus' },
      { id: retired, name: 'Retired', state: 'Disabled', ascLocation: 'westeurope' },
    ],
    groups,
    resources: seedResources(),
    principals: people,
    roleDefinitions,
    roleAssignments: seedAssignments(),
    denyAssignments: [],
    locks: [],
    denials: [],
    policyAssignments: [],
    policySets: [],
    unlisted: new Map(),
    unregistered: new Set(),
    workflows: new Map(),
    sites: [],
    connections: new Map(),
    deployments: new Map(),
    runs: new Map(),
    automations: new Map(),
    alerts: new Map(),
    suppressions: new Map(),
    metadata: seedMetadata(parts.clock.now()),
    assessments: new Map(),
    compliance: new Map(),
  }
  seedAssessments(state)
  seedCompliance(state)
  seedLeaving(state)
  seedApps(state)
  seedRules(state)
  seedPolicy(state)
  return state
}
