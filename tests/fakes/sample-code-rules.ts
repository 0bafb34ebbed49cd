import type { LogicApp } from '../../src/model/logic-app.ts'
import type { Rule } from '../../src/model/rule.ts'

export const subscription = '10000000-5eed-4000-8000-000000000001'
const connector = { name: 'alert', type: 'ApiConnectionWebhook', path: '/Microsoft.Security/Alert/subscribe' }

export function sampleApp(name: string, parts: Partial<LogicApp> = {}): LogicApp {
  const group = parts.group ?? 'rg-soc'
  return {
    id: `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Logic/workflows/${name}`,
    name,
    group,
    subscription,
    location: 'westeurope',
    plan: 'consumption',
    enabled: true,
    triggers: [connector],
    actions: { builtIn: 1, connector: 1 },
    parameters: [],
    ...parts,
  }
}

/** A rule whose resource says the same, with what is not modelled added by `more`. */
export function sampleRule(parts: Partial<Rule> = {}, more: { tags?: object; kind?: string; properties?: object } = {}): Rule {
  const name = parts.name ?? 'Block-SQL'
  const group = parts.group ?? 'rg-soc'
  const rule: Rule = {
    id: `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Security/automations/${name}`,
    name,
    subscription,
    group,
    location: 'westeurope',
    description: 'Keeps SQL quiet.',
    enabled: true,
    scopes: [`/subscriptions/${subscription}`],
    sources: [
      {
        source: 'Alerts',
        when: [
          [
            { path: 'Severity', type: 'String', operator: 'Equals', value: 'High' },
            { path: 'AlertDisplayName', type: 'String', operator: 'Contains', value: 'SQL' },
          ],
        ],
      },
    ],
    targets: [{ type: 'LogicApp', logicAppId: sampleApp('Block-IP').id }],
    etag: 'e1',
    resource: '',
    ...parts,
  }
  return { ...rule, resource: resourceOf(rule, more) }
}

function resourceOf(rule: Rule, { properties, ...top }: { tags?: object; kind?: string; properties?: object }): string {
  const ruleSet = (when: Rule['sources'][number]['when']) =>
    when.map(set => ({
      rules: set.map(({ path, type, operator, value }) => ({
        propertyJPath: path,
        propertyType: type,
        expectedValue: value,
        operator,
      })),
    }))
  return JSON.stringify({
    id: rule.id,
    name: rule.name,
    type: 'Microsoft.Security/automations',
    location: rule.location,
    etag: rule.etag,
    ...top,
    properties: {
      description: rule.description,
      isEnabled: rule.enabled,
      scopes: rule.scopes.map(scopePath => ({ scopePath })),
      sources: rule.sources.map(({ source, when }) => ({ eventSource: source, ruleSets: ruleSet(when) })),
      actions: rule.targets.map(({ type, logicAppId }) => ({ actionType: type, logicAppResourceId: logicAppId })),
      ...properties,
    },
  })
}
