import { afterAll, beforeAll } from '@jest/globals'
import { silent } from '../../src/log.ts'
import { openStore } from '../../src/store/store.ts'
import { readArrival } from '../fakes/sample-findings.ts'
import { type FreshDatabase, freshDatabase } from '../jest/database.ts'
import { storeJobsContract } from './store-jobs.ts'

let database: FreshDatabase

beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())

storeJobsContract('PostgreSQL: jobs', {
  open: (tenant: string) => openStore({ url: database.url, tenant, log: silent, read: readArrival, poolSize: 3 }),
})
