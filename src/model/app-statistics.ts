import { hasEnded, type RunState } from './run.ts'

/** How an app has done lately. */
export interface AppStatistics {
  /** Runs that came to an end; the rest is under way. */
  ended: number
  succeeded: number
  /** Half of the ended runs took no longer; undefined without any. */
  medianMs?: number
}

/** An app that can be started, but does not do well: how many of its newest runs failed. */
export interface Failing {
  failed: number
  of: number
  /** At least half of several; else only the newest did. */
  often: boolean
}

interface Timed {
  state: RunState
  startedAt: string
  endedAt?: string
}

const judgedBy = 5

/** By the newest runs that ended, given newest first; undefined when there is nothing to say. */
export function failingOf(runs: Pick<Timed, 'state'>[]): Failing | undefined {
  const judged = runs.filter(hasEnded).slice(0, judgedBy)
  const failed = judged.filter(didFail).length
  const often = judged.length > 1 && failed * 2 >= judged.length
  const newest = judged.slice(0, 1).some(didFail)
  return often || newest ? { failed, of: judged.length, often } : undefined
}

function didFail({ state }: Pick<Timed, 'state'>): boolean {
  return state === 'failed'
}

/** `4 of its last 5 runs failed` */
export function failingWords({ failed, of, often }: Failing): string {
  if (!often) return 'its last run failed'
  return `${failed === of ? 'all' : failed} of its last ${of} runs failed`
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
