import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { World } from '../../ports.ts'
import type { Context } from '../action.ts'
import { isPast, keptTexts } from '../kept-texts.ts'
import { RuleFields } from './fields.ts'
import { lastSegment } from './words.ts'

/** What was typed, without what belongs to one showing of the form. */
const Typed = RuleFields.omit({ step: true, known: true, reviewed: true, confirmed: true, draft: true })
const Kept = z.object({ at: z.string(), fields: RuleFields })

/** Keeps the rule as typed so far for the person; under the same id when it was kept before. */
export async function keepDraft(context: Context, fields: RuleFields): Promise<string> {
  const { world, now, request } = context
  const id = fields.draft ?? createHash('sha256').update(request.requestId).digest('hex').slice(0, 20)
  await world.store.texts.put(nameOf(context, id), JSON.stringify({ at: now.toISOString(), fields: Typed.parse(fields) }))
  return id
}

/** Undefined when there is none of the person's, or it is too old. */
export async function keptDraft(context: Context, id: string): Promise<RuleFields | undefined> {
  return (await read(context, nameOf(context, id)))?.fields
}

/** The one kept last, and what to call it. */
export async function latestDraft(context: Context): Promise<{ id: string; name: string } | undefined> {
  const prefix = nameOf(context, '')
  const names = await context.world.store.texts.names(prefix)
  const drafts = await Promise.all(names.map(async name => ({ name, kept: await read(context, name) })))
  const [last] = drafts
    .flatMap(({ name, kept }) => (kept === undefined ? [] : [{ id: name.slice(prefix.length), ...kept }]))
    .toSorted((a, b) => b.at.localeCompare(a.at))
  return last && { id: last.id, name: last.fields.name || lastSegment(last.fields.rule ?? '') }
}

export function forgetDraft(context: Context, id: string): Promise<void> {
  return context.world.store.texts.remove(nameOf(context, id))
}

function nameOf({ person }: Context, id: string): string {
  return `${keptTexts.ruleDraft}${person.id}/${id}`
}

async function read({ world, now }: { world: Pick<World, 'store'>; now: Date }, name: string) {
  const text = await world.store.texts.get(name)
  const kept = text === undefined ? undefined : Kept.safeParse(JSON.parse(text)).data
  return kept === undefined || isPast(kept.at, now) ? undefined : kept
}
