import { z } from 'zod'
import type { Right } from '../model/person.ts'
import { withoutSlash } from './arm-id.ts'
import type { Connection } from './connection.ts'
import { grants, type Permission } from './permission.ts'
import { toError } from './to-error.ts'

const Entry = z
  .object({ actions: z.array(z.string()).default([]), notActions: z.array(z.string()).default([]) })
  .transform((entry): Permission => entry)

/** Azure lists the caller's own permissions at any scope; the client has no method for a subscription. Source: SPEC authorization 2022-04-01. */
export async function ownAt({ raw }: Connection, scope: string): Promise<Permission[]> {
  const entries: Permission[] = []
  for await (const items of raw.pages(`/${withoutSlash(scope)}/providers/Microsoft.Authorization/permissions`, '2022-04-01'))
    entries.push(...z.array(Entry).parse(items))
  return entries
}

export async function missingItself(ownAt: (scope: string) => Promise<Permission[]>, rights: Right[]): Promise<Right[]> {
  try {
    const scopes = [...new Set(rights.map(({ scope }) => scope))]
    const held = new Map(await Promise.all(scopes.map(async scope => [scope, await ownAt(scope)] as const)))
    return rights.filter(({ action, scope }) => !held.get(scope)?.some(entry => grants(entry, action)))
  } catch (thrown) {
    throw toError(thrown)
  }
}
