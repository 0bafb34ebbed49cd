import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Store } from '../../src/ports.ts'
import { arrival, planFor } from '../fakes/sample-findings.ts'
import { type Beside, openBeside } from './beside.ts'

let beside: Beside
let store: Store
let admin: Beside['other']

beforeAll(async () => {
  beside = await openBeside()
  store = beside.store
  admin = beside.other
})
afterAll(() => beside.close())

test('whoever asks while somebody else is asking is told no less: two who watch see the same', async () => {
  await admin.query('alter table defender.events add constraint nothing check (false) not valid')
  await expect(store.accept([arrival('refused')], planFor([]))).rejects.toMatchObject({ code: 'StoreUnavailable' })
  for (const _ of ['once', 'again']) {
    const told = await Promise.allSettled([store.ready(), store.ready(), store.ready()])
    expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  }
  await admin.query('alter table defender.events drop constraint nothing')
  await Promise.all([store.ready(), store.ready()])
})
