import { type Condition, matches, operators, valueTypes, type When } from '../model/condition.ts'
import { covers } from './roles.ts'
import { same } from './same.ts'
import type { Automation, Emitted, RuleCondition, Source, State } from './state.ts'

/** Enabled automations whose scope and conditions take this event. */
export function matching({ automations }: State, event: Emitted): Automation[] {
  return [...automations.values()].filter(({ properties }) => properties.isEnabled && takes(properties, event))
}

function takes({ scopes, sources }: Automation['properties'], { source, subject, body }: Emitted): boolean {
  return (
    scopes.some(({ scopePath }) => covers(scopePath, subject)) &&
    sources.some(one => same(one.eventSource, source) && matches(whenOf(one), body))
  )
}

function whenOf({ ruleSets }: Source): When {
  return (ruleSets ?? []).map(({ rules }) => rules.map(conditionOf))
}

/** Words are compared without case: Azure's own policies write "string". */
function conditionOf({ propertyJPath, propertyType, expectedValue, operator }: RuleCondition): Condition {
  return {
    path: propertyJPath,
    type: valueTypes.find(known => same(known, propertyType)) ?? 'String',
    operator: operators.find(known => same(known, operator)) ?? 'Equals',
    value: expectedValue,
  }
}
