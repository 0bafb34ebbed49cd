import type { Alert } from './state.ts'

/** So many are put in their places one by one; more are sorted with the rest. */
const fewEnough = 50
const kept = new WeakMap<Map<string, Alert>, Alert[]>()

/** All alerts by their names, which is newest first. Kept from call to call, and only what came since is put in its place. */
export function inOrder(alerts: Map<string, Alert>): Alert[] {
  const before = kept.get(alerts) ?? []
  const known = before.length <= alerts.size ? before : []
  const fresh = [...alerts.values()].slice(known.length)
  const sorted = fresh.length > fewEnough ? [...known, ...fresh].sort((a, b) => (a.name < b.name ? -1 : 1)) : known
  if (sorted === known) for (const alert of fresh) known.splice(placeOf(known, alert.name), 0, alert)
  kept.set(alerts, sorted)
  return sorted
}

function placeOf(sorted: Alert[], name: string): number {
  let from = 0
  let until = sorted.length
  while (from < until) {
    const middle = (from + until) >>> 1
    if ((sorted[middle]?.name ?? '') < name) from = middle + 1
    else until = middle
  }
  return from
}
