import { needsSignIn, titleOf } from './connection-kinds.ts'
import type { Workflow } from './logic.ts'
import type { State } from './state.ts'

/** A connection that an app of the seed goes through: made once for each group; its name is that of the API. */
export function seedConnection(
  state: State,
  api: string,
  { subscription, group, location, created }: Workflow,
): Record<string, string> {
  const id = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Web/connections/${api}`
  state.connections.set(id.toLowerCase(), {
    id,
    name: api,
    group,
    subscription,
    location,
    tags: {},
    api,
    displayName: titleOf(api),
    authorised: !needsSignIn(api),
    created,
    changed: created,
  })
  return {
    connectionId: id,
    connectionName: api,
    id: `/subscriptions/${subscription}/providers/Microsoft.Web/locations/${location}/managedApis/${api}`,
  }
}
