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
  /** At least half of several, or that was so and is not over; else only the newest did. */
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

/** So long without a failure makes an app well that seldom runs. */
const wellAfterMs = 86_400_000

/**
 * The same over several looks: what failed often `before` does so until its newest runs all went well, or it did not fail for a day. One that
 * fails every other time is failing all along, not well in between.
 */
export function stillFailing(runs: Timed[], before: Failing | undefined, now: Date): Failing | undefined {
  const found = failingOf(runs)
  const ended = runs.filter(hasEnded)
  const newest = ended.findIndex(didFail)
  if (before?.often !== true || found?.often === true || newest === -1 || newest >= judgedBy) return found
  const { endedAt, startedAt } = ended[newest] ?? { startedAt: '' }
  const isLongAgo = newest > 0 && now.getTime() - Date.parse(endedAt ?? startedAt) >= wellAfterMs
  const judged = ended.slice(0, judgedBy)
  return isLongAgo ? found : { failed: judged.filter(didFail).length, of: judged.length, often: true }
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
