import { z } from 'zod'
import { cloudAt } from '../../src/azure/cloud.ts'
import type { Kind } from '../../src/model/event.ts'
import type { ParameterValues } from '../../src/model/parameter.ts'
import { templates } from '../../src/templates/templates.ts'
import { templateValues } from './template-values.ts'
import { type Circumstances, type Doings, runOf } from './workflow-run.ts'

const Workflow = z.object({
  type: z.literal('Microsoft.Logic/workflows'),
  properties: z.object({
    definition: z.unknown(),
    parameters: z.object({ $connections: z.object({ value: z.record(z.string(), z.unknown()) }) }),
  }),
})

export interface Tried {
  template: string
  kind?: Kind
  /** Over the values that somebody could fill in. */
  parameters?: ParameterValues
  event?: unknown
  answers?: Circumstances['answers']
  /** The endpoint of its cloud. */
  arm?: string
}

/** A template as it is deployed, and a run of it. */
export function tryOut(tried: Tried): Doings {
  const { template: name, event = {}, answers = {} } = tried
  const built = builtOf(tried)
  const { resources } = z.object({ resources: z.array(z.unknown()) }).parse(built.template)
  const { definition, parameters } = Workflow.parse(resources.find(one => Workflow.safeParse(one).success)).properties
  if (definition === undefined) throw new Error(`${name} makes no workflow`)
  return runOf(definition, { event, answers, settings: { ...built.parameters, $connections: parameters.$connections.value } })
}

export function builtOf({ template: name, kind, parameters = {}, arm = 'https://management.azure.com' }: Tried) {
  const template = templates.find(one => one.name === name)
  if (template === undefined) throw new Error(`no template ${name}`)
  const values = { ...templateValues[name], ...parameters }
  return template.build({ kind: kind ?? template.kinds[0], appName: 'Respond', parameters: values, cloud: cloudAt(arm) })
}
