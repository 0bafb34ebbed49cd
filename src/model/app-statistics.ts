import { hasEnded, type RunState } from './run.ts'

/** How an app has done lately. */
export interface AppStatistics {
  /** Runs that came to an end; the rest is under way. */
  ended: number
  succeeded: number
  /** Half of the ended runs took no longer; undefined without any. */
  medianMs?: number
}

interface Timed {
  state: RunState
  startedAt: string
  endedAt?: string
}

/** Of the runs given, in any order. */
export function statisticsOf(runs: Timed[]): AppStatistics {
  const ended = runs.filter(hasEnded)
  const durations = ended.flatMap(({ startedAt, endedAt }) =>
    endedAt === undefined ? [] : [Date.parse(endedAt) - Date.parse(startedAt)],
  )
  const medianMs = middle(durations.filter(ms => ms >= 0))
  return {
    ended: ended.length,
    succeeded: ended.filter(({ state }) => state === 'succeeded').length,
    ...(medianMs !== undefined && { medianMs }),
  }
}

function middle(numbers: number[]): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b)
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}
