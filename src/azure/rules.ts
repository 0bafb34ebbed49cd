import { Problem } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Rule } from '../model/rule.ts'
import type { Rules, Subscription } from '../ports.ts'
import { readArmId } from './arm-id.ts'
import { asked, ifThere, inReach } from './asked.ts'
import { cached } from './cached.ts'
import type { Connection } from './connection.ts'
import { inParallel } from './gate.ts'
import { readRule } from './read-rule.ts'
import { recentWrites } from './recent-writes.ts'
import { automationPages, getAutomation, saveRule, validateRule } from './save-rule.ts'
import { toError } from './to-error.ts'

const listForMs = 5000
const subscriptionsAtOnce = 4

interface Parts {
  connection: Connection
  subscriptions(): Promise<Subscription[]>
  now(): number
  log: Log
}

/**
 * Rules are read and written raw: the client (arm-security 5.0.0) drops what its model doesn't know, and a rule must survive being saved. Only
 * deleting is the client's.
 */
export function createRules(parts: Parts): Rules {
  const { connection, now } = parts
  const writes = recentWrites(now, id => ifThere(() => getRule(connection, id)))
  const all = cached(listForMs, now, async () => await writes.laidOver(await listAll(parts)))

  function wrote(note: () => void): void {
    note()
    all.forget('')
  }

  return {
    list: () => all.get(''),
    get: id => asked(() => getRule(connection, id)),
    async save(draft, replacing) {
      const rule = await asked(() => saveRule(connection, draft, replacing))
      wrote(() => writes.saved(rule))
      return rule
    },
    async delete(id) {
      await deleteRule(connection, id)
      wrote(() => writes.deleted(id))
    },
    validate: (draft, replacing) => asked(() => validateRule(connection, draft, replacing)),
  }
}

async function listAll({ connection, subscriptions, log }: Parts): Promise<Rule[]> {
  const lists = await inParallel(await subscriptions(), subscriptionsAtOnce, ({ id }) =>
    inReach(log, id, 'rules', () => listIn(connection, id, log)),
  )
  return lists.flat()
}

async function listIn(connection: Connection, subscription: string, log: Log): Promise<Rule[]> {
  const rules: Rule[] = []
  for await (const page of automationPages(connection, subscription)) rules.push(...page.flatMap(one => listed(one, log)))
  return rules
}

/** One that can't be read hides none of the others. */
function listed(resource: unknown, log: Log): Rule[] {
  try {
    const rule = readRule(resource)
    return rule === undefined ? [] : [rule]
  } catch (thrown) {
    log.warn({ reason: toError(thrown).message }, 'azure: an automation can not be read')
    return []
  }
}

async function getRule(connection: Connection, id: string): Promise<Rule> {
  place(id)
  const rule = readRule(await getAutomation(connection, id))
  if (rule === undefined) throw notARule()
  return rule
}

/** The client takes only 204 for an answer; 200 and 404 mean the same. */
async function deleteRule(connection: Connection, id: string): Promise<void> {
  const { subscription, group, name } = place(id)
  try {
    await (await connection.security(subscription)).automations.delete(group, name)
  } catch (thrown) {
    const done = thrown instanceof Error && 'statusCode' in thrown && (thrown.statusCode === 200 || thrown.statusCode === 404)
    if (!done) throw toError(thrown)
  }
}

function place(id: string): { subscription: string; group: string; name: string } {
  const { type, subscription, group, names } = readArmId(id)
  const [name] = names
  if (type !== 'microsoft.security/automations' || group === undefined || name === undefined) throw notARule()
  return { subscription, group, name }
}

function notARule(): Problem {
  return new Problem('NotFound', 'That is not a rule.')
}
