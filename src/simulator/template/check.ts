import type { Expression } from '../language/parse.ts'
import { calls, LanguageError, parse } from '../language/parse.ts'
import { withoutInner } from './nested.ts'
import { invalidTemplate, isExpression, type Template } from './shape.ts'

/** Functions that only mean something in their place, and `if`, which the language itself knows. */
const always = ['if', 'copyindex', 'parameters', 'variables']

/** Finds what the simulator does not know anywhere in a template before anything of it is done: a function, a parameter, a variable. */
export function checkExpressions(template: Template, known: string[]): void {
  const names = new Set([...known, ...always])
  for (const [where, text] of expressionsIn(template, '')) {
    const expression = parsed(text, where)
    const unknown = calls(expression).find(name => !names.has(name.toLowerCase()))
    if (unknown !== undefined)
      throw invalidTemplate(
        `The template at '${where}' is not valid: The template function '${unknown}' is not valid. Please see https://aka.ms/arm-functions for usage details`,
      )
    checkNames(template, expression, where)
  }
}

function* expressionsIn(value: unknown, where: string): Generator<[string, string]> {
  if (isExpression(value)) yield [where, value]
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* expressionsIn(item, `${where}[${index}]`)
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(Object(withoutInner(value)))) {
      yield* expressionsIn(key, where)
      yield* expressionsIn(inner, where === '' ? key : `${where}.${key}`)
    }
}

function parsed(text: string, where: string): Expression {
  try {
    return parse(text.slice(1, -1))
  } catch (thrown) {
    if (thrown instanceof LanguageError) throw invalidTemplate(`The template at '${where}' is not valid: ${thrown.message}`)
    throw thrown
  }
}

function checkNames(template: Template, expression: Expression, where: string): void {
  if (expression.kind === 'member') for (const part of [expression.of, expression.key]) checkNames(template, part, where)
  if (expression.kind !== 'call') return
  for (const arg of expression.args) checkNames(template, arg, where)
  const [first] = expression.args
  const name = expression.name.toLowerCase()
  const declared = name === 'parameters' ? template.parameters : name === 'variables' ? template.variables : undefined
  if (declared === undefined || first?.kind !== 'value') return
  const wanted = String(first.value)
  if (!Object.keys(declared).some(known => known.toLowerCase() === wanted.toLowerCase()))
    throw invalidTemplate(
      `The template at '${where}' is not valid: The template ${name.slice(0, -1)} '${wanted}' is not found. Please see https://aka.ms/arm-syntax-${name} for usage details`,
    )
}
