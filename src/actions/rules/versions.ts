import type { RuleVersion } from '../../model/rule.ts'
import type { World } from '../../ports.ts'

const keptAtMost = 1000

export interface Numbered {
  /** Counted from the first change. */
  number: number
  version: RuleVersion
}

/** Newest first. */
export async function versionsOf({ store }: World, ruleId: string): Promise<Numbered[]> {
  const versions = await store.ruleHistory.list(ruleId, keptAtMost)
  return versions.map((version, index) => ({ number: versions.length - index, version }))
}
