import { z } from 'zod'
import type { Functions } from '../language/evaluate.ts'
import { workOut } from './work-out.ts'

const Inner = z.looseObject({
  type: z.string().regex(/^Microsoft\.Resources\/deployments$/i),
  properties: z.looseObject({
    template: z.unknown(),
    expressionEvaluationOptions: z.looseObject({ scope: z.string().regex(/^inner$/i) }),
  }),
})

/** A resource but for the template inside of it that has expressions of its own; without that option they are those of the outer one. */
export function withoutInner(resource: unknown): unknown {
  const read = Inner.safeParse(resource)
  if (!read.success) return resource
  const { template: _template, ...properties } = read.data.properties
  return { ...read.data, properties }
}

/** What is put for a resource; the inside of a nested template with expressions of its own is left as it is. */
export function bodyOf(resource: object, rest: object, functions: Functions, where: string): Record<string, unknown> {
  const inner = Inner.safeParse(resource)
  if (!inner.success) return Object(workOut(rest, functions, where))
  const { template, ...properties } = inner.data.properties
  const body = Object(workOut({ ...rest, properties }, functions, where))
  return { ...body, properties: { ...body.properties, template } }
}
