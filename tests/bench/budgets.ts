import type { Budget } from './row.ts'

const ratio = (what: string, must: number, ambition: number): Budget => ({ what, unit: '×', better: 'more', must, ambition })
const most = (what: string, unit: Budget['unit'], must: number, ambition: number): Budget => ({
  what,
  unit,
  better: 'less',
  must,
  ambition,
})

/** The budgets of architecture.md, must → ambition. */
export const budgets = {
  ingest: ratio('durable ingest: rate, of bare PostgreSQL', 0.6, 0.85),
  ingestP99: most('durable ingest: acknowledgement p99, of bare', '×', 2, 2),
  cardP50: most('event → card p50', 'ms', 15, 6),
  cardP99: most('event → card p99', 'ms', 60, 25),
  fanOut: most('one event to 100 places: last card', 'ms', 60, 30),
  storm: most('alerts one by one at 1 a second and channel, of ideal', '×', 1.15, 1.03),
  stormRefused: most('… calls the platform refused', 'calls', 980, 40),
  grouped: most('storm, grouped: messages', 'messages', 60, 40),
  groupedVisible: most('storm, grouped: everything visible', 's', 5, 2),
  killDoubled: most('kill -9: cards shown twice, per channel', 'messages', 1, 0),
  killReady: most('kill -9: ready again', 's', 2, 2),
  matcher10: ratio('matcher, 10 rules, of the bare index', 0.5, 1),
  matcher1k: ratio('matcher, 1,000 rules, of the bare index', 0.5, 1),
  matcher10k: ratio('matcher, 10,000 rules, of the bare index', 0.5, 1),
  matcher100k: ratio('matcher, 100,000 rules, of the bare index', 0.5, 1),
  matcherChange: most('matcher: one change of a rule', 'ms', 5, 5),
  matcherMemory: most('matcher: memory at 100,000 rules', 'MB', 100, 59),
  clickP99: most('click → acknowledgement p99 at 200 events/s', 'ms', 100, 15),
  clickSlowest: most('click → acknowledgement, slowest while saturated', 'ms', 1000, 1000),
  startFresh: most('start → /readyz, fresh folder', 's', 3, 2),
  startAgain: most('start → /readyz, existing folder', 's', 1.5, 1),
  memoryIdle: most('memory idle, with its database', 'MB', 200, 200),
  memoryGrowth: most('memory: growth over the events taken', 'MB', 200, 50),
} satisfies Record<string, Budget>
