import { z } from 'zod'
import { ArmError, undeserialized } from './arm-error.ts'
import { Tags } from './tracked.ts'

/** Source: Microsoft Learn, limits and configuration reference for Azure Logic Apps. */
const mostTriggers = 10
const nameForm = /^[\w\-().]{1,80}$/

const TriggerBody = z.looseObject({ type: z.string(), kind: z.string().optional() })
const WorkflowBody = z.object({
  location: z.string(),
  tags: Tags,
  identity: z.looseObject({ type: z.string() }).nullish(),
  properties: z.object({
    accessControl: z.unknown().optional(),
    integrationAccount: z.unknown().optional(),
    state: z.string().optional(),
    definition: z.looseObject({
      triggers: z.record(z.string(), TriggerBody).default({}),
      actions: z.record(z.string(), z.unknown()).default({}),
      parameters: z.record(z.string(), z.unknown()).default({}),
    }),
    parameters: z
      .record(z.string(), z.unknown())
      .nullish()
      .transform(parameters => parameters ?? {}),
  }),
})
type WantedWorkflow = z.infer<typeof WorkflowBody>

/** The body of a PUT or of a validation: read, and checked as Logic Apps checks a definition before it saves it. */
export function readWorkflow(name: string, body: unknown): WantedWorkflow {
  const read = WorkflowBody.safeParse(body)
  if (!read.success) throw unreadable(read.error)
  if (!nameForm.test(name))
    throw new ArmError(
      400,
      'InvalidResourceName',
      `The resource name '${name}' is invalid: up to 80 letters, digits and '-_().' are allowed.`,
    )
  checkDefinition(read.data.properties)
  return read.data
}

function unreadable({ issues: [issue] }: z.ZodError): ArmError {
  if (issue?.path[0] === 'location')
    return new ArmError(400, 'LocationRequired', 'The location property is required for this definition.')
  const reason = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`
  return undeserialized(reason)
}

function invalid(reason: string): ArmError {
  return new ArmError(400, 'InvalidTemplate', `The template validation failed: '${reason}'.`)
}

function checkDefinition({ definition, parameters }: WantedWorkflow['properties']): void {
  if (Object.keys(definition.triggers).length > mostTriggers)
    throw invalid(`The number of triggers is more than the ${mostTriggers} that a workflow may have`)
  const undeclared = Object.keys(parameters).filter(name => !(name in definition.parameters))
  if (undeclared.length > 0)
    throw invalid(
      `The template parameters '${undeclared.join(', ')}' in the parameters are not valid; they are not present in the definition`,
    )
  checkOrder(definition.actions)
}

const Ordered = z.looseObject({
  runAfter: z.record(z.string(), z.unknown()).nullish(),
  actions: z.record(z.string(), z.unknown()).optional(),
  else: z.looseObject({ actions: z.record(z.string(), z.unknown()).optional() }).optional(),
})

/** Each action may only wait for others beside it, and never for itself by a detour. */
function checkOrder(actions: Record<string, unknown>): void {
  const read = Object.entries(actions).map(([name, action]) => ({ name, ...(Ordered.safeParse(action).data ?? {}) }))
  const after = new Map(read.map(({ name, runAfter }) => [name, Object.keys(runAfter ?? {})]))
  for (const [name, waitsFor] of after) {
    const unknown = waitsFor.find(other => !after.has(other))
    if (unknown !== undefined)
      throw invalid(`The 'runAfter' property of template action '${name}' contains non-existent action: '${unknown}'`)
    if (reaches(after, waitsFor, name)) throw invalid(`The action '${name}' waits for itself: 'runAfter' goes in a circle`)
  }
  for (const { actions: inner, else: other } of read) for (const nested of [inner, other?.actions]) if (nested) checkOrder(nested)
}

function reaches(after: Map<string, string[]>, from: string[], to: string): boolean {
  const seen = new Set<string>()
  const open = [...from]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === to) return true
    if (!seen.has(name)) open.push(...(after.get(name) ?? []))
    seen.add(name)
  }
  return false
}
