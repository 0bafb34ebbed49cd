import { Problem } from '../errors.ts'
import type { Right } from '../model/person.ts'
import type { Access } from '../ports.ts'
import { scopePath, withoutSlash } from './arm-id.ts'
import { rolesWith } from './built-in-roles.ts'
import { cached } from './cached.ts'
import type { Connection } from './connection.ts'
import { inParallel } from './gate.ts'
import { missingItself, ownAt } from './own-rights.ts'
import { everything } from './paged.ts'
import { covers, grants, type Permission } from './permission.ts'
import { toError } from './to-error.ts'

/** Short enough that a right taken away stops the next click, long enough that one click asks once. */
const heldForMs = 5000
/** What the bot itself lacks is shown, not enforced: Azure refuses what it may not do. */
const ownForMs = 60_000
const roleForMs = 300_000
const scopesAtOnce = 8
/** From this many scopes in one subscription on, it is asked once for the whole subscription. */
const manyScopes = 4
const objectId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** What a person was given, or denied, at a scope and, unless said otherwise, below it. */
interface Assignment {
  scope: string
  permissions: Permission[]
  here?: boolean
}

interface Held {
  given: Assignment[]
  denied: Assignment[]
}

export function createAccess(connection: Connection, now: () => number): Access {
  const roles = cached(roleForMs, now, id => readRole(connection, id))
  const own = cached(ownForMs, now, scope => ownAt(connection, scope))
  const held = cached(heldForMs, now, key => {
    const [person = '', scope = ''] = key.split('|')
    return readHeld(connection, roles.get, person, scope)
  })

  async function missing(personId: string, rights: Right[]): Promise<Right[]> {
    mustBePerson(personId)
    const askedAt = whereToAsk(rights)
    try {
      const scopes = [...new Set(askedAt.values())]
      const answers = new Map(
        await inParallel(scopes, scopesAtOnce, async at => [at, await held.get(`${personId}|${at}`)] as const),
      )
      return rights.filter(right => !isHeld(right, answers.get(askedAt.get(normal(right.scope)) ?? '')))
    } catch (thrown) {
      throw toError(thrown)
    }
  }

  async function heldSomewhere(personId: string, subscriptions: string[], actions: string[]): Promise<string[]> {
    mustBePerson(personId)
    try {
      const scopes = subscriptions.map(id => normal(`subscriptions/${id}`))
      const all = await inParallel(scopes, scopesAtOnce, at => held.get(`${personId}|${at}`))
      const permissions = all.flatMap(({ given }) => given.flatMap(assignment => assignment.permissions))
      return actions.filter(action => permissions.some(permission => grants(permission, action)))
    } catch (thrown) {
      throw toError(thrown)
    }
  }

  return { missing, heldSomewhere, missingItself: rights => missingItself(own.get, rights), rolesWith }
}

function mustBePerson(id: string): void {
  if (!objectId.test(id)) throw new Problem('BadInput', 'A person is named by an Entra object id.', { field: 'personId' })
}

/** Scope → scope at which Azure is asked: itself, or its subscription when many lie there (that list holds what is below, too). */
export function whereToAsk(rights: Right[]): Map<string, string> {
  const scopes = [...new Set(rights.map(right => normal(right.scope)))]
  const groups = Map.groupBy(scopes, subscriptionOf)
  return new Map(
    scopes.map(scope => {
      const subscription = subscriptionOf(scope)
      const crowded = subscription !== undefined && (groups.get(subscription)?.length ?? 0) >= manyScopes
      return [scope, crowded ? subscription : scope]
    }),
  )
}

function subscriptionOf(scope: string): string | undefined {
  return /^subscriptions\/[^/]+/.exec(scope)?.[0]
}

function isHeld({ action, scope }: Right, held: Held | undefined): boolean {
  const at = normal(scope)
  const applies = (assignment: Assignment) =>
    (assignment.here === true ? assignment.scope === at : covers(assignment.scope, at)) &&
    assignment.permissions.some(permission => grants(permission, action))
  if (held === undefined) return false
  return held.given.some(applies) && !held.denied.some(applies)
}

function normal(scope: string): string {
  return withoutSlash(scope).toLowerCase()
}

async function readHeld(
  connection: Connection,
  role: (id: string) => Promise<Permission[]>,
  person: string,
  scope: string,
): Promise<Held> {
  const client = await connection.authorization()
  const path = scopePath(scope)
  // Counts the person's groups, too.
  const filter = `assignedTo('${person}')`
  const [assignments, denials] = await Promise.all([
    everything(client.roleAssignments.listForScope(path, { filter })),
    everything(client.denyAssignments.listForScope(path, { filter })),
  ])
  const given = await Promise.all(
    assignments.map(async ({ scope: at = '', roleDefinitionId = '' }) => ({
      scope: normal(at),
      permissions: await role(withoutSlash(roleDefinitionId)),
    })),
  )
  const denied = denials
    .filter(({ excludePrincipals = [] }) => !excludePrincipals.some(({ id }) => id?.toLowerCase() === person.toLowerCase()))
    .map(({ scope: at = '', permissions = [], doNotApplyToChildScopes = false }) => ({
      scope: normal(at),
      permissions,
      here: doNotApplyToChildScopes,
    }))
  return { given, denied }
}

/** A role that was deleted meanwhile grants nothing. */
async function readRole(connection: Connection, id: string): Promise<Permission[]> {
  const client = await connection.authorization()
  try {
    return (await client.roleDefinitions.getById(scopePath(id))).permissions ?? []
  } catch (thrown) {
    const problem = toError(thrown)
    if (problem.code === 'NotFound') return []
    throw problem
  }
}
