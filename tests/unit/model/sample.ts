import type { LogicApp, Trigger } from '../../../src/model/logic-app.ts'
import type { Rule } from '../../../src/model/rule.ts'

export const subscription = '11111111-1111-4111-8111-111111111111'
export const group = `/subscriptions/${subscription}/resourceGroups/rg-sec`

export const alertTrigger: Trigger = { name: 'alert', type: 'ApiConnectionWebhook', path: '/Microsoft.Security/Alert/subscribe' }

export function appOf(parts: Partial<LogicApp> = {}): LogicApp {
  const name = parts.name ?? 'Block-IP'
  return {
    id: `${group}/providers/Microsoft.Logic/workflows/${name}`,
    name,
    group: 'rg-sec',
    subscription,
    location: 'westeurope',
    plan: 'consumption',
    enabled: true,
    triggers: [alertTrigger],
    actions: { builtIn: 1, connector: 1 },
    parameters: [],
    ...parts,
  }
}

export function ruleOf(parts: Partial<Rule> = {}): Rule {
  const name = parts.name ?? 'High-Alerts'
  return {
    id: `${group}/providers/Microsoft.Security/automations/${name}`,
    name,
    subscription,
    group: 'rg-sec',
    location: 'westeurope',
    description: '',
    enabled: true,
    scopes: [`/subscriptions/${subscription}`],
    sources: [{ source: 'Alerts', when: [[{ path: 'Severity', type: 'String', operator: 'Equals', value: 'High' }]] }],
    targets: [{ type: 'LogicApp', logicAppId: appOf().id }],
    resource: '{}',
    ...parts,
  }
}
