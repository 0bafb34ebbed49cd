import type { LogicApp } from '../../model/logic-app.ts'
import type { Rule } from '../../model/rule.ts'
import { byGroup, parametersOf, type Secret, type TemplateRule, templateRule } from './resource.ts'

const callbacks = '2019-05-01'

/** Code of Bicep's, beside plain values. */
class Code {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/**
 * Rules → Bicep, one text a resource group (a Bicep file deploys into one). Callback addresses are fetched while it deploys; where the logic
 * app is not known, they are secure parameters.
 */
export function writeBicep(rules: Rule[], apps: LogicApp[]): { group: string; text: string }[] {
  const all = rules.map((rule, index) => templateRule(rule, index, apps))
  return byGroup(all).map(({ group, rules: here }) => ({ group, text: fileOf(group, here) }))
}

function fileOf(group: string, rules: TemplateRule[]): string {
  const parameters = parametersOf(rules).map(name => `@secure()\nparam ${name} string\n`)
  return [
    `// az deployment group create --resource-group ${group} --template-file this-file\n`,
    ...parameters,
    ...rules.map(resourceOf),
  ].join('\n')
}

function resourceOf({ rule, apiVersion, tags, kind, properties, actions }: TemplateRule, index: number): string {
  const withSecrets = actions.map(({ fields, secrets }) => ({
    ...fields,
    ...Object.fromEntries(Object.entries(secrets).map(([field, secret]) => [field, new Code(expression(secret))])),
  }))
  const body = {
    name: rule.name,
    location: rule.location,
    ...(kind !== undefined && { kind }),
    ...(tags && { tags }),
    properties: { ...properties, actions: withSecrets },
  }
  return `resource rule${index} 'Microsoft.Security/automations@${apiVersion}' = ${print(body, 0)}\n`
}

function expression(secret: Secret): string {
  if (secret.type === 'parameter') return secret.name
  const parts = [secret.subscription, secret.group, 'Microsoft.Logic/workflows/triggers', secret.app, secret.trigger]
  return `listCallbackUrl(resourceId(${parts.map(quoted).join(', ')}), '${callbacks}').value`
}

function print(value: unknown, depth: number): string {
  if (value instanceof Code) return value.text
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value))
    return block(
      '[',
      value.map(one => print(one, depth + 1)),
      ']',
      depth,
    )
  if (typeof value === 'number' && !Number.isInteger(value)) return `json('${value}')`
  if (typeof value !== 'object' || value === null) return String(value)
  const lines = Object.entries(value).map(([key, one]) => `${keyOf(key)}: ${print(one, depth + 1)}`)
  return block('{', lines, '}', depth)
}

function block(open: string, lines: string[], close: string, depth: number): string {
  if (lines.length === 0) return `${open}${close}`
  const indent = '  '.repeat(depth + 1)
  return `${open}\n${lines.map(line => `${indent}${line}\n`).join('')}${'  '.repeat(depth)}${close}`
}

function keyOf(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? key : quoted(key)
}

/** Source: Bicep data types, strings. */
function quoted(text: string): string {
  const body = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('${', '\\${')
    .replaceAll('\r', '\\r')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
  return `'${body}'`
}
