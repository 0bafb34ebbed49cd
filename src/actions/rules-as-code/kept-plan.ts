import { z } from 'zod'
import { Problem } from '../../errors.ts'
import type { World } from '../../ports.ts'
import type { Context } from '../action.ts'
import { keptTexts } from '../kept-texts.ts'

const Kept = z.object({
  at: z.string(),
  /** The file, as pasted. */
  text: z.string(),
  /** The request that carried it out. */
  applied: z.string().optional(),
})

/** Keeps the file of a plan for its button. */
export function keepPlan({ world, now }: Context, id: string, text: string): Promise<void> {
  return world.store.texts.put(
    `${keptTexts.plan}${id}`,
    JSON.stringify({ at: now.toISOString(), text } satisfies z.infer<typeof Kept>),
  )
}

/** The file of a plan. Problem NotFound once it was carried out, except for the request that did so. */
export async function keptPlan({ world, request }: Context, id: string): Promise<string> {
  const kept = await planOf(world, id)
  if (kept === undefined || (kept.applied ?? request.requestId) !== request.requestId)
    throw new Problem('NotFound', 'This plan was applied already, or is no longer known.', { field: 'plan' })
  return kept.text
}

export async function closePlan({ world, request }: Context, id: string): Promise<void> {
  const kept = await planOf(world, id)
  const closed = kept && { ...kept, applied: request.requestId }
  if (closed !== undefined) await world.store.texts.put(`${keptTexts.plan}${id}`, JSON.stringify(closed))
}

async function planOf({ store }: World, id: string): Promise<z.infer<typeof Kept> | undefined> {
  const text = await store.texts.get(`${keptTexts.plan}${id}`)
  return text === undefined ? undefined : Kept.parse(JSON.parse(text))
}
