import type { Right } from '../../model/person.ts'
import type { Azure, Subscription } from '../../ports.ts'
import { type Line, missing, off, ok } from './line.ts'

/** A thing the bot does with its own identity, the rights that it takes, and a built-in role that holds them. Source: Azure built-in roles. */
interface Use {
  what: string
  actions: string[]
  role: string
  /** Missing it takes away only this. */
  optional?: true
}

const security = 'Security Admin'
const logic = 'Logic App Contributor'

const uses: Use[] = [
  {
    what: 'read alerts, recommendations and compliance',
    actions: [
      'Microsoft.Security/alerts/read',
      'Microsoft.Security/assessments/read',
      'Microsoft.Security/regulatoryComplianceStandards/read',
    ],
    role: security,
  },
  {
    what: 'change the status of alerts',
    actions: ['dismiss', 'resolve', 'activate'].map(verb => `Microsoft.Security/locations/alerts/${verb}/action`),
    role: security,
  },
  {
    what: 'read and write rules',
    actions: ['read', 'write', 'delete', 'validate/action'].map(verb => `Microsoft.Security/automations/${verb}`),
    role: security,
  },
  {
    what: 'ask at the click what a person may do',
    actions: ['roleAssignments', 'roleDefinitions', 'denyAssignments'].map(kind => `Microsoft.Authorization/${kind}/read`),
    role: security,
  },
  {
    what: 'see logic apps and their runs',
    actions: ['read', 'runs/read', 'triggers/read'].map(part => `Microsoft.Logic/workflows/${part}`),
    role: logic,
  },
  { what: 'see Standard logic apps and say why they are not offered', actions: ['Microsoft.Web/sites/read'], role: 'Reader' },
  { what: 'run logic apps', actions: ['Microsoft.Logic/workflows/triggers/listCallbackUrl/action'], role: logic },
  {
    what: 'create logic apps from templates',
    actions: ['Microsoft.Logic/workflows/write', 'Microsoft.Web/connections/write', 'Microsoft.Resources/deployments/write'],
    role: logic,
    optional: true,
  },
  {
    what: 'assign policies',
    actions: ['Microsoft.Authorization/policyAssignments/write', 'Microsoft.PolicyInsights/remediations/write'],
    role: 'Resource Policy Contributor',
    optional: true,
  },
  {
    what: "give a policy's identity its roles",
    actions: ['Microsoft.Authorization/roleAssignments/write'],
    role: 'Role Based Access Control Administrator',
    optional: true,
  },
]

/** Every right of the bot's identity on a subscription that is missing, by name; one line where none is. */
export async function checkRights({ access }: Azure, { id, name }: Subscription): Promise<Line[]> {
  const scope = `subscriptions/${id}`
  const all: Right[] = uses.flatMap(({ actions }) => actions.map(action => ({ action, scope })))
  const lacking = new Set((await access.missingItself(all)).map(({ action }) => action))
  const found = uses.flatMap(use =>
    use.actions.filter(action => lacking.has(action)).map(action => lineOf(use, action, scope, name)),
  )
  return found.some(({ state }) => state === 'missing') ? found : [ok(`${name}: all rights that are needed`), ...found]
}

function lineOf({ what, role, optional }: Use, action: string, scope: string, name: string): Line {
  if (optional) return off(`${name}: ${action}, only needed to ${what} (${role})`)
  return missing(
    `${name}: ${action}, needed to ${what}`,
    `${role} has it: az role assignment create --role "${role}" --scope /${scope} --assignee <the bot's identity>`,
  )
}
