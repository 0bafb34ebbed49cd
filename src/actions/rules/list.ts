import { z } from 'zod'
import { ruleState } from '../../../cards/rule.ts'
import { ruleListCard } from '../../../cards/rule-list.ts'
import { logicAppIds, type Rule } from '../../model/rule.ts'
import type { Trouble } from '../../model/rule-health.ts'
import type { World } from '../../ports.ts'
import { type Answer, type Context, personal, verb } from '../action.ts'
import { askFailing } from '../apps/failing.ts'
import { subscriptionNamed } from '../scope.ts'
import { troublesFor } from './facts.ts'
import { readableRules } from './find.ts'
import { viewOf } from './view.ts'
import { lastSegment, type Wording, wording, wordsOf } from './words.ts'

const perPage = 10
const states = ['broken', 'disabled', 'enabled'] as const

interface ListInput {
  filter: string
  page: number
}

export const rules = verb<ListInput>({
  name: 'rules',
  title: 'Rules',
  help: 'Lists rules: what starts each, what it starts, when it last did; broken ones first.',
  usage: 'rules [sub:…] [broken] [disabled] [words]',
  tried: ['list', 'automations', 'automation'],
  topic: 'Rules',
  input: z.object({ filter: z.string().max(500).default(''), page: z.coerce.number().int().min(1).default(1) }),
  read: typed => ({ input: { filter: typed.all().join(' ') } }),
  effect: false,
  needs: () => [],
  run: list,
})

async function list(context: Context, { filter, page }: ListInput): Promise<Answer> {
  const { world, now } = context
  const [all, told] = await Promise.all([readableRules(context), wording(world)])
  const troubles = await troublesFor(world, all)
  const rated = all.map(rule => ({ rule, troubles: troubles.get(rule.id.toLowerCase()) ?? [] }))
  const fitting = rated.filter(one => fits(one, filter, told)).toSorted(worstFirst)
  const shown = await asNow(world, fitting.slice((page - 1) * perPage, page * perPage))
  const views = await Promise.all(shown.map(one => viewOf(world, one.rule, one.troubles, told)))
  const card = ruleListCard({
    rules: views,
    total: fitting.length,
    broken: fitting.filter(one => ruleState(one) === 'broken').length,
    filter,
    now,
    ...(fitting.length > page * perPage && { next: page + 1 }),
  })
  return personal(card)
}

/** How what they start does is asked for no more rules than are shown; the others stand where the last look put them. */
async function asNow(world: World, shown: Rated[]): Promise<Rated[]> {
  const rules = shown.map(({ rule }) => rule)
  const failing = await askFailing(world, rules.flatMap(logicAppIds))
  const troubles = await troublesFor(world, rules, failing)
  return rules.map(rule => ({ rule, troubles: troubles.get(rule.id.toLowerCase()) ?? [] }))
}

interface Rated {
  rule: Rule
  troubles: Trouble[]
}

function worstFirst(a: Rated, b: Rated): number {
  return states.indexOf(ruleState(a)) - states.indexOf(ruleState(b)) || a.rule.name.localeCompare(b.rule.name)
}

/** Words that are no keyword must all occur in the name, the description, the words of the rule or its logic app. */
function fits(rated: Rated, filter: string, told: Wording): boolean {
  const { rule } = rated
  const text = [rule.name, rule.description, rule.group, wordsOf(rule, told), ...logicAppIds(rule).map(lastSegment)]
    .join('\n')
    .toLowerCase()
  const parts = filter
    .toLowerCase()
    .split(/\s+/)
    .filter(part => part !== '')
  const wanted = parts.filter(part => states.some(state => state === part))
  return (wanted.length === 0 || wanted.includes(ruleState(rated))) && parts.every(part => fitsWord(part, rule, text, told))
}

function fitsWord(part: string, rule: Rule, text: string, { subscriptions }: Wording): boolean {
  if (states.some(state => state === part)) return true
  if (part.startsWith('sub:'))
    return subscriptionNamed(part.slice(4), subscriptions).id.toLowerCase() === rule.subscription.toLowerCase()
  return text.includes(part)
}
