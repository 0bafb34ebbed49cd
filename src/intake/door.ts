import type { IncomingHttpHeaders } from 'node:http'
import { Problem } from '../errors.ts'
import type { Clock } from '../ports.ts'
import type { Route } from '../route.ts'
import { authorize, type SenderSettings } from './auth.ts'
import { type BacklogLimits, backlogLimits, openBacklog } from './backlog.ts'
import { type Inbox, mostBytes, receiveBody } from './webhook.ts'

interface EventsDoor extends Inbox {
  senders: SenderSettings
  clock: Clock
  limits?: BacklogLimits
}

/** `POST /api/events` for the server. More than can be taken is sent away for a while: what people press goes before what machines send. */
export function eventsDoor(door: EventsDoor): Route {
  const backlog = openBacklog(door.limits ?? backlogLimits)
  return {
    method: 'post',
    path: '/api/events',
    maxBytes: mostBytes,
    handle: async request => {
      const now = door.clock.now()
      await authorize(request, door.senders, now)
      mustBeJson(request.headers)
      return backlog(request.body.length, () => receiveBody(door, request.body.toString('utf8'), now))
    },
  }
}

function mustBeJson(headers: IncomingHttpHeaders): void {
  const type = headers['content-type'] ?? ''
  const encoding = headers['content-encoding'] ?? 'identity'
  if (!/^application\/(?:json|[\w.+-]+\+json)\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?$/i.test(type))
    throw new Problem('WrongContentType', 'The request must be JSON in UTF-8: content-type application/json.', {
      field: 'content-type',
    })
  if (encoding !== 'identity')
    throw new Problem('WrongContentType', 'The body must not be compressed.', { field: 'content-encoding' })
}
