import type { Log } from '../../log.ts'
import { within } from './desk.ts'
import { limits } from './limits.ts'

/** Work that goes on after a request was acknowledged. */
export interface Background {
  later(work: () => Promise<void>): void
  /** Takes nothing more and lets what is under way end, within bounds. */
  drain(): Promise<void>
  isStopping(): boolean
}

export function background(log: Log): Background {
  const underWay = new Set<Promise<void>>()
  let isStopping = false

  function later(work: () => Promise<void>): void {
    const one: Promise<void> = work()
      .catch(error => log.error({ error }, 'work for a Slack request failed'))
      .finally(() => underWay.delete(one))
    underWay.add(one)
  }

  async function drain(): Promise<void> {
    isStopping = true
    const until = performance.now() + limits.drainMs
    while (underWay.size > 0 && performance.now() < until) await within(Promise.all(underWay), until - performance.now())
    if (underWay.size > 0) log.warn({ left: underWay.size }, 'Slack requests were still under way when the bot stopped')
  }

  return { later, drain, isStopping: () => isStopping }
}
