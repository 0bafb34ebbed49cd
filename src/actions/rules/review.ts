import type { RuleReview } from '../../../cards/rule-review.ts'
import { toProblem } from '../../errors.ts'
import { logicAppIds, type Rule, type RuleDraft } from '../../model/rule.ts'
import { checkDraft, type DraftCheck } from '../../model/rule-check.ts'
import type { World } from '../../ports.ts'
import type { FieldError } from '../action.ts'
import { backTest, budgets } from './past.ts'
import { wording, wordsOf } from './words.ts'

const daysBack = 30

/** Everything that can be told before Azure is asked, at the form's own fields. */
export async function check(
  { azure }: World,
  draft: RuleDraft,
  replacing: Rule | undefined,
): Promise<DraftCheck & { fieldErrors: FieldError[] }> {
  const [rules, apps, recommendations] = await Promise.all([
    azure.rules.list(),
    azure.logicApps.list({ including: logicAppIds(draft) }),
    azure.catalogue.recommendations(),
  ])
  const found = checkDraft(draft, { rules, apps, recommendations }, replacing)
  return { ...found, fieldErrors: found.errors.map(({ field, message }) => ({ field: formField(field), message })) }
}

function formField(field: string): string {
  return field === 'group' ? 'home' : field
}

/** What the person reads before saving: the words, what is odd, Azure's own verdict, and what it would have done. */
export async function reviewOf(
  world: World,
  draft: RuleDraft,
  replacing: Rule | undefined,
  found: DraftCheck,
): Promise<RuleReview> {
  const [told, verdict, test] = await Promise.all([
    wording(world),
    verdictOf(world, draft, replacing),
    backTest(world, draft, daysBack, budgets.review),
  ])
  return {
    words: wordsOf(draft, told),
    warnings: found.warnings.map(({ message }) => message),
    verdict,
    test,
    ...(found.confirm !== undefined && { confirm: found.confirm }),
  }
}

async function verdictOf({ azure }: World, draft: RuleDraft, replacing: Rule | undefined): Promise<RuleReview['verdict']> {
  if (replacing?.fixedTargets !== undefined) return { unasked: `it checks whole rules only. ${replacing.fixedTargets}` }
  try {
    const reason = await azure.rules.validate(draft, replacing)
    return reason === undefined ? { ok: true } : { refused: reason }
  } catch (thrown) {
    const problem = toProblem(thrown)
    return problem.retry ? { unasked: problem.message } : { refused: problem.message }
  }
}
