import { Problem } from '../errors.ts'
import type { LogicApp } from '../model/logic-app.ts'
import { cached } from './cached.ts'
import { inParallel } from './gate.ts'

/** Azure's portal asks to wait so long before what was made is listed (domain: "Rule saved but not listed for minutes"). */
const lagMs = 300_000
const askedForMs = 10_000
const askedAtOnce = 4

/** Logic apps that Azure has by their ids, though its list does not name them yet. */
export function unlistedApps(now: () => number, get: (id: string) => Promise<LogicApp>) {
  const met = new Map<string, number>()
  const asking = () => cached(askedForMs, now, (id: string) => ifAny(get, id))
  let one = asking()

  /** What is out of reach or was deleted is not there. */
  async function find(id: string): Promise<LogicApp[]> {
    const app = await one.get(id)
    if (app === undefined) met.delete(id)
    else if (!met.has(id)) met.set(id, now() + lagMs)
    return app === undefined ? [] : [app]
  }

  return {
    /** Those not among the listed: of these ids, and of what was found before. */
    async beside(listed: LogicApp[], ids: string[]): Promise<LogicApp[]> {
      const there = new Set(listed.map(({ id }) => id.toLowerCase()))
      for (const [id, until] of met) if (until < now() || there.has(id)) met.delete(id)
      const wanted = new Set([...met.keys(), ...ids.map(id => id.toLowerCase())].filter(id => !there.has(id)))
      return (await inParallel([...wanted], askedAtOnce, find)).flat()
    },
    /** What was not there either: it may have been made since. */
    forget() {
      one = asking()
    },
  }
}

async function ifAny(get: (id: string) => Promise<LogicApp>, id: string): Promise<LogicApp | undefined> {
  try {
    return await get(id)
  } catch (thrown) {
    if (thrown instanceof Problem && !thrown.retry) return undefined
    throw thrown
  }
}
