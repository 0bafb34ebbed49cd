import { Problem } from '../../errors.ts'
import type { Rule } from '../../model/rule.ts'
import type { Context } from '../action.ts'
import { homeOf, type RuleFields, scopeAsIs, wholeSubscription } from './fields.ts'
import { toRead } from './rights.ts'
import { versionsOf } from './versions.ts'
import { lastSegment } from './words.ts'

type Home = Pick<Rule, 'subscription' | 'group'>

/** Whether a rule is gone; whoever may not read rules there is told nothing of it. */
export async function isDeleted({ world: { azure }, person }: Context, id: string): Promise<boolean> {
  const home = homeIn(id)
  if (home === undefined || (await azure.access.missing(person.id, toRead(home))).length > 0) return false
  return azure.rules.get(id).then(
    () => false,
    thrown => thrown instanceof Problem && thrown.code === 'NotFound',
  )
}

/** What was typed of a rule that is gone, as a new one of its name and place; what the form does not show comes from what was last known here. */
export async function anew({ world }: Context, fields: RuleFields, id: string): Promise<RuleFields> {
  const last = (await versionsOf(world, id)).find(({ version }) => version.rule !== undefined)
  const home = homeIn(id)
  const to = fields.to ?? (last && String(last.number))
  return {
    ...fields,
    rule: undefined,
    base: undefined,
    reviewed: undefined,
    past: id,
    to,
    name: lastSegment(id),
    home: home === undefined ? '' : homeOf(home),
    scope: fields.scope === scopeAsIs && to === undefined ? wholeSubscription : fields.scope,
  }
}

/** Told on every form that makes a rule anew. */
export function deletedWords({ past, to }: { past?: string; to?: string }): string[] {
  if (past === undefined) return []
  const rest =
    to === undefined ? 'what this form does not show of it, such as tags, is gone' : 'the rest as it was last known here'
  return [`${lastSegment(past)} was deleted. Saving makes it anew: ${rest}.`]
}

function homeIn(id: string): Home | undefined {
  const [, subscription, group] = /^\/?subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\//i.exec(id) ?? []
  return subscription === undefined || group === undefined ? undefined : { subscription, group }
}
