import { appChoice } from '../../../cards/offered.ts'
import { Problem } from '../../errors.ts'
import { baseOf } from '../../model/rule.ts'
import { type Answer, type Choice, type Context, type FieldError, personal, verb } from '../action.ts'
import { appsFor } from '../eligible.ts'
import { near } from '../near.ts'
import type { Editing } from './draft.ts'
import { editingOf, hiddenOf, opened, reviewed, rightsFor } from './editing.ts'
import { RuleFields, valuesOf } from './fields.ts'
import { ruleNamed, wholeName } from './find.ts'
import { formOf, homeChoices, kindForm, scopeChoices } from './form.ts'
import { isOnlyFilling, stepped } from './steps.ts'
import { conditionChoices } from './suggest.ts'

const common = {
  topic: 'Rules' as const,
  input: RuleFields,
  needs: (fields: RuleFields, context: Context) => (isOnlyFilling(fields) ? [] : rightsFor(fields, context)),
  choices: formChoices,
  form: reopened,
}

export const ruleNew = verb<RuleFields>({
  ...common,
  name: 'rule new',
  title: 'New rule',
  help: 'Makes a rule: asks what starts it and which logic app it starts, and shows what it would have done before it is saved.',
  usage: 'rule new [alert|recommendation|compliance]',
  tried: ['create', 'new', 'add', 'make'],
  read(typed) {
    const kind = typed.next()
    return { input: kind === undefined ? {} : { kind: kind.toLowerCase().replace(/^(alert|recommendation)s$/, '$1') } }
  },
  effect: false,
  async run(context, fields) {
    if (fields.step !== undefined) return stepped(context, fields, fields.step)
    if (fields.kind === undefined) return personal(await kindForm(context))
    return isFilled(fields) ? reviewed(context, await editingOf(context, fields)) : opened(context, fields.kind, fields)
  },
})

export const ruleEdit = verb<RuleFields>({
  ...common,
  name: 'rule edit',
  title: 'Edit rule',
  help: 'Changes a rule in a form, with a review before it is saved.',
  usage: 'rule edit <name>',
  read: wholeName,
  effect: false,
  async run(context, fields) {
    if (fields.step !== undefined) return stepped(context, fields, fields.step)
    if (fields.rule === undefined) throw new Problem('BadInput', 'Say which rule; "rules" lists them.', { field: 'rule' })
    const editing = await editingOf(context, fields)
    return fields.base === undefined ? openedOn(context, editing) : reviewed(context, editing)
  },
})

/** Whether anything was put in beside the kind. */
function isFilled({ name, home, logicApp, conditions, add }: RuleFields): boolean {
  return [name, home, logicApp, conditions, add].some(text => text !== '')
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
  if (fields.kind === undefined && fields.rule === undefined) return kindForm(context)
  const { kind, replacing, fields: values } = await editingOf(context, fields)
  return formOf(context, { kind, values, replacing, errors, hidden: hiddenOf(values) })
}

async function formChoices(context: Context, field: string, typed: string): Promise<Choice[]> {
  const { kind = 'alert', rule } = RuleFields.pick({ kind: true, rule: true }).parse(context.request.input)
  switch (field) {
    case 'add':
      return conditionChoices(context, kind, typed)
    case 'logicApp':
      return near((await appsFor(context, kind)).eligible.map(appChoice), typed)
    case 'home':
      return near(await homeChoices(context.world), typed)
    case 'scope': {
      const replacing = rule === undefined ? undefined : await ruleNamed(context, rule)
      return near(scopeChoices(await homeChoices(context.world), replacing), typed)
    }
    default:
      return []
  }
}
