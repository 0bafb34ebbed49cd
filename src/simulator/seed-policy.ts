import { guidOf } from './dice.ts'
import { idOfSet } from './policy-sets.ts'
import { definitionId, rulePolicies } from './rule-policies.ts'
import { initiativeRule, policyRule } from './seed-rules.ts'
import type { PolicyAssignment, PolicySet, State } from './state.ts'
import { production, staging } from './subscriptions.ts'

const assignedBefore = 200 * 86_400_000

/**
 * The alerts policy on production: it wants High and Medium, while somebody has since taken Medium out of the rule. On staging an initiative with
 * two of the policies inside, which hands on what it was assigned with; one of its rules was switched off by hand, the other never made.
 */
export function seedPolicy(state: State): void {
  state.policySets.push(initiative)
  state.policyAssignments.push(
    assigned(state, {
      name: 'alerts-to-on-call',
      scope: `/subscriptions/${production}`,
      location: 'westeurope',
      displayName: 'Deploy Workflow Automation for Microsoft Defender for Cloud alerts',
      description: 'Pages the person on call for alerts in production.',
      policyDefinitionId: definitionId(rulePolicies.alerts),
      parameters: {
        automationName: policyRule.name,
        resourceGroupName: 'rg-soc',
        resourceGroupLocation: 'westeurope',
        createResourceGroup: false,
        alertName: '',
        alertSeverities: ['High', 'Medium'],
        logicAppResourceId: appId(policyRule.app),
        logicAppTrigger: 'When an Azure Security Center Alert is created or triggered',
      },
    }),
    assigned(state, {
      name: 'security-baseline',
      scope: `/subscriptions/${staging}`,
      location: 'eastus',
      displayName: 'Security baseline',
      description: 'What every subscription before production has.',
      policyDefinitionId: idOfSet(initiative),
      parameters: { group: 'rg-soc-stg', location: 'eastus', severities: ['High'], app: appId(initiativeRule.app) },
    }),
  )
}

const handedOn = (name: string) => ({ value: `[parameters('${name}')]` })
const common = {
  resourceGroupName: handedOn('group'),
  resourceGroupLocation: handedOn('location'),
  logicAppResourceId: handedOn('app'),
}

const initiative: PolicySet = {
  scope: `/subscriptions/${staging}`,
  name: 'security-baseline',
  displayName: 'Security baseline',
  description: 'Rules that every subscription before production has.',
  parameters: {
    group: { type: 'String' },
    location: { type: 'String' },
    app: { type: 'String' },
    severities: { type: 'Array', defaultValue: ['High', 'Medium', 'Low'] },
  },
  policyDefinitions: [
    {
      policyDefinitionId: definitionId(rulePolicies.alerts),
      policyDefinitionReferenceId: 'alerts',
      parameters: {
        ...common,
        automationName: { value: initiativeRule.name },
        alertSeverities: handedOn('severities'),
        logicAppTrigger: { value: 'When an Azure Security Center Alert is created or triggered' },
      },
    },
    {
      policyDefinitionId: definitionId(rulePolicies.recommendations),
      policyDefinitionReferenceId: 'recommendations',
      parameters: {
        ...common,
        automationName: { value: 'Baseline-Recommendations' },
        logicAppTrigger: { value: 'When an Azure Security Center Recommendation is created or triggered' },
      },
    },
  ],
}

function assigned(state: State, assignment: Omit<PolicyAssignment, 'created' | 'principalId'>): PolicyAssignment {
  const principalId = guidOf(`identity of ${assignment.name}`)
  return { ...assignment, principalId, created: new Date(state.clock.now().getTime() - assignedBefore) }
}

function appId(name: string): string {
  return `/subscriptions/${production}/resourceGroups/rg-soc/providers/Microsoft.Logic/workflows/${name}`
}
