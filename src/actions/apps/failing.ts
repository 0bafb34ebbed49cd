import { z } from 'zod'
import { toProblem } from '../../errors.ts'
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
        return entry(id, stillFailing(await azure.logicApps.recentRuns(id, runsRead), before.get(id), clock.now()))
      } catch (thrown) {
        log.info({ app: id, error: toProblem(thrown) }, 'its runs could not be read')
        return entry(id, before.get(id))
      }
    }),
  )
  return new Map(found.flat())
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
