import { type BackTest, openBackTest } from '../../model/back-test.ts'
import { kindOf, logicAppIds, type RuleDraft } from '../../model/rule.ts'
import type { World } from '../../ports.ts'
import { keptFromText } from './facts.ts'

const dayMs = 86_400_000

/** What a rule would have done with the events of the last days that are kept here. */
export async function backTest(world: World, rule: RuleDraft, days: number): Promise<BackTest> {
  const to = world.clock.now()
  const from = new Date(to.getTime() - days * dayMs)
  const [keptFrom, actions] = await Promise.all([world.store.texts.get(keptFromText), actionsOf(world, rule)])
  const test = openBackTest(rule, {
    from,
    to,
    ...(keptFrom !== undefined && { keptFrom: new Date(keptFrom) }),
    ...(actions && { actions }),
  })
  const kinds = new Set(rule.sources.flatMap(({ source }) => kindOf(source) ?? []))
  for (const kind of kinds)
    for await (const page of world.store.events.since({ kind, since: from.toISOString(), subscriptions: [rule.subscription] }))
      for (const event of page) test.take(event)
  return test.result()
}

/** Of the first logic app; unknown when Azure does not tell now. */
async function actionsOf({ azure }: World, rule: RuleDraft) {
  const [id] = logicAppIds(rule)
  const apps = await azure.logicApps.list().catch(() => [])
  return apps.find(app => app.id.toLowerCase() === id?.toLowerCase())?.actions
}
