import { z } from 'zod'
import { ruleHistoryCard } from '../../../cards/rule-history.ts'
import { Problem } from '../../errors.ts'
import { baseOf, type Rule } from '../../model/rule.ts'
import { type Context, personal, verb } from '../action.ts'
import { reviewed } from './editing.ts'
import { kindOfRule, RuleFields, valuesOf } from './fields.ts'
import { afterName, ruleNamed, wholeName } from './find.ts'
import { readableOf, toRead, toWrite } from './rights.ts'
import { RuleWord } from './show.ts'
import { versionsOf } from './versions.ts'
import { wording, wordsOf } from './words.ts'

export const ruleHistory = verb<{ rule: string }>({
  name: 'rule history',
  title: 'History of a rule',
  help: 'Shows who changed a rule from here, when and why, with a way back.',
  usage: 'rule history <name>',
  topic: 'Rules',
  input: z.object({ rule: RuleWord }),
  read: wholeName,
  effect: false,
  needs: () => [],
  async run(context, { rule: word }) {
    const rule = await presentOrPast(context, word)
    const [versions, told] = await Promise.all([versionsOf(context.world, rule.id), wording(context.world)])
    const rows = versions.map(one => ({ ...one, words: one.version.rule === undefined ? '' : wordsOf(one.version.rule, told) }))
    return personal(ruleHistoryCard(rule, rows, context.now))
  },
})

/** A deleted rule is known by its id from its history, to those who may read rules there. */
async function presentOrPast(context: Context, word: string): Promise<Rule> {
  try {
    return await ruleNamed(context, word)
  } catch (thrown) {
    const last = (await versionsOf(context.world, word)).find(({ version }) => version.rule !== undefined)?.version.rule
    const [past] = last === undefined ? [] : await readableOf(context.world, context.person.id, [last])
    if (past === undefined) throw thrown
    return past
  }
}

export const ruleRollback = verb<{ rule: string; to: number }>({
  name: 'rule rollback',
  title: 'Go back to an earlier rule',
  help: 'Brings a rule back to a version of its history, after a review like any other change.',
  usage: 'rule rollback <name> <number>',
  topic: 'Rules',
  input: z.object({ rule: RuleWord, to: z.coerce.number('Say which version; "rule history" numbers them.').int().min(1) }),
  read: typed =>
    afterName(typed, () => {
      const to = typed.next()
      return to === undefined ? {} : { to }
    }),
  effect: false,
  needs: async ({ rule: word }, context) => {
    const rule = await presentOrPast(context, word)
    return [...toRead(rule), ...toWrite(rule, [])]
  },
  async run(context, { rule: word, to }) {
    const rule = await presentOrPast(context, word)
    const wanted = (await versionsOf(context.world, rule.id)).find(({ number }) => number === to)?.version.rule
    if (wanted === undefined)
      throw new Problem('NotFound', `${rule.name} has no version ${to} to go back to; "rule history" numbers them.`, {
        field: 'to',
      })
    return review(context, wanted, to)
  },
})

/** The version's fields over what stands in Azure now, or as a new rule when that was deleted. */
async function review(context: Context, wanted: Rule, to: number) {
  const kind = kindOfRule(wanted)
  if (kind === undefined) throw new Problem('NotOffered', 'That version starts on nothing that can be edited here.')
  const replacing = await context.world.azure.rules.get(wanted.id).catch(thrown => {
    if (thrown instanceof Problem && thrown.code === 'NotFound') return undefined
    throw thrown
  })
  const own = replacing === undefined ? { past: wanted.id } : { rule: replacing.id, base: baseOf(replacing) }
  const fields = RuleFields.parse({ ...valuesOf(wanted, kind), kind, to: String(to), ...own })
  return reviewed(context, { kind, fields, replacing, shape: wanted })
}
