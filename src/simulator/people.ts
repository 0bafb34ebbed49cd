import roles from './data/roles.json' with { type: 'json' }
import { guidOf } from './dice.ts'
import type { Principal, RoleName } from './principal.ts'
import type { RoleAssignment, RoleDefinition } from './state.ts'
import { production, staging } from './subscriptions.ts'

const roleNames = ['bot', 'analyst', 'admin', 'stakeholder', 'nobody'] as const

/** The people of the simulated tenant are called by what they do. Their ids are the same for every seed. */
export const people: Principal[] = roleNames.map(role => ({
  role,
  objectId: guidOf(`person ${role}`),
  name: `${role.charAt(0).toUpperCase()}${role.slice(1)}`,
  token: `simulated-${role}`,
}))

/** Two roles that every tenant has beside those of the data file. Source: Microsoft Learn, Azure built-in roles. */
const more: RoleDefinition[] = [
  {
    name: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
    roleName: 'Reader',
    description: 'View all resources, but does not allow you to make any changes.',
    permissions: [{ actions: ['*/read'], notActions: [], dataActions: [], notDataActions: [] }],
  },
  {
    name: '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
    roleName: 'User Access Administrator',
    description: 'Lets you manage user access to Azure resources.',
    permissions: [
      {
        actions: ['*/read', 'Microsoft.Authorization/*', 'Microsoft.Support/*'],
        notActions: [],
        dataActions: [],
        notDataActions: [],
      },
    ],
  },
]
export const roleDefinitions: RoleDefinition[] = [...roles, ...more]

const home = `/subscriptions/${production}`
const second = `/subscriptions/${staging}`

/** The bot holds what it needs and no more; the analyst may run what lies in rg-soc. */
const held: [RoleName, string, string][] = [
  ...[home, second].flatMap((scope): [RoleName, string, string][] => [
    ['bot', 'Security Admin', scope],
    ['bot', 'Logic App Contributor', scope],
    ['bot', 'Reader', scope],
    ['admin', 'Owner', scope],
    ['analyst', 'Security Admin', scope],
  ]),
  ['analyst', 'Microsoft Sentinel Playbook Operator', `${home}/resourceGroups/rg-soc`],
  ['analyst', 'Reader', home],
  ['stakeholder', 'Security Reader', home],
  ['stakeholder', 'Security Reader', second],
]

export function seedAssignments(): RoleAssignment[] {
  return held.map(([role, roleName, scope]) => {
    const person = people.find(one => one.role === role)
    const definition = roleDefinitions.find(one => one.roleName === roleName)
    if (person === undefined || definition === undefined) throw new Error(`no ${role} or ${roleName}`)
    const name = guidOf(`${role} ${roleName} ${scope}`)
    return { name, scope, principalId: person.objectId, roleDefinition: definition.name }
  })
}
