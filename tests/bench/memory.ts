import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { alertBody } from './alerts.ts'
import { budgets } from './budgets.ts'
import { temporaryFolder } from './folder.ts'
import { startProgram } from './program.ts'
import type { BenchOptions, Row } from './row.ts'
import { openSender } from './sender.ts'

const idleMs = 5000
const lookEveryMs = 500
const connections = 64

/** The program with its own database and the simulated Azure, at rest and while it takes events; shared pages count once. */
export async function bench({ full }: BenchOptions): Promise<Row[]> {
  const count = full ? 100_000 : 8000
  const folder = await temporaryFolder()
  const program = await startProgram({ DATA_DIR: folder.path })
  const cluster = `${folder.path}/postgres/cluster`
  const megabytes = async () => (await memoryOf(program.pid)) + (await memoryOfDatabase(cluster))
  await pause(idleMs)
  const idle = await megabytes()
  await pour(program.address, 'warm', 2000)
  const settled = await megabytes()
  let peak = 0
  const looking = setInterval(() => void megabytes().then(now => (peak = Math.max(peak, now))), lookEveryMs)
  await pour(program.address, 'more', count)
  clearInterval(looking)
  await program.stop()
  await folder.remove()
  return [
    { budget: budgets.memoryIdle, value: idle },
    {
      budget: budgets.memoryGrowth,
      value: Math.max(0, peak - settled),
      beside: `${count} events; ${settled.toFixed(0)} MB after the first 2,000, peak ${peak.toFixed(0)} MB`,
    },
  ]
}

async function pour(address: string, prefix: string, count: number): Promise<void> {
  const sender = openSender(connections)
  let next = 0
  async function connection(): Promise<void> {
    for (let index = next++; index < count; index = next++)
      await sender.post(`${address}/api/events`, alertBody(`${prefix}-${index}`))
  }
  await Promise.all(Array.from({ length: connections }, connection))
  sender.close()
}

/** Proportional set size, MB: a page that several processes share counts for each by its share. */
async function memoryOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024
}

async function memoryOfDatabase(cluster: string): Promise<number> {
  const postmaster = Number((await readFile(`${cluster}/postmaster.pid`, 'utf8')).split('\n')[0])
  const processes = (await readdir('/proc')).map(Number).filter(pid => pid > 0)
  const own = await Promise.all(
    processes.map(async pid => (pid === postmaster || (await parentOf(pid)) === postmaster ? pid : 0)),
  )
  const sizes = await Promise.all(own.filter(pid => pid > 0).map(memoryOf))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function parentOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1])
}
