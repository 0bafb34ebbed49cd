import type { LogicApp } from '../../model/logic-app.ts'
import type { Rule } from '../../model/rule.ts'
import { byGroup, parametersOf, type Secret, type TemplateRule, templateRule } from './resource.ts'

const schema = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#'
const deployments = '2022-09-01'
const callbacks = '2019-05-01'

/**
 * Rules → an ARM template for a resource group; with rules of several groups, one that deploys into each. Callback addresses are fetched by
 * ARM while it deploys; where the logic app is not known, they are secure parameters.
 */
export function writeArm(rules: Rule[], apps: LogicApp[]): string {
  const all = rules.map((rule, index) => templateRule(rule, index, apps))
  const groups = byGroup(all)
  const [only] = groups
  const resources = groups.length === 1 && only !== undefined ? only.rules.map(resourceOf) : groups.map(nested)
  return `${JSON.stringify(templateOf(resources, parametersOf(all)), undefined, 2)}\n`
}

function templateOf(resources: object[], parameters: string[]): object {
  const declared = Object.fromEntries(parameters.map(name => [name, { type: 'secureString' }]))
  return { $schema: schema, contentVersion: '1.0.0.0', ...(parameters.length > 0 && { parameters: declared }), resources }
}

function nested({ subscription, group, rules }: ReturnType<typeof byGroup>[number]): object {
  const parameters = parametersOf(rules)
  const passed = Object.fromEntries(parameters.map(name => [name, { value: `[parameters('${name}')]` }]))
  return {
    type: 'Microsoft.Resources/deployments',
    apiVersion: deployments,
    name: `rules-${group}`.slice(0, 64),
    subscriptionId: subscription,
    resourceGroup: group,
    properties: {
      mode: 'Incremental',
      expressionEvaluationOptions: { scope: 'inner' },
      parameters: passed,
      template: templateOf(rules.map(resourceOf), parameters),
    },
  }
}

function resourceOf({ rule, apiVersion, tags, kind, properties, actions }: TemplateRule): object {
  const withSecrets = actions.map(({ fields, secrets }) => ({
    ...literal(fields),
    ...Object.fromEntries(Object.entries(secrets).map(([field, secret]) => [field, expression(secret)])),
  }))
  return {
    type: 'Microsoft.Security/automations',
    apiVersion,
    name: rule.name,
    location: rule.location,
    ...(kind !== undefined && { kind }),
    ...(tags && { tags: literal(tags) }),
    properties: { ...literal(properties), actions: withSecrets },
  }
}

function expression(secret: Secret): string {
  if (secret.type === 'parameter') return `[parameters('${secret.name}')]`
  const parts = [secret.subscription, secret.group, 'Microsoft.Logic/workflows/triggers', secret.app, secret.trigger]
  return `[listCallbackUrl(resourceId(${parts.map(quoted).join(', ')}), '${callbacks}').value]`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** A text that begins with a bracket is no expression. */
function literal(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, escaped(one)]))
}

function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith('[') ? `[${value}` : value
  if (Array.isArray(value)) return value.map(escaped)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, escaped(one)]))
}
