import { z } from 'zod'
import type { Connection } from './connection.ts'
import { asWritten } from './paged.ts'

/** Lower-case key of a recommendation → its `properties`: title, severity, remediation and the like. */
export type Metadata = Map<string, unknown>

const Item = z.looseObject({ name: z.string(), properties: z.looseObject({}) })

/** Lists of assessments come without metadata, and so without severity: it is put where the expanded form has it, `properties.metadata`. */
export async function* recommendationEvents(
  connection: Connection,
  subscription: string,
  metadataOf: (subscription: string) => Promise<Metadata>,
): AsyncGenerator<unknown[]> {
  const { assessments } = await connection.security(subscription)
  const metadata = await metadataOf(subscription)
  for await (const page of asWritten(seen => assessments.list(`subscriptions/${subscription}`, seen))) {
    yield page.map(item => withMetadata(item, metadata))
  }
}

export async function readMetadata(connection: Connection, subscription: string): Promise<Metadata> {
  const { assessmentsMetadata } = await connection.security(subscription)
  const metadata: Metadata = new Map()
  // Per subscription, not per tenant: only there are recommendations of one's own.
  for await (const page of asWritten(seen => assessmentsMetadata.listBySubscription(seen))) {
    for (const item of z.array(Item).parse(page)) metadata.set(item.name.toLowerCase(), item.properties)
  }
  return metadata
}

function withMetadata(item: unknown, metadata: Metadata): unknown {
  const assessment = Item.safeParse(item).data
  const known = metadata.get(assessment?.name.toLowerCase() ?? '')
  if (assessment === undefined || known === undefined) return item
  return { ...assessment, properties: { metadata: known, ...assessment.properties } }
}
