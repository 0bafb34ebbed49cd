import { afterAll, beforeAll, expect, test } from '@jest/globals'
import pg from 'pg'
import { LedgerEntry } from '../../src/model/ledger.ts'
import { type FreshDatabase, freshDatabase } from '../jest/database.ts'
import { openStory, type Story } from '../story/ground.ts'
import { runCli } from './run.ts'

let story: Story
let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase()
  story = await openStory({ DATABASE_URL: database.url })
})
afterAll(async () => {
  await story.close()
  await database.drop()
})

const ledger = (...args: string[]) => runCli('ledger', args, { DATABASE_URL: database.url })

test('an empty ledger holds', async () => {
  expect(await ledger('verify')).toEqual({ code: 0, out: 'The ledger is empty.\n', err: '' })
})

test('while the bot runs: verified, exported oldest first, and a change to the past is found', async () => {
  await story.act('follow', { filter: 'high' })
  await story.act('follow', { filter: 'low' })
  const whole = await ledger('verify')
  expect(whole).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^The chain of 4 entries holds\. The last hash is [0-9a-f]{64}/),
  })

  const { code, out, err } = await ledger('export')
  const entries = out
    .trimEnd()
    .split('\n')
    .map(line => LedgerEntry.parse(JSON.parse(line)))
  expect(code).toBe(0)
  expect(entries.map(({ seq, action, phase }) => [seq, action, phase])).toEqual([
    [1, 'follow', 'intent'],
    [2, 'follow', 'outcome'],
    [3, 'follow', 'intent'],
    [4, 'follow', 'outcome'],
  ])
  expect(err).toContain(entries[3]?.hash)

  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query("update ledger set who_name = 'Somebody' where seq = 3")
  await client.end()
  const broken = await ledger('verify')
  expect(broken).toMatchObject({ code: 1, out: expect.stringMatching(/^Entry 3 does not fit/) })
})

test.each([[[]], [['list']], [['verify', 'more']]])('%j shows the usage', async args => {
  expect(await ledger(...args)).toEqual({ code: 2, out: '', err: expect.stringContaining('npm run ledger -- verify') })
})

test('a database that is not there is told, without its password', async () => {
  const { code, err } = await runCli('ledger', ['verify'], { DATABASE_URL: 'postgres://bot:secret-word@127.0.0.1:1/none' })
  expect(code).toBe(1)
  expect(err).toContain("The database that DATABASE_URL names can't be used")
  expect(err).not.toContain('secret-word')
})
