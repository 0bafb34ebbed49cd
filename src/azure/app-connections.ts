import { z } from 'zod'
import type { LogicApp } from '../model/logic-app.ts'
import { scopePath } from './arm-id.ts'
import { ifThere } from './asked.ts'
import type { Connection } from './connection.ts'
import { inParallel } from './gate.ts'
import { readAs } from './raw.ts'

const version = '2016-06-01'
const atOnce = 4
/** Of one logic app; more than that nobody reads. */
const lookedAt = 20

/** An API connection as the portal reads it: newer answers have one word for all, older ones only the parts. */
const ApiConnection = z.object({
  properties: z.object({
    displayName: z.string().catch(''),
    overallStatus: z.string().optional().catch(undefined),
    statuses: z.array(z.object({ status: z.string() })).catch([]),
    api: z.object({ displayName: z.string().optional(), name: z.string().optional() }).catch({}),
  }),
})

/** Names of the services that nobody is signed in to; a connection that is gone is called by its own name. */
export async function signedOut(connection: Connection, { connections = [] }: LogicApp): Promise<string[]> {
  const looked = await inParallel(connections.slice(0, lookedAt), atOnce, id => lookAt(connection, id))
  return looked.flatMap(title => title ?? [])
}

async function lookAt(connection: Connection, id: string): Promise<string | undefined> {
  const text = await ifThere(() => connection.raw.send('GET', `/${scopePath(id)}`, version))
  if (text === undefined) return id.split('/').at(-1)
  const { displayName, overallStatus, statuses, api } = readAs(ApiConnection, text).properties
  const words = overallStatus === undefined ? statuses.map(({ status }) => status) : [overallStatus]
  return words.some(word => word.toLowerCase() === 'error') ? (api.displayName ?? api.name ?? displayName) : undefined
}
