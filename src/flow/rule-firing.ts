import { type Firing, firingDays, keepFiring } from '../actions/rules/facts.ts'
import { Kind } from '../model/event.ts'
import type { Rule } from '../model/rule.ts'
import { whyRule } from '../model/rule-why.ts'
import { isOurs } from '../model/run.ts'
import type { World } from '../ports.ts'
import { matchesOf } from './rule-matches.ts'

const dayMs = 86_400_000

/** Counts what each rule should have fired on lately, and whether its logic app was started by such an event at all. */
export async function countFiring(world: World): Promise<undefined> {
  const rules = (await world.azure.rules.list()).filter(({ enabled }) => enabled)
  const since = new Date(world.clock.now().getTime() - firingDays * dayMs)
  const should = await shouldHaveFired(world, rules, since)
  const firing: Firing = {}
  for (const [rule, count] of should) firing[rule.id.toLowerCase()] = { should: count, fired: await fired(world, rule, since) }
  await keepFiring(world, firing)
  await world.store.jobs.send('chore', 'rule-health', 0)
}

async function shouldHaveFired(world: World, rules: Rule[], since: Date): Promise<Map<Rule, number>> {
  const matches = matchesOf(rules)
  const counts = new Map<Rule, number>()
  const subscriptions = [...new Set(rules.map(({ subscription }) => subscription))]
  for (const kind of Kind.options)
    for await (const page of world.store.events.since({ kind, since: since.toISOString(), subscriptions }))
      for (const event of page) for (const rule of matches(event)) counts.set(rule, (counts.get(rule) ?? 0) + 1)
  return counts
}

/** Runs recorded here; where there are none, those that the logic app's own history holds and nobody here started. */
async function fired({ store, azure }: World, rule: Rule, since: Date): Promise<number> {
  const here = await store.findings.runs({ startedBy: rule.id.toLowerCase() }, 1)
  if (here.some(({ startedAt }) => startedAt >= since.toISOString())) return here.length
  const [app] = rule.targets.flatMap(({ logicAppId }) => logicAppId ?? [])
  if (app === undefined) return 0
  const runs = await azure.logicApps.runsOf(app, since, body => firesOn(rule, body) || undefined)
  return runs.filter(({ trackingId }) => !isOurs(trackingId)).length
}

function firesOn(rule: Rule, body: unknown): boolean {
  return Kind.options.some(kind => whyRule(rule, { kind, subject: rule.scopes[0] ?? rule.id, body }).outcome === 'matched')
}
