import type { Clock } from '../../ports.ts'
import { limits } from './limits.ts'

/** Recognises what was here before, for a while: Slack delivers again what it thinks unanswered, and people click twice. */
export interface Repeats {
  /** True the first time. */
  isNew(id: string): boolean
  /** It was not taken after all: let it come again. */
  forget(id: string): void
  /** The id of the press it repeats, or its own. */
  pressOf(button: string, id: string): string
}

export function watchRepeats(clock: Clock): Repeats {
  const seen = new Map<string, number>()
  const presses = new Map<string, { id: string; at: number }>()

  function isNew(id: string): boolean {
    const now = clock.now().getTime()
    drop(seen, at => at < now - limits.repeatMs)
    if (seen.has(id)) return false
    seen.set(id, now)
    return true
  }

  function pressOf(button: string, id: string): string {
    const now = clock.now().getTime()
    drop(presses, ({ at }) => at < now - limits.doubleClickMs)
    const present = presses.get(button)
    if (present !== undefined) return present.id
    presses.set(button, { id, at: now })
    return id
  }

  return { isNew, pressOf, forget: id => void seen.delete(id) }
}

/** Maps keep the order of insertion, so the oldest stand first. */
function drop<Value>(map: Map<string, Value>, isOld: (value: Value) => boolean): void {
  for (const [key, value] of map) {
    if (!isOld(value)) return
    map.delete(key)
  }
}
