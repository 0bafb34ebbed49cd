import { callbackOf } from './callback.ts'
import { guidOf } from './dice.ts'
import { deprecatedSoon, replaced } from './leaving.ts'
import type { Automation, State } from './state.ts'
import { production, staging } from './subscriptions.ts'

type Condition = [path: string, operator: string, value: string]

interface SeededRule {
  name: string
  description: string
  source: 'Alerts' | 'Assessments' | 'RegulatoryComplianceAssessment'
  app: string
  appGroup?: string
  /** Each inner list must hold as a whole, one of them is enough; none: every event. */
  when?: Condition[][]
  disabled?: true
  /** The trigger that the stored address was made for, where it has another name today. */
  oldTrigger?: string
  /** Its subscription; production when absent. */
  home?: string
}

/** Rules as somebody would set them up who wants every event in chat. */
const forwards: SeededRule[] = [production, staging].flatMap(home =>
  (
    [
      ['Alerts', 'Alerts', 'Send-To-ChatOps'],
      ['Recommendations', 'Assessments', 'Send-Recommendations-To-ChatOps'],
      ['Compliance', 'RegulatoryComplianceAssessment', 'Send-Compliance-To-ChatOps'],
    ] as const
  ).map(([what, source, app]) => ({
    name: `${what}-To-ChatOps${home === staging ? '-Staging' : ''}`,
    description: 'Sends every event to chat.',
    source,
    app,
    appGroup: 'rg-platform',
    home,
  })),
)

/** As the alerts policy deploys it, but for the set that somebody took out by hand: the policy wants Medium as well. */
export const policyRule: SeededRule = {
  name: 'Policy-Alerts-To-On-Call',
  description: 'Workflow Automation for Microsoft Defender for Cloud alerts via policy',
  source: 'Alerts',
  app: 'Page-On-Call',
  when: [
    [
      ['Version', 'Contains', '3.'],
      ['Severity', 'Equals', 'high'],
    ],
  ],
}

/** As an initiative's alerts policy deploys it, and switched off by hand since. */
export const initiativeRule: SeededRule = {
  ...policyRule,
  name: 'Baseline-Alerts',
  disabled: true,
  home: staging,
}

/** Rules of several years and hands: some have gone dead since, and nobody was told. */
const grown: SeededRule[] = [
  {
    name: 'Notify-SOC-On-High',
    description: 'Tells the SOC about everything High.',
    source: 'Alerts',
    app: 'Notify-SOC',
    when: [[['Severity', 'Equals', 'High']]],
  },
  {
    name: 'Isolate-On-Ransomware',
    description: 'Takes a machine off the network. Off until the change board agrees.',
    source: 'Alerts',
    app: 'Isolate-VM',
    when: [[['AlertDisplayName', 'Contains', 'ransomware']]],
    disabled: true,
  },
  {
    name: 'Block-IP-On-Brute-Force',
    description: 'Blocks the address that keeps guessing passwords.',
    source: 'Alerts',
    app: 'Block-Brute-Force-IP',
    when: [[['AlertDisplayName', 'Contains', 'brute force']]],
  },
  {
    name: 'Ticket-On-Medium',
    description: 'Opens a ticket for everything Medium.',
    source: 'Alerts',
    app: 'Open-Ticket',
    when: [[['Severity', 'Equals', 'Medium']]],
    oldTrigger: 'When_a_HTTP_request_is_received',
  },
  {
    name: 'Respond-To-Malware',
    description: 'First rule of the security team, from 2018.',
    source: 'Alerts',
    app: 'Legacy-Responder',
    when: [[['AlertDisplayName', 'Contains', 'malware']]],
  },
  {
    name: 'Remediate-Missing-Updates',
    description: 'Starts the update run when a machine falls behind.',
    source: 'Assessments',
    app: 'Fix-Recommendation',
    when: [
      [
        ['name', 'Equals', deprecatedSoon],
        ['properties.status.code', 'Equals', 'Unhealthy'],
      ],
    ],
  },
  {
    name: 'Remediate-Endpoint-Protection',
    description: 'Installs endpoint protection where it is missing.',
    source: 'Assessments',
    app: 'Fix-Recommendation',
    when: [[['name', 'Equals', replaced]]],
  },
  {
    name: 'Patch-Image-Findings',
    description: 'Rebuilds an image for each vulnerability found in it.',
    source: 'Assessments',
    app: 'Fix-Recommendation',
    when: [[['id', 'Contains', '/subAssessments/']]],
  },
]

export function seedRules(state: State): void {
  for (const rule of [...forwards, ...grown, policyRule, initiativeRule]) {
    const automation = automationOf(state, rule)
    state.automations.set(automation.id.toLowerCase(), automation)
  }
}

function automationOf(state: State, rule: SeededRule): Automation {
  const { name, description, source, when = [], disabled, home = production } = rule
  const group = home === production ? 'rg-soc' : 'rg-soc-stg'
  return {
    id: `/subscriptions/${home}/resourceGroups/${group}/providers/Microsoft.Security/automations/${name}`,
    name,
    group,
    subscription: home,
    location: home === production ? 'westeurope' : 'eastus',
    tags: {},
    etag: state.noise.guid(),
    properties: {
      description,
      isEnabled: disabled !== true,
      scopes: [{ scopePath: `/subscriptions/${home}` }],
      sources: [{ eventSource: source, ruleSets: when.map(set => ({ rules: set.map(conditionBody) })) }],
      actions: [{ actionType: 'LogicApp', ...targetOf(state, rule) }],
    },
    counts: { matches: 0, deliveries: 0, failures: 0 },
  }
}

function conditionBody([propertyJPath, operator, expectedValue]: Condition) {
  return { propertyJPath, propertyType: 'String', expectedValue, operator }
}

/** The app with the address as it was stored when the rule was made; of an app that is gone only a dead one is left. */
function targetOf(
  state: State,
  { app: name, appGroup = 'rg-soc', oldTrigger }: SeededRule,
): { logicAppResourceId: string; uri: string } {
  const id = `/subscriptions/${production}/resourceGroups/${appGroup}/providers/Microsoft.Logic/workflows/${name}`
  const app = state.workflows.get(id.toLowerCase())
  if (app === undefined)
    return { logicAppResourceId: id, uri: `${state.origin}/workflows/${guidOf(id)}/triggers/manual/paths/invoke` }
  const [trigger = ''] = Object.keys(app.definition.triggers)
  return { logicAppResourceId: app.id, uri: callbackOf(state, app, oldTrigger ?? trigger).value }
}
