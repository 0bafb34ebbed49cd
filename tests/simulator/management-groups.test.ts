import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { connectAzure } from '../../src/azure/connect.ts'
import { silent } from '../../src/log.ts'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.stop())

function azure(managementGroup: string, more: { token?: string; subscriptionIds?: string[] } = {}) {
  const { origin, tokens } = simulator
  return connectAzure({ armEndpoint: origin, token: tokens.bot, managementGroup, userAgent: 'test/1', log: silent, ...more })
}

async function namesBelow(...of: Parameters<typeof azure>): Promise<string[]> {
  return (await azure(...of).subscriptions()).map(({ name }) => name)
}

test('all enabled subscriptions below the group are looked after, however deep', async () => {
  expect(await namesBelow('MG-All')).toEqual(['Production', 'Staging'])
  expect(await namesBelow('mg-production')).toEqual(['Production'])
})

test('named subscriptions narrow it down', async () => {
  const [, staging = ''] = simulator.subscriptionIds
  expect(await namesBelow('mg-all', { subscriptionIds: [staging.toUpperCase()] })).toEqual(['Staging'])
})

test.each([
  ['a group that is not there', 'mg-none', 'bot', 'NotFound'],
  ['a group that may not be read', 'mg-all', 'nobody', 'Forbidden'],
] as const)('%s is told with the right that it takes', async (_name, group, role, code) => {
  const asked = azure(group, { token: simulator.tokens[role] }).subscriptions()
  await expect(asked).rejects.toMatchObject({
    code,
    field: 'AZURE_MANAGEMENT_GROUP',
    message: expect.stringMatching(new RegExp(`"${group}".*Management Group Reader`)),
  })
})
