import type { Condition, Operator, ValueType, When } from './condition.ts'
import { many } from './condition-line.ts'

/** Conditions that differ in nothing but the value, one of which must hold. */
export interface Clause {
  path: string
  type: ValueType
  operator: Operator
  values: string[]
}

/**
 * The same sets in fewer: those that differ in the values of one condition become one set in which it has them all. Exactly equivalent:
 * (A and x is 1) or (A and x is 2) = A and (x is 1 or x is 2).
 */
export function mergedSets(when: When): Clause[][] {
  let sets = when.map(asClauses)
  for (let before = Number.POSITIVE_INFINITY; sets.length < before; ) {
    before = sets.length
    const longest = sets.reduce((length, set) => Math.max(length, set.length), 1)
    for (let position = longest - 1; position >= 0; position--) sets = mergedAt(sets, position)
  }
  return sets
}

function asClauses(set: Condition[]): Clause[] {
  return set.map(({ path, type, operator, value }) => ({ path, type, operator, values: [value] }))
}

function mergedAt(sets: Clause[][], position: number): Clause[][] {
  const groups = new Map<string, Clause[]>()
  for (const set of sets) {
    const key = keyWithout(set, position)
    const group = groups.get(key)
    groups.set(key, group === undefined ? set : joined(group, set, position))
  }
  return [...groups.values()]
}

/** Equal for sets that may differ in the values at this position only. */
function keyWithout(set: Clause[], position: number): string {
  return JSON.stringify(
    set.map((clause, index) => (index === position && many.includes(clause.operator) ? { ...clause, values: [] } : clause)),
  )
}

function joined(group: Clause[], set: Clause[], position: number): Clause[] {
  return group.map((clause, index) => {
    const more = index === position ? (set[index]?.values ?? []) : []
    return { ...clause, values: [...new Set([...clause.values, ...more])] }
  })
}
