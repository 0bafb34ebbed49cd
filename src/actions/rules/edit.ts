import { ruleKindCard } from '../../../cards/rule-form.ts'
import { Problem } from '../../errors.ts'
import type { Kind } from '../../model/event.ts'
import type { Right } from '../../model/person.ts'
import { baseOf, logicAppIds, type Rule } from '../../model/rule.ts'
import type { World } from '../../ports.ts'
import { type Answer, type Choice, type Context, type FieldError, personal, verb } from '../action.ts'
import { appsFor } from '../eligible.ts'
import { type Editing, readDraft, withAdded } from './draft.ts'
import { kindOfRule, RuleFields, reviewHash, valuesOf } from './fields.ts'
import { afterName, ruleNamed } from './find.ts'
import { appChoice, formOf } from './form.ts'
import { check, reviewOf } from './review.ts'
import { toWrite } from './rights.ts'
import { conditionChoices } from './suggest.ts'
import { versionsOf } from './versions.ts'

const common = {
  topic: 'Rules' as const,
  input: RuleFields,
  choices: formChoices,
  form: reopened,
}

export const ruleNew = verb<RuleFields>({
  ...common,
  name: 'rule new',
  title: 'New rule',
  help: 'Makes a rule: asks what starts it and which logic app it starts, and shows what it would have done before it is saved.',
  usage: 'rule new [alert|recommendation|compliance]',
  read: ([kind]) => ({
    input: kind === undefined ? {} : { kind: kind.toLowerCase().replace(/^(alert|recommendation)s$/, '$1') },
  }),
  effect: false,
  needs: rightsFor,
  async run(context, fields) {
    if (fields.kind === undefined) return personal(ruleKindCard())
    return isFilled(fields) ? reviewed(context, await editingOf(context, fields)) : opened(context, fields.kind, fields)
  },
})

export const ruleEdit = verb<RuleFields>({
  ...common,
  name: 'rule edit',
  title: 'Edit rule',
  help: 'Changes a rule in a form, with a review before it is saved.',
  usage: 'rule edit <name>',
  read: words => afterName([words.join(' ')].filter(name => name !== '')),
  effect: false,
  needs: rightsFor,
  async run(context, fields) {
    if (fields.rule === undefined) throw new Problem('BadInput', 'Say which rule; "rules" lists them.', { field: 'rule' })
    const editing = await editingOf(context, fields)
    return fields.base === undefined ? openedOn(context, editing) : reviewed(context, editing)
  },
})

/** Whether anything was put in beside the kind. */
function isFilled({ name, home, logicApp, conditions, add }: RuleFields): boolean {
  return [name, home, logicApp, conditions, add].some(text => text !== '')
}

/** The rule that the fields name; one that this program can't read fully is left to Azure's own pages. */
export async function editingOf(context: Context, fields: RuleFields): Promise<Editing> {
  const replacing = fields.rule === undefined ? undefined : await current(context, fields.rule)
  if (replacing?.unread !== undefined)
    throw new Problem('NotOffered', `${replacing.name} can be shown but not changed here. ${replacing.unread}`, { field: 'rule' })
  const kind = fields.kind ?? (replacing && kindOfRule(replacing))
  if (kind === undefined)
    throw new Problem('BadInput', 'Say what starts the rule: alert, recommendation or compliance.', { field: 'kind' })
  return { kind, fields, replacing, shape: await shapeOf(context.world, fields, replacing) }
}

async function shapeOf(world: World, { past, to }: RuleFields, replacing: Rule | undefined): Promise<Rule | undefined> {
  if (to === undefined) return replacing
  const id = replacing?.id ?? past ?? ''
  const version = (await versionsOf(world, id)).find(({ number }) => String(number) === to)
  return version?.version.rule ?? replacing
}

/** Lists lag behind: what is to be changed is asked for by itself. */
async function current(context: Context, word: string): Promise<Rule> {
  return context.world.azure.rules.get((await ruleNamed(context, word)).id)
}

/** Both rights are asked of Azure as soon as it is known on what. */
export async function rightsFor(fields: RuleFields, context: Context): Promise<Right[]> {
  if (fields.rule === undefined && fields.home === '') return []
  const editing = await editingOf(context, { kind: 'alert', ...fields })
  if (editing.replacing !== undefined && fields.base === undefined) return toWrite(editing.replacing, [])
  const { draft } = await readDraft(context.world, editing)
  return draft.group === '' ? [] : toWrite(draft, logicAppIds(draft))
}

async function opened(context: Context, kind: Kind, fields: RuleFields): Promise<Answer> {
  const values = { ...fields, scope: fields.scope === '' ? 'subscription' : fields.scope }
  return personal(await formOf(context, { kind, values, hidden: {} }))
}

async function openedOn(context: Context, { kind, replacing }: Editing): Promise<Answer> {
  if (replacing === undefined) throw new Problem('BadInput', 'Say which rule; "rules" lists them.', { field: 'rule' })
  const values = valuesOf(replacing, kind)
  return personal(await formOf(context, { kind, values, replacing, hidden: { rule: replacing.id, base: baseOf(replacing) } }))
}

/** What was submitted is wrong in its form: too long, mostly. The form opens again with what can be kept. */
async function reopened(context: Context, input: Record<string, unknown>, errors: FieldError[]) {
  const known = Object.entries(input).filter(([field]) => !errors.some(error => error.field === field))
  const fields = RuleFields.parse(Object.fromEntries(known))
  if (fields.kind === undefined && fields.rule === undefined) return ruleKindCard()
  const { kind, replacing } = await editingOf(context, fields)
  return formOf(context, { kind, values: fields, replacing, errors, hidden: hiddenOf(fields) })
}

function hiddenOf({ rule, base, past, to }: RuleFields): Record<string, string> {
  return {
    ...(rule !== undefined && { rule }),
    ...(base !== undefined && { base }),
    ...(past !== undefined && { past }),
    ...(to !== undefined && { to }),
  }
}

/** The same form again: with all errors at their fields, or with everything that is known before saving. */
export async function reviewed(
  context: Context,
  editing: Editing,
  more: Partial<Parameters<typeof formOf>[1]> = {},
): Promise<Answer> {
  const { kind, fields, replacing } = editing
  const { draft, errors } = await readDraft(context.world, editing)
  const found = await check(context.world, draft, replacing)
  const all = merged(errors, found.fieldErrors)
  const values = { ...fields, conditions: withAdded(fields) }
  const hidden = hiddenOf(fields)
  if (all.length > 0) {
    const [first] = all
    const card = await formOf(context, {
      kind,
      values: errors.some(({ field }) => field === 'conditions') ? fields : values,
      replacing,
      errors: all,
      hidden,
      ...(more.theirs && { theirs: more.theirs }),
    })
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

async function formChoices(context: Context, field: string, typed: string): Promise<Choice[]> {
  const fields = RuleFields.pick({ kind: true }).parse(context.request.input)
  const kind = fields.kind ?? 'alert'
  if (field === 'add') return conditionChoices(context, kind, typed)
  if (field !== 'logicApp') return []
  const { eligible } = await appsFor(context, kind)
  const near = eligible.filter(({ name, group }) => `${name} ${group}`.toLowerCase().includes(typed.toLowerCase()))
  return near.slice(0, 100).map(appChoice)
}
