import { tableOf } from '../table.ts'
import { ArmError } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply } from './call.ts'
import { production, retired, staging } from './subscriptions.ts'

const versions = ['2020-02-01', '2020-05-01', '2021-04-01', '2023-04-01']
const type = 'Microsoft.Management/managementGroups'
const root = `/providers/${type}`

/** Management groups and what lies directly below each. */
const below = tableOf<string[]>({ 'mg-all': ['mg-production', staging, retired], 'mg-production': [production] })

export const managementGroups: Operation[] = [
  {
    method: 'GET',
    pattern: `${root}/{group}/descendants`,
    versions,
    action: 'Microsoft.Management/managementGroups/descendants/read',
    list: true,
    handle: descendants,
  },
]

interface Descendant {
  name: string
  parent: string
}

/** Groups and subscriptions, however deep. Source: learn.microsoft.com/rest/api/managementgroups, Get Descendants. */
function descendants(call: Call): Reply {
  const group = param(call, 'group').toLowerCase()
  if (below.get(group) === undefined) throw new ArmError(404, 'NotFound', `'/providers/${type}/${group}' not found.`)
  return page(call, under(group), { idOf: ({ name }) => name, body: one => body(call, one) })
}

function under(parent: string): Descendant[] {
  return (below.get(parent) ?? []).flatMap(name => [{ name, parent }, ...under(name)])
}

function body({ state }: Call, { name, parent }: Descendant): object {
  const subscription = state.subscriptions.find(({ id }) => id === name)
  const properties = { displayName: subscription?.name ?? name, parent: { id: `${root}/${parent}` } }
  return subscription === undefined
    ? { id: `${root}/${name}`, type, name, properties }
    : { id: `/subscriptions/${name}`, type: '/subscriptions', name, properties }
}
