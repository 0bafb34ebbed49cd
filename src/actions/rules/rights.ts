import type { Right } from '../../model/person.ts'
import type { Rule, RuleDraft } from '../../model/rule.ts'
import type { ResourceGroup, World } from '../../ports.ts'
import { runRight } from '../eligible.ts'
import { groupScope, nowhere } from '../scope.ts'

/** Source: Azure built-in roles and the operations of Microsoft.Security. */
const reading = 'Microsoft.Security/automations/read'

type Home = Pick<RuleDraft, 'subscription' | 'group'>

/** Writing a rule also fetches the address of the logic app it starts. */
export function toWrite(home: Home, appIds: string[]): Right[] {
  return [{ action: 'Microsoft.Security/automations/write', scope: groupScope(home) }, ...appIds.map(id => runRight({ id }))]
}

export function toDelete(home: Home): Right[] {
  return [{ action: 'Microsoft.Security/automations/delete', scope: groupScope(home) }]
}

export function toRead(home: Home): Right[] {
  return [{ action: reading, scope: groupScope(home) }]
}

/** Of these rules, those that the person may read: one question for all their groups. */
export async function readableOf({ azure }: Pick<World, 'azure'>, personId: string, rules: Rule[]): Promise<Rule[]> {
  const rights = [...new Map(rules.flatMap(toRead).map(right => [right.scope.toLowerCase(), right])).values()]
  const missing = await azure.access.missing(personId, rights)
  const lacking = new Set(missing.map(({ scope }) => scope.toLowerCase()))
  return rules.filter(rule => !lacking.has(groupScope(rule).toLowerCase()))
}

/** Of these resource groups, those that the person may read. */
export async function readableGroups(
  { azure }: Pick<World, 'azure'>,
  personId: string,
  groups: ResourceGroup[],
): Promise<ResourceGroup[]> {
  const scopes = groups.map(({ subscription, name }) => groupScope({ subscription, group: name }))
  const action = 'Microsoft.Resources/subscriptions/resourceGroups/read'
  const missing = new Set(
    (
      await azure.access.missing(
        personId,
        scopes.map(scope => ({ action, scope })),
      )
    ).map(({ scope }) => scope),
  )
  return groups.filter((_, index) => !missing.has(scopes[index] ?? ''))
}

/** A person who may read no rule anywhere is told so, instead of that there are none. */
export async function mustReadSome(world: World, personId: string): Promise<void> {
  const subscriptions = await world.azure.subscriptions()
  const missing = await Promise.all(
    subscriptions.map(({ id }) => world.azure.access.missing(personId, [{ action: reading, scope: `subscriptions/${id}` }])),
  )
  if (missing.some(({ length }) => length === 0)) return
  throw nowhere(world, 'rules', reading)
}
