import { z } from 'zod'

const Parts = z.array(z.looseObject({})).nullish()
const Resource = z.looseObject({
  tags: z.record(z.string(), z.string()).nullish(),
  kind: z.string().nullish(),
  properties: z.looseObject({ scopes: Parts, sources: Parts, actions: Parts }).default({}),
})
const Action = z.looseObject({ actionType: z.string() })

const modelled = {
  top: ['id', 'name', 'type', 'etag', 'location', 'systemData', 'properties', 'tags', 'kind'],
  properties: ['description', 'isEnabled', 'scopes', 'sources', 'actions'],
  secret: ['uri', 'connectionString'],
}

/** What an automation holds beside what a rule says: tags, fields of a newer Azure, targets that are no logic apps. Undefined when nothing. */
export function remainderOf(resource: string): Record<string, unknown> | undefined {
  const { tags, kind, properties, ...rest } = Resource.parse(JSON.parse(resource))
  const left = {
    ...without(rest, modelled.top),
    ...(tags && Object.keys(tags).length > 0 && { tags }),
    ...(kind && { kind }),
    ...propertiesLeft(properties),
  }
  return Object.keys(left).length === 0 ? undefined : left
}

function propertiesLeft(properties: z.infer<typeof Resource>['properties']): { properties?: Record<string, unknown> } {
  const left = {
    ...without(properties, modelled.properties),
    ...partsLeft('scopes', properties.scopes, part => more(part, ['scopePath'])),
    ...partsLeft('sources', properties.sources, part => more(part, ['eventSource'], ['ruleSets'])),
    ...partsLeft('actions', properties.actions, actionLeft),
  }
  return Object.keys(left).length === 0 ? {} : { properties: left }
}

type Part = Record<string, unknown>

/** Only the parts that hold more than a rule says, each with the name by which it is found again. */
function partsLeft(name: string, parts: z.infer<typeof Parts>, left: (part: object) => Part | undefined): Record<string, Part[]> {
  const all = (parts ?? []).map(left).filter(part => part !== undefined)
  return all.length === 0 ? {} : { [name]: all }
}

function more(part: object, names: string[], modelledToo: string[] = []): Part | undefined {
  const kept = without(part, modelledToo)
  return Object.keys(kept).every(key => names.includes(key)) ? undefined : kept
}

/** Targets of other kinds are kept whole; only their secrets, which Azure never gives back, are not there. */
function actionLeft(action: object): Part | undefined {
  const isLogicApp = Action.safeParse(action).data?.actionType.toLowerCase() === 'logicapp'
  return isLogicApp
    ? more(without(action, modelled.secret), ['actionType', 'logicAppResourceId'])
    : without(action, modelled.secret)
}

function without(from: object, names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([name, value]) => !names.includes(name) && value !== null))
}
