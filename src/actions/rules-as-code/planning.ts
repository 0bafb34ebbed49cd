import type { StepView } from '../../../cards/rules-as-code.ts'
import { checkDraft } from '../../model/rule-check.ts'
import { ruleWords } from '../../model/rule-words.ts'
import { namesOf } from '../rules/words.ts'
import { type FileError, readRules } from './file.ts'
import { knownTo, type Surroundings } from './known.ts'
import { type Plan, planRules, type Step } from './plan.ts'

export interface Planned {
  plan: Plan
  warnings: string[]
}

/** A file read, checked and compared with what is there, or everything that is wrong with it. */
export function planText(text: string, around: Surroundings, prune: boolean): Planned | { errors: FileError[] } {
  const read = readRules(text, knownTo(around))
  if ('errors' in read) return read
  const plan = planRules(read.drafts, around.rules, prune)
  const checked = plan.steps.map(step => check(step, around))
  const errors = checked.flatMap(one => one.errors)
  return errors.length > 0 ? { errors } : { plan, warnings: checked.flatMap(one => one.warnings) }
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
      differences: step.type === 'change' ? step.differences : [],
    }
  }
}
