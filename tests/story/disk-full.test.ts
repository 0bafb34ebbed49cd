import { afterAll, beforeAll, expect, test } from '@jest/globals'
import pg from 'pg'
import { type FreshDatabase, freshDatabase } from '../jest/database.ts'
import { openStory, type Story, until } from './ground.ts'

/** The database's disk is full: PostgreSQL refuses to write with its own code for that, and takes writes again once there is room. */

let database: FreshDatabase
let admin: pg.Client
let story: Story
beforeAll(async () => {
  database = await freshDatabase()
  story = await openStory({ DATABASE_URL: database.url })
  admin = new pg.Client({ connectionString: database.url })
  await admin.connect()
  await admin.query(`create function full_disk() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`)
})
afterAll(async () => {
  await story.close()
  await admin.end()
  await database.drop()
})

async function whileFull<Result>(table: string, work: () => Promise<Result>): Promise<Result> {
  await admin.query(`create trigger full_disk before insert or update on defender.${table} execute function full_disk()`)
  return work().finally(() => admin.query(`drop trigger full_disk on defender.${table}`))
}

const ready = { status: 200, body: { ready: true, broken: [], troubles: [] } }

const alert = (id: string) => ({
  SystemAlertId: id,
  AlertType: 'VM_Test',
  AlertDisplayName: id,
  Severity: 'Low',
  AzureResourceId:
    '/subscriptions/11111111-5eed-4000-8000-000000000001/resourceGroups/rg-shop/providers/Microsoft.Compute/virtualMachines/vm',
})

test.each(['findings', 'events', 'posts'])(
  'an event that does not fit (%s) is refused whole, and taken whole when it is sent again',
  async table => {
    const refused = await whileFull(table, () => story.call('/api/events', [alert(`${table}-1`), alert(`${table}-2`)]))
    expect(refused).toMatchObject({
      status: 503,
      body: { error: { code: 'StoreUnavailable', message: 'The disk of the database is full; nothing was accepted.' } },
    })
    expect(await story.call('/api/events', [alert(`${table}-1`), alert(`${table}-2`)])).toMatchObject({
      status: 202,
      body: { accepted: [{ duplicate: false }, { duplicate: false }], rejected: [] },
    })
  },
)

test('a letter that does not fit is not acknowledged', async () => {
  expect(await whileFull('dead_letters', () => story.call('/api/events', '{"type":"Foo"}'))).toMatchObject({ status: 503 })
})

test.each(['requests', 'ledger'])('a click that can’t be recorded (%s) begins nothing', async table => {
  await story.call('/api/events', alert(`click-${table}`))
  const id = await until(
    'the card',
    async () => (await story.posts()).find(({ card }) => card.text.includes(`click-${table}`))?.findingId,
  )
  const request = { requestId: `full-${table}`, action: 'run', input: { logicApp: 'Notify-SOC' }, findingId: id, as: 'analyst' }
  expect((await whileFull(table, () => story.call('/console/api/actions', request))).body).toMatchObject({
    error: { code: 'StoreUnavailable' },
  })
  const begun = () => [...story.simulator().state.runs.values()].flat().filter(({ trackingId }) => trackingId.startsWith(id))
  expect(begun()).toEqual([])
  const again = await story.act('run', { logicApp: 'Notify-SOC' }, id)
  expect(again.error).toBeUndefined()
  expect(begun()).toHaveLength(1)
})

test('the bot is not ready while nothing more fits, says why, and is ready by itself once there is room', async () => {
  expect(await story.call('/readyz')).toEqual(ready)
  await whileFull('events', async () => {
    await story.call('/api/events', alert('not-ready'))
    const full = { ready: false, broken: ['database'], troubles: ['The disk of the database is full; nothing was accepted.'] }
    for (const _time of [1, 2]) expect(await story.call('/readyz')).toEqual({ status: 503, body: full })
  })
  expect(await story.call('/readyz')).toEqual(ready)
  expect(await admin.query("select from defender.events where finding_id = ''")).toMatchObject({ rowCount: 0 })
})
