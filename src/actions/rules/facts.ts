import { z } from 'zod'
import type { Failing } from '../../model/app-statistics.ts'
import type { KnownRecommendation, PolicyRule } from '../../model/catalogue.ts'
import type { LogicApp } from '../../model/logic-app.ts'
import { baseOf, logicAppIds, type Rule, type RuleVersion } from '../../model/rule.ts'
import { type Trouble, troublesOf } from '../../model/rule-health.ts'
import type { World } from '../../ports.ts'
import { readFailing } from '../apps/failing.ts'
import { runRight } from '../eligible.ts'
import { groupScope } from '../scope.ts'

/** What the last look at the past gave, kept as a text: too much work for every list. */
const Firing = z.record(
  z.string(),
  z.object({
    should: z.number(),
    fired: z.number(),
    /** How far back both were looked at. */
    hours: z.number(),
    /** The rule as it was, and since when it was seen so, ISO. */
    base: z.string(),
    first: z.string(),
  }),
)
export type Firing = z.infer<typeof Firing>

/** Since when events are kept, ISO: the first start, later what was forgotten last. */
export const keptFromText = 'events-kept-from'

const firingText = 'rule-firing'
export const firingDays = 14
/** Fewer may be chance. */
const worthTelling = 3

export async function readFiring({ store }: World): Promise<Firing> {
  const text = await store.texts.get(firingText)
  // What an older version kept begins anew.
  return text === undefined ? {} : (Firing.safeParse(JSON.parse(text)).data ?? {})
}

export function keepFiring({ store }: World, firing: Firing): Promise<void> {
  return store.texts.put(firingText, JSON.stringify(firing))
}

/**
 * When a rule last brought an event here, ISO, kept under this and its lower-case id. The run itself is on no finding: on what it brought it is no
 * news.
 */
const broughtText = 'rule-brought:'

export function readBrought({ store }: World, rule: Rule): Promise<string | undefined> {
  return store.texts.get(`${broughtText}${rule.id.toLowerCase()}`)
}

export function keepBrought({ store }: Pick<World, 'store'>, rule: Rule, at: string): Promise<void> {
  return store.texts.put(`${broughtText}${rule.id.toLowerCase()}`, at)
}

interface Surroundings {
  apps: LogicApp[]
  /** Lower-case ids of those whose address the bot itself may not fetch. */
  closed: Set<string>
  recommendations: KnownRecommendation[]
  policyRules: PolicyRule[]
  firing: Firing
  failing: ReadonlyMap<string, Failing>
}

/**
 * What is wrong with each rule now, by its lower-case id. An Azure that is away is the Problem AzureUnavailable, never a trouble of a rule;
 * what the bot itself may not read is left out. `failing`: as asked now; else as the last look found it.
 */
export async function troublesFor(
  world: World,
  rules: Rule[],
  failing?: ReadonlyMap<string, Failing>,
): Promise<Map<string, Trouble[]>> {
  const around = await surroundings(world, rules, failing)
  const found = await Promise.all(
    rules.map(async rule => {
      const [last] = await world.store.ruleHistory.list(rule.id, 1)
      return [rule.id.toLowerCase(), troublesOf(rule, factsOf(rule, last, around, world.clock.now()))] as const
    }),
  )
  return new Map(found)
}

async function surroundings(
  world: World,
  rules: Rule[],
  failing: ReadonlyMap<string, Failing> | undefined,
): Promise<Surroundings> {
  const { azure } = world
  const [apps, recommendations, policyRules, firing, doing] = await Promise.all([
    azure.logicApps.list({ including: rules.flatMap(logicAppIds) }),
    unlessRefused(azure.catalogue.recommendations()),
    unlessRefused(azure.catalogue.policyRules()),
    readFiring(world),
    failing ?? readFailing(world),
  ])
  return { apps, closed: await closedTo(world, rules, apps), recommendations, policyRules, firing, failing: doing }
}

/** Most rights are given on a group: asked there first, so that many apps in few groups cost few questions. */
async function closedTo({ azure: { access } }: World, rules: Rule[], apps: LogicApp[]): Promise<Set<string>> {
  const wanted = new Set(rules.flatMap(logicAppIds).map(id => id.toLowerCase()))
  const own = apps.filter(({ id, plan }) => plan === 'consumption' && wanted.has(id.toLowerCase()))
  const onGroups = await unlessRefused(access.missingItself(own.map(app => ({ ...runRight(app), scope: groupScope(app) }))))
  const groups = new Set(onGroups.map(({ scope }) => scope))
  const left = own.filter(app => groups.has(groupScope(app)))
  const onApps = await unlessRefused(access.missingItself(left.map(runRight)))
  return new Set(onApps.map(({ scope }) => `/${scope}`.toLowerCase()))
}

/** What may not be read says nothing; what is only away now is told. */
async function unlessRefused<Item>(asked: Promise<Item[]>): Promise<Item[]> {
  return asked.catch(thrown => {
    if (thrown instanceof Error && 'retry' in thrown && thrown.retry === false) return []
    throw thrown
  })
}

function factsOf(
  rule: Rule,
  last: RuleVersion | undefined,
  { apps, closed, recommendations, policyRules, firing, failing }: Surroundings,
  now: Date,
) {
  const counted = firing[rule.id.toLowerCase()]
  const seen = counted?.base === baseOf(rule) ? counted : undefined
  const stale = staleTrigger(rule, last, apps)
  return {
    apps,
    recommendations,
    policyRules,
    failing,
    now,
    ...(seen !== undefined &&
      seen.should >= worthTelling && { shouldHaveFired: seen.should, fired: seen.fired, hours: seen.hours }),
    ...(stale !== undefined && { staleTrigger: stale }),
    mayRun: !logicAppIds(rule).some(id => closed.has(id.toLowerCase())),
  }
}

/** The trigger whose address the rule was last given from here, when its logic app no longer has one of that name. */
function staleTrigger(rule: Rule, last: RuleVersion | undefined, apps: LogicApp[]): string | undefined {
  const [id] = logicAppIds(rule)
  const app = apps.find(one => one.id.toLowerCase() === id?.toLowerCase())
  const isSame = last?.rule !== undefined && logicAppIds(last.rule)[0]?.toLowerCase() === id?.toLowerCase()
  const { trigger } = last ?? {}
  return app === undefined || !isSame || trigger === undefined || app.triggers.some(({ name }) => name === trigger)
    ? undefined
    : trigger
}
