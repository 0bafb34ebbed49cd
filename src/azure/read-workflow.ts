import { z } from 'zod'
import type { LogicApp, Trigger } from '../model/logic-app.ts'
import { parameterTag, readParameterTag } from '../model/parameter-tag.ts'
import { readArmId } from './arm-id.ts'
import { type Action, countActions, flatActions, readParameterSchema } from './read-actions.ts'

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

const Connections = z.record(z.string(), z.object({ id: z.string().optional(), connectionId: z.string().optional() }).catch({}))

/** A consumption logic app as the client gives it, its `properties` flattened. */
const Workflow = z.object({
  id: z.string(),
  name: z.string(),
  location: z.string().catch(''),
  state: z.string().optional(),
  tags: z.record(z.string(), z.string()).catch({}),
  definition: z
    .object({ triggers: z.record(z.string(), TriggerDefinition).catch({}), actions: z.record(z.string(), z.unknown()).catch({}) })
    .catch({ triggers: {}, actions: {} }),
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
  const { id, name, location, state, tags, definition, parameters } = Workflow.parse(workflow)
  const connections = parameters.$connections.value
  const triggers = Object.entries(definition.triggers).map(([key, trigger]) => readTrigger(key, trigger, connections))
  const actions = flatActions(definition.actions)
  return {
    ...common(id, name, location),
    plan: 'consumption',
    enabled: state?.toLowerCase() === 'enabled',
    triggers,
    actions: countActions(actions),
    connections: Object.values(connections).flatMap(({ connectionId }) => connectionId ?? []),
    ...readParameters(tags, actions),
  }
}

/** The tag wins: it is what somebody wrote for people. */
function readParameters(tags: Record<string, string>, actions: Action[]): Pick<LogicApp, 'parameters' | 'unreadParameters'> {
  const [, tag] = Object.entries(tags).find(([name]) => name.toLowerCase() === parameterTag) ?? []
  const declared = tag === undefined ? readParameterSchema(actions) : readParameterTag(tag)
  if (declared === undefined) return { parameters: [] }
  const { parameters, unread } = declared
  return { parameters, ...(unread !== undefined && { unreadParameters: unread }) }
}

/** A Standard logic app; undefined for a site of another kind. Its workflows are files in the site and stay unknown. */
export function readSite(site: unknown): LogicApp | undefined {
  const { id, name, kind, location, properties } = Site.parse(site)
  if (!kind.toLowerCase().split(',').includes('workflowapp')) return undefined
  const enabled = properties.state?.toLowerCase() === 'running'
  return {
    ...common(id, name, location),
    plan: 'standard',
    enabled,
    triggers: [],
    actions: { builtIn: 0, connector: 0 },
    parameters: [],
  }
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
