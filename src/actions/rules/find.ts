import { Problem } from '../../errors.ts'
import type { Rule } from '../../model/rule.ts'
import type { Typed } from '../../model/typed.ts'
import type { Context } from '../action.ts'
import { mustReadSome, readableOf } from './rights.ts'

/** All rules that the person may read. Problem Forbidden when there is nowhere they might. */
export async function readableRules({ world, person }: Context): Promise<Rule[]> {
  const readable = await readableOf(world, person.id, await world.azure.rules.list())
  if (readable.length === 0) await mustReadSome(world, person.id)
  return readable
}

/** By resource id, or by name where only one rule has it; what is not readable is not there. */
export async function ruleNamed(context: Context, word: string): Promise<Rule> {
  const wanted = word.trim().toLowerCase()
  const rules = await readableRules(context)
  const found = rules.filter(({ id, name }) => id.toLowerCase() === wanted || name.toLowerCase() === wanted)
  const [only] = found
  if (only === undefined)
    throw new Problem('NotFound', `There is no rule "${word.slice(0, 100)}" that you may read; "rules" lists them.`, {
      field: 'rule',
    })
  if (found.length > 1)
    throw new Problem('BadInput', `Several rules are called "${word}"; "rules" tells them apart.`, { field: 'rule' })
  return only
}

/** How a typed verb on one rule begins: `<name> …`; a name is one word, or stands in quotes. */
export function afterName(typed: Typed, input: () => Record<string, unknown>) {
  const rule = typed.next()
  return { input: { ...(rule !== undefined && { rule }), ...input() } }
}

/** Where nothing else can be said, every word is of the name. */
export function wholeName(typed: Typed) {
  const rule = typed.all().join(' ')
  return { input: rule === '' ? {} : { rule } }
}
