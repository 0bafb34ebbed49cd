import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { expectComplaint, openStage, spoil } from './stage.ts'

const stage = openStage()
const { on, raw } = stage

const Answer = z.looseObject({
  value: z.array(z.looseObject({ name: z.string() })).default([]),
  properties: z.looseObject({}).default({}),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
})

const provider = 'providers/Microsoft.Authorization'
/** Staging, where an initiative is. */
const root = () => `/subscriptions/${on().simulator.subscriptionIds[1]}/${provider}`

async function read(answer: Promise<Response>): Promise<z.infer<typeof Answer>> {
  return Answer.parse(await (await answer).json())
}

async function assign(given: object, more: object = {}): Promise<Response> {
  const parameters = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, { value }]))
  const policyDefinitionId = `${root()}/policySetDefinitions/copy`
  const body = { properties: { policyDefinitionId, parameters }, identity: { type: 'SystemAssigned' }, ...more }
  return raw('PUT', `${root()}/policyAssignments/copy`, '2024-05-01', body)
}

describe('initiatives', () => {
  test('are read: of a subscription, of a management group, those that Azure brings along', async () => {
    expect((await read(raw('GET', `${root()}/policySetDefinitions`, '2023-04-01'))).value).toMatchObject([
      { name: 'security-baseline', properties: { policyType: 'Custom', policyDefinitions: [{}, {}] } },
    ])
    expect((await raw('GET', `${root()}/policySetDefinitions/security-baseline`, '2023-04-01')).status).toBe(200)
    expect((await raw('GET', `/${provider}/policySetDefinitions`, '2023-04-01')).status).toBe(200)
    const group = `/providers/Microsoft.Management/managementGroups/mg-all/${provider}`
    expect((await raw('GET', `${group}/policySetDefinitions`, '2023-04-01')).status).toBe(403)
    for (const home of [root(), `/${provider}`])
      expect((await read(raw('GET', `${home}/policySetDefinitions/none`, '2023-04-01'))).error?.code).toBe(
        'PolicySetDefinitionNotFound',
      )
  })

  test('are made, changed and assigned; what they hand on must be given', async () => {
    const { properties } = await read(raw('GET', `${root()}/policySetDefinitions/security-baseline`, '2023-04-01'))
    const put = async (body: object) => (await raw('PUT', `${root()}/policySetDefinitions/copy`, '2023-04-01', body)).status
    expect([await put({ properties }), await put({ properties }), await put({ properties: {} })]).toEqual([201, 200, 400])

    const given = { group: 'rg-soc-stg', location: 'eastus', app: 'x' }
    const location = 'eastus'
    expect((await read(assign(given))).error?.code).toBe('LocationRequired')
    expect((await read(assign({ group: 'rg-soc-stg' }, { location }))).error).toEqual({
      code: 'MissingPolicyParameter',
      message: expect.stringContaining("'location,app' as defined in the policy definition 'copy'"),
    })
    for (const what of ['policySetDefinitions', 'policyDefinitions']) {
      const refused = await read(assign({}, { location, properties: { policyDefinitionId: `${root()}/${what}/none` } }))
      expect(refused.error?.code).toMatch(/^Policy(Set)?DefinitionNotFound$/)
    }
    for (const _ of ['made', 'changed']) expect((await assign(given, { location })).status).toBe(201)
    expect(await read(raw('GET', `${root()}/policyAssignments/copy`, '2024-05-01'))).toMatchObject({
      identity: { type: 'SystemAssigned', principalId: expect.any(String) },
      properties: { enforcementMode: 'Default', parameters: { group: { value: 'rg-soc-stg' } } },
    })
  })
})

test('assignments and initiatives are deleted; whoever may only read deletes nothing; what is not there is deleted too', async () => {
  const [assignment, initiative] = [`${root()}/policyAssignments/copy`, `${root()}/policySetDefinitions/copy`]
  const { stakeholder } = on().simulator.tokens
  for (const [path, version] of [
    [assignment, '2024-05-01'],
    [initiative, '2023-04-01'],
  ] as const) {
    expect((await raw('DELETE', path, version, undefined, stakeholder)).status).toBe(403)
    const gone = await raw('DELETE', path, version)
    const text = await gone.text()
    expect([gone.status, text === '' ? '' : JSON.parse(text).name]).toEqual([200, path === assignment ? 'copy' : ''])
    expect((await raw('DELETE', path, version)).status).toBe(204)
    expect((await raw('GET', path, version)).status).toBe(404)
  }
})

test('all of it is valid', async () => {
  expect(await on().recorder.breaches()).toEqual([])
})

test.each<[string, RegExp, string, string | RegExp, string, RegExp]>([
  [
    'a member without its policy',
    /policySetDefinitions\/security-baseline\?/,
    'GET',
    '"policyDefinitionId"',
    '"policyDefinition"',
    /REQUIRED|MISSING/i,
  ],
  ['a kind of initiative that does not exist', /policySetDefinitions\?/, 'GET', '"Custom"', '"Homemade"', /ENUM/],
  [
    'a deleted assignment without its policy',
    /policyAssignments\/copy\?/,
    'DELETE',
    /"scope":"[^"]+"/,
    '"scope":7',
    /INVALID_TYPE/,
  ],
  ['an identity of no known kind', /policyAssignments\/copy\?/, 'PUT', '"SystemAssigned"', '"Own"', /ENUM/],
])('%s would be noticed', (_name, part, method, what, by, complaint) =>
  expectComplaint(stage, part, method, spoil(what, by), complaint),
)
