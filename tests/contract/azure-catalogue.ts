import { expect, test } from '@jest/globals'
import { type Bench, problem } from './azure-bench.ts'

const minute = 60_000

/** What every management API must tell of what there is to choose from. */
export function catalogueTests(at: () => Bench): void {
  test('recommendations by their keys, each once, with what is planned for them', async () => {
    const known = await at().azure.catalogue.recommendations()
    expect(known.length).toBeGreaterThan(0)
    expect(new Set(known.map(({ key }) => key)).size).toBe(known.length)
    expect(known.every(({ key, name, severity }) => /^[0-9a-f-]{36}$/.test(key) && name !== '' && severity !== '')).toBe(true)
    const planned = known.filter(({ deprecatedFrom }) => deprecatedFrom !== undefined)
    expect(planned.length).toBeGreaterThan(0)
    expect(planned.every(({ deprecatedFrom = '' }) => /^\d\d\/\d{4}$/.test(deprecatedFrom))).toBe(true)
  })

  test('standards of a subscription, resource groups with their places', async () => {
    const { azure, ground, app } = at()
    const standards = await azure.catalogue.standards(ground.subscription)
    expect(standards.length).toBeGreaterThan(0)
    expect(standards).not.toContain('Empty')
    const { group, location } = await app('Notify-SOC')
    expect(await azure.catalogue.groups()).toContainEqual({ subscription: ground.subscription, name: group, location })
  })

  test('it is kept for ten minutes', async () => {
    const { connect, proxy, ground } = at()
    const clock = { time: Date.parse('2026-01-01T00:00:00Z') }
    const { catalogue } = connect({ clock: { now: () => new Date(clock.time) } })
    const askAll = () =>
      Promise.all([
        catalogue.recommendations(),
        catalogue.standards(ground.subscription),
        catalogue.groups(),
        catalogue.policyRules(),
      ])
    await askAll()
    proxy.reset()
    clock.time += 9 * minute
    await askAll()
    expect(proxy.seen).toEqual([])
    clock.time += 2 * minute
    await askAll()
    for (const path of [/assessmentMetadata/, /regulatoryComplianceStandards/, /resourceGroups\?/, /policyAssignments/])
      expect(proxy.seen.filter(({ url }) => path.test(url)).length).toBeGreaterThan(0)
  })

  test('what one subscription does not show hides nothing; what is away is told and not kept', async () => {
    const { azure, proxy, ground, lines } = at()
    const forbidden = { status: 403, body: JSON.stringify({ error: { code: 'AuthorizationFailed', message: 'No.' } }) }
    proxy.spoil({
      path: new RegExp(`${ground.subscription}/(resourceGroups|providers/Microsoft.Authorization)`),
      answer: forbidden,
    })
    const others = (await azure.subscriptions()).filter(({ id }) => id !== ground.subscription).map(({ id }) => id)
    expect([...new Set((await azure.catalogue.groups()).map(({ subscription }) => subscription))]).toEqual(others)
    expect((await azure.catalogue.policyRules()).every(({ scope }) => !scope.includes(ground.subscription))).toBe(true)
    expect(lines.join('')).toMatch(/resource groups of a subscription are out of reach/)
    proxy.reset()
    proxy.spoil({ path: /assessmentMetadata/, cut: 'before' })
    expect((await problem(azure.catalogue.recommendations())).code).toBe('AzureUnavailable')
    proxy.reset()
    expect((await azure.catalogue.recommendations()).length).toBeGreaterThan(0)
  })

  test('policies inside of an initiative make rules; one that may not be read hides nothing, one that is away is told', async () => {
    const { connect, proxy } = at()
    const names = async () => (await connect().catalogue.policyRules()).map(({ ruleName }) => ruleName)
    const all = await names()
    const path = /policySetDefinitions\/[^/]+\?/
    proxy.spoil({
      path,
      answer: { status: 403, body: JSON.stringify({ error: { code: 'AuthorizationFailed', message: 'No.' } }) },
    })
    const others = await names()
    expect([all.length > others.length, all.filter(name => others.includes(name))]).toEqual([true, others])
    proxy.reset()
    proxy.spoil({ path, answer: { status: 503, body: '{}' } })
    expect((await problem(names())).code).toBe('AzureUnavailable')
  })
}

/** Of the three built-in policies only, from above the subscription too; what is not enforced makes nothing. */
export function policyRuleTests(at: () => Bench): void {
  test('rules that Azure Policy makes', async () => {
    const { azure, ground } = at()
    const rules = await azure.catalogue.policyRules()
    expect(rules.map(({ assignment }) => assignment.split('/').at(-1))).toEqual(['alerts', 'bare', 'all-of-it'])
    expect(rules[0]).toMatchObject({
      ruleName: 'By-Policy',
      group: 'rg-policy',
      scope: 'providers/Microsoft.Management/managementGroups/corp',
      definition: 'f1525828-9a90-4fcf-be48-268cdd02361e',
      parameters: { alertSeverities: ['High'] },
    })
    expect(rules[1]).toMatchObject({ ruleName: '', scope: `subscriptions/${ground.subscription}`, parameters: {} })
    // What an initiative hands on, its defaults too; names without regard to case.
    expect(rules[2]).toMatchObject({
      ruleName: 'By-Initiative',
      group: 'rg-soc',
      definition: 'f1525828-9a90-4fcf-be48-268cdd02361e',
      parameters: { automationName: 'By-Initiative', resourceGroupName: 'rg-soc', alertSeverities: ['High'], alertName: 'SQL' },
    })
  })
}
