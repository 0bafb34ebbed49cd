import type { Action } from '../action.ts'
import { ruleEdit, ruleNew } from './edit.ts'
import { ruleFrom } from './from-finding.ts'
import { ruleHistory, ruleRollback } from './history.ts'
import { rules } from './list.ts'
import { ruleDelete } from './remove.ts'
import { ruleSave } from './save.ts'
import { ruleShow } from './show.ts'
import { ruleTest } from './test.ts'
import { ruleTurns } from './turn.ts'
import { why } from './why.ts'

export const ruling: Action[] = [
  rules,
  ruleNew,
  ruleShow,
  ruleEdit,
  ...ruleTurns,
  ruleDelete,
  ruleTest,
  ruleHistory,
  ruleRollback,
  ruleFrom,
  ruleSave,
  why,
]
