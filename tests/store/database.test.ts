import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readBody, readKept } from '../../src/intake/body.ts'
import { silent } from '../../src/log.ts'
import { findingId, opened } from '../../src/model/finding.ts'
import type { Store } from '../../src/ports.ts'
import { openStore } from '../../src/store/store.ts'
import { refusal, until } from '../contract/waiting.ts'
import { analyst, arrival, noted, planFor, readArrival, startOfTime } from '../fakes/sample-findings.ts'
import { type FreshDatabase, freshDatabase } from '../jest/database.ts'
import { ask } from './server-process.ts'

let database: FreshDatabase

beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())

function open(tenant: string): Promise<Store> {
  return openStore({ url: database.url, tenant, log: silent, read: readArrival, poolSize: 2 })
}

test('four processes that open an empty database at once all find their tables', async () => {
  const stores = await Promise.all([1, 2, 3, 4].map(number => open(`first-${number}`)))
  for (const store of stores) expect(await store.accept([arrival('x')], planFor([]))).toMatchObject([{ duplicate: false }])
  await Promise.all(stores.map(store => store.close()))
}, 60_000)

/** As the tables were before this migration; it and what follows run again. Their old indexes are not missed. */
async function backBefore(migration: string): Promise<void> {
  await ask(database.url, 'alter table defender.findings drop column happened_at')
  for (const name of ['findings_recent', 'findings_severe', 'findings_resource'])
    await ask(database.url, `create index ${name} on defender.findings (opened_at)`)
  await ask(database.url, `delete from defender.kysely_migration where name >= '${migration}'`)
}

/** Every wire shape there is; a specification example holds the body under `responses.200.body`. */
function payloadTexts(): string[] {
  const folder = new URL('../payloads/events/', import.meta.url)
  return readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .map(name => readFileSync(new URL(name, folder), 'utf8'))
    .map(text => (text.includes('"responses"') ? JSON.stringify(JSON.parse(text).responses[200].body) : text))
}

test('findings of before lists went by when it happened: each is told the time that its event tells', async () => {
  const now = new Date('2026-11-24T05:00:00Z')
  const arrivals = payloadTexts()
    .flatMap(text => readBody(text, now))
    .flatMap(({ body, reading }) =>
      'event' in reading ? [{ event: reading.event, body, via: 'push' as const, receivedAt: now.toISOString() }] : [],
    )
  expect(arrivals.length).toBeGreaterThan(15)
  const openKept = () => openStore({ url: database.url, tenant: 'happened', log: silent, read: readKept, poolSize: 2 })
  const before = await openKept()
  await before.accept(arrivals, ({ event }) => ({ finding: opened(event, '', now), places: [] }))
  // A person's action keeps the event as our own JSON.
  const [first] = arrivals
  if (first === undefined) throw new Error('no arrival')
  await before.change(findingId(first.event), noted('set anew', { event: { ...first.event, severity: 'Low' } }))
  const expected = await before.findings.list({}, 100)
  await before.close()
  await backBefore('014-when-it-happened')
  const after = await openKept()
  expect(await after.findings.list({}, 100)).toEqual(expected)
  const times = await ask(
    database.url,
    `select json_object_agg(id, happened_at) as happened from defender.findings f where tenant = 'happened'`,
  )
  expect(times?.happened).toEqual(Object.fromEntries(expected.items.map(({ id, event }) => [id, event.at])))
  await after.close()
})

test('bringing much up to date may take longer than a statement otherwise may', async () => {
  await (await open('long')).close()
  await backBefore('014-when-it-happened')
  await ask(
    database.url,
    `create function limited() returns trigger language plpgsql as
      $$begin if current_setting('statement_timeout') <> '0' then raise 'limited'; end if; return null; end$$`,
  )
  await ask(database.url, 'create trigger limited before update on defender.findings execute function limited()')
  await (await open('long')).close()
  await ask(database.url, 'drop function limited() cascade')
})

test('news of a rule that was told before news were of several is still news of it', async () => {
  const before = await open('news')
  const at = startOfTime.toISOString()
  await before.notices.change('n-1', () => ({
    notice: { id: 'n-1', version: 1, at, changedAt: at, content: { type: 'rule', rules: [] } },
    places: [],
  }))
  await before.close()
  const former = `{"type": "rule", "ruleId": "/r", "ruleName": "R", "troubles": [], "ended": "well"}`
  await ask(
    database.url,
    `update notices set notice = jsonb_set(notice::jsonb, '{content}', '${former}')::text where tenant = 'news'`,
  )
  await backBefore('013-news-together')
  const after = await open('news')
  expect((await after.notices.get('n-1'))?.content).toEqual({
    type: 'rule',
    rules: [{ ruleId: '/r', ruleName: 'R', troubles: [], ended: 'well' }],
  })
  await after.close()
})

test('a database that is not there: StoreUnavailable, and nothing hangs', async () => {
  const url = database.url.replace(/host=[^&]+/, 'host=%2Ftmp%2Fnothing-here')
  expect(await refusal(openStore({ url, tenant: 't', log: silent, read: readArrival }))).toMatchObject({
    code: 'StoreUnavailable',
    retry: true,
  })
})

test('a database that went because its disk is full can’t say so: it is told all the same, as long as that is so', async () => {
  const gone = await freshDatabase()
  let room = false
  const store = await openStore({ url: gone.url, tenant: 't', log: silent, read: readArrival, hasRoom: async () => room })
  await gone.drop()
  const full = { code: 'StoreUnavailable', message: 'The disk of the database is full; nothing was accepted.' }
  expect(await refusal(store.accept([arrival('full')], planFor([])))).toMatchObject(full)
  expect(await refusal(store.ready())).toMatchObject(full)
  room = true
  expect((await refusal(store.status())).message).toMatch(/does not answer/)
  await store.close()
})

test('all connections cut at once: calls fail with StoreUnavailable or succeed, and soon all works again, listening too', async () => {
  const store = await open('cut')
  const heard: string[] = []
  let feedsAgain = 0
  store.onChange(change => {
    if (change.type === 'feed') feedsAgain += 1
    else heard.push(change.id)
  })
  const calls = Array.from({ length: 30 }, (_, index) => store.accept([arrival(`cut-${index}`)], planFor([])))
  await ask(
    database.url,
    `select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name like 'defender-chatops%' and datname = current_database()`,
  )
  for (const outcome of await Promise.allSettled(calls))
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'StoreUnavailable' })
  await until(async () => {
    const taken = await store.accept([arrival(`after-${performance.now()}`)], planFor([])).catch(() => [])
    return taken.some(({ findingId }) => heard.includes(findingId))
  })
  expect(feedsAgain).toBe(1)
  expect(await store.requests.hold('h', async () => 1)).toBe(1)
  await store.close()
})

test('each change to the past of the ledger shows, at the entry where it was made', async () => {
  const store = await open('ledger')
  for (let index = 0; index < 6; index++)
    await store.ledger.append({
      at: startOfTime.toISOString(),
      who: analyst,
      action: 'run',
      on: `a-${index}`,
      input: '{}',
      phase: 'intent',
      result: 'a\u0000b',
      requestId: 'r',
    })
  expect(await store.ledger.verify()).toEqual({ entries: 6 })
  const tampering: [string, string, number][] = [
    [
      `update defender.ledger set result = 'x' where seq = 3 and tenant = 'ledger'`,
      `update defender.ledger set result = 'a\uFFFDb' where seq = 3 and tenant = 'ledger'`,
      3,
    ],
    [
      `update defender.ledger set who_name = 'Admin' where seq = 1 and tenant = 'ledger'`,
      `update defender.ledger set who_name = 'Analyst' where seq = 1 and tenant = 'ledger'`,
      1,
    ],
    [
      `update defender.ledger set seq = 40 where seq = 4 and tenant = 'ledger'`,
      `update defender.ledger set seq = 4 where seq = 40 and tenant = 'ledger'`,
      5,
    ],
  ]
  for (const [change, repair, brokenAt] of tampering) {
    await ask(database.url, change)
    expect(await store.ledger.verify()).toMatchObject({ brokenAt })
    await ask(database.url, repair)
    expect(await store.ledger.verify()).toEqual({ entries: 6 })
  }
  await store.close()
})

test('a message on our channel that is not ours disturbs nobody', async () => {
  const store = await open('noise')
  const heard: unknown[] = []
  store.onChange(change => heard.push(change))
  for (const noise of ['', 'no json', '{}', '{"tenant":"noise","changes":"x"}'])
    await ask(database.url, `select pg_notify('defender_changes', '${noise}')`)
  await store.accept([arrival('n1')], planFor([]))
  await until(() => heard.length > 0)
  expect(heard).toHaveLength(1)
  await store.close()
})
