import { createHash } from 'node:crypto'
import { guidOf } from '../dice.ts'
import { commonFunctions } from '../language/common-functions.ts'
import type { Functions } from '../language/evaluate.ts'
import { LanguageError } from '../language/parse.ts'

/** Where a template is deployed. */
export interface Surroundings {
  tenantId: string
  subscription: { id: string; name: string }
  group: { name: string; location: string }
  deployment: string
  now: Date
  /** The answer of a workflow's or trigger's listCallbackUrl; asked in the name of whoever deploys. */
  listCallbackUrl(id: string, version: string): unknown
}

/** The functions of a template but for its own parameters and variables. Source: Microsoft Learn, ARM template functions. */
export function functionsAt(at: Surroundings): Functions {
  const subscription = `/subscriptions/${at.subscription.id}`
  const group = `${subscription}/resourceGroups/${at.group.name}`
  return {
    ...commonFunctions,
    subscription: () => ({
      id: subscription,
      subscriptionId: at.subscription.id,
      tenantId: at.tenantId,
      displayName: at.subscription.name,
    }),
    resourcegroup: () => ({
      id: group,
      name: at.group.name,
      type: 'Microsoft.Resources/resourceGroups',
      location: at.group.location,
      tags: {},
      properties: { provisioningState: 'Succeeded' },
    }),
    tenant: () => ({ tenantId: at.tenantId }),
    deployment: () => ({ name: at.deployment, properties: { mode: 'Incremental' } }),
    resourceid: (...args) => resourceId(at, group, args.map(String)),
    subscriptionresourceid: (...args) => {
      const [first = ''] = args.map(String)
      const own = first.includes('/')
      return `${own ? subscription : `/subscriptions/${first}`}${pathOf(args.map(String).slice(own ? 0 : 1))}`
    },
    uniquestring: (...args) => createHash('sha256').update(args.map(String).join(' ')).digest('hex').slice(0, 13),
    guid: (...args) => guidOf(args.map(String).join(' ')),
    newguid: () => guidOf(`${group} ${at.deployment} ${at.now.toISOString()}`),
    environment: () => ({
      name: 'AzureCloud',
      resourceManager: 'https://management.azure.com/',
      portal: 'https://portal.azure.com',
    }),
    utcnow: () => at.now.toISOString(),
    listcallbackurl: (id, version) => at.listCallbackUrl(String(id), String(version)),
  }
}

/** `resourceId([subscription], [group], type, name, …)`. */
function resourceId({ subscription }: Surroundings, own: string, args: string[]): string {
  const type = args.findIndex(arg => arg.includes('/'))
  const [first = '', second = ''] = args
  if (type === 0) return `${own}${pathOf(args)}`
  if (type === 1) return `/subscriptions/${subscription.id}/resourceGroups/${first}${pathOf(args.slice(1))}`
  if (type === 2) return `/subscriptions/${first}/resourceGroups/${second}${pathOf(args.slice(2))}`
  throw new LanguageError("The template function 'resourceId' expects a resource type")
}

/** `/providers/A.B/c/x/d/y` from `A.B/c/d`, `x`, `y`. */
function pathOf([type = '', ...names]: string[]): string {
  const path = resourcePath(type, names)
  if (path === undefined)
    throw new LanguageError(
      `Unable to evaluate 'resourceId': the type '${type}' requires ${type.split('/').length - 1} resource name argument(s)`,
    )
  return path
}

/** Undefined when there are not as many names as the type has segments. */
export function resourcePath(type: string, names: string[]): string | undefined {
  const [provider, ...kinds] = type.split('/')
  if (kinds.length === 0 || kinds.length !== names.length) return undefined
  return `/providers/${provider}/${kinds.map((kind, index) => `${kind}/${names[index]}`).join('/')}`
}
