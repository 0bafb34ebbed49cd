import type { Kind } from './event.ts'
import { type LogicApp, type Trigger, takes } from './logic-app.ts'
import { kindOf, type RuleDraft } from './rule.ts'

/**
 * The trigger of an app whose address a rule is given when it is saved: the first that takes one of the rule's kinds, or else one that takes
 * anything by HTTP, as Azure's own policies use. Undefined: the rule can't start the app.
 */
export function triggerForRule(app: LogicApp, { sources }: Pick<RuleDraft, 'sources'>): Trigger | undefined {
  if (app.plan === 'standard') return undefined
  const kinds = kindsOf(sources)
  return (
    app.triggers.find(trigger => kinds.some(kind => takes(trigger) === kind)) ?? app.triggers.find(one => takes(one) === 'http')
  )
}

/** Kinds of findings that the sources of a rule bring. */
export function kindsOf(sources: RuleDraft['sources']): Kind[] {
  return sources.flatMap(({ source }) => kindOf(source) ?? [])
}

/**
 * @public The trigger that an app's rules may still hold the address of though it is gone, so that they start nothing. Azure never tells which
 * address a rule holds, and a rename breaks it in silence (MicrosoftDocs/azure-docs issue 110131). What can be known: every run names its trigger,
 * and runs are kept 90 days. So: the newest run was begun by a trigger that the app no longer has. One begun since by a trigger that is there, by
 * hand or by another rule, leaves it open, and then nothing is said; nor is it known for apps that never ran.
 */
export function lostTrigger({ triggers }: LogicApp, runs: { trigger: string; startedAt: string }[]): string | undefined {
  const newest = runs.reduce<{ trigger: string; startedAt: string } | undefined>(
    (last, run) => (last === undefined || run.startedAt > last.startedAt ? run : last),
    undefined,
  )
  const gone = newest !== undefined && newest.trigger !== '' && !triggers.some(({ name }) => name === newest.trigger)
  return gone ? newest.trigger : undefined
}
