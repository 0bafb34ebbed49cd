import { z } from 'zod'
import { Problem } from '../../errors.ts'
import type { HttpReply, HttpRequest, Route } from '../../route.ts'
import { Activity } from './activity.ts'
import type { Adapter } from './adapter.ts'
import type { InvokeReply } from './incoming.ts'
import { limits } from './limits.ts'
import { isLoopback } from './loopback.ts'

export interface DoorDeps {
  adapter: Adapter
  withoutAuth: boolean
  stopping(): boolean
  turn(activity: Activity): Promise<InvokeReply | undefined>
}

/** Callers who cannot prove themselves learn nothing from us, not even why. */
const stranger: HttpReply = { status: 401 }
const JsonObject = z.record(z.string(), z.unknown())

/** `POST /api/messages`: what Teams sends. */
export function messagesDoor({ adapter, withoutAuth, stopping, turn }: DoorDeps): Route {
  async function handle(request: HttpRequest): Promise<HttpReply> {
    if (stopping()) throw new Problem('Stopping')
    if (!withoutAuth && !/^Bearer \S+$/.test(request.headers.authorization ?? '')) return stranger
    const body = parsed(request)
    const activity = activityIn(body)
    if (!withoutAuth && !isFromTeams(activity)) return stranger
    if (withoutAuth && !isLoopback(activity.serviceUrl))
      throw new Problem('Forbidden', 'Without authentication only this machine may be the service.', { field: 'serviceUrl' })
    return adapter.receive(request.headers, body, () => turn(activity))
  }

  return { method: 'post', path: '/api/messages', maxBytes: limits.maxBodyBytes, handle }
}

/** On other channels (web chat, direct line) whoever holds the channel's secret writes any object id they like. */
function isFromTeams({ channelId, serviceUrl }: Activity): boolean {
  return channelId === 'msteams' && (serviceUrl.startsWith('https:') || isLoopback(serviceUrl))
}

function parsed({ headers, body }: HttpRequest): Record<string, unknown> {
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? 'application/json')) throw new Problem('WrongContentType')
  try {
    return JsonObject.parse(JSON.parse(body.toString('utf8')))
  } catch (thrown) {
    if (thrown instanceof z.ZodError)
      throw new Problem('BadInput', 'The body is not an activity: it must be an object.', { field: 'body' })
    throw new Problem('NotJson')
  }
}

function activityIn(body: Record<string, unknown>): Activity {
  const read = Activity.safeParse(body)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const field = issue?.path.join('.') ?? 'body'
  throw new Problem('BadInput', `The body is not an activity: ${field} is missing or not right.`, { field })
}
