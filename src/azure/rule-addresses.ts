import { Problem } from '../errors.ts'
import { type LogicApp, type Trigger, whyNot } from '../model/logic-app.ts'
import type { RuleDraft } from '../model/rule.ts'
import { kindsOf, triggerForRule } from '../model/rule-trigger.ts'
import { ifThere } from './asked.ts'
import { callbackUrl } from './callback.ts'
import type { Connection } from './connection.ts'
import { getApp } from './logic-apps.ts'
import { same } from './read-rule.ts'
import type { Addresses } from './write-rule.ts'

/** Asks Azure for the address of each logic app that a rule starts, of the trigger that fits. Problems have the field `logicApp`. */
export async function ruleAddresses(connection: Connection, draft: RuleDraft): Promise<Addresses> {
  const addresses = new Map<string, string>()
  for (const { type, logicAppId } of draft.targets) {
    if (!same(type, 'LogicApp')) continue
    if (logicAppId === undefined) throw refused('BadInput', 'Choose the logic app that the rule starts.')
    const app = await existing(connection, logicAppId)
    addresses.set(logicAppId.toLowerCase(), await callbackUrl(connection, app.id, fitting(app, draft).name))
  }
  return addresses
}

async function existing(connection: Connection, id: string): Promise<LogicApp> {
  const app = await ifThere(() => getApp(connection, id))
  if (app === undefined) throw refused('NotFound', `The logic app ${id.split('/').at(-1)} does not exist. Choose another one.`)
  return app
}

function fitting(app: LogicApp, draft: RuleDraft): Trigger {
  const trigger = triggerForRule(app, draft)
  if (trigger !== undefined) return trigger
  const [kind = 'alert'] = kindsOf(draft.sources)
  throw refused('NotOffered', `A rule can't start ${app.name}. ${whyNot(app, kind) ?? 'It has no trigger that fits.'}`)
}

function refused(code: 'BadInput' | 'NotFound' | 'NotOffered', sentence: string): Problem {
  return new Problem(code, sentence, { field: 'logicApp' })
}
