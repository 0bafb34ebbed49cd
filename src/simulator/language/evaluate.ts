import { own } from '../../table.ts'
import { type Expression, LanguageError } from './parse.ts'

/** Functions of a language by their names in lower case. */
export type Functions = Record<string, (...args: unknown[]) => unknown>

/** The value of an expression; throws a LanguageError. `if` looks at the chosen branch only. */
export function evaluate(expression: Expression, functions: Functions): unknown {
  if (expression.kind === 'value') return expression.value
  if (expression.kind === 'member')
    return memberOf(evaluate(expression.of, functions), evaluate(expression.key, functions), expression.lenient)
  const { name, args } = expression
  if (name.toLowerCase() === 'if') return chosen(args, functions)
  const known = functionNamed(functions, name)
  return known(...args.map(arg => evaluate(arg, functions)))
}

function functionNamed(functions: Functions, name: string): Functions[string] {
  const known = own(functions, name.toLowerCase())
  if (known === undefined) throw new LanguageError(`The template function '${name}' is not valid.`)
  return known
}

function chosen([condition, then, otherwise]: Expression[], functions: Functions): unknown {
  if (condition === undefined || then === undefined || otherwise === undefined)
    throw new LanguageError("The template function 'if' expects three parameters.")
  return evaluate(evaluate(condition, functions) === true ? then : otherwise, functions)
}

function memberOf(of: unknown, key: unknown, lenient: boolean): unknown {
  if (typeof of === 'object' && of !== null) {
    const found = Object.entries(of).find(([name]) => name.toLowerCase() === String(key).toLowerCase())
    if (found !== undefined) return found[1]
  }
  if (lenient) return null
  const known = typeof of === 'object' && of !== null ? Object.keys(of).join(', ') : ''
  throw new LanguageError(`The language expression property '${String(key)}' doesn't exist, available properties are '${known}'.`)
}
