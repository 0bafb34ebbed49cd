import { Problem } from '../../errors.ts'
import type { Right } from '../../model/person.ts'
import type { Rule, RuleDraft } from '../../model/rule.ts'
import type { World } from '../../ports.ts'

/** Source: Azure built-in roles and the operations of Microsoft.Security. */
const reading = 'Microsoft.Security/automations/read'
const toRun = 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action'

type Home = Pick<RuleDraft, 'subscription' | 'group'>

function groupOf({ subscription, group }: Home): string {
  return `subscriptions/${subscription}/resourceGroups/${group}`
}

/** Writing a rule also fetches the address of the logic app it starts. */
export function toWrite(home: Home, appIds: string[]): Right[] {
  const apps = appIds.map(id => ({ action: toRun, scope: id.replace(/^\//, '') }))
  return [{ action: 'Microsoft.Security/automations/write', scope: groupOf(home) }, ...apps]
}

export function toDelete(home: Home): Right[] {
  return [{ action: 'Microsoft.Security/automations/delete', scope: groupOf(home) }]
}

export function toRead(home: Home): Right[] {
  return [{ action: reading, scope: groupOf(home) }]
}

/** Of these rules, those that the person may read; asked once for each subscription, and for each group only where that does not do. */
export async function readableOf(world: World, personId: string, rules: Rule[]): Promise<Rule[]> {
  const may = new Map<string, Promise<boolean>>()
  const ask = (scope: string) => {
    const known =
      may.get(scope) ?? world.azure.access.missing(personId, [{ action: reading, scope }]).then(({ length }) => length === 0)
    may.set(scope, known)
    return known
  }
  const allowed = await Promise.all(
    rules.map(async rule => (await ask(`subscriptions/${rule.subscription.toLowerCase()}`)) || ask(groupOf(rule).toLowerCase())),
  )
  return rules.filter((_, index) => allowed[index])
}

/** A person who may read no rule anywhere is told so, instead of that there are none. */
export async function mustReadSome(world: World, personId: string): Promise<void> {
  const subscriptions = await world.azure.subscriptions()
  const missing = await Promise.all(
    subscriptions.map(({ id }) => world.azure.access.missing(personId, [{ action: reading, scope: `subscriptions/${id}` }])),
  )
  if (missing.some(({ length }) => length === 0)) return
  throw new Problem('Forbidden', `You may not read rules in any subscription looked after here: it needs ${reading}.`, {
    field: reading,
  })
}
