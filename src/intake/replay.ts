import { Problem } from '../errors.ts'
import type { DeadLetters } from '../ports.ts'
import { readBody } from './body.ts'
import { type Inbox, type Outcome, take } from './webhook.ts'

interface ReplayInbox extends Inbox {
  deadLetters: Pick<DeadLetters, 'keep' | 'get' | 'remove'>
}

/** Reads a dead letter again and takes what it holds now; it goes only once that is durable. Problems: NotFound, NothingAccepted. */
export async function replay(inbox: ReplayInbox, id: string, now: Date): Promise<Outcome> {
  const letter = await inbox.deadLetters.get(id)
  if (letter === undefined) throw new Problem('NotFound', 'There is no such dead letter.', { field: 'id' })
  const items = readBody(letter.body, now)
  const [first] = items
  if (items.every(item => 'rejection' in item.reading)) throw stillRefused(first)
  const outcome = await take(inbox, items, 'replay', now)
  await inbox.deadLetters.remove(id)
  return outcome
}

function stillRefused(item: ReturnType<typeof readBody>[number] | undefined): Problem {
  if (item === undefined || 'event' in item.reading) return new Problem('NothingAccepted')
  const { path, message } = item.reading.rejection
  return new Problem('NothingAccepted', `It still can’t be understood: ${message}`, path === '' ? {} : { field: path })
}
