import { refusalCard } from '../../../cards/answer.ts'
import { backToRule, newAppCard, newAppDetailsCard } from '../../../cards/app-form.ts'
import type { Card, Choice } from '../../../cards/card.ts'
import { kindWord } from '../../../cards/words.ts'
import { Kind } from '../../model/event.ts'
import type { Parameter } from '../../model/parameter.ts'
import type { Right } from '../../model/person.ts'
import type { World } from '../../ports.ts'
import type { Template } from '../../templates/template.ts'
import { templates } from '../../templates/templates.ts'
import type { Context, FieldError } from '../action.ts'
import { kindOf, Where } from './new-input.ts'
import { groupsFor, wrongPlace } from './new-place.ts'
import { deployRights } from './rights.ts'

/** The form that is due; whoever comes from a rule gets back to it from each. */
export async function newAppForm(context: Context, input: Record<string, unknown>, errors: FieldError[]): Promise<Card> {
  const texts = textsOf(input)
  const card = await dueForm(context, texts, errors)
  return texts.draft === undefined ? card : { ...card, buttons: [...card.buttons, backToRule(texts.draft)] }
}

/** The first form until what it asks is right, then the second; each carries the other's values along. */
async function dueForm(context: Context, texts: Texts, errors: FieldError[]): Promise<Card> {
  const where = Where.safeParse(texts)
  if (!where.success) return firstForm(context, texts, errors)
  const misplaced = await wrongPlace(context, where.data)
  if (misplaced.length > 0) return firstForm(context, texts, misplaced)
  const lacking = await lackingIn(context, where.data.group)
  if (lacking.length > 0) return refused(context.world, lacking)
  return secondForm(context, where.data, texts, errors)
}

function lackingIn({ world, person }: Context, { subscription, name }: Where['group']): Promise<Right[]> {
  return world.azure.access.missing(person.id, deployRights(subscription, name))
}

function refused({ azure }: World, lacking: Right[]): Card {
  const named = lacking.map(right => ({ ...right, roles: azure.access.rolesWith(right.action) }))
  return refusalCard({ what: 'New logic app', lacking: named, subscriptions: [] })
}

type Texts = Record<string, string>

async function firstForm(context: Context, texts: Texts, errors: FieldError[]): Promise<Card> {
  const { template, name, group, step: _step, ...hidden } = texts
  const groups = await groupsFor(context)
  const [first] = groups.lacking
  if (groups.choices.length === 0 && first !== undefined) return refused(context.world, first)
  return newAppCard({
    templates: templateChoices(texts.kind),
    groups: groups.choices,
    values: {
      ...(template !== undefined && { template }),
      ...(name !== undefined && { name }),
      ...(group !== undefined && { group }),
    },
    errors,
    hidden,
  })
}

/** Those for an event, when it is known which. */
function templateChoices(kind: string | undefined): Choice[] {
  const fitting = templates.filter(({ kinds }) => kinds.some(one => one === kind))
  return (fitting.length > 0 ? fitting : templates).map(({ name, title }) => ({ value: name, title }))
}

async function secondForm({ world }: Context, where: Where, texts: Texts, errors: FieldError[]): Promise<Card> {
  const { template, name, group } = where
  const shown = parametersOf(template, texts)
  const ids = shown.map(({ parameter }) => parameter.name)
  const subscription = (await world.azure.subscriptions()).find(({ id }) => id === group.subscription)
  return newAppDetailsCard({
    templateTitle: template.title,
    help: template.help,
    ...(template.powers !== undefined && { powers: template.powers }),
    name,
    where: `in ${group.name}${subscription === undefined ? '' : `, ${subscription.name}`}`,
    parameters: shown,
    errors,
    hidden: Object.fromEntries(Object.entries(texts).filter(([key]) => key !== 'step' && !ids.includes(key))),
  })
}

/** The template's own, after the event when there is a choice. */
function parametersOf(template: Template, texts: Texts): { parameter: Parameter; value?: string }[] {
  const all = template.kinds.length > 1 ? [eventChoice(template), ...template.parameters] : template.parameters
  return all.map(parameter => {
    const value = parameter.name === 'kind' ? kindOf(template, texts.kind) : texts[parameter.name]
    return { parameter, ...(value !== undefined && { value }) }
  })
}

function eventChoice({ kinds }: Template): Parameter {
  const options = Kind.options.filter(kind => kinds.includes(kind)).map(kind => ({ value: kind, title: kindWord[kind] }))
  return { name: 'kind', label: 'Starts on', type: 'choice', required: true, options }
}

/** What forms send. Programs may send numbers and the like. */
export function textsOf(input: Record<string, unknown>): Texts {
  const single = Object.entries(input).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
  return Object.fromEntries(single.map(([key, value]) => [key, String(value)]))
}
