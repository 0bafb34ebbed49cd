import type { Kind } from '../model/event.ts'
import { type LogicApp, whyNot } from '../model/logic-app.ts'
import type { Right } from '../model/person.ts'
import type { Context } from './action.ts'
import { groupScope, scopeOf } from './scope.ts'

export const toRun = 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action'

/** Fetching the address of its trigger: for a run by hand, and for a rule that is to start it. */
export function runRight(app: Pick<LogicApp, 'id'>): Right {
  return { action: toRun, scope: scopeOf(app) }
}

export interface Offer {
  eligible: LogicApp[]
  /** The rest, each with the reason as a sentence. */
  others: { app: LogicApp; reason: string }[]
}

/** Which logic apps this person may run for events of a kind now, and why not the others. */
export async function appsFor(on: Context, kind: Kind): Promise<Offer> {
  const apps = (await on.world.azure.logicApps.list()).toSorted((a, b) => a.name.localeCompare(b.name))
  const reasons = await Promise.all(apps.map(async app => whyNot(app, kind) ?? (await lackingRight(on, app))))
  return {
    eligible: apps.filter((_, index) => reasons[index] === undefined),
    others: apps.flatMap((app, index) => (reasons[index] === undefined ? [] : [{ app, reason: reasons[index] }])),
  }
}

/** Most rights are given on a group: ask there first, so that many apps in few groups cost few questions. */
async function lackingRight({ world, person }: Context, app: LogicApp): Promise<string | undefined> {
  const { action, scope } = runRight(app)
  const onGroup = await world.azure.access.missing(person.id, [{ action, scope: groupScope(app) }])
  if (onGroup.length === 0) return undefined
  const onApp = await world.azure.access.missing(person.id, [{ action, scope }])
  if (onApp.length === 0) return undefined
  const [role] = world.azure.access.rolesWith(action)
  return `You need ${action} on ${app.group}${role === undefined ? '' : `, which ${role} has`}.`
}
