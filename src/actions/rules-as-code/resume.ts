import { z } from 'zod'
import { Rule, RuleDraft } from '../../model/rule.ts'
import type { Store } from '../../ports.ts'
import { keptTexts } from '../kept-texts.ts'
import type { Done } from '../rules/noted.ts'
import { keyOf, parts, type Step } from './plan.ts'

const Kept = z.object({
  at: z.string(),
  steps: z.array(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('create'), draft: RuleDraft }),
      z.object({ type: z.literal('change'), draft: RuleDraft, before: Rule, differences: z.array(z.enum(parts)) }),
      z.object({ type: z.literal('delete'), before: Rule }),
    ]),
  ),
})

/** What an apply was about to do when it was interrupted; kept now when it just begins. */
export async function begunSteps({ texts }: Store, requestId: string, steps: Step[], at: string): Promise<Step[] | undefined> {
  const text = await texts.get(`${keptTexts.apply}${requestId}`)
  if (text !== undefined) return Kept.parse(JSON.parse(text)).steps
  await texts.put(`${keptTexts.apply}${requestId}`, JSON.stringify({ at, steps } satisfies z.infer<typeof Kept>))
  return undefined
}

/** A step that Azure has taken, with what the history says of it. */
export interface Taken {
  step: Step
  done: Done
}

/** Of what was begun, what Azure has already: it is in no plan made now. */
export function takenAlready(begun: Step[], left: Step[], present: Rule[]): Taken[] {
  const open = new Set(left.map(keyOfStep))
  const rules = new Map(present.map(rule => [keyOf(rule), rule]))
  return begun.filter(step => !open.has(keyOfStep(step))).flatMap(step => takenAs(step, rules.get(keyOfStep(step))))
}

function takenAs(step: Step, rule: Rule | undefined): Taken[] {
  if (step.type === 'delete') return [{ step, done: { ruleId: step.before.id, what: 'deleted' } }]
  return rule === undefined ? [] : [{ step, done: { ruleId: rule.id, what: 'applied', rule } }]
}

function keyOfStep(step: Step): string {
  return keyOf(step.type === 'delete' ? step.before : step.draft)
}
