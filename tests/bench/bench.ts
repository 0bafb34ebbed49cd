import type { Bench } from './row.ts'
import { faults, table } from './table.ts'

/**
 * `npm run bench [-- names… --full]`: measures against the budgets and prints one table. A missed budget is told, never a failure: how fast a
 * machine is today is no property of the program. What was lost or done twice is.
 */
const benches: Record<string, () => Promise<{ bench: Bench }>> = {
  ingest: () => import('./ingest.ts'),
  card: () => import('./card.ts'),
  'fan-out': () => import('./fan-out.ts'),
  storm: () => import('./storm.ts'),
  click: () => import('./click.ts'),
  start: () => import('./start.ts'),
  memory: () => import('./memory.ts'),
  kills: () => import('./kills.ts'),
  matcher: () => import('./matcher.ts'),
}

const asked = process.argv.slice(2)
const full = asked.includes('--full')
const names = asked.filter(word => word !== '--full')
const unknown = names.filter(name => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  process.stderr.write(`There is no bench "${unknown.join('", "')}": ${Object.keys(benches).join(', ')}.\n`)
  process.exit(1)
}

const rows = []
for (const [name, load] of Object.entries(benches)) {
  if (names.length > 0 && !names.includes(name)) continue
  process.stderr.write(`${name} …\n`)
  const { bench } = await load()
  rows.push(...(await bench({ full })))
}
process.stdout.write(`\n${table(rows)}\n`)
const wrong = faults(rows)
for (const sentence of wrong) process.stdout.write(`\n${sentence}\n`)
process.exitCode = wrong.length === 0 ? 0 : 1
