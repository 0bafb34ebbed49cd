import { Problem } from '../../errors.ts'
import type { LogicApp } from '../../model/logic-app.ts'
import { nearest } from '../../model/nearest.ts'
import { logicAppIds, type RuleDraft } from '../../model/rule.ts'
import type { World } from '../../ports.ts'

/**
 * Those meant by a resource id, a name, or `group/name`; case is ignored. One that is not known yet may have been made just now: Azure is asked
 * anew. Nobody is the Problem NotFound, naming the nearest.
 */
export async function appsNamed({ azure }: Pick<World, 'azure'>, word: string): Promise<LogicApp[]> {
  const known = called(await azure.logicApps.list(), word)
  if (known.length > 0) return known
  const apps = await azure.logicApps.list({ anew: true, including: word.startsWith('/') ? [word] : [] })
  const found = called(apps, word)
  if (found.length === 0) throw unknown(word.trim(), apps)
  return found
}

function called(apps: LogicApp[], word: string): LogicApp[] {
  const wanted = word.trim().toLowerCase()
  return apps.filter(({ id, name, group }) => [id, name, `${group}/${name}`].some(one => one.toLowerCase() === wanted))
}

/** The one that is meant. Several with the name are the Problem BadInput, which says how to tell them apart. */
export async function appNamed(world: Pick<World, 'azure'>, word: string): Promise<LogicApp> {
  const [only, ...others] = await appsNamed(world, word)
  if (only === undefined) throw unknown(word, [])
  if (others.length === 0) return only
  const names = [only, ...others].map(app => `${app.group}/${app.name}`)
  const sameToo = new Set(names).size < names.length
  throw new Problem(
    'BadInput',
    `Several logic apps are called "${only.name}". Write ${sameToo ? 'the resource id' : names.slice(0, 5).join(' or ')}.`,
    { field: 'logicApp' },
  )
}

/** The first that a rule starts; undefined when there is none, or Azure does not tell now. */
export async function firstAppOf({ logicApps }: World['azure'], rule: Pick<RuleDraft, 'targets'>): Promise<LogicApp | undefined> {
  const including = logicAppIds(rule).slice(0, 1)
  const apps = await logicApps.list({ including }).catch(() => [])
  return apps.find(({ id }) => id.toLowerCase() === including[0]?.toLowerCase())
}

function unknown(word: string, apps: LogicApp[]): Problem {
  const names = new Map(apps.map(({ name }) => [name.toLowerCase(), name]))
  const near = nearest(word.toLowerCase(), [...names.keys()]).map(name => `"${names.get(name)}"`)
  const hint = near.length === 0 ? '"apps" lists what there is.' : `Did you mean ${near.join(' or ')}?`
  return new Problem(
    'NotFound',
    `There is no logic app "${(word.split('/').at(-1) || word).slice(0, 100)}"; it may have been deleted, or the bot lacks Microsoft.Logic/workflows/read where it is. ${hint}`,
    { field: 'logicApp' },
  )
}
