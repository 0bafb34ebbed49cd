import type { Choice } from '../../../cards/card.ts'
import { toProblem } from '../../errors.ts'
import { isOver } from '../../model/deployment.ts'
import type { Right } from '../../model/person.ts'
import type { World } from '../../ports.ts'
import type { Context, FieldError } from '../action.ts'
import { near } from '../near.ts'
import { rightKey } from '../scope.ts'
import type { Where } from './new-input.ts'
import { deployRights } from './rights.ts'

/** Whether the group is there and the name free, as Azure tells it, and no other deployment from here is at it. `own` is this one's name. */
export async function wrongPlace({ world }: Context, { name, group }: Where, own?: string): Promise<FieldError[]> {
  if (!(await isThere(world, group))) return [{ field: 'group', message: `There is no resource group "${group.name}" there.` }]
  const id = appIdOf(name, group)
  if (await isBeingMade(world, id, own))
    return [{ field: 'name', message: `A logic app "${name}" is being made in ${group.name} right now; choose another name.` }]
  if (!(await exists(world, id))) return []
  return [{ field: 'name', message: `There is a logic app "${name}" in ${group.name} already; choose another name.` }]
}

/** Azure does not know of it yet, and a second deployment would overwrite what the first one makes. */
async function isBeingMade({ store }: World, id: string, own: string | undefined): Promise<boolean> {
  const all = (await store.notices.list('deployment')).map(({ content }) => content)
  return all.some(
    content =>
      content.type === 'deployment' &&
      !isOver(content) &&
      content.name !== own &&
      content.appId.toLowerCase() === id.toLowerCase(),
  )
}

export async function isThere({ azure }: World, { subscription, name }: Where['group']): Promise<boolean> {
  const groups = await azure.catalogue.groups()
  return groups.some(one => one.subscription === subscription && one.name.toLowerCase() === name.toLowerCase())
}

/** ARM id that a logic app of this name has. */
export function appIdOf(name: string, { subscription, name: group }: Where['group']): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Logic/workflows/${name}`
}

async function exists({ azure }: World, id: string): Promise<boolean> {
  try {
    await azure.logicApps.get(id)
    return true
  } catch (thrown) {
    const problem = toProblem(thrown)
    if (problem.code === 'NotFound') return false
    throw problem
  }
}

export interface Groups {
  /** Where the person may make a logic app. */
  choices: Choice[]
  /** For each other group, what the person lacks there. */
  lacking: Right[][]
}

export async function groupsFor({ world, person }: Context): Promise<Groups> {
  const { azure } = world
  const [groups, subscriptions] = await Promise.all([azure.catalogue.groups(), azure.subscriptions()])
  const rights = groups.map(({ subscription, name }) => deployRights(subscription, name))
  const missing = new Set((await azure.access.missing(person.id, rights.flat())).map(rightKey))
  const lacking = rights.map(some => some.filter(right => missing.has(rightKey(right))))
  const choices = groups
    .filter((_, index) => lacking[index]?.length === 0)
    .map(({ subscription, name, location }) => ({
      value: `${subscription}/${name}`,
      title: name,
      note: `${subscriptions.find(({ id }) => id === subscription)?.name ?? subscription} · ${location}`,
    }))
  return { choices, lacking: lacking.filter(some => some.length > 0) }
}

export async function groupsLike(context: Context, typed: string): Promise<Choice[]> {
  const { choices } = await groupsFor(context)
  return near(choices, typed)
}
