import { z } from 'zod'
import { ArmError, undeserialized } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply } from './call.ts'
import type { PolicySet } from './state.ts'

const type = 'Microsoft.Authorization/policySetDefinitions'
const versions = ['2023-04-01', '2021-06-01', '2020-09-01'] as const
const read = `${type}/read`
const homes = ['/subscriptions/{subscription}', '/providers/Microsoft.Management/managementGroups/{group}']

/** Initiatives: policies that are assigned together. Those that Azure brings along are no one's, and read by everybody. */
export const policySets: Operation[] = [
  { method: 'GET', pattern: `/providers/${type}`, versions, action: undefined, handle: listed },
  { method: 'GET', pattern: `/providers/${type}/{name}`, versions, action: undefined, handle: get },
  ...homes.flatMap((home): Operation[] => [
    { method: 'GET', pattern: `${home}/providers/${type}`, versions, action: read, handle: listed },
    { method: 'GET', pattern: `${home}/providers/${type}/{name}`, versions, action: read, handle: get },
    { method: 'PUT', pattern: `${home}/providers/${type}/{name}`, versions, action: `${type}/write`, handle: put },
    { method: 'DELETE', pattern: `${home}/providers/${type}/{name}`, versions, action: `${type}/delete`, handle: remove },
  ]),
]

/** ARM id of an initiative. */
export function idOfSet({ scope, name }: PolicySet): string {
  return `${scope}/providers/${type}/${name}`
}

/** What the path names before the type: empty for the tenant's own. */
function scopeOf({ path }: Call): string {
  return path.slice(0, path.toLowerCase().lastIndexOf(`/providers/${type.toLowerCase()}`))
}

/** Its own and those that Azure brings along; only its own with `atExactScope()`, only one kind with `policyType eq`. */
function listed(call: Call): Reply {
  const filter = call.query.get('$filter') ?? ''
  const kind = /policyType eq '?(\w+)'?/i.exec(filter)?.[1]?.toLowerCase()
  const scope = scopeOf(call).toLowerCase()
  const found = call.state.policySets.filter(
    one =>
      (one.scope.toLowerCase() === scope || (one.scope === '' && !/atExactScope\(\)/i.test(filter))) &&
      (kind === undefined || kind === typeOf(one).toLowerCase()),
  )
  return page(call, found, { idOf: idOfSet, body })
}

function get(call: Call): Reply {
  const found = call.state.policySets.find(one => idOfSet(one).toLowerCase() === call.path.toLowerCase())
  if (found !== undefined) return { status: 200, body: body(found) }
  throw new ArmError(404, 'PolicySetDefinitionNotFound', `The policy set definition '${param(call, 'name')}' could not be found.`)
}

/** Whether Azure refuses it while it is assigned is not documented; here it does not, and the assignment is left without it. */
function remove({ state, path }: Call): Reply {
  const left = state.policySets.filter(one => idOfSet(one).toLowerCase() !== path.toLowerCase())
  const isGone = left.length < state.policySets.length
  state.policySets = left
  return { status: isGone ? 200 : 204 }
}

const Values = z.record(z.string(), z.object({ value: z.unknown() }))
const SetBody = z.object({
  properties: z.object({
    displayName: z.string().default(''),
    description: z.string().default(''),
    parameters: z
      .record(z.string(), z.looseObject({ type: z.string().optional(), defaultValue: z.unknown().optional() }))
      .default({}),
    policyDefinitions: z
      .array(
        z.object({
          policyDefinitionId: z.string(),
          policyDefinitionReferenceId: z.string().optional(),
          parameters: Values.default({}),
        }),
      )
      .min(1),
  }),
})

function put(call: Call): Reply {
  const read = SetBody.safeParse(call.body)
  if (!read.success) throw undeserialized(read.error.issues.map(({ path }) => path.join('.')).join(', '))
  const { state } = call
  const made: PolicySet = { scope: scopeOf(call), name: param(call, 'name'), ...read.data.properties }
  const id = idOfSet(made).toLowerCase()
  const isNew = !state.policySets.some(one => idOfSet(one).toLowerCase() === id)
  state.policySets = [...state.policySets.filter(one => idOfSet(one).toLowerCase() !== id), made]
  return { status: isNew ? 201 : 200, body: body(made) }
}

function typeOf({ scope }: PolicySet): 'BuiltIn' | 'Custom' {
  return scope === '' ? 'BuiltIn' : 'Custom'
}

/** Every member has a reference id: Azure makes one where none was given. */
function body(set: PolicySet): object {
  const { name, displayName, description, parameters, policyDefinitions } = set
  return {
    id: idOfSet(set),
    name,
    type,
    properties: {
      policyType: typeOf(set),
      displayName,
      description,
      metadata: { category: 'Security Center' },
      parameters,
      policyDefinitions: policyDefinitions.map((member, index) => ({
        ...member,
        policyDefinitionReferenceId: member.policyDefinitionReferenceId ?? `${index + 1}`,
      })),
    },
  }
}
