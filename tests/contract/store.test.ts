import { afterAll, beforeAll } from '@jest/globals'
import { silent } from '../../src/log.ts'
import { openStore } from '../../src/store/store.ts'
import { readArrival } from '../fakes/sample-findings.ts'
import { type FreshDatabase, freshDatabase } from '../jest/database.ts'
import { storeContract } from './store.ts'
import { storeForgetContract } from './store-forget.ts'
import { storePartsContract } from './store-parts.ts'
import { storeRulesContract } from './store-rules.ts'

let database: FreshDatabase

beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())

const underTest = {
  open: (tenant: string) => openStore({ url: database.url, tenant, log: silent, read: readArrival, poolSize: 3 }),
}

storeContract('PostgreSQL', underTest)
storePartsContract('PostgreSQL: parts', underTest)
storeRulesContract('PostgreSQL: for rules', underTest)
storeForgetContract('PostgreSQL: forgetting', underTest)
