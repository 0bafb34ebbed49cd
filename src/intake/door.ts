import type { IncomingHttpHeaders } from 'node:http'
import { Problem } from '../errors.ts'
import type { Arrival, Clock } from '../ports.ts'
import type { Route } from '../route.ts'
import { authorize, type SenderSettings } from './auth.ts'
import { type BacklogLimits, backlogLimits, openBacklog } from './backlog.ts'
import { type Inbox, mostBytes, receiveBody } from './webhook.ts'

interface EventsDoor extends Inbox {
  senders: SenderSettings
  clock: Clock
  limits?: BacklogLimits
  /** Told what a logic app's HTTP action brought, once it is taken, and the app's ARM id. */
  brought?: (appId: string, arrivals: Arrival[]) => void
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
      const inbox = inboxFor(door, sendingApp(request.headers))
      return backlog(request.body.length, () => receiveBody(inbox, request.body.toString('utf8'), now))
    },
  }
}

function inboxFor(door: EventsDoor, appId: string | undefined): Inbox {
  const { receive, deadLetters, brought } = door
  if (appId === undefined || brought === undefined) return door
  return {
    deadLetters,
    async receive(arrivals) {
      const taken = await receive(arrivals)
      brought(appId, arrivals)
      return taken
    },
  }
}

/** What HTTP actions of Logic Apps send along. Source: Microsoft.Logic 2016-06-01, example of a run action's request history. */
function sendingApp(headers: IncomingHttpHeaders): string | undefined {
  const { 'x-ms-workflow-subscription-id': subscription, 'x-ms-workflow-resourcegroup-name': group } = headers
  const { 'x-ms-workflow-name': name } = headers
  if (![subscription, group, name].every(part => typeof part === 'string' && /^[^/]{1,100}$/.test(part))) return undefined
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Logic/workflows/${name}`
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
