import { budgets } from './budgets.ts'
import { temporaryFolder } from './folder.ts'
import { startProgram } from './program.ts'
import type { BenchOptions, Row } from './row.ts'
import { median } from './statistics.ts'

/** From the first instruction of the process to the first answer of `/readyz` that says ready. */
export async function bench({ full }: BenchOptions): Promise<Row[]> {
  const fresh: number[] = []
  const again: number[] = []
  for (let turn = 0; turn < (full ? 5 : 2); turn++) {
    const folder = await temporaryFolder()
    fresh.push(await startOnce(folder.path))
    for (let more = 0; more < 2; more++) again.push(await startOnce(folder.path))
    await folder.remove()
  }
  return [
    { budget: budgets.startFresh, value: median(fresh), beside: told(fresh) },
    { budget: budgets.startAgain, value: median(again), beside: told(again) },
  ]
}

async function startOnce(folder: string): Promise<number> {
  const from = performance.now()
  const program = await startProgram({ DATA_DIR: folder })
  const answer = await fetch(`${program.address}/readyz`)
  const seconds = (performance.now() - from) / 1000
  await program.stop()
  if (answer.status !== 200) throw new Error(`/readyz answered ${answer.status}`)
  return seconds
}

function told(seconds: number[]): string {
  return `median of ${seconds.map(value => value.toFixed(2)).join(' · ')}`
}
