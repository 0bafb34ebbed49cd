import { forgetKept } from '../actions/kept-texts.ts'
import { keptFromText } from '../actions/rules/facts.ts'
import { azureKeepsAlertsDays } from '../model/finding.ts'
import type { World } from '../ports.ts'
import { tableOf } from '../table.ts'
import { countFiring } from './rule-firing.ts'
import { lookAtRules } from './rule-health.ts'
import { findRuleRuns } from './rule-runs.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000
const minuteMs = 60_000

/** Chores that time brings: how long after the first start, and how often. Anything else may ask for them at any time between. */
const timetable = tableOf<{ afterMs: number; everyMs: number }>({
  'rule-health': { afterMs: minuteMs, everyMs: 15 * minuteMs },
  'rule-firing': { afterMs: 5 * minuteMs, everyMs: 6 * hourMs },
  'old-events': { afterMs: hourMs, everyMs: hourMs },
})
/** The clock of a chore is a job of its own: a job that pauses until its next time can't be called sooner. */
const clock = 'clock:'

/** Returns after how many ms it goes on, undefined when it is done until somebody asks again. */
type Chore = () => Promise<number | undefined>

/** Starts the clocks and what keeps its own time, notes since when events come in, and looks for runs that rules started while nobody looked. */
export async function startChores(world: Pick<World, 'store' | 'clock'>, others: Record<string, Chore>): Promise<void> {
  const { jobs, texts } = world.store
  if ((await texts.get(keptFromText)) === undefined) await texts.put(keptFromText, world.clock.now().toISOString())
  for (const [name, { afterMs }] of timetable) await jobs.send('chore', `${clock}${name}`, afterMs)
  await jobs.send('chore', 'rule-runs', minuteMs)
  for (const name of Object.keys(others)) await jobs.send('chore', name, 0)
}

/** Carries out a chore: one at a time of a name, over all processes. */
export function openChores(world: World, eventsKeptDays: number, others: Record<string, Chore>) {
  const chores: Record<string, Chore> = {
    ...others,
    'rule-health': () => lookAtRules(world),
    'rule-firing': () => countFiring(world),
    'rule-runs': () => findRuleRuns(world),
    'old-events': () => forgetOld(world, eventsKeptDays),
  }
  return async (key: string): Promise<number | undefined> => {
    if (!key.startsWith(clock)) return chores[key]?.()
    const name = key.slice(clock.length)
    await world.store.jobs.send('chore', name, 0)
    return timetable.get(name)?.everyMs
  }
}

async function forgetOld(world: World, days: number): Promise<number | undefined> {
  const { store, clock, log } = world
  await forgetKept(world)
  const since = daysAgo(clock.now(), days)
  const { more, ...forgotten } = await store.forget({
    since,
    openAlertsSince: daysAgo(clock.now(), Math.max(days, azureKeepsAlertsDays)),
  })
  if (((await store.texts.get(keptFromText)) ?? '') < since) await store.texts.put(keptFromText, since)
  if (Object.values(forgotten).some(count => count > 0)) log.info({ forgotten, days }, 'what is old was forgotten')
  return more ? 0 : undefined
}

function daysAgo(now: Date, days: number): string {
  return new Date(now.getTime() - days * dayMs).toISOString()
}
