import { z } from 'zod'
import { ArmError, notFound, undeserialized } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply, readable, subscriptionOf } from './call.ts'
import { needsSignIn, titleOf } from './connection-kinds.ts'
import { isListed, lag, listedAfterMs } from './lag.ts'
import { checkLocation } from './location.ts'
import type { Connection } from './logic.ts'
import { Tags } from './tracked.ts'

const type = 'Microsoft.Web/connections'
const versions = ['2016-06-01', '2015-08-01-preview', '2018-07-01-preview'] as const
const root = '/subscriptions/{subscription}'
const one = `${root}/resourceGroups/{group}/providers/${type}/{connection}`
const read = `${type}/read`

export const connections: Operation[] = [
  ...[root, `${root}/resourceGroups/{group}`].map((at): Operation => {
    return { method: 'GET', pattern: `${at}/providers/${type}`, versions, action: read, list: true, handle: listed }
  }),
  { method: 'GET', pattern: one, versions, action: read, handle: call => ({ status: 200, body: connectionBody(stored(call)) }) },
  { method: 'PUT', pattern: one, versions, action: `${type}/write`, handle: put },
  { method: 'DELETE', pattern: one, versions, action: `${type}/delete`, handle: remove },
]

function idOf({ params: { subscription = '', group = '', connection = '' } }: Call): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/${type}/${connection}`
}

function stored(call: Call): Connection {
  const found = call.state.connections.get(idOf(call).toLowerCase())
  if (found === undefined) throw notFound(type, param(call, 'connection'), param(call, 'group'))
  return found
}

function listed(call: Call): Reply {
  const group = call.params.group?.toLowerCase()
  const here = [...call.state.connections.values()].filter(
    connection =>
      connection.subscription === subscriptionOf(call) &&
      (group === undefined || connection.group.toLowerCase() === group) &&
      isListed(call.state, connection.id),
  )
  const mine = readable(call, read, here, ({ id }) => id)
  return page(call, mine, { idOf: ({ id }) => id, body: connectionBody })
}

const Body = z.object({
  location: z.string(),
  tags: Tags,
  properties: z.object({
    displayName: z.string().nullish(),
    api: z.object({ id: z.string() }),
  }),
})

function readConnection(body: unknown): z.infer<typeof Body> {
  const read = Body.safeParse(body)
  if (read.success) return read.data
  const [issue] = read.error.issues
  if (issue?.path[0] === 'location')
    throw new ArmError(400, 'LocationRequired', 'The location property is required for this definition.')
  const reason = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`
  throw undeserialized(reason)
}

/** Values of parameters, secrets among them, are taken and forgotten; a sign-in lasts as long as the API stays the same. */
function put(call: Call): Reply {
  const { state } = call
  const { location, tags, properties } = readConnection(call.body)
  const before = state.connections.get(idOf(call).toLowerCase())
  const api = apiIn(properties.api.id)
  checkLocation(type, { location, group: param(call, 'group'), name: param(call, 'connection') }, before)
  const now = state.clock.now()
  const next: Connection = {
    id: before?.id ?? idOf(call),
    name: before?.name ?? param(call, 'connection'),
    group: before?.group ?? param(call, 'group'),
    subscription: subscriptionOf(call),
    location,
    tags,
    api,
    displayName: properties.displayName ?? param(call, 'connection'),
    authorised: (before?.api === api && before.authorised) || !needsSignIn(api),
    created: before?.created ?? now,
    changed: now,
  }
  state.connections.set(next.id.toLowerCase(), next)
  if (before === undefined) lag(state, next.id, ...listedAfterMs)
  return { status: before === undefined ? 201 : 200, body: connectionBody(next) }
}

function apiIn(id: string): string {
  const [, name] = /\/managedApis\/([\w-]+)$/i.exec(id) ?? []
  if (name !== undefined) return name.toLowerCase()
  throw new ArmError(400, 'ApiNotFound', `The API '${id}' could not be found.`)
}

function remove(call: Call): Reply {
  return { status: call.state.connections.delete(idOf(call).toLowerCase()) ? 200 : 204 }
}

function connectionBody({
  id,
  name,
  location,
  tags,
  api,
  displayName,
  authorised,
  created,
  changed,
  subscription,
}: Connection): object {
  return {
    id,
    name,
    type,
    kind: 'V1',
    location,
    tags,
    properties: {
      displayName,
      overallStatus: authorised ? 'Connected' : 'Error',
      statuses: [authorised ? { status: 'Connected' } : unauthenticated],
      connectionState: 'Enabled',
      customParameterValues: {},
      createdTime: created.toISOString(),
      changedTime: changed.toISOString(),
      api: {
        id: `/subscriptions/${subscription}/providers/Microsoft.Web/locations/${location}/managedApis/${api}`,
        type: 'Microsoft.Web/locations/managedApis',
        name: api,
        displayName: titleOf(api),
      },
    },
  }
}

/** As the portal shows a connection that nobody signed in to. */
const unauthenticated = {
  status: 'Error',
  target: 'token',
  error: { code: 'Unauthenticated', message: 'This connection is not authenticated.' },
}
