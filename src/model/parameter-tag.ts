import type { Parameter } from './parameter.ts'

/** What a logic app declares that it wants to be told when a person starts it, or why that can't be read, as a sentence. */
export type Declared = { parameters: Parameter[] } | { unread: string }

/** Name of the tag on a logic app, in any case. */
export const parameterTag = 'chatops-parameters'

const declaration =
  /^(?<name>[A-Za-z_][\w-]*)\s*:\s*(?<type>string|integer|number|boolean)\s*(?:\((?<choices>[^()]*)\))?\s*(?<required>!)?\s*(?:=(?<initial>.*))?$/i

/** `ip:string!;reason:string=because;mode:string(quick|full)`. One part that can't be read makes all of it unread. */
export function readParameterTag(text: string): Declared {
  const parts = text.split(';').map(part => part.trim())
  const parameters: Parameter[] = []
  for (const part of parts.filter(part => part !== '')) {
    const parameter = readDeclaration(part)
    if (parameter === undefined) return { unread: `Its tag ${parameterTag} can't be read at "${part}".` }
    if (parameters.some(({ name }) => name.toLowerCase() === parameter.name.toLowerCase()))
      return { unread: `Its tag ${parameterTag} names ${parameter.name} twice.` }
    parameters.push(parameter)
  }
  return { parameters }
}

function readDeclaration(text: string): Parameter | undefined {
  const { name, type = '', choices, required, initial } = declaration.exec(text)?.groups ?? {}
  if (name === undefined) return undefined
  return parameterOf({
    name,
    type,
    required: required !== undefined,
    ...(choices === undefined ? {} : { choices: choices.split('|').map(choice => choice.trim()) }),
    ...(initial === undefined ? {} : { initial: initial.trim() }),
  })
}

const types: Record<string, Parameter['type']> = { string: 'text', integer: 'whole', number: 'number', boolean: 'toggle' }

/** What tags and schemas say of a parameter; types are JSON Schema's words. */
interface Said {
  name: string
  type: string
  required: boolean
  choices?: string[]
  initial?: string
  hint?: string
}

/** Undefined for a type that no form can ask for, and for choices that are no texts. */
export function parameterOf({ name, type: word, required, choices, initial, hint }: Said): Parameter | undefined {
  const type = types[word.toLowerCase()]
  if (type === undefined || (choices !== undefined && type !== 'text')) return undefined
  return {
    name,
    label: name,
    type: choices === undefined ? type : 'choice',
    required,
    ...(choices === undefined ? {} : { options: choices.map(value => ({ value, title: value })) }),
    ...(initial === undefined ? {} : { default: initial }),
    ...(hint === undefined ? {} : { hint }),
  }
}
