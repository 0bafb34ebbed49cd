import type { Kind } from '../model/event.ts'
import { cached } from './cached.ts'
import { complianceEvents } from './compliance.ts'
import type { Connection } from './connection.ts'
import { type Metadata, readMetadata, recommendationEvents } from './recommendations.ts'
import { toError } from './to-error.ts'

/** Knows `version`, `techniques` and the status InProgress, which the client's version (2021-11-01) lacks. */
const alertsVersion = '2022-01-01'
const metadataForMs = 3_600_000

type ListEvents = (subscription: string, kind: Kind) => AsyncIterable<string[]>

/** Everything of a kind in a subscription, page by page, in the form of the management API. */
export function createListEvents(connection: Connection, now: () => number): ListEvents {
  const metadata = cached<Metadata>(metadataForMs, now, subscription => readMetadata(connection, subscription))
  const listers: Record<Kind, (subscription: string) => AsyncIterable<unknown[]>> = {
    alert: subscription =>
      connection.raw.pages(
        `/subscriptions/${encodeURIComponent(subscription)}/providers/Microsoft.Security/alerts`,
        alertsVersion,
      ),
    recommendation: subscription => recommendationEvents(connection, subscription, metadata.get),
    compliance: subscription => complianceEvents(connection, subscription),
  }
  return async function* list(subscription, kind) {
    try {
      for await (const page of listers[kind](subscription)) yield page.map(item => JSON.stringify(item))
    } catch (thrown) {
      throw toError(thrown)
    }
  }
}
