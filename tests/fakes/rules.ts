import type { Rule, RuleVersion } from '../../src/model/rule.ts'
import { analyst, subscription } from './findings.ts'

const group = `/subscriptions/${subscription}/resourceGroups/rg-soc`

/** Starts Block-IP on severe alerts about SQL. */
export function ruleOf(other: Partial<Rule> = {}): Rule {
  const name = other.name ?? 'Block-attackers'
  return {
    id: `${group}/providers/Microsoft.Security/automations/${name}`,
    name,
    subscription,
    group: 'rg-soc',
    location: 'westeurope',
    description: 'Keeps known attackers out of the shop’s databases.',
    enabled: true,
    scopes: [`/subscriptions/${subscription}`],
    sources: [
      {
        source: 'Alerts',
        when: [
          [
            { path: 'AlertDisplayName', type: 'String', operator: 'Contains', value: 'SQL' },
            { path: 'Severity', type: 'String', operator: 'Equals', value: 'High' },
          ],
        ],
      },
    ],
    targets: [{ type: 'LogicApp', logicAppId: `${group}/providers/Microsoft.Logic/workflows/Block-IP` }],
    etag: '"1"',
    resource: '{}',
    ...other,
  }
}

export function versionOf(what: RuleVersion['what'], at: string, other: Partial<RuleVersion> = {}): RuleVersion {
  const rule = ruleOf()
  return { ruleId: rule.id, at, by: analyst, what, rule, requestId: `${what} ${at}`, ...other }
}
