import { createHash } from 'node:crypto'
import { count, inline, short } from '../../../cards/text.ts'
import type { LogicApp } from '../../model/logic-app.ts'
import type { Offer } from '../eligible.ts'

/** A button carries no more. Where there are as many, nothing is said to be new. */
const marksAtMost = 200
const namesAtMost = 3

/** What can be chosen, in a few letters each, to be told from what can be chosen later. */
export function marksOf({ eligible }: Offer): string {
  return eligible.slice(0, marksAtMost).map(mark).join('')
}

/** How many can be chosen now, which of them are new, which no longer can and why. */
export function newsOf({ eligible, others }: Offer, known: string): string {
  const before = new Set(known.match(/.{4}/g))
  const added = before.size >= marksAtMost ? [] : eligible.filter(app => !before.has(mark(app)))
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
  return createHash('sha256').update(id.toLowerCase()).digest('base64url').slice(0, 4)
}
