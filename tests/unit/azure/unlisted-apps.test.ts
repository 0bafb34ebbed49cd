import { expect, test } from '@jest/globals'
import { unlistedApps } from '../../../src/azure/unlisted-apps.ts'
import { Problem } from '../../../src/errors.ts'
import type { LogicApp } from '../../../src/model/logic-app.ts'

const app: LogicApp = {
  id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Logic/workflows/Made',
  name: 'Made',
  subscription: 's',
  group: 'g',
  location: 'westeurope',
  plan: 'consumption',
  enabled: true,
  triggers: [],
  actions: { builtIn: 0, connector: 0 },
  parameters: [],
}

test('an app that was not there a moment ago is asked for again when the list is wanted anew', async () => {
  let isThere = false
  const get = async () => {
    if (isThere) return app
    throw new Problem('NotFound')
  }
  const unlisted = unlistedApps(() => 0, get)
  expect(await unlisted.beside([], [app.id])).toEqual([])
  isThere = true
  expect(await unlisted.beside([], [app.id])).toEqual([])
  unlisted.forget()
  expect(await unlisted.beside([], [app.id])).toEqual([app])
})
