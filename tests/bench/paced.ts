import { setTimeout as pause } from 'node:timers/promises'

/** Calls `work` so many times a second, on a fixed schedule, whether or not earlier calls have ended; resolves when all have. */
export async function paced(count: number, perSecond: number, work: (index: number) => Promise<void>): Promise<void> {
  const from = performance.now()
  const underWay: Promise<void>[] = []
  for (let index = 0; index < count; index++) {
    const early = from + (index * 1000) / perSecond - performance.now()
    if (early > 0) await pause(early)
    underWay.push(work(index))
  }
  await Promise.all(underWay)
}
