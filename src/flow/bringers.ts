import { keepBrought } from '../actions/rules/facts.ts'
import { logicAppIds, type Rule } from '../model/rule.ts'
import type { Arrival, World } from '../ports.ts'
import { matchesOf } from './rule-matches.ts'

/** Logic apps that bring events here, each noted under this and its lower-case ARM id: their runs are no news on what they brought. */
const bringerText = 'brings-events:'
const bringersAtMost = 100
/** Of a flood the oldest are let go: those after them were brought by the same rules. */
const waitingAtMost = 500
/** A rule that brings many is noted this often. */
const noteEveryMs = 10_000

export async function bringersKnown({ store }: Pick<World, 'store'>): Promise<Set<string>> {
  return new Set((await store.texts.names(bringerText)).map(name => name.slice(bringerText.length)))
}

interface Brought {
  app: string
  arrival: Arrival
}

/** Notes each logic app that brings events here, once, and which rules it was that fired. Whoever brings waits for none of it. */
export function notingBringers(world: Pick<World, 'store' | 'azure' | 'log'>): (appId: string, arrivals: Arrival[]) => void {
  const { store, log } = world
  const noteRules = notingRules(world)
  const known = new Set<string>()
  return (appId, arrivals) => {
    const app = appId.toLowerCase()
    noteRules(arrivals.map(arrival => ({ app, arrival })))
    if (known.has(app) || known.size >= bringersAtMost) return
    known.add(app)
    store.texts.put(`${bringerText}${app}`, '').catch((error: unknown) => {
      known.delete(app)
      log.warn({ error }, 'which logic app brings events could not be noted')
    })
  }
}

/** One look at a time: what comes meanwhile is looked at together. */
function notingRules({ store, azure, log }: Pick<World, 'store' | 'azure' | 'log'>): (brought: Brought[]) => void {
  const noted = new Map<string, number>()
  const matchesNow = ofOneList(azure.rules.list)
  let waiting: Brought[] = []
  let looking = false

  async function look(): Promise<void> {
    while (waiting.length > 0) {
      const matches = await matchesNow()
      const brought = waiting
      waiting = []
      for (const { app, arrival } of brought)
        for (const rule of matches(arrival).filter(one => logicAppIds(one).some(id => id.toLowerCase() === app))) {
          const at = Date.parse(arrival.receivedAt)
          if (at - (noted.get(rule.id) ?? 0) < noteEveryMs) continue
          noted.set(rule.id, at)
          await keepBrought({ store }, rule, arrival.receivedAt)
        }
    }
  }

  return brought => {
    waiting = [...waiting, ...brought].slice(-waitingAtMost)
    if (looking) return
    looking = true
    look()
      .catch((error: unknown) => log.info({ error }, 'which rules brought events is noted with the next ones'))
      .finally(() => {
        looking = false
      })
  }
}

/** Rules are listed for some seconds, and to index a thousand of them for each event that comes costs more than to take it. */
function ofOneList(list: () => Promise<Rule[]>): () => Promise<ReturnType<typeof matchesOf>> {
  let of: Rule[] | undefined
  let matches = matchesOf([])
  return async () => {
    const rules = await list()
    if (rules !== of) matches = matchesOf(rules)
    of = rules
    return matches
  }
}
