import { z } from 'zod'
import { detailsCard } from '../../cards/details.ts'
import { type PartName, partNames } from '../../cards/parts.ts'
import type { Right } from '../model/person.ts'
import type { Typed } from '../model/typed.ts'
import { type Action, type FindingContext, findingVerb, personal, type Words } from './action.ts'
import { cardOf, relatedTo } from './finding-view.ts'
import { askable, toRead, toTriage } from './scope.ts'

/** `<id> …`: how every verb on one finding begins. */
export function afterId(typed: Typed, input: () => Record<string, unknown> = () => ({})): Words {
  const id = typed.next()
  return { input: input(), ...(id !== undefined && { findingId: id.toLowerCase() }) }
}

export function readsFinding({ finding }: FindingContext): Right[] {
  return [toRead(finding.event.kind, finding.event.subscription)]
}

const show = findingVerb({
  name: 'show',
  title: 'Show',
  help: 'Shows the card of one finding.',
  usage: 'show <id>',
  tried: ['get', 'open', 'view', 'describe', 'finding'],
  topic: 'Findings',
  input: z.object({}),
  read: typed => afterId(typed),
  effect: false,
  needs: (_input, on) => readsFinding(on),
  run: async context => personal(await cardOf(context.world, context.finding, 'act', await verbsDenied(context))),
})

const triage = ['assign', 'status']

/** Whoever may not triage sees no such buttons; which logic apps they may run is said in the form, app by app. */
async function verbsDenied({ world, person, finding }: FindingContext): Promise<readonly string[]> {
  const lacking = await world.azure.access.missing(person.id, await askable(world, toTriage(finding)))
  return lacking.length === 0 ? [] : triage
}

const details = findingVerb<{ part: PartName; page: number }>({
  name: 'details',
  title: 'Details',
  help: 'Shows one part of a finding in full.',
  usage: `details <id> <${partNames.join('|')}>`,
  topic: 'Findings',
  input: z.object({ part: z.enum(partNames, 'Say which part.'), page: z.coerce.number().int().min(1).default(1) }),
  read: typed =>
    afterId(typed, () => {
      const [part, page] = [typed.next(), typed.next()]
      return { part, ...(page !== undefined && { page }) }
    }),
  effect: false,
  needs: (_input, on) => readsFinding(on),
  run: async ({ world, finding, now }, { part, page }) =>
    personal(detailsCard({ finding, related: await relatedTo(world, finding), part, page, now })),
})

export const showing: Action[] = [show, details]
