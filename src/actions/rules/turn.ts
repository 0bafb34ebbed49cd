import { z } from 'zod'
import { saidCard } from '../../../cards/answer.ts'
import { logicAppIds, type Rule } from '../../model/rule.ts'
import { type Action, already, type Context, verb } from '../action.ts'
import { afterName, ruleNamed } from './find.ts'
import { doerOf, keptAsFound } from './noted.ts'
import { toWrite } from './rights.ts'
import { finished } from './save.ts'
import { RuleWord } from './show.ts'

function turn(name: 'enable' | 'disable', enabled: boolean): Action {
  const word = enabled ? 'enabled' : 'disabled'
  return verb<{ rule: string; why: string }>({
    name: `rule ${name}`,
    title: enabled ? 'Enable rule' : 'Disable rule',
    help: enabled ? 'Lets a rule fire again.' : 'Keeps a rule from firing, without deleting it.',
    usage: `rule ${name} <name> [why]`,
    topic: 'Rules',
    input: z.object({ rule: RuleWord, why: z.string().trim().max(500).default('') }),
    read: typed =>
      afterName(typed, () => {
        const why = typed.all().join(' ')
        return why === '' ? {} : { why }
      }),
    effect: true,
    /** Azure takes a rule as a whole, so the address of its logic app is fetched anew, where there is one to fetch. */
    needs: async ({ rule: wanted }, context) => {
      const rule = await ruleNamed(context, wanted)
      return toWrite(rule, await fetchable(context, rule))
    },
    async run(context, { rule: wanted, why }) {
      const rule = await current(context, wanted)
      if (rule.enabled === enabled && !context.resumed) return already(saidCard(`${rule.name} is already ${word}.`))
      return finished(context, rule.enabled === enabled ? rule : await turned(context, rule, enabled), word, why)
    },
  })
}

async function turned(context: Context, rule: Rule, enabled: boolean): Promise<Rule> {
  await keptAsFound(context.world, rule, doerOf(context))
  return context.world.azure.rules.save({ ...rule, enabled }, rule)
}

async function fetchable({ world }: Context, rule: Rule): Promise<string[]> {
  if (rule.fixedTargets !== undefined) return []
  const there = new Set((await world.azure.logicApps.list({ including: logicAppIds(rule) })).map(({ id }) => id.toLowerCase()))
  return logicAppIds(rule).filter(id => there.has(id.toLowerCase()))
}

async function current(context: Context, word: string): Promise<Rule> {
  return context.world.azure.rules.get((await ruleNamed(context, word)).id)
}

export const ruleTurns: Action[] = [turn('enable', true), turn('disable', false)]
