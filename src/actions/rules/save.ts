import { doneCard } from '../../../cards/answer.ts'
import { Problem } from '../../errors.ts'
import { baseOf, type Rule, type RuleDraft, type RuleVersion, ruleIdOf } from '../../model/rule.ts'
import type { World } from '../../ports.ts'
import { type Answer, type Context, personal, verb } from '../action.ts'
import { bothOf } from './both.ts'
import { type Editing, readDraft } from './draft.ts'
import { editingOf, reviewed, rightsFor } from './editing.ts'
import { RuleFields, reviewHash } from './fields.ts'
import { forgetDraft } from './kept-draft.ts'
import { doerOf, keptAsFound, noted } from './noted.ts'
import { check } from './review.ts'
import { cardOf } from './show.ts'
import { wording } from './words.ts'

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
  async run(context, asked) {
    const done = context.resumed ? await savedBefore(context, asked) : undefined
    if (done !== undefined) return saved(context, done, asked)
    const editing = await editingOf(context, asked)
    const { replacing, fields } = editing
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

/** Someone else saved since the form opened: all in which theirs and mine differ, and the choice whose stands. */
async function meanwhile(context: Context, editing: Editing): Promise<Answer> {
  const { fields, replacing } = editing
  if (replacing === undefined) return reviewed(context, editing)
  const { draft } = await readDraft(context.world, editing)
  const theirs = { rule: replacing.id, differs: bothOf(replacing, draft, await wording(context.world)) }
  return reviewed(context, { ...editing, fields: { ...fields, base: baseOf(replacing) } }, { theirs })
}

/** A new rule whose name somebody else took since the review: theirs beside mine, and another name is asked for. */
async function takenMeanwhile(context: Context, editing: Editing, draft: RuleDraft, message: string): Promise<Answer> {
  const there = await named(context.world, draft)
  if (there === undefined) return reviewed(context, editing, { wrong: [{ field: 'name', message }] })
  const theirs = { rule: there.id, taken: there.name, differs: bothOf(there, draft, await wording(context.world)) }
  const wrong = [{ field: 'name', message: `There is a rule ${there.name} by now. Choose another name, or leave it at theirs.` }]
  return reviewed(context, editing, { wrong, theirs })
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
