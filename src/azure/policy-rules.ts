import { z } from 'zod'
import { Problem } from '../errors.ts'
import type { PolicyRule } from '../model/catalogue.ts'
import { scopePath, withoutSlash } from './arm-id.ts'
import type { Connection } from './connection.ts'
import { readAs } from './raw.ts'
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

const Member = z.object({
  policyDefinitionId: z.string().catch(''),
  parameters: z.record(z.string(), z.object({ value: z.unknown().optional() })).catch({}),
})
const Initiative = z.object({
  properties: z.object({
    policyDefinitions: z.array(Member).catch([]),
    parameters: z.record(z.string(), z.object({ defaultValue: z.unknown().optional() })).catch({}),
  }),
})
type Parameters = Record<string, unknown>
type Member = { definition: string; parameters: Parameters }

/**
 * Assignments of those policies that reach a subscription, from above it too and inside of initiatives; not what is only tried out
 * (DoNotEnforce), which deploys nothing.
 */
export async function policyRulesIn(connection: Connection, subscription: string): Promise<PolicyRule[]> {
  const rules: PolicyRule[] = []
  const path = `/subscriptions/${encodeURIComponent(subscription)}/providers/Microsoft.Authorization/policyAssignments`
  for await (const page of connection.raw.pages(path, version))
    for (const item of page) rules.push(...(await readPolicyRules(connection, item)))
  return rules
}

async function readPolicyRules(connection: Connection, item: unknown): Promise<PolicyRule[]> {
  const { id, properties } = Assignment.parse(item)
  if (same(properties.enforcementMode, 'DoNotEnforce')) return []
  const own = valuesOf(properties.parameters)
  const members = /\/policySetDefinitions\//i.test(properties.policyDefinitionId)
    ? await membersOf(connection, properties.policyDefinitionId, own)
    : ourMember(properties.policyDefinitionId, own)
  return members.map(({ definition, parameters }) => {
    const { automationName, resourceGroupName } = Where.parse(parameters)
    const scope = withoutSlash(properties.scope)
    return { assignment: id, ruleName: automationName, group: resourceGroupName, scope, definition, parameters }
  })
}

function ourMember(definitionId: string, parameters: Parameters): Member[] {
  const definition = definitions.find(guid => definitionId.toLowerCase().endsWith(`/policydefinitions/${guid}`))
  return definition === undefined ? [] : [{ definition, parameters }]
}

/** Those policies in an initiative, with the parameters it hands on. One that may not be read tells nothing. */
async function membersOf(connection: Connection, id: string, given: Parameters): Promise<Member[]> {
  const text = await connection.raw.send('GET', `/${scopePath(id)}`, version).catch(thrown => {
    if (thrown instanceof Problem && thrown.retry) throw thrown
    return undefined
  })
  if (text === undefined) return []
  const { properties } = readAs(Initiative, text)
  const defaults = Object.entries(properties.parameters).map(([name, { defaultValue }]) => [name, defaultValue] as const)
  const known = { ...Object.fromEntries(defaults), ...given }
  return properties.policyDefinitions.flatMap(({ policyDefinitionId, parameters }) => {
    const values = handedOn(valuesOf(parameters), known)
    return values === undefined ? [] : ourMember(policyDefinitionId, values)
  })
}

/** `[parameters('name')]` is the initiative's own parameter. Undefined with any other expression: then what is wanted is not known. */
function handedOn(values: Parameters, known: Parameters): Parameters | undefined {
  const lower = new Map(Object.entries(known).map(([name, value]) => [name.toLowerCase(), value]))
  const all = Object.entries(values).map(([name, value]) => {
    const [, of] = (typeof value === 'string' && /^\[parameters\('([^']+)'\)\]$/i.exec(value)) || []
    return [name, of === undefined ? value : lower.get(of.toLowerCase())] as const
  })
  const isOpen = all.some(([, value]) => typeof value === 'string' && /^\[(?!\[)/.test(value))
  return isOpen ? undefined : Object.fromEntries(all)
}

function valuesOf(parameters: z.infer<typeof Assignment>['properties']['parameters']): Parameters {
  return Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value]))
}
