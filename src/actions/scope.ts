import { Problem } from '../errors.ts'
import { Kind } from '../model/event.ts'
import type { Finding } from '../model/finding.ts'
import type { Right } from '../model/person.ts'
import type { Readable, Subscription, World } from '../ports.ts'

/** The scope of a resource: its ARM id without leading slash. */
export function scopeOf({ id }: { id: string }): string {
  return id.replace(/^\//, '')
}

/** The scope of a resource group. */
export function groupScope({ subscription, group }: { subscription: string; group: string }): string {
  return `subscriptions/${subscription}/resourceGroups/${group}`
}

/** Tells rights apart. */
export function rightKey({ action, scope }: Right): string {
  return `${action} ${scope}`
}

/** Which permission reads a kind of finding. Source: Azure built-in roles, Security Reader. */
export const reading: Record<Kind, string> = {
  alert: 'Microsoft.Security/alerts/read',
  recommendation: 'Microsoft.Security/assessments/read',
  compliance: 'Microsoft.Security/regulatoryComplianceStandards/read',
}

export function toRead(kind: Kind, subscription: string): Right {
  return { action: reading[kind], scope: `subscriptions/${subscription}` }
}

/** Triage of any kind asks for the right to change an alert's status in the finding's subscription; without one, see `askable`. */
export function toTriage(finding: Finding): Right[] {
  return [{ action: 'Microsoft.Security/locations/alerts/activate/action', scope: `subscriptions/${finding.event.subscription}` }]
}

/** The subscriptions whose findings of a kind the person may read now. */
export async function mayRead(world: World, personId: string, kind: Kind): Promise<Subscription[]> {
  const all = await world.azure.subscriptions()
  const allowed = await Promise.all(
    all.map(async ({ id }) => (await world.azure.access.missing(personId, [toRead(kind, id)])).length === 0),
  )
  return all.filter((_, index) => allowed[index])
}

/** Everything the person may read now, each kind judged by its own right. */
export async function allReadable(world: World, personId: string): Promise<Readable> {
  const kinds = await Promise.all(Kind.options.map(async kind => [kind, await mayRead(world, personId, kind)] as const))
  const some = kinds.filter(([, subscriptions]) => subscriptions.length > 0)
  return Object.fromEntries(some.map(([kind, subscriptions]) => [kind, subscriptions.map(({ id }) => id)]))
}

/** The same of one kind; none at all is the Problem Forbidden. */
export async function readable(world: World, personId: string, kind: Kind): Promise<Subscription[]> {
  const mine = await mayRead(world, personId, kind)
  if (mine.length === 0) throw nowhere(world, 'this', reading[kind])
  return mine
}

/** A person who may read something in no subscription is told what that takes, who has it and whom to ask. */
export function nowhere({ azure }: World, what: string, action: string): Problem {
  const [role] = azure.access.rolesWith(action)
  const has = role === undefined ? '' : `, which ${role} has`
  return new Problem(
    'Forbidden',
    `You may not read ${what} in any subscription looked after here: it needs ${action}${has}. Ask an owner of a subscription.`,
    { field: action },
  )
}

/** Of the subscriptions a person can read, the one with this id or with this in its name. */
export function subscriptionNamed(word: string, readable: Subscription[]): Subscription {
  const found = readable.find(({ id, name }) => id.toLowerCase() === word || name.toLowerCase().includes(word))
  if (found === undefined)
    throw new Problem(
      'BadInput',
      `You can read no subscription "${word}"; there are ${readable.map(({ name }) => name).join(', ')}.`,
      { field: 'sub' },
    )
  return found
}

/**
 * Rights as they can be asked of Azure: an event may come from a subscription that is not looked after here, where nobody's rights can be
 * read; the first one looked after then speaks for it.
 */
export async function askable(world: World, rights: Right[]): Promise<Right[]> {
  if (rights.length === 0) return rights
  const known = await world.azure.subscriptions()
  const [home] = known
  if (home === undefined) return rights
  const ids = new Set(known.map(({ id }) => id.toLowerCase()))
  return rights.map(right => (ids.has(subscriptionOf(right.scope)) ? right : { ...right, scope: `subscriptions/${home.id}` }))
}

function subscriptionOf(scope: string): string {
  return (scope.replace(/^\//, '').split('/')[1] ?? '').toLowerCase()
}
