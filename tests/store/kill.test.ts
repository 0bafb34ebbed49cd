import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { silent } from '../../src/log.ts'
import { readPostmaster } from '../../src/store/postmaster.ts'
import { type PrivateServer, startPrivateServer } from '../../src/store/private-server.ts'
import { killDatabase, killProcesses, type Toll } from './kill.ts'

let dataDir: string
let server: PrivateServer

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'defender-kill-'))
  await chmod(dataDir, 0o755)
  server = await startPrivateServer({ dataDir, log: silent })
}, 60_000)
afterAll(async () => {
  await server.stop()
  await rm(dataDir, { recursive: true, force: true })
})

function isClean(toll: Toll): void {
  expect(toll.acknowledged).toBeGreaterThan(0)
  expect(toll).toMatchObject({ lost: [], doubled: 0, behind: 0 })
  expect(toll.ledger.brokenAt).toBeUndefined()
  expect(toll.ledger.entries).toBeGreaterThanOrEqual(toll.ledgerAcknowledged)
}

test('kill -9 of the process while it accepts: nothing acknowledged is lost, and its jobs are done by the next', async () => {
  isClean(await killProcesses({ url: server.url, tenant: 'processes', kills: 3 }))
}, 120_000)

test('kill -9 of the database while it accepts: the process survives, nothing acknowledged is lost', async () => {
  const postmaster = async () => (await readPostmaster(join(dataDir, 'postgres', 'cluster')))?.pid ?? 0
  isClean(await killDatabase({ url: server.url, tenant: 'database', kills: 3, postmaster }))
}, 120_000)
