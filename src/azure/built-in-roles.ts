import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { grants } from './permission.ts'

const Role = z.object({ name: z.string(), actions: z.array(z.string()), notActions: z.array(z.string()) })
type Role = z.infer<typeof Role>

/** Where the file comes from: SOURCES.md beside it. */
const roles: Role[] = z
  .array(Role)
  .parse(JSON.parse(readFileSync(new URL('./built-in-roles.json', import.meta.url), 'utf8')))
  .sort((one, other) => breadth(one) - breadth(other))

/** Names of the built-in roles known here that hold an action, the narrowest first. */
export function rolesWith(action: string): string[] {
  return roles.filter(role => grants(role, action)).map(role => role.name)
}

/** A rough measure: everything, whole providers, single actions; what is left out narrows a little. */
function breadth({ actions, notActions }: Role): number {
  const total = actions.reduce(
    (sum, action) => sum + (action === '*' ? 10_000 : /^[^/]+\/\*$/.test(action) ? 50 : action.includes('*') ? 5 : 1),
    0,
  )
  return total - notActions.length / 100
}
