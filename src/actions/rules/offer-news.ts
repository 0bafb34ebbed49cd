import { createHash } from 'node:crypto'
import { z } from 'zod'
import { count, inline, short } from '../../../cards/text.ts'
import type { LogicApp } from '../../model/logic-app.ts'
import type { World } from '../../ports.ts'
import type { Offer } from '../eligible.ts'
import { keptTexts } from '../kept-texts.ts'

/** A button carries no more; of more it carries under what they are kept. */
const marksAtMost = 200
const namesAtMost = 3

/** What can be chosen, in a few letters each, to be told from what can be chosen later. */
export async function marksOf({ store, clock }: Pick<World, 'store' | 'clock'>, { eligible }: Offer): Promise<string> {
  const marks = eligible.map(mark).join('')
  if (eligible.length <= marksAtMost) return marks
  const name = `${keptTexts.offer}${digest(marks).slice(0, 22)}`
  await store.texts.put(name, JSON.stringify({ at: clock.now().toISOString(), marks }))
  return name
}

const Kept = z.object({ marks: z.string() })

async function marksIn({ store }: Pick<World, 'store'>, known: string): Promise<string | undefined> {
  if (!known.startsWith(keptTexts.offer)) return known
  const text = await store.texts.get(known)
  return text === undefined ? undefined : Kept.parse(JSON.parse(text)).marks
}

/** How many can be chosen now, which of them are new, which no longer can and why. What was known long ago is not compared with. */
export async function newsOf(world: Pick<World, 'store'>, { eligible, others }: Offer, known: string): Promise<string> {
  const marks = await marksIn(world, known)
  const before = new Set(marks === undefined ? eligible.map(mark) : marks.match(/.{4}/g))
  const added = eligible.filter(app => !before.has(mark(app)))
  const lost = others.filter(({ app }) => before.has(mark(app)))
  const there = new Set([...eligible, ...others.map(({ app }) => app)].map(mark))
  const gone = [...before].filter(one => !there.has(one)).length
  const isSame = added.length + lost.length + gone === 0
  return [
    `${eligible.length === 0 ? 'No logic app' : count(eligible.length, 'logic app')} can be chosen now${isSame ? ', as before' : newcomers(added)}.`,
    ...lostOnes(lost),
    ...(gone === 0 ? [] : [`${gone} of those before ${gone === 1 ? 'is' : 'are'} gone.`]),
    ...(others.length === 0 ? [] : [`${others.length} can’t be; the end of this form says why.`]),
  ].join(' ')
}

function newcomers(added: LogicApp[]): string {
  return added.length === 0 ? '' : `, new: ${names(added)}`
}

function lostOnes(lost: Offer['others']): string[] {
  const [first] = lost
  if (first === undefined) return []
  const who = names(lost.map(({ app }) => app))
  return lost.length === 1 ? [`${who} can’t be any more. ${first.reason}`] : [`${who} can’t be any more.`]
}

function names(apps: LogicApp[]): string {
  const shown = apps.slice(0, namesAtMost).map(({ name }) => short(inline(name), 60))
  return [...shown, ...(apps.length > namesAtMost ? [`${apps.length - namesAtMost} more`] : [])].join(', ')
}

function mark({ id }: LogicApp): string {
  return digest(id.toLowerCase()).slice(0, 4)
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
