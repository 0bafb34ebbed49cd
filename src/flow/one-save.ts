import { setTimeout as pause } from 'node:timers/promises'
import { Problem } from '../errors.ts'
import type { Azure, Store } from '../ports.ts'

const patienceMs = 10_000
const lookAgainMs = 100

/**
 * One save of a rule at a time, over all processes. Azure takes a new rule for a change when one of its name is there (specification of the PUT;
 * no precondition is offered), so of two people who make the same name at once the second would win silently. In turn, the second is refused.
 */
export function oneSaveAtATime(azure: Azure, { requests }: Pick<Store, 'requests'>): Azure {
  const { rules } = azure
  return {
    ...azure,
    rules: {
      ...rules,
      save: (draft, replacing) =>
        inTurn(requests, `rule ${draft.subscription}/${draft.group}/${draft.name}`.toLowerCase(), () =>
          rules.save(draft, replacing),
        ),
    },
  }
}

async function inTurn<Result>(requests: Store['requests'], key: string, work: () => Promise<Result>): Promise<Result> {
  for (let waited = 0; waited < patienceMs; waited += lookAgainMs) {
    const done = await requests.hold(key, work)
    if (done !== undefined) return done
    await pause(lookAgainMs)
  }
  throw new Problem('Conflict', 'Someone else is saving this rule right now. Try again in a moment.')
}
