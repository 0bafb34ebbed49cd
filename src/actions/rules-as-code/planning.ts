import type { StepView } from '../../../cards/rules-as-code.ts'
import type { Rule, RuleDraft } from '../../model/rule.ts'
import { checkDraft } from '../../model/rule-check.ts'
import { ruleWords } from '../../model/rule-words.ts'
import { namesOf } from '../rules/words.ts'
import { type FileError, readRules } from './file.ts'
import { knownTo, type Surroundings } from './known.ts'
import { type Difference, keyOf, type Plan, planRules, type Step } from './plan.ts'

export interface Planned {
  plan: Plan
  warnings: string[]
  /** All that it was compared with. */
  rules: Rule[]
}

/** A file read, checked and compared with what is there, or everything that is wrong with it. */
export async function planText(text: string, around: Surroundings, prune: boolean): Promise<Planned | { errors: FileError[] }> {
  const read = readRules(text, knownTo(around))
  if ('errors' in read) return read
  const rules = [...around.rules, ...(await unlisted(read.drafts, around))]
  const plan = planRules(read.drafts, rules, prune)
  const checked = plan.steps.map(step => check(step, { ...around, rules }))
  const errors = checked.flatMap(one => one.errors)
  return errors.length > 0 ? { errors } : { plan, warnings: checked.flatMap(one => one.warnings), rules }
}

const askedAtOnce = 8

/** What no list holds yet, such as what an apply made that was interrupted a moment ago. */
async function unlisted(drafts: RuleDraft[], { rules, find }: Surroundings): Promise<Rule[]> {
  const listed = new Set(rules.map(keyOf))
  const others = drafts.filter(draft => !listed.has(keyOf(draft)))
  const found: Rule[] = []
  for (let at = 0; at < others.length; at += askedAtOnce)
    found.push(...(await Promise.all(others.slice(at, at + askedAtOnce).map(find))).flatMap(rule => rule ?? []))
  return found
}

function check(step: Step, around: Surroundings): { errors: FileError[]; warnings: string[] } {
  if (step.type === 'delete') return { errors: [], warnings: [] }
  const { errors, warnings, confirm } = checkDraft(step.draft, around, step.type === 'change' ? step.before : undefined)
  const { name } = step.draft
  return {
    errors: errors.map(({ field, message }) => ({ path: field, message, rule: name })),
    warnings: [...warnings.map(({ message }) => message), ...(confirm === undefined ? [] : [confirm])].map(
      say => `${name}: ${say}`,
    ),
  }
}

/** A step as people read it. */
export function stepView(around: Surroundings): (step: Step) => StepView {
  const names = namesOf(around.recommendations)
  return step => {
    const { name, group } = step.type === 'delete' ? step.before : step.draft
    return {
      type: step.type,
      name,
      group,
      ...(step.type !== 'create' && { before: ruleWords(step.before, names) }),
      ...(step.type !== 'delete' && { after: ruleWords(step.draft, names) }),
      differences: step.type === 'change' ? step.differences.map(part => differenceWord(part, step.draft)) : [],
    }
  }
}

/** Which part differs; of being enabled also which way, for the rule's words don't say it. */
function differenceWord(part: Difference, { enabled }: RuleDraft): string {
  if (part !== 'enabled') return part
  return enabled ? 'disabled → enabled' : 'enabled → disabled'
}
