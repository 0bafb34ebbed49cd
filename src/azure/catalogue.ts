import { z } from 'zod'
import type { Log } from '../log.ts'
import type { KnownRecommendation } from '../model/catalogue.ts'
import type { Catalogue, ResourceGroup, Subscription } from '../ports.ts'
import { asked, inReach } from './asked.ts'
import { cached } from './cached.ts'
import { standardNames } from './compliance.ts'
import type { Connection } from './connection.ts'
import { inParallel } from './gate.ts'
import { policyRulesIn } from './policy-rules.ts'
import { readMetadata } from './recommendations.ts'

const keptForMs = 600_000
const subscriptionsAtOnce = 4
const groupsVersion = '2021-04-01'

interface Parts {
  connection: Connection
  subscriptions(): Promise<Subscription[]>
  now(): number
  log: Log
}

/** `properties` of a recommendation's metadata; specification 2021-06-01. */
const Metadata = z.object({
  displayName: z.string().catch(''),
  severity: z.string().catch(''),
  preview: z.boolean().catch(false),
  plannedDeprecationDate: z.string().optional().catch(undefined),
})

const Group = z.object({ name: z.string(), location: z.string() })

/** What one subscription doesn't show hides nothing of the others. */
export function createCatalogue(parts: Parts): Catalogue {
  const { connection, now } = parts
  const recommendations = cached(keptForMs, now, () => everywhere(parts, 'recommendations', recommendationsIn))
  const standards = cached(keptForMs, now, subscription => asked(() => standardNames(connection, subscription)))
  const groups = cached(keptForMs, now, () => everywhere(parts, 'resource groups', groupsIn))
  const policies = cached(keptForMs, now, () => everywhere(parts, 'policy assignments', policyRulesIn))
  return {
    recommendations: async () => unique(await recommendations.get(''), ({ key }) => key),
    standards: standards.get,
    groups: () => groups.get(''),
    policyRules: async () =>
      unique(await policies.get(''), ({ assignment, definition, ruleName, group }) =>
        JSON.stringify([assignment, definition, ruleName, group]).toLowerCase(),
      ),
  }
}

async function everywhere<Item>(
  { connection, subscriptions, log }: Parts,
  what: string,
  list: (connection: Connection, subscription: string) => Promise<Item[]>,
): Promise<Item[]> {
  const lists = await inParallel(await subscriptions(), subscriptionsAtOnce, ({ id }) =>
    inReach(log, id, what, () => list(connection, id)),
  )
  return lists.flat()
}

/** Built-in ones are the same everywhere, and an assignment above several subscriptions is listed in each. */
function unique<Item>(items: Item[], keyOf: (item: Item) => string): Item[] {
  return [...new Map(items.map(item => [keyOf(item), item])).values()]
}

async function recommendationsIn(connection: Connection, subscription: string): Promise<KnownRecommendation[]> {
  const metadata = await readMetadata(connection, subscription)
  return [...metadata].map(([key, properties]) => {
    const { displayName: name, severity, preview, plannedDeprecationDate } = Metadata.parse(properties)
    return { key, name, severity, preview, ...(plannedDeprecationDate ? { deprecatedFrom: plannedDeprecationDate } : {}) }
  })
}

async function groupsIn(connection: Connection, subscription: string): Promise<ResourceGroup[]> {
  const groups: ResourceGroup[] = []
  const path = `/subscriptions/${encodeURIComponent(subscription)}/resourceGroups`
  for await (const page of connection.raw.pages(path, groupsVersion))
    groups.push(
      ...z
        .array(Group)
        .parse(page)
        .map(group => ({ subscription, ...group })),
    )
  return groups
}
