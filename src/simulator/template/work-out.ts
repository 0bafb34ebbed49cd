import { z } from 'zod'
import { evaluate, type Functions } from '../language/evaluate.ts'
import { LanguageError, parse } from '../language/parse.ts'
import { invalidTemplate, isExpression } from './shape.ts'

const Loops = z.array(z.looseObject({ name: z.string(), count: z.unknown(), input: z.unknown() }))

/** A value of a template with every expression in it worked out; `where` is named when one cannot be. */
export function workOut(value: unknown, functions: Functions, where: string): unknown {
  if (isExpression(value)) return evaluated(value, functions, where)
  if (typeof value === 'string') return value.startsWith('[[') ? value.slice(1) : value
  if (Array.isArray(value)) return value.map(item => workOut(item, functions, where))
  if (typeof value !== 'object' || value === null) return value
  const pairs = Object.entries(value).flatMap(([key, inner]) =>
    key === 'copy' && Array.isArray(inner)
      ? loops(inner, functions, where)
      : [[String(workOut(key, functions, where)), workOut(inner, functions, where)]],
  )
  return Object.fromEntries(pairs)
}

function evaluated(text: string, functions: Functions, where: string): unknown {
  try {
    return evaluate(parse(text.slice(1, -1)), functions)
  } catch (thrown) {
    if (!(thrown instanceof LanguageError)) throw thrown
    throw invalidTemplate(
      `The template ${where} is not valid: ${thrown.message.replace(/\.$/, '')}. Please see https://aka.ms/arm-functions for usage details`,
    )
  }
}

/** Properties that are made by counting: `"copy": [{ "name", "count", "input" }]`. */
function loops(value: unknown[], functions: Functions, where: string): [string, unknown][] {
  const read = Loops.safeParse(value)
  if (!read.success) throw invalidTemplate(`The template ${where} is not valid: 'copy' needs name, count and input`)
  return read.data.map(({ name, count, input }) => [
    name,
    Array.from({ length: countOf(workOut(count, functions, where), where) }, (_, index) =>
      workOut(input, { ...functions, copyindex: copyIndex(index, name, functions.copyindex) }, where),
    ),
  ])
}

export function countOf(value: unknown, where: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 800) return value
  throw invalidTemplate(`The template ${where} is not valid: the copy count must be a whole number from 0 to 800`)
}

/** `copyIndex()`, `copyIndex(1)`, `copyIndex('loop')`, `copyIndex('loop', 1)`; a name that is not this loop's is one further out. */
export function copyIndex(index: number, loop: string, outer: Functions[string] | undefined): Functions[string] {
  return (...args) => {
    const [first, second] = args
    const named = typeof first === 'string'
    if (named && first !== loop && outer !== undefined) return outer(...args)
    if (named && first !== loop) throw new LanguageError(`There is no copy loop named '${first}'.`)
    return index + Number((named ? second : first) ?? 0)
  }
}
