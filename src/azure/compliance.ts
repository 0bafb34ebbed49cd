import type { Connection } from './connection.ts'
import { inParallel } from './gate.ts'
import { asWritten, everything } from './paged.ts'

/** Few at once: the provider has a small bucket of its own, and a person's click may wait behind this walk. */
const atOnce = 4
/** Azure's word for what has no assessments below it. */
const empty = 'unsupported'

interface Named {
  name?: string
  state?: string
}

/** Standards, their controls, their assessments: there is no call that lists the assessments at once. A page per standard. */
export async function* complianceEvents(connection: Connection, subscription: string): AsyncGenerator<unknown[]> {
  const client = await connection.security(subscription)
  for (const standard of named(await everything(client.regulatoryComplianceStandards.list()))) {
    const controls = named(await everything(client.regulatoryComplianceControls.list(standard)))
    const lists = await inParallel(controls, atOnce, control =>
      gathered(asWritten(seen => client.regulatoryComplianceAssessments.list(standard, control, seen))),
    )
    yield lists.flat()
  }
}

/** Standards that have anything below them. */
export async function standardNames(connection: Connection, subscription: string): Promise<string[]> {
  const { regulatoryComplianceStandards } = await connection.security(subscription)
  return named(await everything(regulatoryComplianceStandards.list()))
}

function named(items: Named[]): string[] {
  return items.flatMap(({ name, state }) => (name === undefined || state?.toLowerCase() === empty ? [] : [name]))
}

async function gathered(pages: AsyncIterable<unknown[]>): Promise<unknown[]> {
  const items: unknown[] = []
  for await (const page of pages) items.push(...page)
  return items
}
