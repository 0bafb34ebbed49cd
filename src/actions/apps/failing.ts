import { z } from 'zod'
import { type Problem, type ProblemCode, toProblem } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { type Failing, stillFailing } from '../../model/app-statistics.ts'
import type { World } from '../../ports.ts'

/** Enough that five of them have ended, as a rule. */
const runsRead = 10

/** Of these logic apps the ones that fail, by lower-case id, as their newest runs tell beside what the last look found; that alone where they can't be read. */
export async function askFailing(world: World, appIds: string[]): Promise<Map<string, Failing>> {
  const { azure, clock, log } = world
  const before = await readFailing(world)
  const entry = (id: string, failing: Failing | undefined): [string, Failing][] => (failing === undefined ? [] : [[id, failing]])
  const ids = [...new Set(appIds.map(id => id.toLowerCase()))]
  const found = await Promise.all(
    ids.map(async id => {
      try {
        const runs = await azure.logicApps.recentRuns(id, runsRead)
        toldIn(log).delete(id)
        return entry(id, stillFailing(runs, before.get(id), clock.now()))
      } catch (thrown) {
        tell(log, id, toProblem(thrown))
        return entry(id, before.get(id))
      }
    }),
  )
  return new Map(found.flat())
}

/** Of each app why its runs could not be read when the log last told it: one that is gone is no news with every look. */
const told = new WeakMap<Log, Map<string, ProblemCode>>()

function toldIn(log: Log): Map<string, ProblemCode> {
  const known = told.get(log) ?? new Map<string, ProblemCode>()
  told.set(log, known)
  return known
}

function tell(log: Log, app: string, error: Problem): void {
  if (toldIn(log).get(app) === error.code) return
  toldIn(log).set(app, error.code)
  log.info({ app, error }, 'its runs could not be read')
}

const Kept = z.record(z.string(), z.object({ failed: z.number(), of: z.number(), often: z.boolean() }))
const failingText = 'apps-failing'

/** What the last look gave: asking about the apps of all rules is too much for every list. */
export async function readFailing({ store }: World): Promise<Map<string, Failing>> {
  const text = await store.texts.get(failingText)
  return new Map(Object.entries(text === undefined ? {} : Kept.parse(JSON.parse(text))))
}

export function keepFailing({ store }: World, failing: ReadonlyMap<string, Failing>): Promise<void> {
  return store.texts.put(failingText, JSON.stringify(Object.fromEntries(failing)))
}
