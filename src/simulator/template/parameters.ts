import { tableOf } from '../../table.ts'
import type { Functions } from '../language/evaluate.ts'
import { same } from '../same.ts'
import { invalidTemplate, type Parameter, type Template } from './shape.ts'
import { workOut } from './work-out.ts'

export interface Given {
  [name: string]: { value?: unknown } | undefined
}

/** Functions that know the template's parameters and variables; each variable is worked out when it is first asked for. */
export function withOwn(template: Template, given: Given, functions: Functions): Functions {
  const own: Functions = { ...functions }
  const values = valuesOf(template, given, own)
  const variables = new Map<string, unknown>()
  own.parameters = name => found(values, String(name), 'parameter')
  own.variables = name => {
    const key = Object.keys(template.variables).find(known => same(known, String(name)))
    if (key === undefined) throw invalidTemplate(`The template variable '${String(name)}' is not found`)
    if (!variables.has(key)) variables.set(key, workOut(template.variables[key], own, `variable '${key}'`))
    return variables.get(key)
  }
  return own
}

function found(values: Map<string, unknown>, name: string, kind: string): unknown {
  const key = [...values.keys()].find(known => same(known, name))
  if (key === undefined) throw invalidTemplate(`The template ${kind} '${name}' is not found`)
  return values.get(key)
}

/** Each given value, or its default, checked as ARM checks it. */
export function valuesOf({ parameters }: Template, given: Given, functions: Functions): Map<string, unknown> {
  const unknown = Object.keys(given).filter(name => !Object.keys(parameters).some(known => same(known, name)))
  if (unknown.length > 0)
    throw invalidTemplate(
      `The template parameters '${unknown.join(', ')}' in the parameters file are not valid; they are not present in the original template and can therefore not be provided at deployment time. The only supported parameters for this template are '${Object.keys(parameters).join(', ')}'. Please see https://aka.ms/arm-pass-parameter-values for usage details`,
    )
  const values = new Map<string, unknown>()
  const before: Functions = { ...functions, parameters: name => found(values, String(name), 'parameter') }
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = givenOr(name, parameter, Object.entries(given).find(([known]) => same(known, name))?.[1], before)
    check(name, parameter, value)
    values.set(name, value)
  }
  return values
}

function givenOr(name: string, { defaultValue }: Parameter, given: Given[string], functions: Functions): unknown {
  if (given !== undefined && 'value' in given) return given.value
  if (given !== undefined)
    throw invalidTemplate(
      `The template parameter '${name}' has no value: references to key vaults are not known to the simulator`,
    )
  if (defaultValue !== undefined) return workOut(defaultValue, functions, `parameter '${name}'`)
  throw invalidTemplate(
    `The value for the template parameter '${name}' is not provided. Please see https://aka.ms/arm-create-parameter-file for usage details`,
  )
}

const kinds = tableOf<(value: unknown) => boolean>({
  string: value => typeof value === 'string',
  securestring: value => typeof value === 'string',
  int: value => Number.isInteger(value),
  bool: value => typeof value === 'boolean',
  array: Array.isArray,
  object: value => typeof value === 'object' && value !== null && !Array.isArray(value),
  secureobject: value => typeof value === 'object' && value !== null && !Array.isArray(value),
})

function check(name: string, { type, allowedValues, minLength, maxLength, minValue, maxValue }: Parameter, value: unknown): void {
  const fits = kinds.get(type.toLowerCase())
  if (fits === undefined) throw invalidTemplate(`The type '${type}' of the template parameter '${name}' is not valid`)
  if (!fits(value))
    throw invalidTemplate(
      `The provided value for the template parameter '${name}' is not valid. Expected a value of type '${type}', but received a value of type '${nameOf(value)}'`,
    )
  if (allowedValues !== undefined && !allowedValues.some(allowed => JSON.stringify(allowed) === JSON.stringify(value)))
    throw invalidTemplate(
      `The provided value '${String(value)}' for the template parameter '${name}' is not valid. The value is not part of the allowed value(s): '${allowedValues.join(',')}'`,
    )
  const length = typeof value === 'string' || Array.isArray(value) ? value.length : undefined
  const measured = length ?? (typeof value === 'number' ? value : undefined)
  const [least, most] = length === undefined ? [minValue, maxValue] : [minLength, maxLength]
  if (measured !== undefined && (measured < (least ?? measured) || measured > (most ?? measured)))
    throw invalidTemplate(
      `The provided value for the template parameter '${name}' is not valid: length or value '${measured}' is not between '${least ?? 'any'}' and '${most ?? 'any'}'`,
    )
}

function nameOf(value: unknown): string {
  return Array.isArray(value) ? 'Array' : value === null ? 'Null' : typeof value
}
