import { errorBody, Problem } from '../errors.ts'
import type { Arrival, DeadLetter, DeadLetters, Taken } from '../ports.ts'
import type { HttpReply, Route } from '../route.ts'
import { authorize, type EventsAuth } from './authorize.ts'
import { type Item, notJson, readPiece, split } from './body.ts'

export interface IntakeDeps {
  /** Makes the events durable; resolves only then. */
  receive(arrivals: Arrival[]): Promise<Taken[]>
  deadLetters: DeadLetters
  now(): Date
}

export interface Received {
  accepted: { index: number; eventId: string; findingId: string; duplicate: boolean }[]
  rejected: { index: number; path: string; message: string }[]
}

const maxBytes = 1024 * 1024
const maxEvents = 500

/** `POST /api/events`: what a logic app's HTTP action or the connector sends. */
export function eventsDoor(deps: IntakeDeps, auth: EventsAuth): Route {
  return {
    method: 'post',
    path: '/api/events',
    maxBytes,
    async handle(request) {
      await authorize(request, auth, deps.now())
      const type = request.headers['content-type'] ?? ''
      if (!/^(application\/(\S+\+)?json|text\/json)\s*(;|$)/i.test(type))
        throw new Problem('WrongContentType', undefined, { field: 'content-type' })
      return reply(await takeBody(deps, request.body.toString('utf8'), 'push'))
    },
  }
}

/** A body's events: understood ones made durable, the others kept as dead letters. Too many at once are refused whole. */
export async function takeBody(deps: IntakeDeps, text: string, via: Arrival['via']): Promise<Received> {
  const at = deps.now()
  const pieces = split(text)
  if (pieces !== undefined && pieces.length > maxEvents)
    throw new Problem('TooLarge', `At most ${maxEvents} events at once; there are ${pieces.length}.`, { field: 'body' })
  const items = pieces?.map(piece => readPiece(piece, at)) ?? [notJson(text)]
  const good = items.flatMap(({ index, body, reading }) => ('event' in reading ? [{ index, body, event: reading.event }] : []))
  const letters = items.flatMap(item => lettersOf(item, via, at))
  await deps.deadLetters.keep(letters)
  const taken =
    good.length === 0
      ? []
      : await deps.receive(good.map(({ event, body }) => ({ event, body, via, receivedAt: at.toISOString() })))
  return {
    accepted: good.map(({ index, event }, nth) => ({
      index,
      eventId: event.id,
      findingId: taken[nth]?.findingId ?? '',
      duplicate: taken[nth]?.duplicate ?? false,
    })),
    rejected: items.flatMap(({ index, reading }) => ('rejection' in reading ? [{ index, ...reading.rejection }] : [])),
  }
}

function lettersOf({ text, reading }: Item, via: string, at: Date): Omit<DeadLetter, 'id'>[] {
  return 'rejection' in reading
    ? [{ at: at.toISOString(), via, body: text.slice(0, maxBytes), rejection: reading.rejection }]
    : []
}

function reply(received: Received): HttpReply {
  if (received.accepted.length > 0) return { status: 202, body: received }
  const [first] = received.rejected
  const problem = new Problem('NothingAccepted', first?.message ?? 'There are no events in the body.', {
    field: first?.path ?? '',
  })
  return { status: 400, body: { error: errorBody(problem), ...received } }
}
