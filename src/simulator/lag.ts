import type { State } from './state.ts'

/** What was just made may be missing from lists this long, ms. Azure says up to five minutes; shorter here. */
export const listedAfterMs = [0, 5000] as const

/** Keeps something new out of lists for a while, as Azure does; a get by its id finds it at once. */
export function lag(state: State, id: string, leastMs: number, mostMs: number): void {
  if (!state.lags) return
  const ms = leastMs + state.noise.int(mostMs - leastMs)
  state.unlisted.set(id.toLowerCase(), new Date(state.clock.now().getTime() + ms))
}

export function isListed(state: State, id: string): boolean {
  const from = state.unlisted.get(id.toLowerCase())
  if (from === undefined) return true
  if (from > state.clock.now()) return false
  state.unlisted.delete(id.toLowerCase())
  return true
}
