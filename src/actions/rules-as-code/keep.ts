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
  scope: ['scopePath'],
  source: ['eventSource', 'ruleSets'],
  logicApp: ['actionType', 'logicAppResourceId', 'uri'],
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
    ...partsLeft('scopes', properties.scopes, part => without(part, modelled.scope)),
    ...partsLeft('sources', properties.sources, part => without(part, modelled.source)),
    ...partsLeft('actions', properties.actions, actionLeft),
  }
  return Object.keys(left).length === 0 ? {} : { properties: left }
}

/** Positions stay, so that a part can be laid over the one it belongs to. */
function partsLeft(name: string, parts: z.infer<typeof Parts>, left: (part: object) => Record<string, unknown>) {
  const all = (parts ?? []).map(left)
  return all.every(part => Object.keys(part).length === 0) ? {} : { [name]: all }
}

function actionLeft(action: object): Record<string, unknown> {
  const isLogicApp = Action.safeParse(action).data?.actionType.toLowerCase() === 'logicapp'
  return without(action, isLogicApp ? modelled.logicApp : modelled.secret)
}

function without(from: object, names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([name, value]) => !names.includes(name) && value !== null))
}
