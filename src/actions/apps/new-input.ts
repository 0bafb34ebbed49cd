import { z } from 'zod'
import { Kind } from '../../model/event.ts'
import { type ParameterValues, readParameters } from '../../model/parameter.ts'
import type { Template } from '../../templates/template.ts'
import { templates } from '../../templates/templates.ts'

const wrongName = 'A name has 1 to 64 letters, digits, hyphens, dots and underscores, and begins with a letter or digit.'

const where = {
  template: z.string('Choose a template.').transform(readTemplate),
  name: z
    .string('Give it a name.')
    .trim()
    .regex(/^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9_-])?$/i, wrongName),
  group: z.string('Choose a resource group.').transform(readGroup),
}

/** What the first form asks: what it is made of, its name, where it goes. */
export const Where = z.object(where)
export type Where = z.infer<typeof Where>

/** Everything, as fields of both forms or words of programs. `step` says which of the two forms was submitted. */
export const NewApp = z
  .looseObject({ ...where, kind: Kind.optional().catch(undefined), step: z.string().optional() })
  .transform((input, ctx): Where & { kind: Kind; parameters: ParameterValues } => {
    const { template, name, group } = input
    const read = readParameters(template.parameters, input)
    const errors = 'errors' in read ? read.errors : []
    for (const { field, message } of errors) ctx.issues.push({ code: 'custom', path: [field], message, input })
    // Nothing is wrong between the two forms: there is more to ask.
    if (input.step === 'where') ctx.issues.push({ code: 'custom', path: ['details'], message: 'Fill in the rest.', input })
    return { template, name, group, kind: kindOf(template, input.kind), parameters: 'values' in read ? read.values : {} }
  })
export type NewApp = z.infer<typeof NewApp>

/** The usual one where nobody, or something that the template is not for, was chosen. */
export function kindOf({ kinds }: Template, chosen: unknown): Kind {
  return kinds.find(kind => kind === chosen) ?? kinds[0]
}

function readTemplate(word: string, ctx: z.RefinementCtx<string>): Template {
  const wanted = word.trim().toLowerCase()
  const found = templates.find(({ name, title }) => [name, title.toLowerCase()].includes(wanted))
  if (found !== undefined) return found
  ctx.issues.push({ code: 'custom', message: `Choose one of: ${templates.map(({ name }) => name).join(', ')}.`, input: word })
  return z.NEVER
}

/** `{subscription}/{group}` */
function readGroup(text: string, ctx: z.RefinementCtx<string>): { subscription: string; name: string } {
  const [, subscription, name] = /^([0-9a-f-]{36})\/([^/]{1,90})$/i.exec(text.trim()) ?? []
  if (subscription !== undefined && name !== undefined) return { subscription, name }
  ctx.issues.push({ code: 'custom', message: 'Choose a resource group.', input: text })
  return z.NEVER
}
