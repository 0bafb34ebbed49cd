import { z } from 'zod'
import { type Failing, failingWords } from './app-statistics.ts'
import type { KnownRecommendation, PolicyRule } from './catalogue.ts'
import { pathFault, subAssessmentFault } from './check-conditions.ts'
import type { Condition } from './condition.ts'
import type { Kind } from './event.ts'
import { kindWords } from './kind-words.ts'
import { type LogicApp, takes, triggerFor } from './logic-app.ts'
import { makes, sourceByPolicy } from './policy-rule.ts'
import { kindOf, type Rule, type RuleSource } from './rule.ts'
import { fieldAt } from './rule-fields.ts'
import { sourceWords } from './rule-words.ts'

/** What keeps a rule from doing its work, or soon will. */
export const Trouble = z.object({
  code: z.enum([
    'app-gone',
    'standard-plan',
    'app-disabled',
    'legacy-trigger',
    'wrong-trigger',
    'trigger-renamed',
    'recommendation-gone',
    'recommendation-deprecated',
    'sub-assessment',
    'wrong-path',
    'edited-by-hand',
    'never-fired',
    'runs-fail',
    'no-right',
    'no-target',
    'unread',
  ]),
  /** `broken`: it does not start its logic app now. `warning`: it soon won't, or something is odd. */
  level: z.enum(['broken', 'warning']),
  /** A sentence for the person, with what to do. */
  message: z.string(),
})
export type Trouble = z.infer<typeof Trouble>

/** What is known of the world around a rule. */
export interface RuleFacts {
  apps: LogicApp[]
  /** Empty: not known now, so nothing is said of them. */
  recommendations: KnownRecommendation[]
  policyRules: PolicyRule[]
  /** How logic apps that fail did, by their lower-case ids; absent: not known. */
  failing?: ReadonlyMap<string, Failing>
  /** Over the last `hours`: events that met the rule, and whether any run began by one (0: none). Absent: not looked at. */
  shouldHaveFired?: number
  fired?: number
  hours?: number
  /** The trigger whose callback address the rule was saved with, when the app no longer has it. */
  staleTrigger?: string
  /** Whether the bot may fetch the app's callback address; absent: not asked. */
  mayRun?: boolean
  now: Date
}

/** Everything that is wrong with a rule, the worst first. */
export function troublesOf(rule: Rule, facts: RuleFacts): Trouble[] {
  if (rule.unread !== undefined) return [warning('unread', `It can be shown but not judged or edited here. ${rule.unread}`)]
  const troubles = [
    ...targetTroubles(rule, facts),
    ...rule.sources.flatMap(source => sourceTroubles(source, facts)),
    ...wholeTroubles(rule, facts),
  ]
  return troubles.toSorted((a, b) => Number(b.level === 'broken') - Number(a.level === 'broken'))
}

function broken(code: Trouble['code'], message: string): Trouble {
  return { code, level: 'broken', message }
}

function warning(code: Trouble['code'], message: string): Trouble {
  return { code, level: 'warning', message }
}

function targetTroubles(rule: Rule, facts: RuleFacts): Trouble[] {
  const ids = rule.targets.flatMap(({ logicAppId }) => logicAppId ?? [])
  if (ids.length === 0) return [broken('no-target', 'It has no logic app to run. Edit it and choose one.')]
  return ids.flatMap(id => {
    const app = facts.apps.find(candidate => candidate.id.toLowerCase() === id.toLowerCase())
    if (app === undefined)
      return broken(
        'app-gone',
        `Its logic app ${id.split('/').at(-1)} is gone, or can’t be seen from here. Edit the rule and choose another.`,
      )
    const kinds = rule.sources.flatMap(({ source }) => kindOf(source) ?? [])
    const troubles = [...appTroubles(app), ...kinds.flatMap(kind => triggerTroubles(app, kind))]
    return troubles.length > 0 ? troubles : runTroubles(app, facts)
  })
}

function appTroubles(app: LogicApp): Trouble[] {
  if (app.plan === 'standard')
    return [
      broken('standard-plan', `${app.name} is a Standard logic app; Azure starts only consumption ones. Choose one of those.`),
    ]
  return app.enabled
    ? []
    : [broken('app-disabled', `${app.name} is disabled, so nothing runs. Enable it: app enable ${app.name}.`)]
}

/** One failure may be chance: it stands on the app's card, and breaks no rule. */
function runTroubles(app: LogicApp, { failing }: RuleFacts): Trouble[] {
  const doing = failing?.get(app.id.toLowerCase())
  if (doing === undefined || !doing.often) return []
  const said = `${app.name} is started, but ${failingWords(doing)}, whoever started them.`
  return [warning('runs-fail', `${said} See why: app show ${app.name}.`)]
}

function triggerTroubles(app: LogicApp, kind: Kind): Trouble[] {
  if (app.plan === 'standard' || triggerFor(app, kind) !== undefined) return []
  const taken = app.triggers.map(takes)
  if (taken.includes('http')) return []
  if (taken.includes('legacy'))
    return [
      broken(
        'legacy-trigger',
        `${app.name} has the legacy alert trigger, which Azure no longer starts. Give it the trigger “When a Microsoft Defender for Cloud alert is created or triggered” and save the rule again.`,
      ),
    ]
  return [
    broken(
      'wrong-trigger',
      `${app.name} has no trigger for ${kindWords[kind].many}. Choose an app that has, or change its trigger and save the rule again.`,
    ),
  ]
}

/** A set that can't hold is a warning while others can. */
function sourceTroubles({ source, when }: RuleSource, facts: RuleFacts): Trouble[] {
  const kind = kindOf(source)
  if (kind === undefined)
    return [
      broken('sub-assessment', `Azure starts no logic app for ${source}. Edit the rule to listen to recommendations instead.`),
    ]
  const found = when.map(set => set.flatMap(condition => conditionTroubles(condition, kind, facts)))
  const level = found.every(troubles => troubles.some(trouble => trouble.level === 'broken')) ? 'broken' : 'warning'
  const said = new Map(found.flat().map(trouble => [trouble.message, trouble]))
  return [...said.values()].map(trouble => ({ ...trouble, level: trouble.level === 'broken' ? level : 'warning' }))
}

function conditionTroubles(condition: Condition, kind: Kind, facts: RuleFacts): Trouble[] {
  const fine = subAssessmentFault(condition)
  if (fine !== undefined) return [broken('sub-assessment', fine)]
  const path = pathFault(condition, kind)
  if (path !== undefined) return [broken('wrong-path', path)]
  return fieldAt(kind, condition.path)?.suggests === 'recommendation' ? keyTroubles(condition, facts) : []
}

function keyTroubles({ operator, value }: Condition, { recommendations, now }: RuleFacts): Trouble[] {
  if (recommendations.length === 0 || operator === 'NotEquals') return []
  const found = recommendations.filter(({ key }) =>
    operator === 'Equals' ? key.toLowerCase() === value.toLowerCase() : key.toLowerCase().includes(value.toLowerCase()),
  )
  if (found.length === 0)
    return [
      broken('recommendation-gone', `The recommendation ${value} no longer exists. Edit the rule and choose what replaced it.`),
    ]
  return found.length > 1
    ? []
    : found.flatMap(({ name, deprecatedFrom }) => (deprecatedFrom === undefined ? [] : deprecated(name, deprecatedFrom, now)))
}

function deprecated(name: string, from: string, now: Date): Trouble {
  const [month, year] = from.split('/').map(Number)
  const past = month !== undefined && year !== undefined && now >= new Date(Date.UTC(year, month - 1))
  const said = past
    ? `Azure planned to withdraw “${name}” in ${from}; it may stop any day`
    : `Azure plans to withdraw “${name}” in ${from}`
  return warning('recommendation-deprecated', `${said}. Choose what replaces it before then.`)
}

function wholeTroubles(rule: Rule, facts: RuleFacts): Trouble[] {
  const { staleTrigger, mayRun, shouldHaveFired = 0, fired, hours = 0 } = facts
  const troubles = facts.policyRules.filter(policy => makes(policy, rule)).flatMap(policy => editedByHand(rule, policy, facts))
  if (staleTrigger !== undefined)
    troubles.push(
      broken(
        'trigger-renamed',
        `The trigger ${staleTrigger}, whose address the rule was saved with, is no longer there. Save the rule again, so that it gets the new address.`,
      ),
    )
  if (mayRun === false)
    troubles.push(
      warning(
        'no-right',
        'The bot may not fetch the address of its logic app, so it can’t save the rule again. Grant it Microsoft.Logic/workflows/triggers/listCallbackUrl/action there.',
      ),
    )
  if (rule.enabled && fired === 0 && shouldHaveFired > 0)
    troubles.push(
      warning(
        'never-fired',
        `In the last ${hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`} ${shouldHaveFired} events met its conditions, but its logic app was not started once. Save the rule again, or look at the app’s trigger history.`,
      ),
    )
  return troubles
}

/**
 * Its next remediation writes back all of a rule, but what makes policy look is only whether the rule is enabled and its conditions (existence
 * condition of version 5.0.1), not what it runs nor what it hears.
 */
function editedByHand(rule: Rule, policy: PolicyRule, { recommendations }: RuleFacts): Trouble[] {
  const wanted = sourceByPolicy(policy)
  if (wanted === undefined) return []
  const noticed = [
    ...(rule.enabled ? [] : ['it is disabled']),
    ...(sameSources(rule.sources, wanted) ? [] : [`its conditions are not “${wantedWords(wanted, recommendations)}”`]),
  ]
  const unnoticed = [
    ...(runsAsWanted(rule, policy) ? [] : ['it runs another logic app']),
    ...(hearsAsWanted(rule) ? [] : ['it does not hear its whole subscription']),
  ]
  const differs = [...noticed, ...unnoticed]
  if (differs.length === 0) return []
  const then =
    noticed.length > 0
      ? 'its next remediation undoes that'
      : 'policy does not see that by itself, and undoes it whenever it next writes the rule'
  return [
    warning(
      'edited-by-hand',
      `The policy assignment ${policy.assignment.split('/').at(-1)} makes this rule, but ${differs.join(' and ')}: ${then}. Change the assignment instead.`,
    ),
  ]
}

function wantedWords(wanted: RuleSource, recommendations: KnownRecommendation[]): string {
  const nameOf = (key: string) => recommendations.find(known => known.key.toLowerCase() === key.toLowerCase())?.name
  return sourceWords(wanted, { app: id => id, recommendation: nameOf })
}

const Action = z.object({ logicAppResourceId: z.string().min(1) })

/** Without the parameter it is not known what is wanted. */
function runsAsWanted({ targets }: Rule, { parameters }: PolicyRule): boolean {
  const wanted = Action.safeParse(parameters).data?.logicAppResourceId.toLowerCase()
  return wanted === undefined || (targets.length === 1 && targets[0]?.logicAppId?.toLowerCase() === wanted)
}

/** The policies write one scope: the subscription. */
function hearsAsWanted({ scopes, subscription }: Rule): boolean {
  const [only, ...more] = scopes.map(scope => scope.toLowerCase().replace(/^\/?/, '/').replace(/\/+$/, ''))
  return more.length === 0 && only === `/subscriptions/${subscription.toLowerCase()}`
}

function sameSources(sources: RuleSource[], wanted: RuleSource): boolean {
  const own = sources.filter(({ source }) => source.toLowerCase() === wanted.source.toLowerCase())
  return (
    own.length === sources.length &&
    sameSets(
      own.flatMap(({ when }) => when),
      wanted.when,
    )
  )
}

function sameSets(a: Condition[][], b: Condition[][]): boolean {
  const keys = (sets: Condition[][]) =>
    sets
      .map(set =>
        set
          .map(({ path, operator, value }) => `${path} ${operator} ${value}`.toLowerCase())
          .sort()
          .join('\n'),
      )
      .sort()
      .join('\n\n')
  return keys(a) === keys(b)
}
