import { z } from 'zod'
import { commonFunctions } from './language/common-functions.ts'
import { evaluate } from './language/evaluate.ts'
import { LanguageError, parse } from './language/parse.ts'
import type { Trigger } from './logic.ts'

const Concurrency = z.object({ runtimeConfiguration: z.object({ concurrency: z.object({ runs: z.number() }) }) })

/** When a run may begin: where a trigger lets only so many run at once, it waits for those whose ends are still to come. */
export function turnOf(ends: Date[], trigger: Trigger | undefined, now: Date): Date {
  const most = Concurrency.safeParse(trigger).data?.runtimeConfiguration.concurrency.runs
  if (most === undefined || ends.length < most) return now
  return ends.toSorted((a, b) => a.getTime() - b.getTime())[ends.length - most] ?? now
}

const Conditions = z.object({ conditions: z.array(z.object({ expression: z.string() })) })

/** Whether the conditions of a trigger let an event pass; one that cannot be read lets it pass. */
export function isMet(trigger: Trigger, body: string): boolean {
  const conditions = Conditions.safeParse(trigger).data?.conditions ?? []
  const functions = { ...commonFunctions, triggerbody: () => parsed(body), triggeroutputs: () => ({ body: parsed(body) }) }
  return conditions.every(({ expression }) => holds(expression.replace(/^@/, ''), functions))
}

function holds(expression: string, functions: typeof commonFunctions): boolean {
  try {
    return evaluate(parse(expression), functions) === true
  } catch (thrown) {
    if (thrown instanceof LanguageError) return true
    throw thrown
  }
}

/** JSON as what it says, anything else as text. */
export function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body === '' ? null : body
  }
}
