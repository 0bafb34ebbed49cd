import { Problem } from '../errors.ts'
import type { Log } from '../log.ts'
import { toError } from './to-error.ts'

/** Fails only with Problems. */
export async function asked<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask()
  } catch (thrown) {
    throw toError(thrown)
  }
}

/** What Azure does not have is undefined. */
export async function ifThere<Result>(ask: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await asked(ask)
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === 'NotFound') return undefined
    throw thrown
  }
}

/** A subscription in which the bot may not read something hides none of the others: its list is empty, and that is logged. */
export async function inReach<Item>(log: Log, subscription: string, what: string, ask: () => Promise<Item[]>): Promise<Item[]> {
  try {
    return await asked(ask)
  } catch (thrown) {
    if (!(thrown instanceof Problem) || (thrown.code !== 'Forbidden' && thrown.code !== 'NotFound')) throw thrown
    log.warn({ subscription, reason: thrown.message }, `azure: ${what} of a subscription are out of reach`)
    return []
  }
}
