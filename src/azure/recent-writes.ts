import type { Rule } from '../model/rule.ts'

/** Azure's own portal asks to wait so long before a rule that was saved is listed (domain: "Rule saved but not listed for minutes"). */
const lagMs = 300_000

interface Write {
  until: number
  /** Undefined: deleted. */
  rule?: Rule
}

/** What was saved and deleted here lately: Azure's lists are behind, its answers by id are not. */
export function recentWrites(now: () => number, getAnew: (id: string) => Promise<Rule | undefined>) {
  const writes = new Map<string, Write>()

  function keep(id: string, rule?: Rule): void {
    writes.set(id.toLowerCase(), { until: now() + lagMs, ...(rule === undefined ? {} : { rule }) })
  }

  /** The list as it is: where it differs from what was written here, that rule is asked for anew. */
  async function laidOver(listed: Rule[]): Promise<Rule[]> {
    const rules = new Map(listed.map(rule => [rule.id.toLowerCase(), rule]))
    for (const [id, { until, rule }] of writes) {
      if (until < now()) writes.delete(id)
      else if (isSame(rules.get(id), rule)) continue
      else settle(rules, id, await getAnew(id))
    }
    return [...rules.values()]
  }

  return { saved: (rule: Rule) => keep(rule.id, rule), deleted: (id: string) => keep(id), laidOver }
}

function settle(rules: Map<string, Rule>, id: string, rule: Rule | undefined): void {
  if (rule === undefined) rules.delete(id)
  else rules.set(id, rule)
}

function isSame(listed: Rule | undefined, written: Rule | undefined): boolean {
  if (listed === undefined || written === undefined) return listed === written
  return written.etag !== undefined && listed.etag === written.etag
}
