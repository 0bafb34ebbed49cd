import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { changed, type Finding, findingId } from '../../src/model/finding.ts'
import type { Store } from '../../src/ports.ts'
import { until } from '../contract/waiting.ts'
import { alertEvent, arrival, planFor, runOf, startOfTime } from '../fakes/sample-findings.ts'
import { type Beside, openBeside } from './beside.ts'

let beside: Beside
let store: Store
let other: Beside['other']

beforeAll(async () => {
  beside = await openBeside()
  store = beside.store
  other = beside.other
})
afterAll(() => beside.close())

test('whoever had to wait for a finding decides on it as it stands then: event and runs of the other are there', async () => {
  const id = findingId(alertEvent('waits'))
  await store.accept([arrival('waits')], planFor([]))
  await other.query('begin')
  await other.query('select 1 from defender.findings where id = $1 for update', [id])
  const seen: Finding[] = []
  const waiting = store.change(id, finding => {
    seen.push(finding)
    return { finding: changed(finding, {}, { at: startOfTime.toISOString(), what: 'second' }), places: [] }
  })
  await until(async () => {
    const { rows } = await other.query(
      `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    )
    return rows.length > 0
  })
  await write(id)
  await other.query('commit')
  expect((await waiting)?.version).toBe(3)
  expect(seen).toMatchObject([{ version: 2, event: { title: 'Moved' }, runs: [{ id: `${id}.1` }] }])
})

/** What another process would write: the finding's next event, and a run. */
async function write(id: string): Promise<void> {
  const event = JSON.stringify(alertEvent('waits', { title: 'Moved' }))
  const run = runOf(id, 1)
  await other.query(
    `insert into defender.events (tenant, finding_id, version, at, body, event) values ('t', $1, 2, '2026-01-01T00:00:01.000Z', null, $2)`,
    [id, event],
  )
  await other.query(
    `insert into defender.runs (tenant, id, finding_id, state, started_by, started_at, run) values ('t', $1, $2, 'queued', '', $3, $4)`,
    [run.id, id, run.startedAt, JSON.stringify(run)],
  )
  await other.query('update defender.findings set version = 2, event_version = 2 where id = $1', [id])
}
