import { type Answer, type Context, personal } from '../action.ts'
import { newAppForm } from '../apps/new-form.ts'
import { editingOf, hiddenOf, opened, reviewed } from './editing.ts'
import type { RuleFields } from './fields.ts'
import { formOf, kindForm } from './form.ts'
import { forgetDraft, keepDraft, keptDraft } from './kept-draft.ts'

/** Whether the form comes back as it stands. A review tells what came in, so it needs the rights of a save. */
export function isOnlyFilling({ step, reviewed: hash }: RuleFields): boolean {
  return step !== undefined && (step !== 'refresh' || hash === undefined)
}

/** What the buttons beside the logic app, and those that lead back to the form, ask for. */
export function stepped(context: Context, fields: RuleFields, step: NonNullable<RuleFields['step']>): Promise<Answer> {
  switch (step) {
    case 'refresh':
      return refreshed(context, fields)
    case 'app':
      return toNewApp(context, fields)
    case 'open':
      return reopened(context, fields)
    case 'discard':
      return discarded(context, fields)
  }
}

/** The same form as it stands, with what Azure has now; what was reviewed is reviewed again. */
async function refreshed(context: Context, fields: RuleFields): Promise<Answer> {
  const { known = '' } = fields
  await context.world.azure.logicApps.list({ anew: true })
  const editing = await editingOf(context, fields)
  if (fields.reviewed !== undefined) return reviewed(context, editing, { known })
  const { kind, replacing, fields: values } = editing
  return personal(await formOf(context, { kind, values, replacing, hidden: hiddenOf(values), known }))
}

/** The rule as typed so far is kept, and the form of the logic app leads back to it. */
async function toNewApp(context: Context, fields: RuleFields): Promise<Answer> {
  const { kind } = await editingOf(context, fields)
  const draft = await keepDraft(context, fields)
  return personal(await newAppForm(context, { kind, draft }, []))
}

/** A new rule is begun instead, or another that was kept is gone on with. */
async function discarded(context: Context, { draft }: RuleFields): Promise<Answer> {
  if (draft !== undefined) await forgetDraft(context, draft)
  return personal(await kindForm(context, 'What you had begun is discarded.'))
}

/** As it was typed, with the logic app that was made for it. Whose draft it is not, or no longer is, gets the form with the app alone. */
async function reopened(context: Context, fields: RuleFields): Promise<Answer> {
  const { draft, logicApp } = fields
  const kept = draft === undefined ? undefined : await keptDraft(context, draft)
  if (kept === undefined)
    return fields.kind === undefined
      ? personal(await kindForm(context))
      : opened(context, fields.kind, { ...fields, draft: undefined })
  const typed = { ...kept, draft, logicApp: logicApp === '' ? kept.logicApp : logicApp }
  const { kind, replacing, fields: values } = await editingOf(context, typed)
  return personal(await formOf(context, { kind, values, replacing, hidden: hiddenOf(values) }))
}
