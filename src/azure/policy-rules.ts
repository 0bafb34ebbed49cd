import { z } from 'zod'
import type { PolicyRule } from '../model/catalogue.ts'
import { withoutSlash } from './arm-id.ts'
import type { Connection } from './connection.ts'
import { same } from './read-rule.ts'

const version = '2023-04-01'
/** The built-in policies that deploy a rule: for alerts, recommendations, compliance (Azure/azure-policy, version 5.0.1). */
const definitions = [
  'f1525828-9a90-4fcf-be48-268cdd02361e',
  '73d6ab6c-2475-4850-afd6-43795f3492ef',
  '509122b9-ddd9-47ba-a5f1-d0dac20be63c',
]

const Assignment = z.object({
  id: z.string(),
  properties: z.object({
    policyDefinitionId: z.string().catch(''),
    scope: z.string().catch(''),
    enforcementMode: z.string().catch(''),
    parameters: z.record(z.string(), z.object({ value: z.unknown().optional() })).catch({}),
  }),
})
const Where = z.object({ automationName: z.string().catch(''), resourceGroupName: z.string().catch('') })

/**
 * Assignments of those policies that reach a subscription, from above it too; what is assigned inside of an initiative is not seen, nor what is
 * only tried out (DoNotEnforce), which deploys nothing.
 */
export async function policyRulesIn({ raw }: Connection, subscription: string): Promise<PolicyRule[]> {
  const rules: PolicyRule[] = []
  const path = `/subscriptions/${encodeURIComponent(subscription)}/providers/Microsoft.Authorization/policyAssignments`
  for await (const page of raw.pages(path, version)) rules.push(...page.flatMap(item => readPolicyRule(item) ?? []))
  return rules
}

function readPolicyRule(item: unknown): PolicyRule | undefined {
  const { id, properties } = Assignment.parse(item)
  const definition = definitions.find(guid => properties.policyDefinitionId.toLowerCase().endsWith(`/policydefinitions/${guid}`))
  if (definition === undefined || same(properties.enforcementMode, 'DoNotEnforce')) return undefined
  const parameters = Object.fromEntries(Object.entries(properties.parameters).map(([name, { value }]) => [name, value]))
  const { automationName, resourceGroupName } = Where.parse(parameters)
  const scope = withoutSlash(properties.scope)
  return { assignment: id, ruleName: automationName, group: resourceGroupName, scope, definition, parameters }
}
