import { isDeepStrictEqual } from 'node:util'
import type { Rule, RuleVersion } from '../../model/rule.ts'
import { triggerForRule } from '../../model/rule-trigger.ts'
import type { World } from '../../ports.ts'
import type { Context } from '../action.ts'
import { firstAppOf } from '../apps/find.ts'
import { remainderOf } from '../rules-as-code/keep.ts'

/** Who changed a rule, when and by which request. */
export type Doer = Pick<RuleVersion, 'at' | 'by' | 'requestId' | 'placeId'>

/** What was done to which rule. */
export type Done = Pick<RuleVersion, 'ruleId' | 'what' | 'rule' | 'why'>

export function doerOf({ person, request, now }: Context): Doer {
  const { requestId, placeId } = request
  return { at: now.toISOString(), by: person, requestId, ...(placeId !== undefined && { placeId }) }
}

/**
 * Keeps what is about to be changed, unless the history ends with it already: so a rule that was made elsewhere can be brought back, and one that
 * is deleted is still known after an interruption.
 */
export async function keptAsFound({ store }: Pick<World, 'store'>, rule: Rule, doer: Doer): Promise<void> {
  const [last] = await store.ruleHistory.list(rule.id, 1)
  if (last?.rule !== undefined && isDeepStrictEqual(contentOf(last.rule), contentOf(rule))) return
  await store.ruleHistory.append({ ...doer, ruleId: rule.id, what: 'kept as found', rule, requestId: `${doer.requestId}/found` })
}

/** Azure may count a rule's writes without that anything of it changed; its tags and what else is not modelled are of it. */
function contentOf({ etag: _etag, resource, ...content }: Rule): object {
  return { ...content, rest: remainderOf(resource) }
}

/** Keeps a change in the rule's history, once for each request, and has the rule's health looked at anew. */
export async function noted({ azure, store }: Pick<World, 'azure' | 'store'>, done: Done, doer: Doer): Promise<void> {
  const trigger = done.rule && (await triggerOf(azure, done.rule))
  await store.ruleHistory.append({ ...done, ...doer, ...(trigger !== undefined && { trigger }) })
  await store.jobs.send('chore', 'rule-health', 0)
}

/** The trigger whose address Azure was given: by it a later rename is found. */
async function triggerOf(azure: World['azure'], rule: Rule): Promise<string | undefined> {
  const app = await firstAppOf(azure, rule)
  return app && triggerForRule(app, rule)?.name
}
