import { z } from 'zod'
import type { World } from '../ports.ts'

/** Texts that are kept for a while, each as JSON that says since when. */
const keptDays = 7
/** What was done in a dialog is asked for by answers to it, which come within minutes. */
const dialogKeptDays = 1 / 24
/** How their names begin; an id follows, of a draft after that of its person, so that none leads to another's. */
export const keptTexts = {
  plan: 'plan/',
  apply: 'apply/',
  ruleDraft: 'rule-draft/',
  offer: 'offer/',
  slackDialog: 'slack-dialog/',
} as const
const Aged = z.object({ at: z.string() })

export function isPast(at: string, now: Date, days = keptDays): boolean {
  return at < new Date(now.getTime() - days * 86_400_000).toISOString()
}

/** Forgets those whose time is over. */
export async function forgetKept(world: Pick<World, 'store' | 'clock'>): Promise<void> {
  const { slackDialog, ...others } = keptTexts
  for (const prefix of Object.values(others)) await forgetOld(world, prefix, keptDays)
  await forgetOld(world, slackDialog, dialogKeptDays)
}

async function forgetOld({ store, clock }: Pick<World, 'store' | 'clock'>, prefix: string, days: number): Promise<void> {
  const { texts } = store
  for (const name of await texts.names(prefix)) {
    const kept = Aged.safeParse(jsonOf((await texts.get(name)) ?? '')).data
    if (kept === undefined || isPast(kept.at, clock.now(), days)) await texts.remove(name)
  }
}

/** What was kept by an older version may be no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
