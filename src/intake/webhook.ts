import { errorBody, Problem } from '../errors.ts'
import type { Arrival, DeadLetter, DeadLetters, Taken } from '../ports.ts'
import type { HttpReply } from '../route.ts'
import { type Item, notJson, readPiece, split } from './body.ts'

/** Where what comes in goes: findings, or dead letters. */
export interface Inbox {
  receive(arrivals: Arrival[]): Promise<Taken[]>
  deadLetters: Pick<DeadLetters, 'keep'>
}

interface Accepted {
  index: number
  eventId: string
  findingId: string
  duplicate: boolean
}

interface Rejected {
  index: number
  path: string
  message: string
}

export interface Outcome {
  accepted: Accepted[]
  rejected: Rejected[]
}

export const mostBytes = 1_048_576
const mostEvents = 500

/** `POST /api/events`, told apart from its server: 202 once everything acceptable is durable, 400 when nothing was. What was not acceptable is kept. */
export async function receiveBody(inbox: Inbox, text: string, now: Date): Promise<HttpReply> {
  if (Buffer.byteLength(text) > mostBytes)
    throw new Problem('TooLarge', `The body may have at most ${mostBytes} bytes.`, { field: 'body' })
  const pieces = split(text)
  if (pieces !== undefined && pieces.length > mostEvents)
    throw new Problem('TooLarge', `At most ${mostEvents} events at once; these are ${pieces.length}.`, { field: 'body' })
  const items = pieces?.map(piece => readPiece(piece, now)) ?? [notJson(text)]
  const outcome = await take(inbox, items, 'push', now)
  if (outcome.accepted.length > 0) return { status: 202, body: outcome }
  return refusal(outcome, pieces === undefined)
}

/** Findings first: when that fails nothing is kept twice by the sender's next try. */
export async function take(inbox: Inbox, items: Item[], via: Arrival['via'], now: Date): Promise<Outcome> {
  const receivedAt = now.toISOString()
  const arrivals: Arrival[] = []
  const indexes: number[] = []
  const rejected: Rejected[] = []
  const letters: Omit<DeadLetter, 'id'>[] = []
  for (const { index, text, body, reading } of items) {
    if ('event' in reading) {
      arrivals.push({ event: reading.event, body, via, receivedAt })
      indexes.push(index)
    } else {
      rejected.push({ index, ...reading.rejection })
      letters.push({ at: receivedAt, via, body: keepable(text), rejection: reading.rejection })
    }
  }
  const taken = arrivals.length === 0 ? [] : await inbox.receive(arrivals)
  if (letters.length > 0) await inbox.deadLetters.keep(letters)
  const accepted = taken.map(({ findingId, duplicate }, place) => ({
    index: indexes[place] ?? place,
    eventId: arrivals[place]?.event.id ?? '',
    findingId,
    duplicate,
  }))
  return { accepted, rejected }
}

/** The database takes no NUL, and no letter larger than a body may be. */
function keepable(text: string): string {
  return text.replaceAll('\0', '\ufffd').slice(0, mostBytes)
}

/** Names the first wrong field, or else the body. */
function refusal(outcome: Outcome, isNotJson: boolean): HttpReply {
  const [first, second] = outcome.rejected
  const only = second === undefined ? (first?.message ?? 'There is no event in the list.') : undefined
  const problem = new Problem(isNotJson ? 'NotJson' : 'NothingAccepted', only, { field: first?.path || 'body' })
  return { status: problem.status, body: { error: errorBody(problem), ...outcome } }
}
