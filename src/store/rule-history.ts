import { RuleVersion } from '../model/rule.ts'
import type { RuleHistory } from '../ports.ts'
import { type Database, plain } from './database.ts'
import { lower } from './finding-row.ts'

export function createRuleHistory({ db, tenant }: Database): RuleHistory {
  return {
    async append(version) {
      const row = {
        tenant,
        rule_id: lower(version.ruleId),
        request_id: plain(version.requestId),
        version: plain(JSON.stringify(version)),
      }
      await db
        .insertInto('rule_history')
        .values(row)
        .onConflict(conflict => conflict.columns(['tenant', 'rule_id', 'request_id']).doNothing())
        .execute()
    },
    async list(ruleId, limit) {
      const rows = await db
        .selectFrom('rule_history')
        .select('version')
        .where('tenant', '=', tenant)
        .where('rule_id', '=', lower(ruleId))
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute()
      return rows.map(({ version }) => RuleVersion.parse(JSON.parse(version)))
    },
  }
}
