import { z } from 'zod'
import { ArmError } from '../arm-error.ts'

const Parameter = z.looseObject({
  type: z.string(),
  defaultValue: z.unknown().optional(),
  allowedValues: z.array(z.unknown()).optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minValue: z.number().optional(),
  maxValue: z.number().optional(),
})
export type Parameter = z.infer<typeof Parameter>

const Resource = z.looseObject({
  type: z.string(),
  apiVersion: z.string(),
  name: z.string(),
  condition: z.union([z.boolean(), z.string()]).optional(),
  dependsOn: z.array(z.string()).optional(),
  copy: z.looseObject({ name: z.string(), count: z.union([z.number(), z.string()]), mode: z.string().optional() }).optional(),
  /** Of a nested deployment, where it goes elsewhere. */
  resourceGroup: z.string().optional(),
  subscriptionId: z.string().optional(),
  resources: z.array(z.unknown()).max(0, 'resources inside of resources are not known to the simulator').optional(),
})
export type Resource = z.infer<typeof Resource>

const Output = z.looseObject({
  type: z.string(),
  value: z.unknown().optional(),
  condition: z.union([z.boolean(), z.string()]).optional(),
})

const Template = z.looseObject({
  $schema: z.string(),
  contentVersion: z.string(),
  parameters: z.record(z.string(), Parameter).default({}),
  variables: z.record(z.string(), z.unknown()).default({}),
  functions: z.array(z.unknown()).max(0, 'functions of a template’s own are not known to the simulator').optional(),
  resources: z.array(Resource),
  outputs: z.record(z.string(), Output).default({}),
})
export type Template = z.infer<typeof Template>

/** Every refusal of a template: 400, and what is wrong. */
export function invalidTemplate(reason: string): ArmError {
  return new ArmError(400, 'InvalidTemplate', `Deployment template validation failed: '${reason}'.`)
}

export function readTemplate(template: unknown): Template {
  const read = Template.safeParse(template)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw invalidTemplate(`The template is not valid at '${issue?.path.join('.') ?? ''}': ${issue?.message ?? 'it cannot be read'}`)
}

export function isExpression(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('[') && !value.startsWith('[[') && value.endsWith(']')
}
