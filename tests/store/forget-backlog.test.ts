import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { arrival, channel, noted, planFor } from '../fakes/sample-findings.ts'
import { type Beside, openBeside } from './beside.ts'

/** A database that nobody forgot anything of for years: turn by turn, none of which takes long, all of it goes. */

let beside: Beside
beforeAll(async () => {
  beside = await openBeside()
})
afterAll(() => beside.close())

const many = 45_000
const old = '2024-01-01T00:00:00.000Z'
const since = '2026-02-01T00:00:00.000Z'

async function fill(): Promise<void> {
  const { other } = beside
  const rows = `generate_series(1, ${many}) n`
  await other.query(`insert into defender.requests (tenant, id, request, answer, at, begun)
    select 't', 'look-' || n, '', '{}', '${old}', false from ${rows} union all
    select 't', 'effect-' || n, '', '{}', '${old}', true from ${rows}`)
  await other.query(`insert into defender.dead_letters (tenant, at, via, body, path, message)
    select 't', '${old}', 'push', 'x' || n, '', 'unknown' from ${rows}`)
  // A finding that changed so often: all but what it shows is old. One of them each turn comes behind all that stays.
  await other.query(
    `insert into defender.events (tenant, finding_id, version, at, body)
    select tenant, finding_id, version + n, '${old}', body from defender.events, ${rows} where finding_id = any($1)`,
    [changed],
  )
}

let changed: string[] = []

test('a very large backlog ends, and what is young or shown stays', async () => {
  const { store, other } = beside
  const shown = await store.accept(
    Array.from({ length: 700 }, (_, index) => arrival(`open-${index}`)),
    planFor([channel]),
  )
  changed = [shown[0]?.findingId ?? '']
  await store.change(shown[1]?.findingId ?? '', noted('resolved', { status: 'resolved' }))
  await store.requests.open('young', '{}', false, since)
  await fill()
  const turns = []
  for (let more = true; more; more = turns.at(-1)?.more ?? false) turns.push(await store.forget({ since, openAlertsSince: old }))
  expect(turns.map(({ requests, deadLetters, events }) => [requests, deadLetters, events])).toEqual([
    [40_000, 20_000, 20_000],
    [40_000, 20_000, 20_000],
    [10_000, 5_000, 5_000],
  ])
  expect(await store.status()).toMatchObject({ findings: 699, events: 699, deadLetters: 0 })
  const { rows } = await other.query("select id from defender.requests where answer is distinct from '' order by id")
  expect(rows).toEqual([{ id: 'young' }])
  expect(await store.requests.get('effect-1')).toEqual({ request: '', answer: '' })
}, 60_000)
