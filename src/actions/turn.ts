import { setTimeout as pause } from 'node:timers/promises'
import { Problem } from '../errors.ts'
import type { Store } from '../ports.ts'

const patienceMs = 10_000
const lookAgainMs = 100

/** One at a time of a name, over all processes. `busy`: what a person reads whose turn does not come. */
export async function inTurn<Result>(
  { requests }: Pick<Store, 'requests'>,
  name: string,
  busy: string,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let waited = 0; waited < patienceMs; waited += lookAgainMs) {
    const done = await requests.hold(name.toLowerCase(), async () => ({ result: await work() }))
    if (done !== undefined) return done.result
    await pause(lookAgainMs)
  }
  throw new Problem('Conflict', `${busy} Try again in a moment.`)
}
