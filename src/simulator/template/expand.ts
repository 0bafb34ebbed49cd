import type { Functions } from '../language/evaluate.ts'
import { same } from '../same.ts'
import { checkExpressions } from './check.ts'
import { bodyOf } from './nested.ts'
import { type Given, withOwn } from './parameters.ts'
import { invalidTemplate, type Resource, readTemplate, type Template } from './shape.ts'
import { functionsAt, resourcePath, type Surroundings } from './surroundings.ts'
import { copyIndex, countOf, workOut } from './work-out.ts'

/** One resource that a template wants. */
export interface Planned {
  id: string
  type: string
  name: string
  apiVersion: string
  /** Ids of those that must be there first. */
  after: string[]
  /** What is put; worked out when its turn comes, for it may ask for what others made. */
  body(): Record<string, unknown>
}

/** As a deployment shows a parameter or an output; of a secure one only the type. */
export interface Typed {
  type: string
  value?: unknown
}

export interface Expanded {
  parameters: Record<string, Typed>
  resources: Planned[]
  /** Worked out when everything is there. */
  outputs(): Record<string, Typed>
}

/** Reads and checks a whole template and lists what it will make; throws InvalidTemplate with the first thing that is wrong. */
export function expand(text: unknown, given: Given, at: Surroundings): Expanded {
  const template = readTemplate(text)
  const surroundings = functionsAt(at)
  checkExpressions(template, Object.keys(surroundings))
  const functions = withOwn(template, given, surroundings)
  const found = template.resources.flatMap((resource, index) => copies(resource, index, functions, at))
  const double = found.find((one, index) => found.findIndex(({ id }) => same(id, one.id)) !== index)
  if (double !== undefined)
    throw invalidTemplate(
      `The resource '${double.id}' is defined multiple times in a template. Please see https://aka.ms/arm-syntax-resources for usage details`,
    )
  const resources = found.filter(({ wanted }) => wanted).map(one => ({ ...one, after: dependencies(one, found) }))
  checkCircles(resources)
  return { parameters: parametersOf(template, functions), resources, outputs: () => outputsOf(template, functions) }
}

interface Copy extends Omit<Planned, 'after'> {
  /** Its condition holds. */
  wanted: boolean
  loop: string | undefined
  dependsOn: string[]
}

function copies(resource: Resource, index: number, functions: Functions, at: Surroundings): Copy[] {
  const where = `resource at index ${index}`
  const { copy } = resource
  if (copy === undefined) return [planned(resource, functions, at, where)]
  const count = countOf(workOut(copy.count, functions, where), where)
  const all = Array.from({ length: count }, (_, at_) => {
    const own = { ...functions, copyindex: copyIndex(at_, copy.name, functions.copyindex) }
    return { ...planned(resource, own, at, where), loop: copy.name }
  })
  if (copy.mode?.toLowerCase() !== 'serial') return all
  return all.map((one, at_) => ({
    ...one,
    dependsOn: [...one.dependsOn, ...all.slice(Math.max(0, at_ - 1), at_).map(({ id }) => id)],
  }))
}

function planned(resource: Resource, functions: Functions, { subscription, group }: Surroundings, where: string): Copy {
  const {
    type: _type,
    apiVersion,
    name: _name,
    condition,
    dependsOn = [],
    copy,
    resourceGroup,
    subscriptionId,
    resources: _inner,
    comments: _comments,
    ...rest
  } = resource
  const type = String(workOut(resource.type, functions, where))
  const name = String(workOut(resource.name, functions, where))
  const path = resourcePath(type, name.split('/'))
  if (path === undefined)
    throw invalidTemplate(
      `The template resource '${name}' for type '${type}' has incorrect segment lengths. A nested resource type must have identical number of segments as its resource name. A root resource type must have segment length one greater than its resource name. Please see https://aka.ms/arm-syntax-resources for usage details`,
    )
  const placeOf = (elsewhere: string | undefined, here: string) => String(workOut(elsewhere ?? here, functions, where))
  return {
    id: `/subscriptions/${placeOf(subscriptionId, subscription.id)}/resourceGroups/${placeOf(resourceGroup, group.name)}${path}`,
    type,
    name,
    apiVersion: String(workOut(apiVersion, functions, where)),
    wanted: condition === undefined || workOut(condition, functions, where) === true,
    loop: copy?.name,
    dependsOn: dependsOn.map(one => String(workOut(one, functions, where))),
    body: () => bodyOf(resource, rest, functions, `resource '${name}'`),
  }
}

/** A dependency is written as an id, as `type/name`, as a name, or as the name of a loop; on what is not wanted it is none. */
function dependencies(of: Copy, all: Copy[]): string[] {
  return of.dependsOn.flatMap(wanted => {
    const meant = all.filter(
      ({ id, type, name, loop }) =>
        same(id, wanted) || same(`${type}/${name}`, wanted) || same(name, wanted) || (loop !== undefined && same(loop, wanted)),
    )
    if (meant.length === 0)
      throw invalidTemplate(
        `The resource '${wanted}' is not defined in the template. Please see https://aka.ms/arm-syntax for usage details`,
      )
    return meant.filter(one => one.wanted).map(({ id }) => id)
  })
}

function checkCircles(resources: Planned[]): void {
  const done = new Set<string>()
  let open = resources
  while (open.length > 0) {
    const ready = open.filter(({ after }) => after.every(id => done.has(id)))
    if (ready.length === 0)
      throw invalidTemplate(
        `Circular dependency detected on resource: '${open[0]?.id}'. Please see https://aka.ms/arm-syntax-resources for usage details`,
      )
    for (const { id } of ready) done.add(id)
    open = open.filter(one => !ready.includes(one))
  }
}

function parametersOf({ parameters }: Template, functions: Functions): Record<string, Typed> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { type }]) => [name, typed(type, () => functions.parameters?.(name))]),
  )
}

function typed(type: string, value: () => unknown): Typed {
  return /^secure/i.test(type) ? { type } : { type, value: value() }
}

function outputsOf({ outputs }: Template, functions: Functions): Record<string, Typed> {
  const wanted = Object.entries(outputs).filter(
    ([name, { condition }]) => condition === undefined || workOut(condition, functions, `output '${name}'`) === true,
  )
  return Object.fromEntries(
    wanted.map(([name, { type, value }]) => [name, typed(type, () => workOut(value, functions, `output '${name}'`))]),
  )
}
