import { Problem, toProblem } from '../../errors.ts'
import type { Rule } from '../../model/rule.ts'
import type { Rules } from '../../ports.ts'
import type { Done } from '../rules/noted.ts'
import type { Step } from './plan.ts'

/** How far an apply came: what was done, at which step it stopped and why, what was left. */
export interface Applied {
  done: Step[]
  stopped?: { step: Step; problem: Problem }
  left: Step[]
}

/** Where an apply notes what stands before a step, and what was done by it. */
interface Notes {
  before(rule: Rule): Promise<void>
  after(done: Done, step: Step): Promise<void>
}

/**
 * Takes the steps one after the other and stops at the first refusal. Each replaces exactly what the plan saw: a rule that somebody changed
 * meanwhile is a refusal (Conflict), not a loss.
 */
export async function applySteps(rules: Rules, steps: Step[], history: Notes): Promise<Applied> {
  for (const [index, step] of steps.entries()) {
    try {
      if (step.type !== 'create') await history.before(step.before)
      await history.after(await take(rules, step), step)
    } catch (thrown) {
      return { done: steps.slice(0, index), stopped: { step, problem: toProblem(thrown) }, left: steps.slice(index + 1) }
    }
  }
  return { done: steps, left: [] }
}

async function take(rules: Rules, step: Step): Promise<Done> {
  if (step.type === 'delete') {
    await unchanged(rules, step.before)
    await rules.delete(step.before.id)
    return { ruleId: step.before.id, what: 'deleted' }
  }
  const rule = await (step.type === 'create' ? rules.save(step.draft) : rules.save(step.draft, step.before))
  return { ruleId: rule.id, what: 'applied', rule }
}

/** A delete carries no etag: what goes must be what was planned. */
async function unchanged(rules: Rules, before: Rule): Promise<void> {
  const now = await rules.get(before.id)
  if (now.etag !== before.etag) throw new Problem('Conflict', `Somebody changed ${before.name} after the plan was made.`)
}
