import { setTimeout as pause } from 'node:timers/promises'
import { Problem } from '../../src/errors.ts'
import type { Changed, Store } from '../../src/ports.ts'

/** The Problem a call ends with. */
export async function refusal(call: Promise<unknown>): Promise<Problem> {
  const outcome = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (outcome instanceof Problem) return outcome
  throw new Error('expected a Problem', { cause: outcome })
}

/** Resolves when the condition holds. */
export async function until(holds: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const end = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${holds}`)
    await pause(5)
  }
}

/** What the store tells from now on, until it is enough. */
export function changesUntil(store: Store, enough: (changes: Changed[]) => boolean): Promise<Changed[]> {
  const changes: Changed[] = []
  return new Promise(done => {
    const leave = store.onChange(change => {
      changes.push(change)
      if (!enough(changes)) return
      leave()
      done(changes)
    })
  })
}
