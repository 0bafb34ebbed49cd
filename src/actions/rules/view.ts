import type { RuleView } from '../../../cards/rule.ts'
import { logicAppIds, type Rule } from '../../model/rule.ts'
import type { Trouble } from '../../model/rule-health.ts'
import type { World } from '../../ports.ts'
import { readBrought } from './facts.ts'
import { homeWords, lastSegment, scopeWords, type Wording, wordsOf } from './words.ts'

/** A rule as cards show it, with when it last fired. */
export async function viewOf(world: World, rule: Rule, troubles: Trouble[], wording: Wording): Promise<RuleView> {
  const [[lastRun], lastBrought] = await Promise.all([
    world.store.findings.runs({ startedBy: rule.id.toLowerCase() }, 1),
    readBrought(world, rule),
  ])
  return {
    rule,
    words: wordsOf(rule, wording),
    scope: scopeWords(rule, wording),
    home: homeWords(rule, wording),
    apps: logicAppIds(rule).map(lastSegment),
    troubles,
    ...(lastRun !== undefined && { lastRun }),
    ...(lastBrought !== undefined && { lastBrought }),
  }
}
