import { z } from 'zod'
import { ruleDeletedCard, ruleDeleteFormCard } from '../../../cards/rule-delete.ts'
import { Problem } from '../../errors.ts'
import type { Rule } from '../../model/rule.ts'
import { type Answer, type Context, personal, verb } from '../action.ts'
import { ruleNamed, wholeName } from './find.ts'
import { doerOf, keptAsFound, noted } from './noted.ts'
import { toDelete } from './rights.ts'
import { RuleWord } from './show.ts'
import { versionsOf } from './versions.ts'
import { wording, wordsOf } from './words.ts'

interface DeleteInput {
  rule: string
  sure: string
  why: string
}

export const ruleDelete = verb<DeleteInput>({
  name: 'rule delete',
  title: 'Delete rule',
  help: 'Deletes a rule, after asking once more; its history can bring it back.',
  usage: 'rule delete <name>',
  tried: ['delete', 'remove'],
  topic: 'Rules',
  input: z.object({
    rule: RuleWord,
    sure: z.coerce.string().refine(word => word === 'true', 'Say that you are sure.'),
    why: z.string().trim().max(500).default(''),
  }),
  read: wholeName,
  effect: true,
  needs: async ({ rule }, context) => toDelete(await known(context, rule)),
  async form(context, input) {
    const word = RuleWord.safeParse(input.rule)
    if (!word.success) throw new Problem('BadInput', 'Say which rule; "rules" lists them.', { field: 'rule' })
    const rule = await ruleNamed(context, word.data)
    return ruleDeleteFormCard(rule, wordsOf(rule, await wording(context.world)))
  },
  async run(context, { rule: wanted, why }) {
    const rule = await known(context, wanted)
    await keptAsFound(context.world, await asNow(context, rule), doerOf(context))
    await context.world.azure.rules.delete(rule.id)
    return deleted(context, rule, why)
  },
})

/** Lists lag behind: what is kept is the rule as it stands when it goes. */
async function asNow({ world: { azure } }: Context, rule: Rule): Promise<Rule> {
  return azure.rules.get(rule.id).catch(thrown => {
    if (thrown instanceof Problem && thrown.code === 'NotFound') return rule
    throw thrown
  })
}

/** After an interruption the rule may be gone: then its history knows it, whose last entry may be the deletion itself. */
async function known(context: Context, word: string): Promise<Rule> {
  try {
    return await ruleNamed(context, word)
  } catch (thrown) {
    const past = context.resumed ? await context.world.store.ruleHistory.list(word, 2) : []
    const last = past.find(({ rule }) => rule !== undefined)?.rule
    if (last === undefined) throw thrown
    return last
  }
}

async function deleted(context: Context, rule: Pick<Rule, 'id' | 'name'>, why: string): Promise<Answer> {
  const { world } = context
  await noted(world, { ruleId: rule.id, what: 'deleted', ...(why !== '' && { why }) }, doerOf(context))
  const last = (await versionsOf(world, rule.id)).find(({ version }) => version.rule !== undefined)
  return personal(ruleDeletedCard(rule, last?.number))
}
