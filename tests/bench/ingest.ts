import { alertBody } from './alerts.ts'
import { budgets } from './budgets.ts'
import { openGround } from './ground.ts'
import { startBare } from './program.ts'
import type { BenchOptions, Row } from './row.ts'
import { openSender, type Sender } from './sender.ts'
import { median, percentile } from './statistics.ts'

const connections = 64

interface Taken {
  perSecond: number
  p99Ms: number
}

/** Alerts of 4.3 KB, each acknowledged once it is on disk, beside the same by one bare insert; in turns, on the same database server. */
export async function bench({ full }: BenchOptions): Promise<Row[]> {
  const count = full ? 20_000 : 6000
  const ground = await openGround()
  const bareServer = await startBare(ground.database)
  const program = await ground.start({ CONSOLE: '0' })
  const sender = openSender(connections)
  const bare: Taken[] = []
  const ours: Taken[] = []
  await pour(sender, bareServer.address, 'warm', 1500)
  await pour(sender, program.address, 'warm', 1500)
  for (let turn = 0; turn < 3; turn++) {
    bare.push(await pour(sender, bareServer.address, `t${turn}`, count / 3))
    ours.push(await pour(sender, program.address, `t${turn}`, count / 3))
  }
  const { findings } = await ground.store.status()
  sender.close()
  await program.stop()
  await bareServer.stop()
  await ground.close()
  return rows(bare, ours, { acknowledged: 1500 + Math.floor(count / 3) * 3, findings })
}

function rows(bare: Taken[], ours: Taken[], kept: { acknowledged: number; findings: number }): Row[] {
  const rate = (taken: Taken[]) => median(taken.map(({ perSecond }) => perSecond))
  const p99 = (taken: Taken[]) => median(taken.map(({ p99Ms }) => p99Ms))
  return [
    {
      budget: budgets.ingest,
      value: rate(ours) / rate(bare),
      beside: `${rate(ours).toFixed(0)}/s, bare ${rate(bare).toFixed(0)}/s`,
      lost: kept.acknowledged - kept.findings,
    },
    {
      budget: budgets.ingestP99,
      value: p99(ours) / p99(bare),
      beside: `${p99(ours).toFixed(0)} ms, bare ${p99(bare).toFixed(0)} ms`,
    },
  ]
}

async function pour(sender: Sender, address: string, prefix: string, count: number): Promise<Taken> {
  const bodies = Array.from({ length: count }, (_, index) => alertBody(`${prefix}-${index}`))
  const took: number[] = []
  let next = 0
  async function connection(): Promise<void> {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const from = performance.now()
      const { status, text } = await sender.post(`${address}/api/events`, body)
      if (status !== 202) throw new Error(`${status} ${text.slice(0, 200)}`)
      took.push(performance.now() - from)
    }
  }
  const from = performance.now()
  await Promise.all(Array.from({ length: connections }, connection))
  return { perSecond: count / ((performance.now() - from) / 1000), p99Ms: percentile(took, 0.99) }
}
