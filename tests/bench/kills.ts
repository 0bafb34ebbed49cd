import { killProgram, type ProgramToll } from '../store/kill-program.ts'
import { budgets } from './budgets.ts'
import type { BenchOptions, Row } from './row.ts'
import { percentile } from './statistics.ts'

/** kill -9 of the program and of its database while events come in, cards go out and people start logic apps. */
export async function bench({ full }: BenchOptions): Promise<Row[]> {
  const program = await killProgram({ kills: full ? 30 : 20, victim: 'program' })
  const database = await killProgram({ kills: full ? 30 : 10, victim: 'database' })
  const tolls = [program, database]
  const sum = (of: (toll: ProgramToll) => number) => tolls.reduce((total, toll) => total + of(toll), 0)
  return [
    {
      budget: budgets.killDoubled,
      value: sum(({ doubled }) => doubled.length),
      beside: `${sum(({ kills }) => kills)} kills, ${sum(({ acknowledged }) => acknowledged)} events, ${sum(({ clicks }) => clicks)} clicks`,
      lost: sum(({ lost, unstarted }) => lost.length + unstarted.length),
      doubled: sum(({ doubled, startedTwice }) => doubled.length + startedTwice.length),
    },
    {
      budget: budgets.killReady,
      value: Math.max(...program.readyS),
      beside: `slowest; median ${percentile(program.readyS, 0.5).toFixed(2)} s`,
    },
  ]
}
