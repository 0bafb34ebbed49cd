import { guidOf } from './dice.ts'
import { policyRule } from './seed-rules.ts'
import type { State } from './state.ts'
import { production } from './subscriptions.ts'

/** Built-in: Deploy Workflow Automation for Microsoft Defender for Cloud alerts. Source: Azure/azure-policy. */
const alertsPolicy = 'f1525828-9a90-4fcf-be48-268cdd02361e'
const assignedBefore = 200 * 86_400_000

/** The alerts policy on production: it wants High and Medium, while somebody has since taken Medium out of the rule. */
export function seedPolicy(state: State): void {
  const group = `/subscriptions/${production}/resourceGroups/rg-soc`
  state.policyAssignments.push({
    name: 'alerts-to-on-call',
    scope: `/subscriptions/${production}`,
    location: 'westeurope',
    principalId: guidOf('identity of alerts-to-on-call'),
    displayName: 'Deploy Workflow Automation for Microsoft Defender for Cloud alerts',
    description: 'Pages the person on call for alerts in production.',
    policyDefinitionId: `/providers/Microsoft.Authorization/policyDefinitions/${alertsPolicy}`,
    parameters: {
      automationName: policyRule.name,
      resourceGroupName: 'rg-soc',
      resourceGroupLocation: 'westeurope',
      createResourceGroup: false,
      alertName: '',
      alertSeverities: ['High', 'Medium'],
      logicAppResourceId: `${group}/providers/Microsoft.Logic/workflows/${policyRule.app}`,
      logicAppTrigger: 'When an Azure Security Center Alert is created or triggered',
    },
    created: new Date(state.clock.now().getTime() - assignedBefore),
  })
}
