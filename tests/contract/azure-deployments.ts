import { expect, test } from '@jest/globals'
import type { DeploymentTarget } from '../../src/ports.ts'
import { type Bench, problem, until } from './azure-bench.ts'

const workflow = {
  type: 'Microsoft.Logic/workflows',
  apiVersion: '2019-05-01',
  name: "[parameters('name')]",
  location: "[parameters('location')]",
  properties: {
    state: 'Enabled',
    definition: {
      $schema: 'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
      contentVersion: '1.0.0.0',
      triggers: { manual: { type: 'Request', kind: 'Http' } },
      actions: {},
    },
  },
}
const template = {
  $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
  contentVersion: '1.0.0.0',
  parameters: { name: { type: 'string' }, location: { type: 'string' } },
  resources: [workflow],
}
const puts = ({ proxy }: Bench) => proxy.seen.filter(({ method, url }) => method === 'PUT' && /\/deployments\//.test(url)).length

let count = 0

async function targetOn({ app, ground }: Bench): Promise<{ target: DeploymentTarget; location: string }> {
  const { group, location } = await app('Notify-SOC')
  count += 1
  return { target: { subscription: ground.subscription, group, name: `deployment-${count}` }, location }
}

async function ended({ azure }: Bench, target: DeploymentTarget) {
  return await until(async () => {
    const now = await azure.deployments.progress(target)
    return ['starting', 'running'].includes(now.state) ? undefined : now
  }, 20_000)
}

/** What every management API must make of template deployments. */
export function deploymentTests(at: () => Bench): void {
  test('one from its start to its end, resource by resource', async () => {
    const { azure } = at()
    const { target, location } = await targetOn(at())
    expect((await problem(azure.deployments.progress(target))).code).toBe('NotFound')
    await azure.deployments.start(target, template, { name: 'Made-1', location })
    expect(['starting', 'running']).toContain((await azure.deployments.progress(target)).state)
    expect(await ended(at(), target)).toEqual({
      state: 'succeeded',
      resources: [{ name: 'Made-1', type: 'Microsoft.Logic/workflows', state: 'succeeded' }],
    })
  })

  test('a second start of the same name begins nothing, neither while it runs nor after it ended well', async () => {
    const { azure } = at()
    const { target, location } = await targetOn(at())
    const start = () => azure.deployments.start(target, template, { name: 'Made-2', location })
    await start()
    await start()
    expect(puts(at())).toBe(1)
    await ended(at(), target)
    await start()
    expect(puts(at())).toBe(1)
  })

  test('one that Azure says is active, and one whose line broke after it began, are begun', async () => {
    const { azure, proxy } = at()
    const active = { status: 409, body: JSON.stringify({ error: { code: 'DeploymentActive', message: 'Still active.' } }) }
    const { target, location } = await targetOn(at())
    await azure.deployments.start(target, template, { name: 'Made-3', location })
    const absent = { status: 404, body: JSON.stringify({ error: { code: 'DeploymentNotFound', message: 'No.' } }) }
    proxy.spoil(
      { method: 'GET', path: /\/deployments\//, answer: absent, times: 1 },
      { method: 'PUT', path: /\/deployments\//, answer: active },
    )
    await azure.deployments.start(target, template, { name: 'Made-3', location })
    proxy.reset()
    const { target: other } = await targetOn(at())
    proxy.spoil({ method: 'PUT', path: /\/deployments\//, cut: 'after' })
    await azure.deployments.start(other, template, { name: 'Made-4', location })
    expect(puts(at())).toBe(1)
    proxy.reset()
    const { target: third } = await targetOn(at())
    proxy.spoil({ method: 'PUT', path: /\/deployments\//, cut: 'before' })
    expect((await problem(azure.deployments.start(third, template, { name: 'Made-5', location }))).code).toBe('AzureUnavailable')
    expect((await problem(azure.deployments.progress(third))).code).toBe('NotFound')
  })

  test('what is wrong with a template, or with the place, is said', async () => {
    const { azure } = at()
    const { target, location } = await targetOn(at())
    const { resources: _resources, ...empty } = template
    const bad = await problem(azure.deployments.start(target, empty, { name: 'Made-6', location }))
    expect(bad).toMatchObject({
      code: 'AzureRefused',
      message: expect.stringMatching(/^The template is not valid: .*\(InvalidTemplate\)$/),
    })
    const nowhere = await problem(
      azure.deployments.start({ ...target, group: 'rg-absent' }, template, { name: 'Made-6', location }),
    )
    expect(nowhere).toMatchObject({ code: 'NotFound', message: expect.stringMatching(/resource group rg-absent does not exist/) })
    for (const name of ['a/b', '..', 'a?b', ''])
      expect((await problem(azure.deployments.start({ ...target, name }, template, {}))).code).toBe('BadInput')
  })

  test('what went in stays out of every error and the log', async () => {
    const { azure, proxy, lines } = at()
    const { target, location } = await targetOn(at())
    const fault = { status: 500, body: JSON.stringify({ error: { code: 'InternalServerError', message: 'No.' } }) }
    proxy.spoil({ method: 'PUT', path: /\/deployments\//, answer: fault })
    const failed = await problem(azure.deployments.start(target, template, { name: 'Made-7', location, key: 'S3cret-key' }))
    expect(failed.code).toBe('AzureUnavailable')
    expect([failed.message, String(failed.cause), ...lines].join('')).not.toMatch(/S3cret/)
  })
}

const bot = "The client 'bot' with object id '1' does not have authorization to perform action"
const reasons: [string, object, RegExp][] = [
  [
    'a right',
    {
      code: 'AuthorizationFailed',
      message: `${bot} 'Microsoft.Web/connections/write' over scope '/subscriptions/1/resourceGroups/rg-soc/providers/Microsoft.Web/connections/teams' or the scope is invalid.`,
    },
    /lacks Microsoft\.Web\/connections\/write on teams in rg-soc/,
  ],
  [
    'a provider',
    {
      code: 'MissingSubscriptionRegistration',
      message: "The subscription is not registered to use namespace 'Microsoft.Logic'. See https://aka.ms/rps-not-found.",
    },
    /does not use Microsoft\.Logic yet\. Register this resource provider/,
  ],
  [
    'a lock',
    {
      code: 'ScopeLocked',
      message:
        "The scope '/x' cannot perform write operation because following scope(s) are locked: '/subscriptions/1/resourceGroups/rg-soc'.",
    },
    /A lock on the resource group rg-soc/,
  ],
  [
    'a policy, inside of what wraps it',
    {
      code: 'InvalidTemplateDeployment',
      message: 'The template deployment failed because of policy violation.',
      details: [
        {
          code: 'RequestDisallowedByPolicy',
          message: 'x',
          additionalInfo: [{ type: 'PolicyViolation', info: { policyAssignmentDisplayName: 'Only Europe' } }],
        },
      ],
    },
    /The policy "Only Europe" forbids it/,
  ],
  [
    "a provider's own text, as JSON in the message",
    {
      code: 'BadRequest',
      message: '{"error":{"code":"InvalidDefinition","message":"The action \'Send\' is not valid. sig=abc"}}',
    },
    /^InvalidDefinition: The action 'Send' is not valid\. sig=\*\*\*$/,
  ],
  ['nothing that is known', { code: 'Odd', message: 'Something odd.' }, /^Odd: Something odd\.$/],
]

/** How a failed deployment says why. */
export function failedDeploymentTests(at: () => Bench): void {
  test.each(reasons)('a failed deployment says why: %s', async (_, error, why) => {
    const { azure } = at()
    const { target, location } = await targetOn(at())
    const two = { ...template, resources: [workflow, { ...workflow, type: 'Microsoft.Web/connections', name: 'teams' }] }
    await azure.deployments.start(target, { ...two, metadata: { error } }, { name: 'Fails', location })
    const progress = await ended(at(), target)
    expect(progress).toMatchObject({
      state: 'failed',
      error: expect.stringMatching(why),
      resources: [
        { name: 'Fails', state: 'failed', error: expect.stringMatching(why) },
        { name: 'teams', type: 'Microsoft.Web/connections', state: 'succeeded' },
      ],
    })
    await azure.deployments.start(target, template, { name: 'Works', location })
    expect((await ended(at(), target)).state).toBe('succeeded')
  })
}
