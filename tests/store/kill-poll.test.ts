import { afterAll, beforeAll, expect, test } from '@jest/globals'
import pg from 'pg'
import { type Ground, openGround } from '../bench/ground.ts'
import { until } from '../contract/waiting.ts'
import { type FaultyProxy, startProxy } from '../fakes/proxy.ts'

/** kill -9 of the program in the middle of a look at Azure: with a page half read, half written, half posted. */

let ground: Ground
let azure: FaultyProxy
let database: pg.Client
beforeAll(async () => {
  ground = await openGround({ pageSize: 5 })
  azure = await startProxy(ground.simulator.origin)
  database = new pg.Client({ connectionString: ground.database })
  await database.connect()
}, 30_000)
afterAll(async () => {
  await database.end()
  await azure.stop()
  await ground.close()
})

const channel = 'C0001'
const laterPages = /\/providers\/Microsoft\.Security\/alerts\?.*skiptoken/i
const otherKinds = /assessments|regulatoryCompliance/i

const start = () => ground.start({ AZURE_ARM_ENDPOINT: azure.origin, AZURE_POLL_EVERY_S: '1', SLACK_PACE_MS: '1' })

/** Runs the program until it got there, and no longer. */
async function killedOnce(there: Promise<void>): Promise<void> {
  const program = await start()
  await there.finally(() => program.kill())
}

function signal(): { given: Promise<void>; give: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { given: promise, give: resolve }
}

/** Those that are not over in Azure, as their findings are named by it. */
const open = () =>
  [...ground.simulator.state.alerts.values()]
    .filter(
      ({ status, subscription }) =>
        ['Active', 'InProgress'].includes(status) && ground.simulator.subscriptionIds.includes(subscription),
    )
    .map(({ name }) => name)
    .sort()

async function found(): Promise<string[]> {
  const { items } = await ground.store.findings.list({ kind: 'alert' }, 1000)
  return items.map(({ event }) => event.id.split('/').at(-1) ?? '').sort()
}

/** Whether somebody waits to write an event. */
async function isWriting(): Promise<boolean> {
  const { rowCount } = await database.query(
    "select 1 from pg_locks where not granted and locktype = 'relation' and relation = 'defender.events'::regclass",
  )
  return rowCount !== 0
}

const cards = () => ground.slack.channelMessages(channel).map(({ metadata }) => String(metadata?.event_payload.post))

test('every alert of Azure is exactly one finding, taken once, and each card is posted once', async () => {
  await ground.follow([channel])
  const fired = Array.from({ length: 12 }, () => ground.simulator.fire({ subscription: ground.simulator.subscriptionIds[0] }))
  azure.spoil({ path: otherKinds, answer: { status: 403, body: '{"error":{"code":"AuthorizationFailed","message":"No."}}' } })

  const halfRead = signal()
  azure.spoil({ path: laterPages, times: 1, stall: halfRead.give })
  await killedOnce(halfRead.given)
  const first = await found()
  expect(first).toHaveLength(5)

  await database.query('begin')
  await database.query('lock table defender.events in share row exclusive mode')
  await killedOnce(until(isWriting))
  expect(await found()).toEqual(first)
  await database.query('rollback')

  const halfPosted = signal()
  ground.slack.failNext('chat.postMessage', { silent: halfPosted.give })
  ground.simulator.fire({ subscription: ground.simulator.subscriptionIds[0] })
  await killedOnce(halfPosted.given)

  azure.reset()
  const program = await start()
  try {
    await until(async () => (await found()).length === open().length && (await ground.store.status()).behind === 0, 30_000)
    await until(async () => (await ground.store.texts.names('polled:alert|')).length === ground.simulator.subscriptionIds.length)
  } finally {
    await program.stop()
  }
  expect(await found()).toEqual(open())
  const twice = await database.query(
    "select finding_id from defender.events where finding_id like 'a-%' group by finding_id having count(*) > 1",
  )
  expect(twice.rows).toEqual([])
  const shown = cards()
  expect(new Set(shown).size).toBe(shown.length)
  expect(shown.length).toBeGreaterThanOrEqual(fired.length)
}, 90_000)
