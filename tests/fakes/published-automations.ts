import { readdirSync, readFileSync } from 'node:fs'
import { z } from 'zod'

const folder = new URL('../payloads/automations/', import.meta.url)
const Json = z.record(z.string(), z.unknown())
export type Json = z.infer<typeof Json>
export const Automation = z.looseObject({
  location: z.string(),
  properties: z.looseObject({ scopes: z.array(Json), actions: z.array(Json) }),
})

export const publishedFiles = readdirSync(folder)
  .filter(file => file.endsWith('.json'))
  .sort()

/** Every whole automation in a published file, wherever it stands, without what Azure never gives back. Those of templates get an id. */
export function published(file: string): Json[] {
  return automationsIn(JSON.parse(readFileSync(new URL(file, folder), 'utf8')))
}

function automationsIn(value: unknown): Json[] {
  if (typeof value !== 'object' || value === null) return []
  const found = Automation.safeParse(value).data
  if (found === undefined) return Object.values(value).flatMap(automationsIn)
  const name = typeof found.id === 'string' ? found.name : 'from-template'
  const id = found.id ?? `/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/x/automations/${name}`
  const actions = found.properties.actions.map(({ uri: _uri, ...action }) => action)
  return [{ ...found, id, name, properties: { ...found.properties, actions } }]
}
