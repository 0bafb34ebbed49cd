import { z } from 'zod'
import type { PolicyRule } from './catalogue.ts'
import type { Condition, When } from './condition.ts'
import { type Rule, type RuleSource, sourceOf } from './rule.ts'
import { covers } from './rule-scope.ts'

/** The three built-in policies that deploy a rule, by the guid of their definition; version 5.0.1 (Azure/azure-policy). */
const alertsPolicy = 'f1525828-9a90-4fcf-be48-268cdd02361e'
const recommendationsPolicy = '73d6ab6c-2475-4850-afd6-43795f3492ef'
const compliancePolicy = '509122b9-ddd9-47ba-a5f1-d0dac20be63c'

/** Whether this assignment makes this rule: name, group, and the scope as far as its id tells (a management group tells nothing). */
export function makes({ ruleName, group, scope }: PolicyRule, rule: Rule): boolean {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
  return same(ruleName, rule.name) && same(group, rule.group) && (!/^\/?subscriptions\//i.test(scope) || covers(scope, rule.id))
}

/** What the policy writes as the rule's source; undefined for a policy that is not known here. */
export function sourceByPolicy({ definition, parameters }: PolicyRule): RuleSource | undefined {
  const guid = definition.split('/').at(-1)?.toLowerCase()
  if (guid === alertsPolicy) return { source: sourceOf.alert, when: alertSets(AlertParameters.parse(parameters)) }
  if (guid === recommendationsPolicy)
    return { source: sourceOf.recommendation, when: recommendationSets(RecommendationParameters.parse(parameters)) }
  return guid === compliancePolicy
    ? { source: sourceOf.compliance, when: complianceSets(ComplianceParameters.parse(parameters)) }
    : undefined
}

const texts = (otherwise: string[]) => z.array(z.string()).catch(otherwise)
const severities = ['High', 'Medium', 'Low']
const controlStates = ['Failed', 'Passed', 'Skipped', 'Unsupported']

const AlertParameters = z.object({ alertName: z.string().catch(''), alertSeverities: texts(severities) })
const RecommendationParameters = z.object({
  recommendationNames: texts([]),
  recommendationSeverities: texts(severities),
  recommendationStates: texts(['Healthy', 'Unhealthy', 'Not Applicable']),
})
const ComplianceParameters = z.object({
  regulatoryComplianceStandards: texts([]),
  regulatoryComplianceControlStates: texts(controlStates),
})

function text(path: string, operator: Condition['operator'], value: string): Condition {
  return { path, type: 'String', operator, value }
}

function alertSets({ alertName, alertSeverities }: z.infer<typeof AlertParameters>): When {
  const first = alertName === '' ? text('Version', 'Contains', '3.') : text('AlertDisplayName', 'Contains', alertName)
  return alertSeverities.map(severity => [first, text('Severity', 'Equals', severity)])
}

function recommendationSets(wanted: z.infer<typeof RecommendationParameters>): When {
  const { recommendationNames, recommendationSeverities, recommendationStates } = wanted
  const firsts = recommendationNames.map(key => text('name', 'Contains', key))
  if (firsts.length === 0) firsts.push(text('type', 'Contains', 'Microsoft.Security/assessments'))
  return firsts.flatMap(first =>
    recommendationSeverities.flatMap(severity =>
      recommendationStates.map(state => [
        first,
        text('properties.metadata.severity', 'Equals', severity),
        text('properties.status.code', 'Contains', state.replaceAll(' ', '')),
      ]),
    ),
  )
}

/** Nothing narrowed: no sets, which fires on everything. All four states count as not narrowed. */
function complianceSets({
  regulatoryComplianceStandards,
  regulatoryComplianceControlStates,
}: z.infer<typeof ComplianceParameters>): When {
  const standards = regulatoryComplianceStandards.map(standard => text('id', 'Contains', standard))
  const states = regulatoryComplianceControlStates.map(state => text('properties.state', 'Equals', state))
  if (standards.length === 0) return states.length === controlStates.length ? [] : states.map(state => [state])
  if (states.length === controlStates.length) return standards.map(standard => [standard])
  return standards.flatMap(standard => states.map(state => [standard, state]))
}
