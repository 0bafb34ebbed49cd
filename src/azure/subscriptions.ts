import { z } from 'zod'
import { Problem } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Subscription } from '../ports.ts'
import { cached } from './cached.ts'
import type { Connection } from './connection.ts'
import { bounded } from './paged.ts'
import { toError } from './to-error.ts'

const recentForMs = 60_000

interface Wanted {
  tenantId?: string
  subscriptionIds?: string[]
  managementGroup?: string
  log: Log
}

export function createSubscriptions(connection: Connection, wanted: Wanted) {
  let tenant = wanted.tenantId
  const only = new Set(wanted.subscriptionIds?.map(id => id.toLowerCase()))

  async function list(): Promise<Subscription[]> {
    const client = await connection.subscriptions()
    const below = wanted.managementGroup === undefined ? undefined : await subscriptionsBelow(connection, wanted.managementGroup)
    const isWanted = (id: string) => (only.size === 0 || only.has(id)) && (below === undefined || below.has(id))
    const found: Subscription[] = []
    for await (const page of bounded(client.subscriptions.list())) {
      for (const { subscriptionId: id, displayName, tenantId, state } of page) {
        if (id === undefined || state !== 'Enabled' || !isWanted(id.toLowerCase())) continue
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

const Descendant = z.object({ id: z.string(), name: z.string() })

/** Ids, lower case. No client of this project's lists management groups. Source: learn.microsoft.com/rest/api/managementgroups, Get Descendants. */
async function subscriptionsBelow({ raw }: Connection, group: string): Promise<Set<string>> {
  const found = new Set<string>()
  try {
    for await (const items of raw.pages(
      `/providers/Microsoft.Management/managementGroups/${encodeURIComponent(group)}/descendants`,
      '2020-05-01',
    ))
      for (const { id, name } of z.array(Descendant).parse(items))
        if (/^\/subscriptions\//i.test(id)) found.add(name.toLowerCase())
    return found
  } catch (thrown) {
    throw unseen(toError(thrown), group)
  }
}

function unseen(problem: Problem, group: string): Problem {
  if (problem.code !== 'NotFound' && problem.code !== 'Forbidden') return problem
  return new Problem(
    problem.code,
    `The management group "${group}" is not there, or the bot may not read it: that needs Microsoft.Management/managementGroups/descendants/read on it, which Management Group Reader has.`,
    { field: 'AZURE_MANAGEMENT_GROUP', cause: problem },
  )
}
