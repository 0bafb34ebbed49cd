import { afterAll, beforeAll, expect, test } from '@jest/globals'
import pg from 'pg'
import { silent } from '../../src/log.ts'
import type { Store } from '../../src/ports.ts'
import { openStore } from '../../src/store/store.ts'
import { arrival, planFor, readArrival } from '../fakes/sample-findings.ts'
import { type FreshDatabase, freshDatabase } from '../jest/database.ts'

let database: FreshDatabase
let admin: pg.Client
let store: Store

beforeAll(async () => {
  database = await freshDatabase()
  store = await openStore({ url: database.url, tenant: 't', log: silent, read: readArrival })
  admin = new pg.Client({ connectionString: database.url })
  await admin.connect()
})
afterAll(async () => {
  await admin.end()
  await store.close()
  await database.drop()
})

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
