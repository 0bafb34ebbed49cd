import { z } from 'zod'
import type { Card } from '../../../cards/card.ts'
import { ruleCard } from '../../../cards/rule.ts'
import { logicAppIds, type Rule } from '../../model/rule.ts'
import type { World } from '../../ports.ts'
import { personal, verb } from '../action.ts'
import { askFailing } from '../apps/failing.ts'
import { troublesFor } from './facts.ts'
import { ruleNamed, wholeName } from './find.ts'
import { viewOf } from './view.ts'
import { wording } from './words.ts'

const historyLines = 5

export const RuleWord = z
  .string('Say which rule; "rules" lists them.')
  .trim()
  .min(1, 'Say which rule; "rules" lists them.')
  .max(1000)

export const ruleShow = verb<{ rule: string }>({
  name: 'rule show',
  title: 'Show rule',
  help: 'Shows what a rule does, in words, and whether it can.',
  usage: 'rule show <name>',
  topic: 'Rules',
  input: z.object({ rule: RuleWord }),
  read: wholeName,
  effect: false,
  needs: () => [],
  run: async (context, { rule: word }) => personal(await cardOf(context.world, await ruleNamed(context, word))),
})

/** The rule's card as things stand. */
export async function cardOf(world: World, rule: Rule): Promise<Card> {
  const [troubles, history, told] = await Promise.all([
    troublesFor(world, [rule], await askFailing(world, logicAppIds(rule))),
    world.store.ruleHistory.list(rule.id, historyLines),
    wording(world),
  ])
  const view = await viewOf(world, rule, troubles.get(rule.id.toLowerCase()) ?? [], told)
  return ruleCard(view, history, world.clock.now())
}
