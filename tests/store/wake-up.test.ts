import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { silent } from '../../src/log.ts'
import { connect, type Database, disconnect, repeated } from '../../src/store/database.ts'
import { type JobEngine, openJobs } from '../../src/store/jobs.ts'
import { openSession, type Session } from '../../src/store/session.ts'
import { until } from '../contract/waiting.ts'
import { readArrival } from '../fakes/sample-findings.ts'
import { type FreshDatabase, freshDatabase } from '../jest/database.ts'

let fresh: FreshDatabase
let tests = 0
const started: Process[] = []

interface Process {
  database: Database
  session: Session
  jobs: JobEngine
}

async function start(): Promise<Process> {
  const tenant = `wake-${tests}`
  const database = await connect({
    url: fresh.url,
    tenant,
    clock: { now: () => new Date() },
    log: silent,
    read: readArrival,
    poolSize: 3,
  })
  const session = await openSession(fresh.url, tenant, silent)
  const process = { database, session, jobs: await openJobs(database, session) }
  started.push(process)
  return process
}

/** Without waiting for handlers, some of which never end. */
async function end({ database, session, jobs }: Process): Promise<void> {
  void jobs.stop()
  await jobs.close()
  await session.close()
  await disconnect(database)
}

afterEach(async () => {
  tests += 1
  await Promise.all(started.splice(0).map(end))
})
beforeAll(async () => {
  fresh = await freshDatabase()
})
afterAll(() => fresh.drop())

test('a waiting job that a transaction counts on is not taken before it commits, and then sees what it wrote', async () => {
  const [writer, worker] = [await start(), await start()]
  const seen: [string, string | undefined][] = []
  async function handler(key: string): Promise<undefined> {
    const { rows } = await worker.database.pool.query<{ request: string }>('select request from requests where id = $1', [key])
    seen.push([key, rows[0]?.request])
  }
  await writer.jobs.send('place', 'k', 0)

  await repeated(writer.database.pool, async client => {
    await client.query(`insert into requests (tenant, id, request, at) values ('t', 'k', 'written', '')`)
    await writer.jobs.enqueue(client, [{ name: 'place', key: 'k', delayMs: 0 }])
    await worker.jobs.work({ place: handler, run: async () => undefined, request: async () => undefined })
    await worker.jobs.send('place', 'after k', 0)
    await until(() => seen.length > 0)
    expect(seen).toEqual([['after k', undefined]])
  })
  await until(() => seen.length > 1)
  expect(seen[1]).toEqual(['k', 'written'])
})

test('a job taken just before a transaction counts on it gets another turn afterwards', async () => {
  const [writer, worker] = [await start(), await start()]
  let turns = 0
  let letGo: () => void = () => undefined
  await worker.jobs.work({
    place: async () => {
      turns += 1
      if (turns === 1)
        await new Promise<void>(done => {
          letGo = done
        })
      return undefined
    },
    run: async () => undefined,
    request: async () => undefined,
  })
  await writer.jobs.send('place', 'k', 0)
  await until(() => turns === 1)
  await repeated(writer.database.pool, async client => {
    await writer.jobs.enqueue(client, [{ name: 'place', key: 'k', delayMs: 0 }])
    letGo()
  })
  await until(() => turns === 2)
})

test('two transactions that add the same keys in different order both commit', async () => {
  const [left, right] = [await start(), await start()]
  for (let round = 0; round < 20; round++) {
    const keys = Array.from({ length: 10 }, (_, index) => `${round} ${index}`)
    await Promise.all(
      [keys, keys.toReversed()].map((order, index) =>
        repeated([left, right][index]?.database.pool ?? left.database.pool, async client => {
          await left.jobs.enqueue(
            client,
            order.map(key => ({ name: 'place', key, delayMs: 0 })),
          )
        }),
      ),
    )
  }
})

test("a dead process's job moves to another within seconds; a living one's stays, however long it takes", async () => {
  const [dying, living, taker] = [await start(), await start(), await start()]
  const began: string[] = []
  const hanging = (who: string) => ({
    place: (key: string) => {
      began.push(`${who} ${key}`)
      return new Promise<undefined>(() => undefined)
    },
    run: async () => undefined,
    request: async () => undefined,
  })
  await dying.jobs.work(hanging('dying'))
  await dying.jobs.send('place', 'orphan', 0)
  await until(() => began.length === 1)
  await living.jobs.work(hanging('living'))
  await living.jobs.send('place', 'kept', 0)
  await until(() => began.length >= 2)
  // What a kill leaves: a job that is active, and no session that claims it.
  await dying.session.close()
  const since = performance.now()
  await taker.jobs.work({ ...hanging('taker') })
  await until(() => began.some(line => line !== 'dying orphan' && line.endsWith('orphan')), 15_000)
  expect(performance.now() - since).toBeLessThan(8000)
  expect(began.filter(line => line.endsWith('kept'))).toHaveLength(1)
})
