import type { Log } from '../log.ts'
import type { Subscription } from '../ports.ts'
import { cached } from './cached.ts'
import type { Connection } from './connection.ts'
import { bounded } from './paged.ts'

const recentForMs = 60_000

interface Wanted {
  tenantId?: string
  subscriptionIds?: string[]
  log: Log
}

export function createSubscriptions(connection: Connection, wanted: Wanted) {
  let tenant = wanted.tenantId
  const only = new Set(wanted.subscriptionIds?.map(id => id.toLowerCase()))

  async function list(): Promise<Subscription[]> {
    const client = await connection.subscriptions()
    const found: Subscription[] = []
    for await (const page of bounded(client.subscriptions.list())) {
      for (const { subscriptionId: id, displayName, tenantId, state } of page) {
        if (id === undefined || state !== 'Enabled' || (only.size > 0 && !only.has(id.toLowerCase()))) continue
        found.push({ id, name: displayName ?? id, tenantId: tenantId ?? wanted.tenantId ?? '' })
      }
    }
    tenant ??= found[0]?.tenantId
    warnOfAbsent(found)
    return found
  }

  function warnOfAbsent(found: Subscription[]): void {
    const absent = [...only].filter(id => !found.some(subscription => subscription.id.toLowerCase() === id))
    if (absent.length > 0) wanted.log.warn({ absent }, 'azure: configured subscriptions are disabled or out of reach')
  }

  return {
    list,
    tenant: () => tenant,
    /** The same, at most a minute old. */
    recent: (now: () => number) => {
      const kept = cached(recentForMs, now, list)
      return () => kept.get('')
    },
  }
}
