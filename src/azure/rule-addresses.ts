import { Problem } from '../errors.ts'
import type { Kind } from '../model/event.ts'
import { type LogicApp, type Trigger, takes, whyNot } from '../model/logic-app.ts'
import { kindOf, type RuleDraft } from '../model/rule.ts'
import { ifThere } from './asked.ts'
import { callbackUrl } from './callback.ts'
import type { Connection } from './connection.ts'
import { getApp } from './logic-apps.ts'
import { same } from './read-rule.ts'
import type { Addresses } from './write-rule.ts'

/** Asks Azure for the address of each logic app that a rule starts, of the trigger that fits. Problems have the field `logicApp`. */
export async function ruleAddresses(connection: Connection, { sources, targets }: RuleDraft): Promise<Addresses> {
  const kinds = sources.flatMap(({ source }) => kindOf(source) ?? [])
  const addresses = new Map<string, string>()
  for (const { type, logicAppId } of targets) {
    if (!same(type, 'LogicApp')) continue
    if (logicAppId === undefined) throw refused('BadInput', 'Choose the logic app that the rule starts.')
    const app = await existing(connection, logicAppId)
    addresses.set(logicAppId.toLowerCase(), await callbackUrl(connection, app.id, fitting(app, kinds).name))
  }
  return addresses
}

async function existing(connection: Connection, id: string): Promise<LogicApp> {
  const app = await ifThere(() => getApp(connection, id))
  if (app === undefined) throw refused('NotFound', `The logic app ${id.split('/').at(-1)} does not exist. Choose another one.`)
  return app
}

/** The trigger for the first kind that the app takes, or else one that takes anything by HTTP, as Azure's own policies use. */
function fitting(app: LogicApp, kinds: Kind[]): Trigger {
  const forKind = app.triggers.find(trigger => kinds.some(kind => takes(trigger) === kind))
  const trigger = forKind ?? app.triggers.find(one => takes(one) === 'http')
  if (app.plan === 'consumption' && trigger !== undefined) return trigger
  const why = whyNot(app, kinds[0] ?? 'alert') ?? 'It has no trigger that fits.'
  throw refused('NotOffered', `A rule can't start ${app.name}. ${why}`)
}

function refused(code: 'BadInput' | 'NotFound' | 'NotOffered', sentence: string): Problem {
  return new Problem(code, sentence, { field: 'logicApp' })
}
