import { doneCard } from '../../../cards/answer.ts'
import type { Theirs } from '../../../cards/rule-review.ts'
import { short } from '../../../cards/text.ts'
import { Problem } from '../../errors.ts'
import { baseOf, type Rule, type RuleDraft, type RuleVersion, ruleIdOf } from '../../model/rule.ts'
import type { World } from '../../ports.ts'
import { type Answer, type Context, personal, verb } from '../action.ts'
import { type Editing, readDraft } from './draft.ts'
import { editingOf, reviewed, rightsFor } from './editing.ts'
import { RuleFields, reviewHash } from './fields.ts'
import { forgetDraft } from './kept-draft.ts'
import { doerOf, keptAsFound, noted } from './noted.ts'
import { check } from './review.ts'
import { cardOf } from './show.ts'
import { wording, wordsOf } from './words.ts'

/** What a reviewed form submits: only the draft whose review was seen is saved; anything else is reviewed first. */
export const ruleSave = verb<RuleFields>({
  name: 'rule save',
  title: 'Save rule',
  help: '',
  usage: 'rule save',
  topic: 'Rules',
  input: RuleFields,
  effect: true,
  needs: rightsFor,
  async run(context, fields) {
    const done = context.resumed ? await savedBefore(context, fields) : undefined
    if (done !== undefined) return saved(context, done, fields)
    const editing = await editingOf(context, fields)
    const { replacing } = editing
    if (replacing !== undefined && fields.base !== baseOf(replacing)) return meanwhile(context, editing)
    const { draft, errors } = await readDraft(context.world, editing)
    if (errors.length > 0 || fields.reviewed !== reviewHash(draft, fields.base)) return reviewed(context, editing)
    const { confirm } = await check(context.world, draft, replacing)
    if (confirm !== undefined && !fields.confirmed)
      return reviewed(context, editing, { errors: [{ field: 'confirmed', message: 'Tick this to save it all the same.' }] })
    return save(context, editing, draft)
  },
})

function whatOf({ rule, to }: RuleFields): RuleVersion['what'] {
  if (to !== undefined) return 'rolled back'
  return rule === undefined ? 'created' : 'edited'
}

/** What was typed needs no keeping any more. */
async function saved(context: Context, rule: Rule, fields: RuleFields): Promise<Answer> {
  const answer = await finished(context, rule, whatOf(fields), fields.why)
  if (fields.draft !== undefined) await forgetDraft(context, fields.draft)
  return { ...answer, card: doneCard('Saved.', answer.card) }
}

async function save(context: Context, editing: Editing, draft: RuleDraft): Promise<Answer> {
  const { fields, replacing } = editing
  if (replacing !== undefined) await keptAsFound(context.world, replacing, doerOf(context))
  try {
    const rule = await context.world.azure.rules.save(draft, replacing)
    return await saved(context, rule, fields)
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.code !== 'Conflict') throw thrown
    if (thrown.field === 'name') return takenMeanwhile(context, editing, draft, thrown.message)
    if (replacing === undefined) throw thrown
    return meanwhile(context, await editingOf(context, fields))
  }
}

/** Someone else saved since the form opened: theirs in words above mine, and the choice whose stands. */
async function meanwhile(context: Context, editing: Editing): Promise<Answer> {
  const { fields, replacing } = editing
  if (replacing === undefined) throw new Problem('NotFound', 'The rule was deleted in the meantime.', { field: 'rule' })
  const theirs = await theirsOf(context.world, replacing)
  return reviewed(context, { ...editing, fields: { ...fields, base: baseOf(replacing) } }, { theirs })
}

/** A new rule whose name somebody else took since the review: what theirs says stands at the name, and another name is asked for. */
async function takenMeanwhile(context: Context, editing: Editing, draft: RuleDraft, message: string): Promise<Answer> {
  const there = await named(context.world, draft)
  const theirs = there && (await theirsOf(context.world, there))
  const told = theirs && `Someone else made a rule ${draft.name} meanwhile: “${short(theirs.words, 300)}” Choose another name.`
  return reviewed(context, editing, { wrong: [{ field: 'name', message: told ?? message }] })
}

async function theirsOf(world: World, rule: Rule): Promise<Theirs> {
  const words = wordsOf(rule, await wording(world))
  return { rule: rule.id, words: `${words}${rule.enabled ? '' : ' It is disabled.'}` }
}

/** After an interruption: the rule as Azure has it, when it is what was to be saved. */
async function savedBefore(context: Context, fields: RuleFields): Promise<Rule | undefined> {
  const editing = await editingOf(context, fields)
  const { draft } = await readDraft(context.world, editing)
  const there = editing.replacing ?? (await named(context.world, draft))
  return there !== undefined && isSame(there, draft) ? there : undefined
}

async function named({ azure }: World, draft: RuleDraft): Promise<Rule | undefined> {
  return azure.rules.get(ruleIdOf(draft)).catch(thrown => {
    if (thrown instanceof Problem && thrown.code === 'NotFound') return undefined
    throw thrown
  })
}

function isSame(rule: Rule, draft: RuleDraft): boolean {
  const told = ({ description, enabled, scopes, sources, targets }: RuleDraft) =>
    JSON.stringify([description, enabled, scopes, sources, targets]).toLowerCase()
  return told(rule) === told(draft)
}

/** Noted, and shown as it stands. */
export async function finished(context: Context, rule: Rule, what: RuleVersion['what'], why: string): Promise<Answer> {
  await noted(context.world, { ruleId: rule.id, what, rule, ...(why !== '' && { why }) }, doerOf(context))
  return personal(await cardOf(context.world, rule))
}
