import { subjectOf } from '../model/back-test.ts'
import { connectorBody } from '../model/connector-body.ts'
import { kindOf, type Rule } from '../model/rule.ts'
import { openRuleIndex } from '../model/rule-index.ts'
import type { PastEvent } from '../ports.ts'

/** Which of these rules fire on an event. */
export function matchesOf(rules: Rule[]): (event: Pick<PastEvent, 'event' | 'body'>) => Rule[] {
  const index = openRuleIndex()
  const byId = new Map<string, Rule>()
  for (const rule of rules)
    for (const [place, { source, when }] of rule.sources.entries()) {
      const kind = kindOf(source)
      if (kind === undefined || rule.unread !== undefined || !rule.enabled) continue
      const id = `${rule.id.toLowerCase()} ${place}`
      byId.set(id, rule)
      index.put({ id, kind, scopes: rule.scopes, when })
    }
  return ({ event, body }) => {
    const found = index.match(event.kind, subjectOf(event), connectorBody(event.kind, body))
    return [...new Set(found.flatMap(id => byId.get(id) ?? []))]
  }
}
