import { Problem } from '../../errors.ts'
import type { Kind } from '../../model/event.ts'
import type { Right } from '../../model/person.ts'
import { logicAppIds, type Rule } from '../../model/rule.ts'
import { type Answer, type Context, type FieldError, personal } from '../action.ts'
import { anew, isDeleted } from './deleted.ts'
import { type Editing, readDraft, withAdded } from './draft.ts'
import { kindOfRule, type RuleFields, reviewHash } from './fields.ts'
import { ruleNamed } from './find.ts'
import { type FormParts, formOf } from './form.ts'
import { check, reviewOf } from './review.ts'
import { readableOf, toWrite } from './rights.ts'
import { versionsOf } from './versions.ts'

/** The rule that the fields name; one that this program can't read fully is left to Azure's own pages. */
export async function editingOf(context: Context, asked: RuleFields): Promise<Editing> {
  const replacing = asked.rule === undefined ? undefined : await present(context, asked.rule, asked.base)
  const fields = asked.rule !== undefined && replacing === undefined ? await anew(context, asked, asked.rule) : asked
  if (replacing?.unread !== undefined)
    throw new Problem('NotOffered', `${replacing.name} can be shown but not changed here. ${replacing.unread}`, { field: 'rule' })
  const kind = fields.kind ?? (replacing && kindOfRule(replacing))
  if (kind === undefined)
    throw new Problem('BadInput', 'Say what starts the rule: alert, recommendation or compliance.', { field: 'kind' })
  return { kind, fields, replacing, shape: await shapeOf(context, fields, replacing) }
}

/** The version that is gone back to, where the person may read it: the form brings its name along. */
async function shapeOf(
  { world, person }: Context,
  { past, to }: RuleFields,
  replacing: Rule | undefined,
): Promise<Rule | undefined> {
  if (to === undefined) return replacing
  const id = replacing?.id ?? past ?? ''
  const version = (await versionsOf(world, id)).find(({ number }) => String(number) === to)?.version.rule
  const [readable] = version === undefined ? [] : await readableOf(world, person.id, [version])
  return readable ?? replacing
}

/** Lists lag behind: what is to be changed is asked for by itself. Undefined when it was deleted since its form opened. */
async function present(context: Context, word: string, base: string | undefined): Promise<Rule | undefined> {
  try {
    return await context.world.azure.rules.get((await ruleNamed(context, word)).id)
  } catch (thrown) {
    if (base !== undefined && (await isDeleted(context, word))) return undefined
    throw thrown
  }
}

/** Both rights are asked of Azure as soon as it is known on what, and something is to come of it. */
export async function rightsFor(fields: RuleFields, context: Context): Promise<Right[]> {
  if (fields.rule === undefined && fields.home === '') return []
  const editing = await editingOf(context, { kind: 'alert', ...fields })
  if (editing.replacing !== undefined && fields.base === undefined) return toWrite(editing.replacing, [])
  const { draft } = await readDraft(context.world, editing)
  return draft.group === '' ? [] : toWrite(draft, logicAppIds(draft))
}

/** What goes along unseen. */
export function hiddenOf({ rule, base, past, to, draft }: RuleFields): Record<string, string> {
  return {
    ...(rule !== undefined && { rule }),
    ...(base !== undefined && { base }),
    ...(past !== undefined && { past }),
    ...(to !== undefined && { to }),
    ...(draft !== undefined && { draft }),
  }
}

/** The form of a new rule with what is known of it; nothing is judged yet. */
export async function opened(context: Context, kind: Kind, fields: RuleFields): Promise<Answer> {
  const values = { ...fields, scope: fields.scope === '' ? 'subscription' : fields.scope }
  return personal(await formOf(context, { kind, values, hidden: hiddenOf(fields) }))
}

/** The same form again: with all errors at their fields, `wrong` among them, or with everything that is known before saving. */
export async function reviewed(
  context: Context,
  editing: Editing,
  { wrong = [], ...more }: Partial<FormParts> & { wrong?: FieldError[] } = {},
): Promise<Answer> {
  const { kind, fields, replacing } = editing
  const { draft, errors } = await readDraft(context.world, editing)
  const found = await check(context.world, draft, replacing)
  const all = merged([...wrong, ...errors], found.fieldErrors)
  const values = { ...fields, conditions: withAdded(fields), add: '' }
  const hidden = hiddenOf(fields)
  if (all.length > 0) {
    const [first] = all
    const kept = errors.some(({ field }) => field === 'conditions') ? fields : values
    const card = await formOf(context, { ...more, kind, values: kept, replacing, errors: all, hidden })
    return { ...personal(card), error: { code: 'BadInput', message: first?.message ?? '', ...(first && { field: first.field }) } }
  }
  const review = await reviewOf(context.world, draft, replacing, found)
  const wanted = { ...hidden, reviewed: reviewHash(draft, fields.base) }
  return personal(await formOf(context, { kind, values, replacing, review, hidden: wanted, ...more }))
}

/** What could not be read was told already: the check then finds the same thing missing. */
function merged(read: FieldError[], checked: FieldError[]): FieldError[] {
  return [...read, ...checked.filter(({ field }) => !read.some(error => error.field === field))]
}
