import { z } from 'zod'
import type { LogicApp, Trigger } from '../model/logic-app.ts'
import { readArmId } from './arm-id.ts'

const TriggerDefinition = z.object({
  type: z.string().catch(''),
  kind: z.string().optional().catch(undefined),
  inputs: z
    .object({
      path: z.string().optional().catch(undefined),
      host: z
        .object({ connection: z.object({ name: z.string().catch('') }).optional() })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
})

const Connections = z.record(z.string(), z.object({ id: z.string().optional() }).catch({}))

/** A consumption logic app as the client gives it, its `properties` flattened. */
const Workflow = z.object({
  id: z.string(),
  name: z.string(),
  location: z.string().catch(''),
  state: z.string().optional(),
  definition: z.object({ triggers: z.record(z.string(), TriggerDefinition).catch({}) }).catch({ triggers: {} }),
  parameters: z
    .object({ $connections: z.object({ value: Connections.catch({}) }).catch({ value: {} }) })
    .catch({ $connections: { value: {} } }),
})

/** A site of App Service as the management API gives it. */
const Site = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string().catch(''),
  location: z.string().catch(''),
  properties: z.object({ state: z.string().optional() }).catch({}),
})

export function readWorkflow(workflow: unknown): LogicApp {
  const { id, name, location, state, definition, parameters } = Workflow.parse(workflow)
  const connections = parameters.$connections.value
  const triggers = Object.entries(definition.triggers).map(([key, trigger]) => readTrigger(key, trigger, connections))
  return { ...common(id, name, location), plan: 'consumption', enabled: state?.toLowerCase() === 'enabled', triggers }
}

/** A Standard logic app; undefined for a site of another kind. Its triggers are files in the site and stay unknown. */
export function readSite(site: unknown): LogicApp | undefined {
  const { id, name, kind, location, properties } = Site.parse(site)
  if (!kind.toLowerCase().split(',').includes('workflowapp')) return undefined
  return { ...common(id, name, location), plan: 'standard', enabled: properties.state?.toLowerCase() === 'running', triggers: [] }
}

function common(id: string, name: string, location: string) {
  const { subscription, group = '' } = readArmId(id)
  return { id, name, group, subscription, location }
}

type Definition = z.infer<typeof TriggerDefinition>

function readTrigger(name: string, { type, kind, inputs }: Definition, connections: z.infer<typeof Connections>): Trigger {
  const key = connectionKey(inputs?.host?.connection?.name ?? '')
  const api = connections[key]?.id?.split('/').at(-1)
  return {
    name,
    type,
    ...(kind === undefined ? {} : { kind }),
    ...(inputs?.path === undefined ? {} : { path: inputs.path }),
    ...(api === undefined ? {} : { api }),
  }
}

/** `@parameters('$connections')['ascalert']['connectionId']` → `ascalert` */
function connectionKey(expression: string): string {
  return /\['([^']+)'\]/.exec(expression)?.[1] ?? ''
}
