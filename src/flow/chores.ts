import type { World } from '../ports.ts'
import { countFiring } from './rule-firing.ts'
import { lookAtRules } from './rule-health.ts'
import { findRuleRuns } from './rule-runs.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000

/** What is done from time to time, each under its name, with how long after a start it is first done. */
export const choreDelaysMs = { 'rule-runs': 2000, 'rule-health': 60_000, 'rule-firing': 5 * 60_000, 'old-events': hourMs }

/** Since when events are kept, for whoever counts in the past. */
const keptFromText = 'events-kept-from'

/** Carries out a chore; returns after how many ms it is due again, undefined when only something new makes it so. */
export function openChores(world: World, { eventsKeptDays }: { eventsKeptDays: number }) {
  const chores: Record<string, () => Promise<number | undefined>> = {
    'rule-health': () => lookAtRules(world),
    'rule-firing': () => countFiring(world),
    'rule-runs': () => findRuleRuns(world),
    'old-events': () => forgetEvents(world, eventsKeptDays),
  }
  return async (name: string): Promise<number | undefined> => chores[name]?.()
}

async function forgetEvents({ store, clock, log }: World, days: number): Promise<number> {
  const before = new Date(clock.now().getTime() - days * dayMs).toISOString()
  const forgotten = await store.events.forget(before)
  await store.texts.put(keptFromText, before)
  if (forgotten > 0) log.info({ forgotten, days }, 'old events were forgotten')
  return hourMs
}
