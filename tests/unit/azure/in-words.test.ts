import { expect, test } from '@jest/globals'
import { inWords, placeOf, type Refusal } from '../../../src/azure/in-words.ts'
import { reasonOf } from '../../../src/azure/to-error.ts'

const group = '/subscriptions/1/resourceGroups/rg-soc'
const places: [string, string][] = [
  ['/subscriptions/1', 'the subscription 1'],
  ['subscriptions/1/resourcegroups/rg', 'the resource group rg'],
  [`${group}/providers/Microsoft.Security/automations/A`, 'A in rg-soc'],
  [`${group}/providers/Microsoft.Logic/workflows/App/triggers/manual`, 'App in rg-soc'],
  ['/subscriptions/1/providers/Microsoft.Security/locations/centralus/alerts/2', '2'],
  ['/subscriptions/1/providers/Microsoft.Web/sites', 'the subscription 1'],
  [`${group}/providers/Microsoft.Web/sites/`, 'the resource group rg-soc'],
  [`${group}/providers/Microsoft.Web/sites/shop/functions`, 'shop in rg-soc'],
  ['/providers/Microsoft.Management/managementGroups/corp', '/providers/Microsoft.Management/managementGroups/corp'],
  ['', ''],
]
test.each(places)('%s is called %s', (scope, name) => expect(placeOf(scope)).toBe(name))

const known: [string, string, RegExp][] = [
  [
    'InvalidTemplate',
    "Deployment template validation failed: 'The value 'x' is not valid.'.",
    /^The template is not valid: The value 'x' is not valid\.$/,
  ],
  ['ResourceGroupNotFound', "Resource group 'rg-x' could not be found.", /^The resource group rg-x does not exist/],
  [
    'InvalidResourceLocation',
    "The resource 'App' already exists in location 'westeurope' in resource group 'rg'. A resource with the same name cannot be created in location 'eastus'.",
    /^App already exists in westeurope\. Choose another name\.$/,
  ],
  [
    'LocationNotAvailableForResourceType',
    "The provided location 'mars' is not available for resource type 'Microsoft.Logic/workflows'. List of available regions for the resource type is 'eastus'.",
    /^Microsoft\.Logic\/workflows can't be made in mars/,
  ],
  ['DeploymentQuotaExceeded', 'Creating the deployment would exceed the quota of 800.', /Delete old ones/],
  ['RequestDisallowedByPolicy', 'No.', /^A policy of your organisation forbids it/],
]
test.each(known)('%s in words', (code, message, words) => expect(inWords({ code, message })).toMatch(words))

test.each([
  'AuthorizationFailed',
  'LinkedAuthorizationFailed',
  'ScopeLocked',
  'InvalidTemplate',
  'MissingSubscriptionRegistration',
  'Odd',
  '',
])("where Azure's text says something else, it speaks itself: %s", code => {
  expect(inWords({ code, message: 'Something else.' })).toBeUndefined()
  expect(reasonOf({ code, message: 'Something else.' })).toMatch(/Something else\.$/)
})

test('wrapped without end, the innermost that is looked at is told', () => {
  let refusal: Refusal = { code: 'Innermost', message: 'In.' }
  for (let depth = 0; depth < 1000; depth++) refusal = { code: 'DeploymentFailed', message: `At ${depth}.`, details: [refusal] }
  expect(reasonOf(refusal)).toBe('DeploymentFailed: At 989.')
})

test('JSON that is no error is told as it stands, and never with a signature', () => {
  expect(reasonOf({ code: 'Odd', message: '{"a":1} sig=abc' })).toBe('Odd: {"a":1} sig=***')
})
