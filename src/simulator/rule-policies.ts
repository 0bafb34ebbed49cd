/** Built-in: Deploy Workflow Automation for Microsoft Defender for Cloud …, version 5.0.1. Source: Azure/azure-policy. */
export const rulePolicies = {
  alerts: 'f1525828-9a90-4fcf-be48-268cdd02361e',
  recommendations: '73d6ab6c-2475-4850-afd6-43795f3492ef',
  compliance: '509122b9-ddd9-47ba-a5f1-d0dac20be63c',
}

/** Their parameters that have no default. */
export const ruleParameters = [
  'automationName',
  'resourceGroupName',
  'resourceGroupLocation',
  'logicAppResourceId',
  'logicAppTrigger',
]

export function definitionId(guid: string): string {
  return `/providers/Microsoft.Authorization/policyDefinitions/${guid}`
}
