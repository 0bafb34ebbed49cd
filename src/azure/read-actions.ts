import { z } from 'zod'
import type { ActionCounts } from '../model/logic-app.ts'
import { type Declared, declaredOf, type Said } from '../model/parameter-tag.ts'

/** Azure allows eight levels. */
const deepest = 20

const Inner = z.object({ actions: z.record(z.string(), z.unknown()).catch({}) }).catch({ actions: {} })
const Action = z.object({
  type: z.string().catch(''),
  inputs: z.unknown().optional(),
  actions: z.record(z.string(), z.unknown()).catch({}),
  else: Inner,
  default: Inner,
  cases: z.record(z.string(), Inner).catch({}),
})
export type Action = z.infer<typeof Action>

/** Actions of a workflow's definition, those inside of others too. */
export function flatActions(actions: Record<string, unknown>, depth = 0): Action[] {
  if (depth === deepest) return []
  return Object.values(actions).flatMap(raw => {
    const action = Action.safeParse(raw).data ?? Action.parse({})
    const inner = [action, action.else, action.default, ...Object.values(action.cases)]
    return [action, ...inner.flatMap(one => flatActions(one.actions, depth + 1))]
  })
}

/** By price class: actions of managed connectors cost more than what the runtime does itself. */
export function countActions(actions: Action[]): ActionCounts {
  const connector = actions.filter(({ type }) => /^apiconnection/i.test(type)).length
  return { builtIn: actions.length - connector, connector }
}

const Property = z.object({
  type: z.union([z.string(), z.array(z.string())]).catch('string'),
  description: z.string().optional().catch(undefined),
  enum: z.array(z.string()).optional().catch(undefined),
  default: z
    .json()
    .transform(value => (typeof value === 'string' || value === null ? (value ?? undefined) : JSON.stringify(value)))
    .optional()
    .catch(undefined),
  format: z.string().optional().catch(undefined),
  writeOnly: z.boolean().catch(false),
})
const ParseJson = z.object({
  content: z.string().regex(/ChatOpsParameters/i),
  schema: z.object({ properties: z.record(z.string(), Property), required: z.array(z.string()).catch([]) }),
})

/** What an action declares that reads what the person was asked: `ParseJson` on `ChatOpsParameters`. Undefined when there is none. */
export function readParameterSchema(actions: Action[]): Declared | undefined {
  const inputs = actions.flatMap(({ type, inputs }) =>
    /^parsejson$/i.test(type) ? (ParseJson.safeParse(inputs).data ?? []) : [],
  )
  const [declaring] = inputs
  if (declaring === undefined) return undefined
  const { properties, required } = declaring.schema
  return declaredOf(Object.entries(properties).map(([name, property]) => readProperty(name, property, required.includes(name))))
}

function readProperty(
  name: string,
  { type, description, enum: choices, default: initial, format, writeOnly }: z.infer<typeof Property>,
  required: boolean,
): Said {
  return {
    name,
    type: typeof type === 'string' ? type : (type.find(one => one !== 'null') ?? ''),
    required,
    ...(description === undefined ? {} : { hint: description }),
    ...(choices === undefined ? {} : { choices }),
    ...(initial === undefined ? {} : { initial }),
    secret: writeOnly || format === 'password',
  }
}
