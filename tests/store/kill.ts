import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { silent } from '../../src/log.ts'
import { findingId } from '../../src/model/finding.ts'
import type { Store } from '../../src/ports.ts'
import { openStore } from '../../src/store/store.ts'
import { until } from '../contract/waiting.ts'
import { alertEvent, readArrival } from '../fakes/sample-findings.ts'

const place = 'console:simulated:killed'

/** What killed processes had been told is safe, and what is there. */
export interface Toll {
  kills: number
  acknowledged: number
  /** Acknowledged events without a finding, body, event or post. */
  lost: string[]
  /** Findings with more than one version: the same event taken twice as news. */
  doubled: number
  ledgerAcknowledged: number
  ledger: { entries: number; brokenAt?: number }
  /** Posts that nobody showed within 30 s after the last kill. */
  behind: number
}

interface Said {
  acknowledged: Set<string>
  ledger: number
}

/** Kills the accepting process at random moments; a new one goes on each time. */
export async function killProcesses({ url, tenant, kills }: { url: string; tenant: string; kills: number }): Promise<Toll> {
  const said: Said = { acknowledged: new Set(), ledger: 0 }
  for (let kill = 0; kill < kills; kill++) {
    const child = begin(url, tenant, `process-${kill}`, said)
    await until(() => said.acknowledged.size > kill * 3, 30_000)
    await pause(Math.random() * 300)
    await end(child)
  }
  return count({ url, tenant, kills, said })
}

/** Kills the database at random moments while one process goes on accepting; somebody else brings it up again. */
export async function killDatabase(given: {
  url: string
  tenant: string
  kills: number
  postmaster: () => Promise<number>
}): Promise<Toll> {
  const { url, tenant, kills, postmaster } = given
  const said: Said = { acknowledged: new Set(), ledger: 0 }
  const child = begin(url, tenant, 'database', said)
  for (let kill = 0; kill < kills; kill++) {
    const before = said.acknowledged.size
    await until(() => said.acknowledged.size > before + 20, 60_000)
    await pause(Math.random() * 300)
    process.kill(await postmaster(), 'SIGKILL')
  }
  const before = said.acknowledged.size
  await until(() => said.acknowledged.size > before + 20, 60_000)
  if (child.exitCode !== null) throw new Error('the accepting process did not survive its database')
  await end(child)
  return count({ url, tenant, kills, said })
}

function begin(url: string, tenant: string, prefix: string, said: Said): ChildProcess {
  const script = fileURLToPath(new URL('kill-child.ts', import.meta.url))
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, url, tenant, prefix], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let rest = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const [word, value = ''] = line.split(' ')
      if (word === 'ack') said.acknowledged.add(value)
      if (word === 'ledger') said.ledger += 1
    }
  })
  return child
}

async function end(child: ChildProcess): Promise<void> {
  const closed = new Promise(done => child.once('close', done))
  child.kill('SIGKILL')
  await closed
}

async function count({ url, tenant, kills, said }: { url: string; tenant: string; kills: number; said: Said }): Promise<Toll> {
  const store = await openWhenUp(url, tenant)
  try {
    const behind = await show(store)
    const checks = await Promise.all([...said.acknowledged].map(key => check(store, key)))
    return {
      kills,
      acknowledged: said.acknowledged.size,
      lost: checks.flatMap(({ key, isWhole }) => (isWhole ? [] : [key])),
      doubled: checks.filter(({ version }) => version > 1).length,
      ledgerAcknowledged: said.ledger,
      ledger: await store.ledger.verify(),
      behind,
    }
  } finally {
    await store.close()
  }
}

/** What was acknowledged before the last kill may be heard after it: the database may not be there yet. */
async function openWhenUp(url: string, tenant: string): Promise<Store> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await openStore({ url, tenant, log: silent, read: readArrival })
    } catch (thrown) {
      if (attempt >= 100) throw thrown
      await pause(100)
    }
  }
}

async function check(store: Store, key: string): Promise<{ key: string; isWhole: boolean; version: number }> {
  const id = findingId(alertEvent(key))
  const [finding, body, posts] = await Promise.all([store.findings.get(id), store.findings.body(id), store.posts.of(id)])
  return { key, isWhole: finding !== undefined && body !== undefined && posts.length === 1, version: finding?.version ?? 0 }
}

/** The jobs left by the dead are done by us, without anybody sending them again. */
async function show(store: Store): Promise<number> {
  await store.jobs.work({
    place: async key => {
      const posts = await store.posts.behind(key, new Date(), 200)
      for (const post of posts) await store.posts.shown(post.id, 'm', post.wanted)
      return posts.length === 0 ? undefined : 0
    },
    run: async () => undefined,
    request: async () => undefined,
  })
  await until(async () => (await store.posts.backlog(place)).count === 0, 30_000).catch(() => undefined)
  return (await store.posts.backlog(place)).count
}
