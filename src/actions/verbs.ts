import type { Action } from './action.ts'
import { apps } from './apps/apps.ts'
import { auditing } from './audit.ts'
import { following } from './feeds.ts'
import { helpFor } from './help.ts'
import { lists } from './lists.ts'
import { operation } from './operation.ts'
import { ruling } from './rules/table.ts'
import { rulesAsCode } from './rules-as-code/verbs.ts'
import { running } from './runs.ts'
import { showing } from './show.ts'
import { storming } from './storms.ts'
import { triage } from './triage.ts'
import { you } from './you.ts'

/** The one table of verbs: buttons, commands, console and programs all find theirs here. */
export const verbs: ReadonlyMap<string, Action> = new Map(
  [
    ...showing,
    ...storming,
    ...lists,
    ...running,
    ...apps,
    ...ruling,
    ...triage,
    ...following,
    ...you,
    ...operation,
    ...auditing,
    ...rulesAsCode,
    helpFor(() => verbs.values()),
  ].map(action => [action.name, action]),
)
