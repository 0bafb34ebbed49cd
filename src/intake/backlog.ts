import { Problem } from '../errors.ts'

export interface BacklogLimits {
  mostBodies: number
  mostBytes: number
}

/**
 * What one process takes in before the database has the first of it. Reading a body costs well under 1 ms for each event of usual size, so that a
 * click that comes behind all of this waits a fraction of a second; it is a multiple of what one transaction carries, so that none waits for more.
 */
export const backlogLimits: BacklogLimits = { mostBodies: 256, mostBytes: 4 * 1_048_576 }
const retryAfterS = 1

/** Runs work on a body of so many bytes, unless too much is under way: then RateLimited, and nothing was done. */
export type Backlog = <Result>(bytes: number, work: () => Promise<Result>) => Promise<Result>

export function openBacklog({ mostBodies, mostBytes }: BacklogLimits): Backlog {
  let bodies = 0
  let waiting = 0
  return async (bytes, work) => {
    if (bodies >= mostBodies || waiting + bytes > mostBytes) throw new Problem('RateLimited', undefined, { retryAfterS })
    bodies += 1
    waiting += bytes
    try {
      return await work()
    } finally {
      bodies -= 1
      waiting -= bytes
    }
  }
}
