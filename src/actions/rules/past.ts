import { type BackTest, openBackTest } from '../../model/back-test.ts'
import { kindOf, type RuleDraft } from '../../model/rule.ts'
import type { World } from '../../ports.ts'
import { firstAppOf } from '../apps/find.ts'
import { keptFromText } from './facts.ts'

const dayMs = 86_400_000

/** A person waits for it: with a form in hand less long than for the test alone. */
export const budgets = { review: 3000, test: 10_000 }

/** What a rule would have done with the events of the last days that are kept here; with the newest of them, when the time, ms, runs out. */
export async function backTest(world: World, rule: RuleDraft, days: number, budgetMs: number): Promise<BackTest> {
  const end = performance.now() + budgetMs
  const to = world.clock.now()
  const from = new Date(to.getTime() - days * dayMs)
  const [keptFrom, app] = await Promise.all([world.store.texts.get(keptFromText), firstAppOf(world.azure, rule)])
  const test = openBackTest(rule, {
    from,
    to,
    prices: world.prices,
    ...(keptFrom !== undefined && { keptFrom: new Date(keptFrom) }),
    ...(app?.actions && { actions: app.actions }),
  })
  const since = keptFrom !== undefined && keptFrom > from.toISOString() ? keptFrom : from.toISOString()
  const kinds = new Set(rule.sources.flatMap(({ source }) => kindOf(source) ?? []))
  const cuts: string[] = []
  for (const kind of kinds) {
    const wanted = { kind, since, subscriptions: [rule.subscription], newestFirst: true }
    for await (const page of world.store.events.since(wanted)) {
      for (const event of page) test.take(event)
      const oldest = page.at(-1)?.at
      if (performance.now() < end || oldest === undefined) continue
      cuts.push(oldest)
      break
    }
  }
  return test.result(cuts.sort().at(-1))
}
