import { expect, test } from '@jest/globals'
import { whereToAsk } from '../../../src/azure/access.ts'
import { rolesWith } from '../../../src/azure/built-in-roles.ts'
import { covers, grants } from '../../../src/azure/permission.ts'

const grantTable: [string[], string[], string, boolean][] = [
  [['*'], [], 'Microsoft.Logic/workflows/read', true],
  [['*/read'], [], 'Microsoft.Logic/workflows/read', true],
  [['*/read'], [], 'Microsoft.Logic/workflows/write', false],
  [['Microsoft.Logic/*'], [], 'microsoft.logic/workflows/triggers/listCallbackUrl/ACTION', true],
  [['Microsoft.Logic/*/read'], [], 'Microsoft.Logic/workflows/runs/read', true],
  [['Microsoft.Logic/*/read'], [], 'Microsoft.Logic/read', false],
  [
    ['Microsoft.Logic/workflows/*'],
    ['Microsoft.Logic/workflows/triggers/*'],
    'Microsoft.Logic/workflows/triggers/run/action',
    false,
  ],
  [['*'], ['Microsoft.Authorization/*/Write'], 'microsoft.authorization/policyassignments/write', false],
  [['*'], ['Microsoft.Authorization/*/Write'], 'Microsoft.Authorization/roleAssignments/read', true],
  [['*/*/*'], [], 'a/b', false],
  [['a*a'], [], 'a', false],
  [['Microsoft.Logic/workflows/rea.'], [], 'Microsoft.Logic/workflows/read', false],
  [[], [], 'a/read', false],
]
test.each(grantTable)('%j without %j grants %s: %s', (actions, notActions, action, granted) => {
  expect(grants({ actions, notActions }, action)).toBe(granted)
})

test('a pattern full of stars is judged at once', () => {
  expect(grants({ actions: [`${'*a'.repeat(40)}!`] }, 'a'.repeat(20_000))).toBe(false)
})

const sub = 'subscriptions/1'
const coverTable: [string, string, boolean][] = [
  ['', sub, true],
  [sub, sub, true],
  [sub, `${sub}/resourcegroups/a`, true],
  [`${sub}/resourcegroups/a`, sub, false],
  [`${sub}/resourcegroups/a`, `${sub}/resourcegroups/ab`, false],
  ['subscriptions/1', 'subscriptions/12', false],
  ['providers/microsoft.management/managementgroups/m', sub, true],
  ['providers/microsoft.management/managementgroups/m', 'providers/microsoft.management/managementgroups/n', false],
]
test.each(coverTable)('"%s" covers "%s": %s', (above, scope, covered) => {
  expect(covers(above, scope)).toBe(covered)
})

test('few scopes are asked each, many in a subscription at once', () => {
  const scopes = (count: number, subscription: string) =>
    Array.from({ length: count }, (_, index) => ({
      action: 'a/read',
      scope: `/Subscriptions/${subscription}/resourceGroups/${index}`,
    }))
  const asked = whereToAsk([...scopes(4, 'x'), ...scopes(3, 'y')])
  expect([...new Set(asked.values())].sort()).toEqual([
    'subscriptions/x',
    ...[0, 1, 2].map(index => `subscriptions/y/resourcegroups/${index}`),
  ])
})

const roleTable: [string, string[]][] = [
  [
    'Microsoft.Logic/workflows/triggers/listCallbackUrl/action',
    ['Microsoft Sentinel Playbook Operator', 'Logic App Contributor', 'Contributor', 'Owner'],
  ],
  ['Microsoft.Logic/workflows/enable/action', ['Logic App Operator', 'Logic App Contributor', 'Contributor', 'Owner']],
  ['microsoft.security/locations/alerts/dismiss/action', ['Security Admin', 'Contributor', 'Owner']],
  ['Microsoft.Authorization/policyAssignments/write', ['Resource Policy Contributor', 'Security Admin', 'Owner']],
  ['Microsoft.Security/automations/write', ['Security Admin', 'Contributor', 'Owner']],
]
test.each(roleTable)('roles with %s, the narrowest first', (action, roles) => {
  expect(rolesWith(action)).toEqual(roles)
})
